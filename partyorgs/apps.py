import importlib

from django.apps import AppConfig

# What every process must know, a worker that serves no page included: what snapshots keep, what follows a write, jobs,
# reminders, and what each subject adds to the pages of those below it.
REGISTERING = (
    "partyorgs.ledgers.facts",
    "partyorgs.ledgers.tasks",
    "partyorgs.ledgers.views.history",
    "partyorgs.organizations.indicators",
    "partyorgs.organizations.services.reminders",
    "partyorgs.organizations.services.snapshots",
    "partyorgs.organizations.tasks",
    "partyorgs.planning.services.reminders",
    "partyorgs.planning.tasks",
    "partyorgs.planning.views.record",
)


class PartyorgsConfig(AppConfig):
    name = "partyorgs"
    verbose_name = "党组织"

    def ready(self) -> None:
        for module in REGISTERING:
            importlib.import_module(module)
