import importlib

from django.apps import AppConfig


class PartyorgsConfig(AppConfig):
    name = "partyorgs"
    verbose_name = "党组织"

    def ready(self) -> None:
        """Every process, a worker that serves no page included, must know what snapshots keep, what follows a write, whom to tell."""
        importlib.import_module("partyorgs.indicators")
        importlib.import_module("partyorgs.services.snapshots")
        importlib.import_module("partyorgs.services.reminders")
