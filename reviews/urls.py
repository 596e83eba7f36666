"""Addresses of the work cycles."""

from django.urls import path

from reviews.views import supervision, supervision_writing, templates, templates_writing, visits, visits_sync

app_name = "reviews"
_REPORT = "supervision-reports/<int:pk>"
_VERSION = "templates/versions/<int:pk>"
urlpatterns = [
    path("supervision-reports/", supervision.SupervisionList.as_view(), name="supervision-list"),
    path("supervision-reports/new/", supervision_writing.SupervisionCreate.as_view(), name="supervision-create"),
    path(f"{_REPORT}/", supervision.SupervisionDetail.as_view(), name="supervision-detail"),
    path(f"{_REPORT}/names/", supervision.SupervisionNames.as_view(), name="supervision-names"),
    path(f"{_REPORT}/versions/", supervision.SupervisionVersions.as_view(), name="supervision-versions"),
    path(f"{_REPORT}/files/<str:kind>/", supervision.supervision_file, name="supervision-file"),
    path(f"{_REPORT}/edit/", supervision_writing.SupervisionEdit.as_view(), name="supervision-edit"),
    path(f"{_REPORT}/versions/restore/", supervision_writing.supervision_restore, name="supervision-restore"),
    path(f"{_REPORT}/submit/", supervision_writing.supervision_submit, name="supervision-submit"),
    path(f"{_REPORT}/sign-off/", supervision_writing.supervision_sign_off, name="supervision-sign-off"),
    path(f"{_REPORT}/return/", supervision_writing.SupervisionReturn.as_view(), name="supervision-return"),
    path(f"{_REPORT}/number/", supervision_writing.SupervisionNumber.as_view(), name="supervision-number"),
    path(f"{_REPORT}/issue/", supervision_writing.SupervisionIssue.as_view(), name="supervision-issue"),
    path(f"{_REPORT}/withdraw/", supervision_writing.SupervisionWithdraw.as_view(), name="supervision-withdraw"),
    path(f"{_REPORT}/discard/", supervision_writing.SupervisionDiscard.as_view(), name="supervision-discard"),
    path("receipts/<int:pk>/sign/", supervision_writing.receipt_sign, name="receipt-sign"),
    path("templates/", templates.TemplateList.as_view(), name="template-list"),
    path("templates/new/", templates_writing.TemplateCreate.as_view(), name="template-create"),
    path("templates/sample/", templates.template_sample, name="template-sample"),
    path("templates/<int:pk>/", templates.TemplateDetail.as_view(), name="template-detail"),
    path("templates/<int:pk>/draft/", templates_writing.template_draft, name="template-draft"),
    path(f"{_VERSION}/", templates.VersionDetail.as_view(), name="template-version"),
    path(f"{_VERSION}/preview/", templates.VersionPreview.as_view(), name="template-preview"),
    path(f"{_VERSION}/file/", templates.template_file, name="template-file"),
    path(f"{_VERSION}/import/", templates_writing.TemplateImport.as_view(), name="template-import"),
    path(f"{_VERSION}/sections/new/", templates_writing.SectionView.as_view(), name="template-section-create"),
    path(f"{_VERSION}/sections/<str:code>/", templates_writing.SectionView.as_view(), name="template-section"),
    path(f"{_VERSION}/items/new/", templates_writing.ItemView.as_view(), name="template-item-create"),
    path(f"{_VERSION}/items/<str:code>/", templates_writing.ItemView.as_view(), name="template-item"),
    path(f"{_VERSION}/rules/new/", templates_writing.RuleView.as_view(), name="template-rule-create"),
    path(f"{_VERSION}/rules/<str:code>/", templates_writing.RuleView.as_view(), name="template-rule"),
    path(f"{_VERSION}/move/", templates_writing.template_move, name="template-move"),
    path(f"{_VERSION}/remove/", templates_writing.template_remove, name="template-remove"),
    path(f"{_VERSION}/publish/", templates_writing.template_publish, name="template-publish"),
    path(f"{_VERSION}/retire/", templates_writing.TemplateRetire.as_view(), name="template-retire"),
    path(f"{_VERSION}/discard/", templates_writing.template_discard, name="template-discard"),
    # spot checks: visits
    path("visits/", visits.visit_mine, name="visit-mine"),
    path("visits/offline/", visits.visit_offline, name="visit-offline"),
    path("visits/worker.js", visits.visit_worker, name="visit-worker"),
    path("visits/manifest.webmanifest", visits.visit_manifest, name="visit-manifest"),
    path("visits/<int:pk>/", visits.visit_fill, name="visit-fill"),
    path("visits/<int:pk>/data/", visits_sync.visit_data, name="visit-data"),
    path("visits/<int:pk>/sync/", visits_sync.visit_sync, name="visit-sync"),
    path("visits/<int:pk>/photos/", visits_sync.visit_photo, name="visit-photo"),
    path("visits/<int:pk>/photos/<uuid:client_id>/", visits.visit_photo_file, name="visit-photo-file"),
    path("visits/<int:pk>/finish/", visits_sync.visit_finish, name="visit-finish"),
    path("visits/<int:pk>/excuse/", visits.VisitExcuse.as_view(), name="visit-excuse"),
]
