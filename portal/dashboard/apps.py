import importlib

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "portal.dashboard"
    label = "dashboard"
    verbose_name = "工作台"

    def ready(self) -> None:
        importlib.import_module("portal.dashboard.navigation")  # it tells the floors below which pages there are
