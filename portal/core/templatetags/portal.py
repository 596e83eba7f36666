"""How figures, dates and states are written on every page. No domain logic: what is shown was decided elsewhere."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.utils.dateparse import parse_date

from portal.core import privacy
from portal.core.measures import Rate

register = template.Library()

# Kind of state -> tone, icon, word: never a colour alone.
_BADGES: dict[str, tuple[str, str, str]] = {
    "met": ("good", "check-circle-fill", "达标"),
    "good": ("good", "check-circle-fill", "正常"),
    "soon": ("warn", "clock-fill", "临期"),
    "warn": ("warn", "exclamation-circle-fill", "注意"),
    "unmet": ("bad", "x-circle-fill", "未达标"),
    "overdue": ("bad", "exclamation-triangle-fill", "逾期"),
    "bad": ("bad", "x-circle-fill", "有误"),
    "none": ("none", "dash-circle", "不适用"),
}
_OF_TRUTH = {True: "met", False: "unmet", None: "none"}


@register.filter
def rate(value: Rate | None) -> str:
    """Write a rate with its two counts: 79.95 %（339/424）."""
    return "—" if value is None else str(value)


@register.filter
def percent(value: Rate | None) -> str:
    """Write a rate alone, rounded down: 79.95 %."""
    return "—" if value is None or not value.denominator else f"{value.percent} %"


@register.filter
def target_percent(value: Fraction | Decimal | None) -> str:
    """Write a target without needless zeros: 4/5 and 80.00 are 80 %."""
    if value is None:
        return "—"
    hundred = Decimal(value.numerator * 100) / value.denominator if isinstance(value, Fraction) else value
    return f"{hundred.normalize():f} %"


@register.filter
def dash(value: Any) -> Any:
    """Write "—" where nothing is known; a zero is known."""
    return "—" if value is None or value == "" else value


@register.filter
def masked(value: str | None) -> str:
    """Hide the middle of a number or name."""
    return privacy.masked(value) if value else "—"


@register.filter
def date_sentence(value: datetime.date | str | None) -> str:
    """Write a date as it stands in a sentence: 2024年6月30日."""
    day = parse_date(value) if isinstance(value, str) else value
    return f"{day.year}年{day.month}月{day.day}日" if day else "—"


@register.inclusion_tag("components/_status_badge.html")
def status_badge(kind: str | bool | None, label: str = "") -> dict[str, str]:  # noqa: FBT001 -- what Rate.meets answers
    """Show a state: met, soon, unmet, overdue, good, warn, bad, none, or what `Rate.meets` answered."""
    tone, icon, word = _BADGES[kind if isinstance(kind, str) else _OF_TRUTH[kind]]
    return {"tone": tone, "icon": icon, "label": label or word}


@register.inclusion_tag("components/_bar.html")
def bar(value: Rate, target: Fraction | None = None) -> dict[str, str]:
    """Draw a rate as a bar with a mark at the target; green or red only where there is a target to judge by."""
    share = value.fraction or Fraction(0)
    meets = value.meets(target) if target is not None else None
    aim = f"，目标 {target_percent(target)}" if target is not None else ""
    return {
        "width": f"{float(share) * 100:.2f}",
        "mark": f"{float(target) * 100:.2f}" if target is not None else "",
        "tone": {True: "good", False: "bad", None: "none"}[meets],
        "sentence": f"{value}{aim}",
    }


@register.inclusion_tag("components/_sort_heading.html", takes_context=True)
def sort_heading(context: template.Context, name: str, label: str, css: str = "") -> dict[str, Any]:
    """Show a table heading that sorts by `name`, one of the view's `sorts`; a second click turns the order round."""
    now = context["sort"]
    state = "ascending" if now == name else "descending" if now == f"-{name}" else ""
    next_sort = f"-{name}" if state == "ascending" else name
    return {"request": context["request"], "label": label, "css": css, "state": state, "next_sort": next_sort}


def _parameters(request: HttpRequest, left_out: Iterable[str]) -> list[tuple[str, str]]:
    dropped = set(left_out)
    return [(name, value) for name, values in request.GET.lists() if name not in dropped for value in values]


@register.inclusion_tag("components/_hidden_parameters.html", takes_context=True)
def hidden_parameters(context: template.Context, left_out: str = "") -> dict[str, Any]:
    """Carry the parameters of the address through a GET form, but for those named."""
    return {"parameters": _parameters(context["request"], left_out.split())}


@register.inclusion_tag("components/_hidden_parameters.html", takes_context=True)
def filter_parameters(context: template.Context, filterset: Any) -> dict[str, Any]:
    """Carry date, order and page size through a filter form, whose own fields speak for themselves."""
    own = {part for name in filterset.form.fields for part in (name, f"{name}_min", f"{name}_max")}
    kept = [pair for pair in _parameters(context["request"], own) if pair[0] in {"as_of", "sort", "page_size", "tab"}]
    return {"parameters": kept}


@register.simple_tag
def elided_pages(page: Page[Any]) -> list[int | str]:
    """Return the page numbers to show, with "…" for those left out."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [number if isinstance(number, int) else "…" for number in numbers]
