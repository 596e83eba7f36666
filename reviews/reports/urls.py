"""Addresses of quarterly reports: rounds, filing, review, what they leave behind."""

from django.urls import path

from reviews.reports.views import files, filing, outcomes, reading, reviewing, reviewing_writing, rounds, rounds_writing

_ROUND = "reports/rounds/<int:pk>"
urlpatterns = [
    # quarterly reports: filing
    path("reports/mine/", filing.ReportMine.as_view(), name="report-mine"),
    path("reports/<int:pk>/", reading.ReportDetail.as_view(), name="report-detail"),
    path("reports/<int:pk>/fill/", filing.ReportFill.as_view(), name="report-fill"),
    path("reports/<int:pk>/save/", filing.report_save, name="report-save"),
    path("reports/<int:pk>/confirm/", filing.ReportConfirm.as_view(), name="report-confirm"),
    path("reports/<int:pk>/submit/", filing.report_submit, name="report-submit"),
    path("reports/<int:pk>/withdraw/", filing.report_withdraw, name="report-withdraw"),
    path("reports/<int:pk>/attachments/", files.report_attach, name="report-attach"),
    path("reports/<int:pk>/attachments/<uuid:key>/", files.report_attachment, name="report-attachment"),
    path("reports/<int:pk>/attachments/<uuid:key>/remove/", files.report_detach, name="report-detach"),
    path("reports/<int:pk>/workbook/", files.report_workbook, name="report-workbook"),
    path("reports/<int:pk>/upload/", files.ReportUpload.as_view(), name="report-upload"),
    # quarterly reports: rounds and review
    path("reports/rounds/", rounds.RoundList.as_view(), name="round-list"),
    path("reports/rounds/new/", rounds_writing.RoundCreate.as_view(), name="round-create"),
    path(f"{_ROUND}/", rounds.RoundDetail.as_view(), name="round-detail"),
    path(f"{_ROUND}/reports/", rounds.RoundReports.as_view(), name="round-reports"),
    path(f"{_ROUND}/remind/", rounds.round_remind, name="round-remind"),
    path(f"{_ROUND}/extend/", rounds_writing.RoundExtend.as_view(), name="round-extend"),
    path(f"{_ROUND}/close/", rounds_writing.RoundClose.as_view(), name="round-close"),
    path(f"{_ROUND}/cancel/", rounds_writing.RoundCancel.as_view(), name="round-cancel"),
    path(f"{_ROUND}/reopen/", rounds_writing.RoundReopen.as_view(), name="round-reopen"),
    path("reports/review/", reviewing.ReviewQueue.as_view(), name="review-queue"),
    path("reports/review/approve/", reviewing_writing.review_approve_many, name="review-approve-many"),
    path("reports/<int:pk>/review/", reviewing.ReviewDetail.as_view(), name="review-detail"),
    path("reports/<int:pk>/review/begin/", reviewing_writing.review_begin, name="review-begin"),
    path("reports/<int:pk>/review/return/", reviewing_writing.ReviewReturn.as_view(), name="review-return"),
    path("reports/<int:pk>/review/approve/", reviewing_writing.ReviewApprove.as_view(), name="review-approve"),
    path("reports/<int:pk>/unlock/", reviewing_writing.ReviewUnlock.as_view(), name="review-unlock"),
    path("reports/post-changes/", outcomes.PostChangeList.as_view(), name="post-change-list"),
    path(
        "reports/post-changes/<int:pk>/carry-out/",
        outcomes.post_change_carry_out,
        name="post-change-carry-out",
    ),
    path(
        "reports/post-changes/<int:pk>/decline/",
        outcomes.PostChangeDecline.as_view(),
        name="post-change-decline",
    ),
    path("reports/difficulties/", outcomes.DifficultyList.as_view(), name="difficulty-list"),
    path("reports/difficulties/<int:pk>/answer/", outcomes.DifficultyAnswer.as_view(), name="difficulty-answer"),
]
