"""Addresses of the work cycles."""

from django.urls import path

from reviews.views import supervision, supervision_writing

app_name = "reviews"
_REPORT = "supervision-reports/<int:pk>"
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
]
