"""Addresses of questionnaires and their versions."""

from django.urls import path

from reviews.questionnaires.views import editing, versions

_VERSION = "templates/versions/<int:pk>"
urlpatterns = [
    path("templates/", versions.QuestionnaireList.as_view(), name="template-list"),
    path("templates/new/", editing.QuestionnaireCreate.as_view(), name="template-create"),
    path("templates/sample/", versions.questionnaire_sample, name="template-sample"),
    path("templates/<int:pk>/", versions.QuestionnaireDetail.as_view(), name="template-detail"),
    path("templates/<int:pk>/draft/", editing.questionnaire_draft, name="template-draft"),
    path(f"{_VERSION}/", versions.VersionDetail.as_view(), name="template-version"),
    path(f"{_VERSION}/preview/", versions.VersionPreview.as_view(), name="template-preview"),
    path(f"{_VERSION}/file/", versions.questionnaire_file, name="template-file"),
    path(f"{_VERSION}/import/", editing.QuestionnaireImport.as_view(), name="template-import"),
    path(f"{_VERSION}/sections/new/", editing.SectionView.as_view(), name="template-section-create"),
    path(f"{_VERSION}/sections/<str:code>/", editing.SectionView.as_view(), name="template-section"),
    path(f"{_VERSION}/items/new/", editing.ItemView.as_view(), name="template-item-create"),
    path(f"{_VERSION}/items/<str:code>/", editing.ItemView.as_view(), name="template-item"),
    path(f"{_VERSION}/rules/new/", editing.RuleView.as_view(), name="template-rule-create"),
    path(f"{_VERSION}/rules/<str:code>/", editing.RuleView.as_view(), name="template-rule"),
    path(f"{_VERSION}/move/", editing.questionnaire_move, name="template-move"),
    path(f"{_VERSION}/remove/", editing.questionnaire_remove, name="template-remove"),
    path(f"{_VERSION}/publish/", editing.questionnaire_publish, name="template-publish"),
    path(f"{_VERSION}/retire/", editing.QuestionnaireRetire.as_view(), name="template-retire"),
    path(f"{_VERSION}/discard/", editing.questionnaire_discard, name="template-discard"),
]
