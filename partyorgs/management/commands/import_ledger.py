"""Read a department's ledger. Exit 0 applied, 1 at least one error (nothing written unless --skip-bad-rows), 2 not readable."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partyorgs.ledgers.choices import Severity, UploadStatus
from partyorgs.ledgers.models import LedgerUpload
from partyorgs.ledgers.services.importing import apply_ledger, check_ledger, confirm_ledger, errors_of, stage_ledger
from partyorgs.ledgers.xlsx.writer import marked_ledger
from portal.core.choices import CommitteeKind
from portal.core.errors import RuleViolation
from portal.core.models import Committee, User
from portal.core.operator_account import operator_at_work
from portal.core.services import create_committee

ROOT_NAME = "省委社会工作部"


class Command(BaseCommand):
    help = "读取台账：核对全部内容，没有错误时一次写入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="台账截止日期，例如 2024-06-30")
        parser.add_argument("--create-committees", action="store_true", help="自动建立台账中的行业党委")
        parser.add_argument("--dry-run", action="store_true", help="只核对，不写入")
        parser.add_argument("--skip-bad-rows", action="store_true", help="跳过有错误的行，其余写入")
        parser.add_argument("--problems", type=Path, help="把问题标在台账上，另存到此处")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as fault:
            self._unreadable(f"无法打开文件：{options['file']}", options, fault)
        operator = operator_at_work()
        try:
            upload = stage_ledger(
                content=content,
                file_name=options["file"].name,
                as_of=options["as_of"],
                committee=_root(operator),
                actor=operator,
                create_committees=options["create_committees"],
                skip_bad_rows=options["skip_bad_rows"],
            )
        except RuleViolation as refusal:
            self._unreadable(refusal.message, options, refusal)
        upload = check_ledger(upload=upload, actor=operator)
        if upload.status == UploadStatus.FAILED:
            self._unreadable(upload.error, options, None)
        if options["problems"]:
            options["problems"].write_bytes(marked_ledger(upload, watermark="平台核对结果"))
        errors = errors_of(upload)
        may_apply = not options["dry_run"] and (not errors or options["skip_bad_rows"])
        if may_apply:
            upload = _apply(upload, operator, skip_bad_rows=options["skip_bad_rows"])
        self._report(upload, options)
        if errors:
            sys.exit(1)

    def _unreadable(self, sentence: str, options: dict[str, Any], fault: Exception | None) -> None:
        if options["json"]:
            self.stdout.write(json.dumps({"applied": False, "error": sentence}, ensure_ascii=False))
        raise CommandError(sentence, returncode=2) from fault

    def _report(self, upload: LedgerUpload, options: dict[str, Any]) -> None:
        applied = upload.status == UploadStatus.APPLIED
        if options["json"]:
            problems = [{key: value for key, value in told.items() if key != "number"} for told in upload.problems]
            told = {
                "applied": applied,
                "created": upload.plan["created"],
                "changed": upload.plan["changed"],
                "absent": [absent["sentence"] for absent in upload.plan["absent"]],
                "problems": problems,
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for problem in upload.problems:
            severity = Severity(problem["severity"]).label
            place = f"{problem['sheet']} 第{problem['row']}行 {problem['column']}"
            self.stdout.write(f"{severity}　{place}：“{problem['value']}”　{problem['message']}")
        for verb, name in (("create", "新增"), ("change", "变更"), ("end", "终止")):
            counted = "、".join(f"{kind} {number}" for kind, number in upload.plan["counts"][verb].items())
            self.stdout.write(f"{name}：{counted or '无'}")
        if upload.plan["absent"]:
            self.stdout.write(f"台账未列、平台仍在册的 {len(upload.plan['absent'])} 项，未作终止。")
        self.stdout.write("已导入。" if applied else "未写入。")


def _root(operator: User) -> Committee:
    root = Committee.objects.filter(parent=None).order_by("path").first()
    if root is None:
        root = create_committee(name=ROOT_NAME, kind=CommitteeKind.DEPARTMENT, parent=None, actor=operator)
    return root


def _apply(upload: LedgerUpload, operator: User, *, skip_bad_rows: bool) -> LedgerUpload:
    confirmed = confirm_ledger(
        upload=upload, ticked=(), skip_bad_rows=skip_bad_rows, seen_digest=upload.digest, actor=operator
    )
    return apply_ledger(upload=confirmed, actor=operator)
