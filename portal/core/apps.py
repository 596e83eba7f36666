import importlib

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"
    verbose_name = "系统"

    def ready(self) -> None:
        importlib.import_module(
            "portal.core.tasks"
        )  # every process knows this floor's jobs, one that only serves pages too
