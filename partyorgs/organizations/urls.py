"""Addresses of associations, people, Party organizations, officers and instructors."""

from django.urls import path

from partyorgs.organizations.views import associations, instructors, officers, people, registry

urlpatterns = [
    path("associations/", associations.AssociationList.as_view(), name="association-list"),
    path("associations/<int:pk>/", associations.AssociationDetail.as_view(), name="association-detail"),
    path("associations/<int:pk>/affiliations/new/", registry.AssociationJoin.as_view(), name="association-join"),
    path("associations/<int:pk>/instructors/new/", instructors.InstructorCreate.as_view(), name="instructor-create"),
    path("associations/<int:pk>/talks/new/", instructors.TalkCreate.as_view(), name="talk-create"),
    path("people/", people.PersonList.as_view(), name="person-list"),
    path("people/<int:pk>/", people.PersonDetail.as_view(), name="person-detail"),
    path("people/<int:pk>/merge/", people.PersonMergeInto.as_view(), name="person-merge"),
    path("merges/<int:pk>/undo/", people.MergeUndo.as_view(), name="merge-undo"),
    path("organizations/", registry.OrganizationList.as_view(), name="organization-list"),
    path("organizations/new/", registry.OrganizationCreate.as_view(), name="organization-create"),
    path("organizations/options/", registry.OrganizationOptions.as_view(), name="organization-options"),
    path("organizations/<int:pk>/", registry.OrganizationDetail.as_view(), name="organization-detail"),
    path("organizations/<int:pk>/correct/", registry.OrganizationCorrect.as_view(), name="organization-correct"),
    path("organizations/<int:pk>/end/", registry.OrganizationEnd.as_view(), name="organization-end"),
    path(
        "organizations/<int:pk>/affiliations/new/",
        registry.AffiliationCreate.as_view(),
        name="affiliation-create",
    ),
    path("affiliations/<int:pk>/end/", registry.AffiliationEnd.as_view(), name="affiliation-end"),
    path("affiliations/<int:pk>/correct/", registry.AffiliationCorrect.as_view(), name="affiliation-correct"),
    path("organizations/<int:pk>/elections/new/", registry.ElectionCreate.as_view(), name="election-create"),
    path("elections/<int:pk>/correct/", registry.ElectionCorrect.as_view(), name="election-correct"),
    path("organizations/<int:pk>/setups/new/", registry.SetupCreate.as_view(), name="setup-create"),
    path("setups/<int:pk>/correct/", registry.SetupCorrect.as_view(), name="setup-correct"),
    path("organizations/<int:pk>/officers/new/", officers.OfficerCreate.as_view(), name="officer-create"),
    path("officers/<int:pk>/end/", officers.OfficerEnd.as_view(), name="officer-end"),
    path("officers/<int:pk>/correct/", officers.OfficerCorrect.as_view(), name="officer-correct"),
    path("instructors/", instructors.InstructorList.as_view(), name="instructor-list"),
    path("instructors/<int:pk>/end/", instructors.InstructorEnd.as_view(), name="instructor-end"),
    path("instructors/<int:pk>/correct/", instructors.InstructorCorrect.as_view(), name="instructor-correct"),
    path("talks/<int:pk>/correct/", instructors.TalkCorrect.as_view(), name="talk-correct"),
]
