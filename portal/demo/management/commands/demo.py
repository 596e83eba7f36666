"""Load the demo province, print addresses and accounts, serve it with background work running."""

from argparse import ArgumentParser
from typing import Any

import waitress
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.celery import app
from portal.demo.loading import load_demo, new_password, start_background_work
from portal.wsgi import application

HOST = "127.0.0.1"
_THREADS = 8


class Command(BaseCommand):
    help = "演示：载入模拟的全省数据和各角色账户，并在本机运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-server", action="store_true", help="只载入数据，不运行")

    def handle(self, *_: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("正式环境不能载入演示数据。")
        call_command("migrate", verbosity=0, interactive=False)
        password = settings.DEMO_PASSWORD or new_password()
        accounts = load_demo(today=timezone.localdate(), password=password)
        self.stdout.write("演示账户：")
        for account in accounts:
            self.stdout.write(f"  {account.username:<10} {account.role}　{account.over}")
        self.stdout.write("口令：环境变量 DEMO_PASSWORD 所设" if settings.DEMO_PASSWORD else f"口令：{password}")
        if options["no_server"]:
            return
        start_background_work(app)
        self.stdout.write(f"地址：http://{HOST}:{options['port']}/　按 Ctrl+C 结束")
        self.stdout.flush()
        waitress.serve(application, host=HOST, port=options["port"], threads=_THREADS, ident=None, _quiet=True)
