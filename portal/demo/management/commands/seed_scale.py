"""A synthetic country for measurement: deterministic, written in bulk, refused where data already is."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from associations.models import Association
from portal.core.models import Committee
from portal.demo.country import build_country


class Command(BaseCommand):
    help = "生成用于测量的模拟数据。已有业务数据的库拒绝执行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--associations", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *_: Any, **options: Any) -> None:
        if options["associations"] < 1:
            raise CommandError("协会数量应为正整数。")
        if Association.objects.exists() or Committee.objects.exists():
            raise CommandError("数据库中已有业务数据，不能写入模拟数据。请换一个空库。")
        started = time.monotonic()
        build_country(associations=options["associations"], today=timezone.localdate(), seed=options["seed"], history=2)
        self.stdout.write(f"已生成 {options['associations']} 家协会，用时 {time.monotonic() - started:.1f} 秒。")
