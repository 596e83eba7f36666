import importlib

from django.apps import AppConfig


class PartyorgsConfig(AppConfig):
    name = "partyorgs"
    verbose_name = "党组织"

    def ready(self) -> None:
        """Every process must know which figures snapshots keep, and that a write is followed by their refreshing."""
        importlib.import_module("partyorgs.services.snapshots")
