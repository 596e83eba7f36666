"""Addresses of the ledger import."""

from django.urls import path

from partyorgs.ledgers.views import importing

urlpatterns = [
    path("ledgers/", importing.LedgerList.as_view(), name="ledger-list"),
    path("ledgers/new/", importing.LedgerUploadView.as_view(), name="ledger-create"),
    path("ledgers/blank/", importing.LedgerBlank.as_view(), name="ledger-blank"),
    path("ledgers/<int:pk>/", importing.LedgerDetail.as_view(), name="ledger-detail"),
    path("ledgers/<int:pk>/problems/", importing.LedgerProblems.as_view(), name="ledger-problems"),
    path("ledgers/<int:pk>/remap/", importing.LedgerRemap.as_view(), name="ledger-remap"),
    path("ledgers/<int:pk>/confirm/", importing.LedgerConfirm.as_view(), name="ledger-confirm"),
    path("ledgers/<int:pk>/undo/", importing.LedgerUndo.as_view(), name="ledger-undo"),
]
