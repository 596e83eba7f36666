"""Party organizations: list, page, founding, covers, elections, setup, dissolution."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.views.generic import DetailView

from associations.facts import belongs_within
from associations.forms import EndForm
from associations.models import Association
from associations.views.pages import (
    READERS,
    ChangeFormView,
    CorrectFormView,
    EndFormView,
    FactFormView,
    OptionsView,
    association_url,
)
from partyorgs.organizations.access import can_found, can_write_organization
from partyorgs.organizations.choices import Setup, TermState
from partyorgs.organizations.facts import listed_organizations
from partyorgs.organizations.filters import OrganizationFilter
from partyorgs.organizations.forms import (
    AffiliateForm,
    CorrectAffiliationForm,
    CorrectElectionForm,
    CorrectOrganizationForm,
    DissolveForm,
    ElectionForm,
    FoundForm,
    JoinForm,
    SetupForm,
)
from partyorgs.organizations.models import Affiliation, Election, OrganizationSetup, PartyOrganization, PartyPost
from partyorgs.organizations.services.registry import (
    affiliate,
    correct_affiliation,
    correct_election,
    correct_organization,
    correct_setup,
    dissolve_organization,
    end_affiliation,
    found_organization,
    record_election,
    state_setup,
)
from partyorgs.organizations.views.associations import DatedListView
from partyorgs.organizations.views.history import history
from partyorgs.organizations.xlsx import ORGANIZATION_COLUMNS
from portal.core.dated import live_q
from portal.core.errors import Denial
from portal.core.typed import key_from
from portal.core.views import ScopedMixin


class OrganizationList(DatedListView):
    roles = READERS
    filterset_class = OrganizationFilter
    template_name = "partyorgs/organizations/organization_list.html"
    title = "党组织"
    sorts = {"name": "pinyin", "level": "level", "covered": "covered", "founded": "begins_on", "term": "term"}
    default_sort = "name"
    columns = ORGANIZATION_COLUMNS

    def get_queryset(self) -> Any:
        seen = belongs_within(self.scope.limit, self.today)
        live = Affiliation.objects.live_at(self.as_of).filter(seen, organization=OuterRef("pk"))
        count = live.order_by().values("organization").annotate(rows=Count("association", distinct=True)).values("rows")
        rows = PartyOrganization.objects.visible_to(self.request.user, self.today)
        return listed_organizations(rows, self.as_of).annotate(covered=Subquery(count))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(setup_labels=dict(Setup.choices), term_labels=dict(TermState.choices), **kwargs)


class OrganizationDetail(ScopedMixin, DetailView):
    roles = READERS
    template_name = "partyorgs/organizations/organization_detail.html"
    context_object_name = "organization"

    def get_queryset(self) -> Any:
        return listed_organizations(PartyOrganization.objects.visible_to(self.request.user, self.today), self.as_of)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, day, organization = self.request.user, self.as_of, self.object
        seen = Association.objects.visible_to(user, self.today)
        covers = organization.affiliations.filter(association__in=seen).select_related("association")
        posts = PartyPost.objects.visible_to(user, self.today).filter(organization=organization)
        posts = posts.select_related("person", "association").order_by("begins_on", "pk")
        on_both = posts.filter(live_q(day, "person__posts__"), person__posts__association=F("association"))
        may_write = can_write_organization(user, organization, self.today) is None  # type: ignore[arg-type]
        tab = "history" if self.request.GET.get("tab") == "history" and may_write else "record"
        return super().get_context_data(
            setup=Setup(organization.setup).label if organization.setup else "未填写",
            term_state=TermState(organization.term_state),
            covers=[cover for cover in covers if cover.is_live(day)],
            former_covers=[cover for cover in covers if not cover.is_live(day)],
            officers=[post for post in posts if post.is_live(day)],
            former_officers=[post for post in posts if not post.is_live(day)],
            on_both_sides=set(on_both.values_list("pk", flat=True)),
            elections=organization.elections.order_by("-held_on"),
            setups=organization.setups.order_by("-stated_on"),
            is_live=organization.is_live(day),
            may_write=may_write,
            tab=tab,
            entries=history(organization) if tab == "history" else [],
            **kwargs,
        )


class OrganizationCreate(FactFormView):
    form_class = FoundForm
    title = "登记党组织"
    note = "覆盖关系自成立之日起；以后加入的协会，在党组织页面另行登记。"

    def denial(self) -> Denial | None:
        return can_found(self.actor)

    def get_subject(self) -> str:
        return ""

    def get_initial(self) -> dict[str, Any]:
        asked = key_from(self.request.GET.get("association", ""))
        seen = Association.objects.visible_to(self.actor, self.today)
        return {"association_1": seen.filter(pk=asked).first()} if asked is not None else {}

    def get_back_url(self) -> str:
        return reverse("partyorgs:organization-list")

    def perform(self, form_data: dict[str, Any]) -> str:
        self.created = found_organization(actor=self.actor, **form_data)
        return f"已登记{self.created.name}。"

    def get_success_url(self) -> str:
        return organization_url(self.created)


def organization_url(organization: PartyOrganization) -> str:
    return reverse("partyorgs:organization-detail", args=[organization.pk])


class OrganizationPage:
    """A form about an organization or something of it."""

    model: ClassVar[Any] = PartyOrganization
    row: Any
    actor: Any
    today: Any

    @property
    def organization(self) -> PartyOrganization:
        found: PartyOrganization = self.row if isinstance(self.row, PartyOrganization) else self.row.organization
        return found

    def rows(self) -> Any:
        organizations = PartyOrganization.objects.visible_to(self.actor, self.today)
        return (
            organizations
            if self.model is PartyOrganization
            else self.model.objects.filter(organization__in=organizations)
        )

    def denial(self) -> Denial | None:
        return can_write_organization(self.actor, self.organization, self.today)

    def get_back_url(self) -> str:
        return organization_url(self.organization)


class OrganizationCorrect(OrganizationPage, CorrectFormView):
    form_class = CorrectOrganizationForm
    title = "更正录入错误：党组织"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        correct_organization(organization=self.row, actor=self.actor, reason=reason, values=values)


class OrganizationEnd(OrganizationPage, EndFormView):
    form_class = DissolveForm
    title = "撤销党组织"
    submit_label = "确定撤销"

    def perform(self, form_data: dict[str, Any]) -> str:
        dissolve_organization(organization=self.row, actor=self.actor, **form_data)
        return "已登记撤销，其覆盖关系和任职同日终止。"


class ElectionCreate(OrganizationPage, ChangeFormView):
    form_class = ElectionForm
    title = "登记换届选举"

    def perform(self, form_data: dict[str, Any]) -> str:
        election = record_election(organization=self.row, actor=self.actor, **form_data)
        return f"已登记，本届任期至{election.term_ends_on:%Y-%m-%d}。"


class ElectionCorrect(OrganizationPage, CorrectFormView):
    model = Election
    form_class = CorrectElectionForm
    title = "更正录入错误：选举"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        correct_election(election=self.row, actor=self.actor, reason=reason, **values)


class SetupCreate(OrganizationPage, ChangeFormView):
    form_class = SetupForm
    title = "登记变更：组建方式"

    def perform(self, form_data: dict[str, Any]) -> str:
        state_setup(organization=self.row, actor=self.actor, **form_data)
        return "已登记。"


class SetupCorrect(OrganizationPage, CorrectFormView):
    model = OrganizationSetup
    form_class = SetupForm
    title = "更正录入错误：组建方式"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        correct_setup(setup=self.row, actor=self.actor, reason=reason, values=values)


class AffiliationCreate(OrganizationPage, ChangeFormView):
    form_class = AffiliateForm
    title = "登记变更：增加覆盖的协会"

    def perform(self, form_data: dict[str, Any]) -> str:
        affiliate(organization=self.row, actor=self.actor, **form_data)
        return f"已覆盖{form_data['association']}。"


class AssociationJoin(ChangeFormView):
    """The same from the association's side: it joins an organization that covers others."""

    form_class = JoinForm
    title = "登记变更：纳入党组织覆盖"

    def perform(self, form_data: dict[str, Any]) -> str:
        affiliate(association=self.row, actor=self.actor, **form_data)
        return f"已由{form_data['organization']}覆盖。"


class AffiliationEnd(EndFormView):
    model = Affiliation
    form_class = EndForm
    title = "终止覆盖"

    def perform(self, form_data: dict[str, Any]) -> str:
        end_affiliation(affiliation=self.row, actor=self.actor, **form_data)
        return "已登记终止覆盖。"


class AffiliationCorrect(CorrectFormView):
    model = Affiliation
    form_class = CorrectAffiliationForm
    title = "更正录入错误：覆盖关系"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        correct_affiliation(affiliation=self.row, actor=self.actor, reason=reason, values=values)

    def get_back_url(self) -> str:
        return association_url(self.row.association)


class OrganizationOptions(OptionsView):
    def matching(self, text: str) -> QuerySet[PartyOrganization]:
        rows = PartyOrganization.objects.visible_to(self.request.user, self.today).search(text)
        return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=self.today)).order_by("pinyin", "pk")
