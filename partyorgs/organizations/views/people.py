"""People: the list, the full record of one (each look is written down), two records made one and two again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.views.generic import DetailView

from associations.access import can_see_membership, can_write_person
from associations.facts import belongs_within
from associations.models import Association, AssociationPost, KnownAs, Person, PersonMerge
from associations.views.pages import READERS, FactFormView
from partyorgs.organizations.access import can_merge
from partyorgs.organizations.filters import PersonFilter
from partyorgs.organizations.forms import MergeForm, UndoMergeForm
from partyorgs.organizations.models import Instructor, PartyPost
from partyorgs.organizations.services.people import merge_people, undo_merge
from partyorgs.organizations.views.associations import DatedListView
from partyorgs.organizations.xlsx import PERSON_COLUMNS
from portal.core import audit
from portal.core.choices import COMMITTEE_ROLES, AuditAction
from portal.core.errors import Denial, RuleViolation
from portal.core.views import ScopedMixin


class PersonList(DatedListView):
    """Names and places only: what more is known stands on the full record, whose opening is written down."""

    roles = COMMITTEE_ROLES
    filterset_class = PersonFilter
    template_name = "partyorgs/organizations/person_list.html"
    title = "人员"
    sorts = {"name": "pinyin", "posts": "posts_held", "party_posts": "party_posts_held"}
    default_sort = "name"
    columns = PERSON_COLUMNS

    def get_queryset(self) -> Any:
        user, day = self.request.user, self.as_of
        seen = belongs_within(self.scope.limit, self.today)
        known = KnownAs.objects.filter(seen, person=OuterRef("pk")).order_by("pk")
        posts = AssociationPost.objects.live_at(day).filter(seen, person=OuterRef("pk"))
        party_posts = PartyPost.objects.live_at(day).filter(seen, person=OuterRef("pk"))
        return (
            Person.objects.counted()
            .visible_to(user, self.today)
            .annotate(
                place=Subquery(known.values("association__name")[:1]),
                posts_held=_count(posts),
                party_posts_held=_count(party_posts),
            )
        )


def _count(rows: Any) -> Coalesce:
    counts = rows.order_by().values("person").annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counts), 0)


class PersonDetail(ScopedMixin, DetailView):
    roles = READERS
    template_name = "partyorgs/organizations/person_detail.html"
    context_object_name = "person"

    def get_queryset(self) -> Any:
        return Person.objects.visible_to(self.request.user, self.today).select_related("merged_into")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person, day = self.object, self.as_of
        user: Any = self.request.user
        audit.record(user, AuditAction.LOOK, person, what="人员完整信息")
        seen = Association.objects.visible_to(user, self.today)
        mine = {"person": person, "association__in": seen}
        posts = list(AssociationPost.objects.filter(**mine).select_related("association").order_by("-begins_on"))
        party_posts = PartyPost.objects.filter(**mine).select_related("association", "organization")
        held_by_party = list(party_posts.order_by("-begins_on"))
        both = {post.association_id for post in posts if post.is_live(day)}
        both &= {post.association_id for post in held_by_party if post.is_live(day)}
        may_see = can_see_membership(user, person, self.today) is None
        may_merge = can_merge(user, person, self.today) is None
        merges = (
            PersonMerge.objects.filter(Q(survivor=person) | Q(duplicate=person))
            if may_merge
            else PersonMerge.objects.none()
        )
        return super().get_context_data(
            posts=[(post, post.is_live(day)) for post in posts],
            party_posts=[(post, post.is_live(day)) for post in held_by_party],
            assignments=[
                (row, row.is_live(day)) for row in Instructor.objects.filter(**mine).select_related("association")
            ],
            crossed=both,
            known=KnownAs.objects.filter(**mine).select_related("association").order_by("association__pinyin", "pk"),
            memberships=person.memberships.order_by("-stated_on") if may_see else [],
            may_see=may_see,
            may_write=can_write_person(user, person, self.today) is None,
            may_merge=may_merge,
            merges=merges.select_related("survivor", "duplicate").order_by("-pk"),
            **kwargs,
        )


class MergePage(FactFormView):
    model: ClassVar[Any] = Person

    def denial(self) -> Denial | None:
        return can_merge(self.actor, self.row, self.today)

    def get_back_url(self) -> str:
        return reverse("partyorgs:person-detail", args=[self.row.pk])


class PersonMergeInto(MergePage):
    form_class = MergeForm
    title = "合并人员记录"
    note = "两条记录确属同一人的才合并。合并后两边的职务算同一人担任，交叉任职随之重新计算；合并可以撤销。"
    submit_label = "合并"
    is_dangerous = True

    def perform(self, form_data: dict[str, Any]) -> str:
        duplicate = form_data.pop("duplicate")
        if denial := can_merge(self.actor, duplicate, self.today):
            raise RuleViolation(denial.reason, "duplicate")
        merge_people(survivor=self.row, duplicate=duplicate, actor=self.actor, **form_data)
        return f"已将编号{duplicate.pk}并入编号{self.row.pk}。"


class MergeUndo(MergePage):
    form_class = UndoMergeForm
    title = "撤销合并"
    note = "合并时转移的记录退回原来的人员；合并之后新登记的留在保留的记录上。"
    submit_label = "确定撤销合并"
    is_dangerous = True
    model = PersonMerge

    def rows(self) -> Any:
        people = Person.objects.visible_to(self.actor, self.today)
        return PersonMerge.objects.filter(survivor__in=people).select_related("survivor", "duplicate")

    def denial(self) -> Denial | None:
        return can_merge(self.actor, self.row.survivor, self.today)

    def get_back_url(self) -> str:
        return reverse("partyorgs:person-detail", args=[self.row.survivor_id])

    def perform(self, form_data: dict[str, Any]) -> str:
        undo_merge(merge=self.row, actor=self.actor, **form_data)
        return "已撤销合并，恢复为两条记录。"
