"""The lists behind figures: associations counted and not counted with reasons, and terms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from partyorgs.organizations.facts import facts_with_terms
from partyorgs.organizations.indicators import HARD_CASE_COUNTS, HARD_CASES, INDICATORS, SETUP_COUNTS
from portal.core.access import Limit, subtree_limit
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.measures import Indicator, rows_at
from portal.core.models import Committee
from portal.core.typed import key_from
from portal.core.views import FilteredListView, ScopedMixin, xlsx_response
from portal.core.xlsx import Column, Table
from portal.dashboard.filters import ElectionFilter, FactFilter
from portal.dashboard.navigation import READERS
from portal.dashboard.panels import coverage, figures, rectification
from portal.dashboard.panels.figures import FigureLine
from reviews.reports.indicators.effective import CONDITION_COUNTS


class NarrowedMixin(ScopedMixin):
    """A page that `within` of the address narrows to one committee's subtree; one outside the own scope is 404."""

    roles: ClassVar[tuple[Role, ...]] = READERS

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = request.GET.get("within", "")
        self.narrowed: Committee | None = None
        if key and self.scope.has(*self.roles):
            self.narrowed = get_object_or_404(Committee.objects.visible_to(request.user), pk=key_from(key))
        return super().dispatch(request, *args, **kwargs)

    @property
    def limit(self) -> Limit:
        return subtree_limit(self.narrowed) if self.narrowed else self.scope.limit


LINE_COLUMNS = (
    Column("协会名称", lambda line: line.fact.name, 34),
    Column("统一社会信用代码", lambda line: line.fact.uscc, 22),
    Column("类别", lambda line: line.kind),
    Column("党建工作领导机构", lambda line: line.committee, 26),
    Column("所在地", lambda line: line.region),
    Column("正式党员数", lambda line: line.fact.formal_members),
    Column("党组织", lambda line: line.organization_names, 40),
    Column("组建方式", lambda line: line.setups),
)
NOTE_COLUMN = Column("说明", lambda line: line.note, 34)
CONDITIONS_COLUMN = Column("未达标的条件", lambda line: line.fact.reason, 40)
REASON_COLUMN = Column("未计入原因", lambda line: line.fact.reason, 30)


def counted_columns(indicator: Indicator) -> tuple[Column, ...]:
    """Return the two columns of an export that an indicator sums: its denominator's first, as lists show them."""
    assert indicator.counted is not None, indicator.code  # noqa: S101 -- called for such indicators only
    numerator, denominator = indicator.counted
    names = indicator.counted_names
    return (
        Column(names[1], lambda line: getattr(line.fact, denominator)),
        Column(names[0], lambda line: getattr(line.fact, numerator)),
    )


class FactListView(NarrowedMixin, FilteredListView):
    """A list of associations as they stood on a day; rows, count and export are the same lines."""

    filterset_class = FactFilter
    template_name = "dashboard/figure.html"
    columns: ClassVar[tuple[Column, ...]] = LINE_COLUMNS
    sorts: ClassVar[dict[str, str]] = {
        "name": "pinyin",
        "committee": "committee_path",
        "formal": "formal_members",
        "party_term": "own_term_ends_on",
    }
    default_sort = "name"

    def get_filterset_kwargs(self, filterset_class: type[FactFilter]) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(filterset_class), "as_of": self.as_of, "limit": self.limit}

    def lines(self, facts: Any) -> list[FigureLine]:
        user = self.actor
        return figures.lines_of(list(facts), user, self.as_of, self.today, getattr(self, "indicator", None))

    @property
    def file_title(self) -> str:
        return self.title

    @property
    def exported(self) -> tuple[Column, ...]:
        """Return the columns of the export; some depend on the list."""
        return self.columns

    def export(self) -> HttpResponse:
        lines = self.lines(self.object_list)
        title = self.file_title
        columns = (*self.exported, NOTE_COLUMN) if any(line.note for line in lines) else self.exported
        table = Table(f"{title}（{self.as_of:%Y-%m-%d}）", columns, lines)
        return xlsx_response(self.request, [table], f"{title}{self.as_of:%Y%m%d}.xlsx", rows=len(lines))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(narrowed=self.narrowed, **kwargs)
        context["page_obj"].object_list = self.lines(context["page_obj"].object_list)
        return context


