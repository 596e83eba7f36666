"""A toy cycle on the machine: 换届情况, a sheet of an organization for an occasion, whose rows of candidates grow."""

import datetime
from typing import Any

from django.db import models
from django.db.models import OuterRef

from associations.models import Oversight
from partyorgs.organizations.models import PartyOrganization
from portal.core.choices import Role
from portal.core.errors import Denial
from reviews.questionnaires.models import (
    FiledSheet,
    FiledSheetQuerySet,
    QuestionnaireVersion,
    SheetAttachment,
    SheetComment,
    SheetStep,
)
from reviews.questionnaires.services.cycles import SheetCycle, register_cycle


class ElectionSheetQuerySet(FiledSheetQuerySet):
    def with_committee(self, today: datetime.date) -> Any:
        covered = Oversight.objects.live_at(today).filter(
            association__affiliations__organization=OuterRef("organization")
        )
        return self.with_overseer(covered)


class ElectionSheet(FiledSheet):
    version = models.ForeignKey(QuestionnaireVersion, models.CASCADE, related_name="+")
    organization = models.ForeignKey(PartyOrganization, models.CASCADE, related_name="election_sheets")
    occasion = models.CharField(max_length=40)
    read_with = ("version", "organization", "reviewer")
    objects = ElectionSheetQuerySet.as_manager()

    class Meta:
        app_label = "reviews"

    def __str__(self) -> str:
        return f"{self.organization}{self.occasion}换届情况"

    @property
    def owner(self) -> PartyOrganization:
        return self.organization


class ElectionStep(SheetStep):
    sheet = models.ForeignKey(ElectionSheet, models.CASCADE, related_name="steps")

    class Meta:
        app_label = "reviews"


class ElectionComment(SheetComment):
    sheet = models.ForeignKey(ElectionSheet, models.CASCADE, related_name="comments")

    class Meta:
        app_label = "reviews"


class ElectionAttachment(SheetAttachment):
    sheet = models.ForeignKey(ElectionSheet, models.CASCADE, related_name="attachments")

    class Meta:
        app_label = "reviews"


def only(*roles: Role) -> Any:
    return lambda user, *_: None if user.scope.has(*roles) else Denial("换届情况不由您办理。")


def rows_so_far(sheet: ElectionSheet) -> dict[str, Any]:
    """Return what was told at the occasion before: its rows stay, and grow."""
    earlier = ElectionSheet.objects.filter(organization=sheet.organization, pk__lt=sheet.pk, submissions__gt=0)
    return earlier.order_by("-pk").values_list("told", flat=True).first() or {}


FILES, DECIDES = only(Role.SECRETARY, Role.COMMITTEE), only(Role.COMMITTEE)
register_cycle(
    SheetCycle(
        ElectionSheet,
        "换届情况",
        FILES,
        FILES,
        DECIDES,
        DECIDES,
        DECIDES,
        DECIDES,
        DECIDES,
        before=rows_so_far,
        is_substitute=lambda user, *_: user.scope.has(Role.COMMITTEE),
    )
)
