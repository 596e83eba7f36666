"""People entered and corrected, and the Party membership that is stated of them."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from associations.access import can_write_person
from associations.facts import belongs_within
from associations.forms import CreatePersonForm, EditPersonForm, MembershipForm
from associations.models import KnownAs, PartyMembership, Person
from associations.services.people import create_person, edit_person, state_membership
from associations.services.statements import correct_statement
from associations.views.pages import ChangeFormView, CorrectFormView, FactFormView, OptionsView
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import Denial


class PersonCreate(FactFormView):
    """A new person at an association; the posts follow."""

    form_class = CreatePersonForm
    title = "登记人员"
    note = "同名不同人的分别登记。已在其他协会登记过的，不必重复登记，任职时直接选择。"

    def perform(self, form_data: dict[str, Any]) -> str:
        self.created = create_person(association=self.row, actor=self.actor, **form_data)
        return f"已登记{self.created.name}（编号{self.created.pk}），可以登记其职务。"


class LookedAtView(FactFormView):
    """A form about a person: opening it shows what is personal, so the look is written down as on the full record."""

    @property
    def person(self) -> Person:
        found: Person = self.row if isinstance(self.row, Person) else self.row.person
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        audit.record(self.actor, AuditAction.LOOK, self.person, what="人员完整信息")
        return answer

    def denial(self) -> Denial | None:
        return can_write_person(self.actor, self.person, self.today)

    def get_back_url(self) -> str:
        return reverse("partyorgs:person-detail", args=[self.person.pk])


class PersonEdit(LookedAtView, CorrectFormView):
    model = Person
    form_class = EditPersonForm
    title = "更正录入错误：人员"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        edit_person(person=self.row, actor=self.actor, reason=reason, values=values)


class MembershipCreate(LookedAtView, ChangeFormView):
    model = Person
    form_class = MembershipForm
    title = "登记变更：党员身份"

    def perform(self, form_data: dict[str, Any]) -> str:
        state_membership(person=self.row, actor=self.actor, **form_data)
        return "已登记。"


class MembershipCorrect(LookedAtView, CorrectFormView):
    model = PartyMembership
    form_class = MembershipForm
    title = "更正录入错误：党员身份"

    def rows(self) -> Any:
        people = Person.objects.counted().visible_to(self.actor, self.today)
        return self.model.objects.filter(person__in=people).select_related("person")

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        correct_statement(statement=self.row, actor=self.actor, reason=reason, values=values)


class PersonOptions(OptionsView):
    """People by name, each with an association, for two people may have one name."""

    def matching(self, text: str) -> QuerySet[Person]:
        place = KnownAs.objects.filter(belongs_within(self.scope.limit, self.today), person=OuterRef("pk")).order_by(
            "pk"
        )
        people = Person.objects.counted().visible_to(self.request.user, self.today)
        matches = people.filter(Q(name__contains=text) | Q(initials__startswith=text.lower()))
        return matches.annotate(place=Subquery(place.values("association__name")[:1])).order_by("pinyin", "pk")

    def describe(self, row: Any) -> str:
        return str(row.place)