class FigureView(FactListView):
    """The names behind one indicator's figure, counted and not counted apart, each with its reason."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.indicator = self.find(kwargs["code"])
        self.title = self.indicator.name  # type: ignore[misc]
        if self.indicator.counted:
            part, whole = self.indicator.counted
            self.sorts = {**self.sorts, "part": part, "whole": whole}  # type: ignore[misc]

    @property
    def exported(self) -> tuple[Column, ...]:
        if self.indicator.counted:
            return (*LINE_COLUMNS, *counted_columns(self.indicator))
        return (*LINE_COLUMNS, REASON_COLUMN) if self.tab == "out" else LINE_COLUMNS

    def find(self, code: str) -> Indicator:
        """Return the indicator of the address; one that nobody defined is 404."""
        if code not in INDICATORS:
            raise Http404
        return INDICATORS[code]

    @property
    def tab(self) -> str:
        if self.indicator.counted:
            return "all"
        return "in" if self.request.GET.get("tab") == "in" else "out"

    @property
    def file_title(self) -> str:
        words = {"in": "已计入", "out": "未计入", "all": ""}
        return f"{self.title}{words[self.tab]}"

    def get_template_names(self) -> list[str]:
        return ["dashboard/figure.html" if self.indicator.is_computed else "dashboard/figure_waiting.html"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.indicator.is_computed:
            return super().get(request, *args, **kwargs)
        return render(request, "dashboard/figure_waiting.html", {"indicator": self.indicator, "heading": self.title})

    def get_queryset(self) -> Any:
        return figures.rows_behind(self.indicator, self.as_of, self.limit)

    def sorted(self, queryset: Any) -> Any:
        """Keep one tab's rows, split by the predicate that counted them."""
        self.behind = queryset
        numerator = self.indicator.numerator
        if self.tab == "in":
            queryset = queryset.filter(numerator)
        elif self.tab == "out":
            queryset = queryset.exclude(numerator) if numerator else queryset.none()
        return super().sorted(queryset)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rate = figures.rate_behind(self.indicator, self.behind)
        committee = self.narrowed or self.scope.committee
        path = committee.path if committee and not kwargs["filter"].is_narrowed else ""
        figure = coverage.figure_at(self.indicator, rate, path, self.as_of)
        return super().get_context_data(indicator=self.indicator, figure=figure, tab=self.tab, **kwargs)


class CountView(FigureView):
    """A list that is only counted, never a rate: its one tab holds the associations that count."""

    template_name = "dashboard/count.html"
    found_in: ClassVar[dict[str, Indicator]] = {}

    def find(self, code: str) -> Indicator:
        if code not in self.found_in:
            raise Http404
        return self.found_in[code]

    @property
    def tab(self) -> str:
        return "in"

    @property
    def file_title(self) -> str:
        return self.title

    def get_template_names(self) -> list[str]:
        return [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(proposal="", has_partners=False, shows_findings=False, **kwargs)

    @property
    def exported(self) -> tuple[Column, ...]:
        return (*LINE_COLUMNS, CONDITIONS_COLUMN) if self.indicator.tells_all else LINE_COLUMNS


class ConditionView(CountView):
    """The covered associations that fail one condition of effective coverage, each with all conditions it fails."""

    found_in = CONDITION_COUNTS


class SetupView(CountView):
    """The associations covered by one kind of organization; the kinds are never added up."""

    found_in = SETUP_COUNTS


class HardCaseView(CountView):
    """One of the five kinds of hard case, with what the portal proposes."""

    found_in = HARD_CASE_COUNTS

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.has_partners = kwargs["code"] == figures.TOO_FEW_MEMBERS

    @property
    def exported(self) -> tuple[Column, ...]:
        columns = (*super().exported, Column("检查发现的问题", lambda line: line.findings, 26))
        return (*columns, Column("建议", lambda line: line.proposal, 60)) if self.has_partners else columns

    def lines(self, facts: Any) -> list[FigureLine]:
        lines = super().lines(facts)
        if self.has_partners:
            lines = figures.with_partners(lines, self.as_of, self.limit)
        findings = rectification.found_at([line.fact.pk for line in lines], self.actor, self.today)
        return [
            replace(line, findings=findings[line.fact.pk].words) if line.fact.pk in findings else line for line in lines
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        case = next(case for case in HARD_CASES if case.code == self.indicator.code)
        shows_findings = self.scope.has(*COMMITTEE_ROLES)
        return {
            **context,
            "proposal": case.proposal,
            "has_partners": self.has_partners,
            "shows_findings": shows_findings,
        }


class ElectionListView(FactListView):
    """Both term clocks of each association, side by side."""

    title = "换届任期"
    filterset_class = ElectionFilter
    template_name = "dashboard/elections.html"
    sorts: ClassVar[dict[str, str]] = {**FactListView.sorts, "association_term": "chair_since"}
    default_sort = "party_term"
    columns: ClassVar[tuple[Column, ...]] = (
        *LINE_COLUMNS[:4],
        Column("党组织", lambda line: line.organization_names, 40),
        Column("党组织任期届满", lambda line: line.fact.own_term_ends_on),
        Column("党组织任期", lambda line: line.party_term),
        Column("协会任期届满（按会长任职满五年）", lambda line: line.association_term_ends_on),
        Column("协会任期", lambda line: line.association_term),
    )

    def get_queryset(self) -> Any:
        rows = rows_at(facts_with_terms, self.as_of, self.limit)
        return rows.select_related("committee", "region")

    def sorted(self, queryset: Any) -> Any:
        """Put terms without an end last: nothing is due there."""
        return figures.nulls_last(queryset, self.get_ordering())
