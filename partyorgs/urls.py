"""Addresses of what is seen from both sides: associations, people, Party organizations, officers, instructors."""

from django.urls import path

from partyorgs.views import associations, instructors, ledgers, officers, organizations, people, targets

app_name = "partyorgs"
urlpatterns = [
    path("associations/", associations.AssociationList.as_view(), name="association-list"),
    path("associations/<int:pk>/", associations.AssociationDetail.as_view(), name="association-detail"),
    path("associations/<int:pk>/affiliations/new/", organizations.AssociationJoin.as_view(), name="association-join"),
    path("associations/<int:pk>/instructors/new/", instructors.InstructorCreate.as_view(), name="instructor-create"),
    path("associations/<int:pk>/talks/new/", instructors.TalkCreate.as_view(), name="talk-create"),
    path("people/", people.PersonList.as_view(), name="person-list"),
    path("people/<int:pk>/", people.PersonDetail.as_view(), name="person-detail"),
    path("people/<int:pk>/merge/", people.PersonMergeInto.as_view(), name="person-merge"),
    path("merges/<int:pk>/undo/", people.MergeUndo.as_view(), name="merge-undo"),
    path("organizations/", organizations.OrganizationList.as_view(), name="organization-list"),
    path("organizations/new/", organizations.OrganizationCreate.as_view(), name="organization-create"),
    path("organizations/options/", organizations.OrganizationOptions.as_view(), name="organization-options"),
    path("organizations/<int:pk>/", organizations.OrganizationDetail.as_view(), name="organization-detail"),
    path("organizations/<int:pk>/correct/", organizations.OrganizationCorrect.as_view(), name="organization-correct"),
    path("organizations/<int:pk>/end/", organizations.OrganizationEnd.as_view(), name="organization-end"),
    path(
        "organizations/<int:pk>/affiliations/new/",
        organizations.AffiliationCreate.as_view(),
        name="affiliation-create",
    ),
    path("affiliations/<int:pk>/end/", organizations.AffiliationEnd.as_view(), name="affiliation-end"),
    path("affiliations/<int:pk>/correct/", organizations.AffiliationCorrect.as_view(), name="affiliation-correct"),
    path("organizations/<int:pk>/elections/new/", organizations.ElectionCreate.as_view(), name="election-create"),
    path("elections/<int:pk>/correct/", organizations.ElectionCorrect.as_view(), name="election-correct"),
    path("organizations/<int:pk>/setups/new/", organizations.SetupCreate.as_view(), name="setup-create"),
    path("setups/<int:pk>/correct/", organizations.SetupCorrect.as_view(), name="setup-correct"),
    path("organizations/<int:pk>/officers/new/", officers.OfficerCreate.as_view(), name="officer-create"),
    path("officers/<int:pk>/end/", officers.OfficerEnd.as_view(), name="officer-end"),
    path("officers/<int:pk>/correct/", officers.OfficerCorrect.as_view(), name="officer-correct"),
    path("instructors/", instructors.InstructorList.as_view(), name="instructor-list"),
    path("instructors/<int:pk>/end/", instructors.InstructorEnd.as_view(), name="instructor-end"),
    path("instructors/<int:pk>/correct/", instructors.InstructorCorrect.as_view(), name="instructor-correct"),
    path("talks/<int:pk>/correct/", instructors.TalkCorrect.as_view(), name="talk-correct"),
    path("ledgers/", ledgers.LedgerList.as_view(), name="ledger-list"),
    path("ledgers/new/", ledgers.LedgerUploadView.as_view(), name="ledger-create"),
    path("ledgers/blank/", ledgers.LedgerBlank.as_view(), name="ledger-blank"),
    path("ledgers/<int:pk>/", ledgers.LedgerDetail.as_view(), name="ledger-detail"),
    path("ledgers/<int:pk>/problems/", ledgers.LedgerProblems.as_view(), name="ledger-problems"),
    path("ledgers/<int:pk>/remap/", ledgers.LedgerRemap.as_view(), name="ledger-remap"),
    path("ledgers/<int:pk>/confirm/", ledgers.LedgerConfirm.as_view(), name="ledger-confirm"),
    path("ledgers/<int:pk>/undo/", ledgers.LedgerUndo.as_view(), name="ledger-undo"),
    path("targets/", targets.TargetList.as_view(), name="target-list"),
    path("targets/new/", targets.TargetCreate.as_view(), name="target-create"),
    path("targets/<int:pk>/edit/", targets.TargetEdit.as_view(), name="target-edit"),
    path("targets/<int:pk>/delete/", targets.TargetDelete.as_view(), name="target-delete"),
]
