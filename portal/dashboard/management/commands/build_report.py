"""Write a supervision report and its annex into a folder, as the job does, but without a row in the database."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.core.models import Committee
from reviews.supervision.docx import written
from reviews.supervision.indicators.figures import Moment
from reviews.supervision.indicators.report import supervision_content
from reviews.supervision.models import ReportVersion
from reviews.supervision.services.building import base_of, first_version
from reviews.supervision.xlsx import annex


class Command(BaseCommand):
    help = "生成某一天的督查报告正文和附件，写入指定文件夹。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="例如 2024-06-30")
        parser.add_argument("--committee", help="机构全称；不写为全省")
        parser.add_argument("--out", type=Path, required=True, help="文件夹，不存在则建立")

    def handle(self, *_: Any, **options: Any) -> None:
        name, as_of = options["committee"], options["as_of"]
        committee = Committee.objects.filter(**({"name": name} if name else {"parent": None})).first()
        if committee is None:
            raise CommandError(f"没有名为“{name}”的机构。" if name else "还没有登记任何机构。")
        now = Moment(committee, as_of)
        if not now.associations:
            raise CommandError("该机构范围内截至当日没有在册协会商会，没有可以报告的内容。")
        base, number = base_of(committee, as_of)
        content = supervision_content(committee=committee, as_of=as_of, frozen=None, base=base, base_number=number)
        version = ReportVersion(**first_version(content))
        made = timezone.localtime()
        folder: Path = options["out"]
        folder.mkdir(parents=True, exist_ok=True)
        document = written(content, version, number="", issued_on=None, author=committee.name, created=made)
        mark = f"{committee.name}　命令行生成　{made:%Y-%m-%d %H:%M}　内部资料，注意保管"
        stem = f"{version.title}（{as_of:%Y-%m-%d}）"
        for path, data in (
            (folder / f"{stem}.docx", document),
            (folder / f"{stem}附件.xlsx", annex(content, now, base, mark=mark)),
        ):
            path.write_bytes(data)
            self.stdout.write(str(path))
