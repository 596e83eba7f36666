"""Walk the audit chain: exit 0 when it is whole, else say the first break and exit 1."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from portal.core import audit
from portal.core.models import AuditEntry


class Command(BaseCommand):
    help = "核对操作记录的校验链"

    def handle(self, *args: Any, **options: Any) -> None:
        for sentence in audit.verify():
            self.stderr.write(sentence)
            sys.exit(1)
        self.stdout.write(f"操作记录完整，共 {AuditEntry.objects.count()} 条。")
