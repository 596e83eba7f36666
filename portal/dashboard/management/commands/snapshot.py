"""Store the facts and totals of one day, or freeze a copy of them: the nightly job's work, by hand."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from partyorgs.organizations.services.snapshots import build_snapshot, freeze_snapshot
from portal.core.operator_account import operator_at_work


class Command(BaseCommand):
    help = "计算并保存某一天的数据快照。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="例如 2024-06-30")
        parser.add_argument("--freeze", action="store_true", help="另存一份固定不变的副本")

    def handle(self, *_: Any, **options: Any) -> None:
        operator = operator_at_work()
        snapshot = build_snapshot(as_of=options["as_of"], actor=operator, progress=self._tell)
        if options["freeze"]:
            snapshot = freeze_snapshot(as_of=options["as_of"], actor=operator)
        kept = snapshot.totals.get(dimension="", path="").associations
        words = "固定快照" if snapshot.is_frozen else "快照"
        self.stdout.write(f"{snapshot.as_of:%Y-%m-%d} {words}第 {snapshot.pk} 号：{kept} 家协会。")

    def _tell(self, done: int, total: int, note: str) -> None:
        self.stdout.write(f"{note}：{done}/{total}")
