"""Print every indicator on a day, in all and by committee, region, industry or kind."""

import csv
import io
import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from partyorgs.organizations.indicators import COMPUTED
from portal.core.access import EVERYTHING
from portal.core.measures import GROUPINGS, Group, Measurement, Rate, measure
from portal.dashboard.panels.coverage import group_names


class Command(BaseCommand):
    help = "打印某一天的全部指标。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="例如 2024-06-30")
        parser.add_argument("--by", choices=sorted(GROUPINGS), help="committee 为当日直接归口的机构")
        parser.add_argument("--format", choices=("table", "json", "csv"), default="table")

    def handle(self, *_: Any, **options: Any) -> None:
        measured = measure(COMPUTED, options["as_of"], EVERYTHING, options["by"])
        keys = [group.key for group in measured.groups]
        names = group_names(options["by"], keys) if options["by"] else {}
        groups = sorted(
            ((str(names.get(group.key, "未填写")), group) for group in measured.groups), key=lambda named: named[0]
        )
        write = {"json": _json, "csv": _csv, "table": _table}[options["format"]]
        self.stdout.write(write(measured, groups))


def _pairs(rates: Any) -> dict[str, list[int]]:
    return {code: [rate.numerator, rate.denominator] for code, rate in rates.items()}


def _json(measured: Measurement, groups: list[tuple[str, Group]]) -> str:
    figures = {
        "as_of": measured.as_of.isoformat(),
        "total": {"associations": measured.associations, **_pairs(measured.rates)},
        "groups": [{"name": name, "associations": group.associations, **_pairs(group.rates)} for name, group in groups],
    }
    return json.dumps(figures, ensure_ascii=False, indent=2)


def _lines(measured: Measurement, groups: list[tuple[str, Group]]) -> list[list[str]]:
    def cells(rates: Any) -> list[str]:
        return [_spoken(rates[indicator.code]) for indicator in COMPUTED]

    return [
        ["", "在册协会", *(indicator.name for indicator in COMPUTED)],
        ["合计", str(measured.associations), *cells(measured.rates)],
        *([name, str(group.associations), *cells(group.rates)] for name, group in groups),
    ]


def _spoken(rate: Rate) -> str:
    return f"{rate.percent}% {rate.numerator}/{rate.denominator}" if rate.denominator else "—"


def _csv(measured: Measurement, groups: list[tuple[str, Group]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(_lines(measured, groups))
    return out.getvalue().rstrip()


def _table(measured: Measurement, groups: list[tuple[str, Group]]) -> str:
    heading, *lines = _lines(measured, groups)
    return "\n\n".join(
        "\n".join([line[0], *(f"  {name}：{cell}" for name, cell in zip(heading[1:], line[1:], strict=True))])
        for line in lines
    )
