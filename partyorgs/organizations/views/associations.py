"""The list of associations and the page about one: here, because coverage and Party organizations are seen from this floor."""

from __future__ import annotations

from typing import Any

from django.views.generic import DetailView

from associations.access import can_register
from associations.models import Association
from associations.views.pages import READERS
from partyorgs.organizations.choices import CoverageState
from partyorgs.organizations.facts import listed_associations
from partyorgs.organizations.filters import AssociationFilter
from partyorgs.organizations.views.history import history
from partyorgs.organizations.views.record import association_record
from partyorgs.organizations.views.timeline import timeline
from partyorgs.organizations.xlsx import ASSOCIATION_COLUMNS
from portal.core.views import FilteredListView, ScopedMixin


class DatedListView(FilteredListView):
    """A list on a day, with what may be added to it."""

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(filterset_class), "as_of": self.as_of}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_write = can_register(self.request.user) is None  # type: ignore[arg-type]
        return super().get_context_data(may_write=may_write, **kwargs)


class AssociationList(DatedListView):
    roles = READERS
    filterset_class = AssociationFilter
    template_name = "partyorgs/organizations/association_list.html"
    title = "协会商会"
    sorts = {
        "name": "pinyin",
        "uscc": "uscc",
        "committee": "committee_name",
        "coverage": "coverage",
        "formal": "formal_members",
        "registered": "registered_on",
    }
    default_sort = "name"
    columns = ASSOCIATION_COLUMNS

    def get_queryset(self) -> Any:
        return listed_associations(Association.objects.visible_to(self.request.user, self.today), self.as_of)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(coverage_labels=dict(CoverageState.choices), **kwargs)


class AssociationDetail(ScopedMixin, DetailView):
    roles = READERS
    template_name = "partyorgs/organizations/association_detail.html"
    context_object_name = "association"

    def get_queryset(self) -> Any:
        rows = Association.objects.visible_to(self.request.user, self.today)
        return rows.select_related(
            "region", "industry", "competent_authority", "industry_authority", "registration_authority"
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, day = self.request.user, self.as_of
        record = association_record(self.object, user, day, self.today)  # type: ignore[arg-type]
        # The log tells political affiliation too: whoever may not see the one does not see the other.
        tab = "history" if self.request.GET.get("tab") == "history" and record.may_see_memberships else "record"
        told = timeline(self.object, user, self.today)  # type: ignore[arg-type]
        events = [event for event in told if event.on <= day or day == self.today]
        return super().get_context_data(
            record=record,
            tab=tab,
            events=events if tab == "record" else [],
            entries=history(self.object, self.object.pk) if tab == "history" else [],
            **kwargs,
        )
