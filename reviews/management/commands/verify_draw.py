"""Replay a draw from its exported file alone: exit 0 with the result in words, 1 with the first thing wrong, 2 unreadable."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from reviews.checks.rules.draw_file import Altered, NotADrawFile
from reviews.checks.rules.replay import verified


class Command(BaseCommand):
    help = "按导出的抽取文件重新抽取，核对结果；不使用数据库。"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="导出的抽取文件")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            told = verified(options["file"].read_bytes())
        except OSError as fault:
            self._stop(f"无法打开文件：{options['file']}（{fault.strerror}）", 2)
        except NotADrawFile as fault:
            self._stop(str(fault), 2)
        except Altered as fault:
            self._stop(f"核对没有通过：{fault}", 1)
        self._tell(told)

    def _stop(self, sentence: str, code: int) -> None:
        self.stderr.write(sentence)
        sys.exit(code)

    def _tell(self, told: dict[str, Any]) -> None:
        check, commitment, draw = told["check"], told["commitment"], told["draw"]
        pairs = {row["code"]: "、".join(row["people"]) for row in told["pairs"]}
        self.stdout.write(f"核对通过：按文件重新抽取，结果与文件完全一致。\n{check['name']}（{check['scope']}）")
        self.stdout.write(
            f"第{commitment['number']}次抽取，{len(told['associations'])} 家中抽取 {len(told['sample'])} 家，"
            f"抽查人员 {len(told['inspectors'])} 人。"
        )
        self.stdout.write("请与抽取前公布的校验值核对：")
        self.stdout.write(f"  名单校验值 {commitment['pool_hash']}\n  种子校验值 {commitment['seed_hash']}")
        self.stdout.write(f"种子 {draw['seed']}\n现场见证内容 {draw['witness_word']}")
        for row in told["sample"]:
            people = pairs.get(row["code"], "没有可用的检查人员")
            self.stdout.write(f"{row['place']:>4} {row['code']} {row['name']}　{people}")
