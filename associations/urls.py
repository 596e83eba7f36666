"""Addresses of the registry's forms. Lists and pages about an association or a person need both sides: see partyorgs."""

from django.urls import path

from associations.views import associations, people, posts, references

app_name = "associations"
urlpatterns = [
    path("associations/new/", associations.AssociationCreate.as_view(), name="association-create"),
    path("associations/options/", associations.AssociationOptions.as_view(), name="association-options"),
    path("associations/move/", associations.AssociationMoveMany.as_view(), name="association-move-many"),
    path("associations/<int:pk>/edit/", associations.AssociationEdit.as_view(), name="association-edit"),
    path("associations/<int:pk>/correct/", associations.AssociationCorrect.as_view(), name="association-correct"),
    path("associations/<int:pk>/end/", associations.AssociationEnd.as_view(), name="association-end"),
    path("associations/<int:pk>/move/", associations.AssociationMove.as_view(), name="association-move"),
    path(
        "associations/<int:pk>/charter-clauses/new/",
        associations.CharterClauseCreate.as_view(),
        name="charter-clause-create",
    ),
    path("associations/<int:pk>/decouplings/new/", associations.DecouplingCreate.as_view(), name="decoupling-create"),
    path("associations/<int:pk>/headcounts/new/", posts.HeadcountCreate.as_view(), name="headcount-create"),
    path("associations/<int:pk>/posts/new/", posts.PostCreate.as_view(), name="post-create"),
    path("associations/<int:pk>/people/new/", people.PersonCreate.as_view(), name="person-create"),
    path("oversights/<int:pk>/correct/", associations.OversightCorrect.as_view(), name="oversight-correct"),
    path(
        "charter-clauses/<int:pk>/correct/", associations.CharterClauseCorrect.as_view(), name="charter-clause-correct"
    ),
    path("decouplings/<int:pk>/correct/", associations.DecouplingCorrect.as_view(), name="decoupling-correct"),
    path("headcounts/<int:pk>/correct/", posts.HeadcountCorrect.as_view(), name="headcount-correct"),
    path("posts/<int:pk>/end/", posts.PostEnd.as_view(), name="post-end"),
    path("posts/<int:pk>/correct/", posts.PostCorrect.as_view(), name="post-correct"),
    path("posts/<int:pk>/daily-works/new/", posts.DailyWorkCreate.as_view(), name="daily-work-create"),
    path("daily-works/<int:pk>/correct/", posts.DailyWorkCorrect.as_view(), name="daily-work-correct"),
    path("people/options/", people.PersonOptions.as_view(), name="person-options"),
    path("people/<int:pk>/edit/", people.PersonEdit.as_view(), name="person-edit"),
    path("people/<int:pk>/memberships/new/", people.MembershipCreate.as_view(), name="membership-create"),
    path("memberships/<int:pk>/correct/", people.MembershipCorrect.as_view(), name="membership-correct"),
    path("regions/", references.RegionList.as_view(), name="region-list"),
    path("regions/new/", references.RegionCreate.as_view(), name="region-create"),
    path("industries/", references.IndustryList.as_view(), name="industry-list"),
    path("authorities/", references.AuthorityList.as_view(), name="authority-list"),
    path("authorities/new/", references.AuthorityCreate.as_view(), name="authority-create"),
]
