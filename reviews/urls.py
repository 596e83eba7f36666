"""Addresses of the work cycles."""

from django.urls import path

from reviews.views import (
    reports_outcomes,
    reports_review,
    reports_review_writing,
    reports_rounds,
    reports_rounds_writing,
    supervision,
    supervision_writing,
    templates,
    templates_writing,
)

app_name = "reviews"
_REPORT = "supervision-reports/<int:pk>"
_VERSION = "templates/versions/<int:pk>"
_ROUND = "reports/rounds/<int:pk>"
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
    # quarterly reports: rounds and review
    path("reports/rounds/", reports_rounds.RoundList.as_view(), name="round-list"),
    path("reports/rounds/new/", reports_rounds_writing.RoundCreate.as_view(), name="round-create"),
    path(f"{_ROUND}/", reports_rounds.RoundDetail.as_view(), name="round-detail"),
    path(f"{_ROUND}/reports/", reports_rounds.RoundReports.as_view(), name="round-reports"),
    path(f"{_ROUND}/remind/", reports_rounds.round_remind, name="round-remind"),
    path(f"{_ROUND}/extend/", reports_rounds_writing.RoundExtend.as_view(), name="round-extend"),
    path(f"{_ROUND}/close/", reports_rounds_writing.RoundClose.as_view(), name="round-close"),
    path(f"{_ROUND}/cancel/", reports_rounds_writing.RoundCancel.as_view(), name="round-cancel"),
    path(f"{_ROUND}/reopen/", reports_rounds_writing.RoundReopen.as_view(), name="round-reopen"),
    path("reports/review/", reports_review.ReviewQueue.as_view(), name="review-queue"),
    path("reports/review/approve/", reports_review_writing.review_approve_many, name="review-approve-many"),
    path("reports/<int:pk>/review/", reports_review.ReviewDetail.as_view(), name="review-detail"),
    path("reports/<int:pk>/review/begin/", reports_review_writing.review_begin, name="review-begin"),
    path("reports/<int:pk>/review/return/", reports_review_writing.ReviewReturn.as_view(), name="review-return"),
    path("reports/<int:pk>/review/approve/", reports_review_writing.ReviewApprove.as_view(), name="review-approve"),
    path("reports/<int:pk>/unlock/", reports_review_writing.ReviewUnlock.as_view(), name="review-unlock"),
    path("reports/post-changes/", reports_outcomes.PostChangeList.as_view(), name="post-change-list"),
    path(
        "reports/post-changes/<int:pk>/carry-out/",
        reports_outcomes.post_change_carry_out,
        name="post-change-carry-out",
    ),
    path(
        "reports/post-changes/<int:pk>/decline/",
        reports_outcomes.PostChangeDecline.as_view(),
        name="post-change-decline",
    ),
    path("reports/difficulties/", reports_outcomes.DifficultyList.as_view(), name="difficulty-list"),
    path(
        "reports/difficulties/<int:pk>/answer/", reports_outcomes.DifficultyAnswer.as_view(), name="difficulty-answer"
    ),
]
