"""Addresses of supervision reports."""

from django.urls import path

from reviews.supervision.views import reading, writing

_REPORT = "supervision-reports/<int:pk>"
urlpatterns = [
    path("supervision-reports/", reading.SupervisionList.as_view(), name="supervision-list"),
    path("supervision-reports/new/", writing.SupervisionCreate.as_view(), name="supervision-create"),
    path(f"{_REPORT}/", reading.SupervisionDetail.as_view(), name="supervision-detail"),
    path(f"{_REPORT}/names/", reading.SupervisionNames.as_view(), name="supervision-names"),
    path(f"{_REPORT}/versions/", reading.SupervisionVersions.as_view(), name="supervision-versions"),
    path(f"{_REPORT}/files/<str:kind>/", reading.supervision_file, name="supervision-file"),
    path(f"{_REPORT}/edit/", writing.SupervisionEdit.as_view(), name="supervision-edit"),
    path(f"{_REPORT}/versions/restore/", writing.supervision_restore, name="supervision-restore"),
    path(f"{_REPORT}/submit/", writing.supervision_submit, name="supervision-submit"),
    path(f"{_REPORT}/sign-off/", writing.supervision_sign_off, name="supervision-sign-off"),
    path(f"{_REPORT}/return/", writing.SupervisionReturn.as_view(), name="supervision-return"),
    path(f"{_REPORT}/number/", writing.SupervisionNumber.as_view(), name="supervision-number"),
    path(f"{_REPORT}/issue/", writing.SupervisionIssue.as_view(), name="supervision-issue"),
    path(f"{_REPORT}/withdraw/", writing.SupervisionWithdraw.as_view(), name="supervision-withdraw"),
    path(f"{_REPORT}/discard/", writing.SupervisionDiscard.as_view(), name="supervision-discard"),
    path("receipts/<int:pk>/sign/", writing.receipt_sign, name="receipt-sign"),
]
