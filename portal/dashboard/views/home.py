"""The first page of each role, and the table of all figures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.generic import TemplateView

from partyorgs.organizations.indicators import COMPUTED, INDICATORS
from portal.core.access import scope_of
from portal.core.choices import ADMINISTRATORS
from portal.core.measures import GROUPINGS, Indicator
from portal.core.navigation import home_of
from portal.core.views import ScopedMixin, as_of_from, signed_in, xlsx_response
from portal.core.xlsx import Column, Table
from portal.dashboard.navigation import DESK_ROLES, READERS
from portal.dashboard.panels import card, coverage, groups, rectification, reports, supervision


def home(request: HttpRequest) -> HttpResponse:
    """Show each role what it needs first; administrators, who see no business data, and inspectors go to their own page."""
    scope = scope_of(request.user)
    if scope.has(*ADMINISTRATORS) or not scope.has(*DESK_ROLES):
        return redirect(home_of(request.user))
    as_of = as_of_from(request)
    if scope.has(*READERS):
        user, today = signed_in(request), timezone.localdate()
        context = {
            "overview": coverage.overview(scope, as_of),
            "waiting": (
                *reports.waiting_for(user, today),
                *rectification.waiting_for(user, today),
                *supervision.waiting_for(user),
            ),
            "place": supervision.issued_place(user),
        }
        return render(request, "dashboard/home_overview.html", context)
    user, today = signed_in(request), timezone.localdate()
    context = {
        "cards": card.cards(scope.limit, as_of),
        "owed": reports.owed_reports(user, today),
        "rectification": rectification.owed_by(user, today),
    }
    return render(request, "dashboard/home_secretary.html", context)


class CoverageView(ScopedMixin, TemplateView):
    """Indicator by group, the total first, each cell with the list behind it."""

    roles = READERS
    template_name = "dashboard/coverage.html"

    @property
    def by(self) -> str:
        by = self.request.GET.get("by", "")
        return by if by in GROUPINGS else "committee"

    @property
    def chosen(self) -> Indicator:
        indicator = INDICATORS.get(self.request.GET.get("indicator", ""))
        return indicator if indicator is not None and indicator.is_computed else INDICATORS[coverage.LEAD]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        table = groups.coverage_table(self.scope, self.as_of, self.by, self.chosen)
        if request.GET.get("export") == "xlsx":
            return self.export(table)
        dimensions = coverage.DIMENSIONS.items()
        context = self.get_context_data(table=table, dimensions=dimensions, indicators=COMPUTED, by=self.by)
        return self.render_to_response(context)

    def export(self, table: groups.CoverageTable) -> HttpResponse:
        name = f"覆盖情况（按{table.dimension}）"
        columns = [Column(table.dimension, lambda row: row.name, 30), Column("在册协会", lambda row: row.associations)]
        for place, indicator in enumerate(COMPUTED):
            columns += indicator_columns(indicator, place)
        sheet = Table(f"{name}（{table.as_of:%Y-%m-%d}）", columns, [*table.rows, table.total])
        return xlsx_response(self.request, [sheet], f"{name}{table.as_of:%Y%m%d}.xlsx", rows=len(table.rows))


def indicator_columns(indicator: Indicator, place: int) -> list[Column]:
    """Return an indicator's three columns of the coverage export: counts to calculate with, the rate as it is printed."""
    return [
        Column(f"{indicator.name}分子", lambda row: row.cells[place].rate.numerator),
        Column(f"{indicator.name}分母", lambda row: row.cells[place].rate.denominator),
        Column(f"{indicator.name}（%）", lambda row: row.cells[place].rate.percent),
    ]
