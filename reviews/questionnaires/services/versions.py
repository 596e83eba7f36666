"""The life of a questionnaire's versions: made from nothing, from a preset or from the one in use; published for good; retired."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.models import User
from reviews.questionnaires.access import can_edit_questionnaires
from reviews.questionnaires.choices import QuestionnaireKind, VersionStatus
from reviews.questionnaires.models import Questionnaire, QuestionnaireVersion
from reviews.questionnaires.rules.content import Content, content_of, json_of
from reviews.questionnaires.rules.presets import PRESETS
from reviews.questionnaires.rules.soundness import faults_of, spoken_place
from reviews.questionnaires.rules.states import next_status

_TOLD = 3  # of all that keeps a draft from being published; the page lists the rest


class StaleDraft(RuleViolation):
    """Somebody edited the draft since this page was opened."""


def locked(version: QuestionnaireVersion) -> QuestionnaireVersion:
    """Return the version with its row locked: look, then write."""
    rows = QuestionnaireVersion.objects.select_for_update(of=("self",)).select_related("questionnaire", "edited_by")
    row = rows.filter(pk=version.pk).first()
    if row is None:
        raise RuleViolation("这份草稿已经被删除。")
    return row


def refuse_stale(version: QuestionnaireVersion, seen: int) -> None:
    if version.revision != seen:
        when = f"{timezone.localtime(version.edited_at):%Y-%m-%d %H:%M}"
        raise StaleDraft(f"您打开之后，{version.edited_by.name}于 {when} 修改了这份草稿。请核对后再操作。")


@transaction.atomic
def create_questionnaire(*, kind: str, name: str, actor: User, from_preset: bool) -> QuestionnaireVersion:
    """Make a questionnaire with a first draft, empty or as the preset of its kind. Raises RuleViolation for a name in use."""
    refuse(can_edit_questionnaires(actor))
    questionnaire = Questionnaire(kind=kind, name=name.strip(), created_by=actor)
    refuse_invalid(questionnaire)
    questionnaire.save()
    content = PRESETS.get(QuestionnaireKind(kind)) if from_preset else None
    if from_preset and content is None:
        raise RuleViolation("这种用途没有预设内容，请选择空白。", "start")
    audit.record(
        actor,
        AuditAction.CREATE,
        questionnaire,
        after={"用途": questionnaire.get_kind_display(), "名称": questionnaire.name},
    )
    return _draft(questionnaire, 1, json_of(content or Content()), actor)


def _draft(questionnaire: Questionnaire, number: int, content: dict[str, object], actor: User) -> QuestionnaireVersion:
    version = QuestionnaireVersion(
        questionnaire=questionnaire, number=number, content=content, edited_by=actor, edited_at=timezone.now()
    )
    version.save()
    audit.record(actor, AuditAction.CREATE, version, step="建立草稿")
    return version


@transaction.atomic
def create_draft(*, questionnaire: Questionnaire, actor: User) -> QuestionnaireVersion:
    """Copy the newest version into a draft; where there is one already, that is returned."""
    refuse(can_edit_questionnaires(actor))
    questionnaire = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    newest = questionnaire.versions.order_by("-number").first()
    if newest is not None and newest.status == VersionStatus.DRAFT:
        return newest
    in_use = questionnaire.versions.filter(status=VersionStatus.PUBLISHED).first() or newest
    return _draft(questionnaire, newest.number + 1 if newest else 1, in_use.content if in_use else {}, actor)


def published_before(version: QuestionnaireVersion) -> Content | None:
    """Return what was published last before this version: its codes keep their meaning."""
    earlier = version.questionnaire.versions.exclude(status=VersionStatus.DRAFT).filter(number__lt=version.number)
    newest = earlier.order_by("-number").first()
    return content_of(newest.content) if newest else None


@transaction.atomic
def publish_version(*, version: QuestionnaireVersion, actor: User, seen: int) -> QuestionnaireVersion:
    """Publish a draft for good; the version in use until now is retired, and what uses it stays with it.

    Raises RuleViolation naming what is not sound yet.
    """
    refuse(can_edit_questionnaires(actor))
    version = locked(version)
    status = next_status(version.status, "publish")
    refuse_stale(version, seen)
    content = version.parts
    if faults := faults_of(content, published_before(version)):
        sentences = "".join(f"{spoken_place(fault, content)}：{fault.sentence}" for fault in faults[:_TOLD])
        raise RuleViolation(f"有 {len(faults)} 处需要更正，没有发布。{sentences}")
    for old in QuestionnaireVersion.objects.select_for_update().filter(questionnaire=version.questionnaire).published():
        _retire(old, actor, f"第{version.number}版发布")
    version.status = status or VersionStatus.PUBLISHED
    version.published_by, version.published_at = actor, timezone.now()
    version.save(update_fields=["status", "published_by", "published_at"])
    audit.record(actor, AuditAction.CHANGE, version, step="发布", items=sum(1 for _ in content.items))
    return version


@transaction.atomic
def retire_version(*, version: QuestionnaireVersion, actor: User, reason: str) -> QuestionnaireVersion:
    """Take the published version out of use: nothing new can be opened with it until another is published."""
    refuse(can_edit_questionnaires(actor))
    version = locked(version)
    next_status(version.status, "retire")
    if not reason.strip():
        raise RuleViolation("请填写原因。", "reason")
    return _retire(version, actor, reason.strip())


def _retire(version: QuestionnaireVersion, actor: User, reason: str) -> QuestionnaireVersion:
    version.status = VersionStatus.RETIRED
    version.retired_by, version.retired_at = actor, timezone.now()
    version.save(update_fields=["status", "retired_by", "retired_at"])
    audit.record(actor, AuditAction.END, version, step="停用", reason=reason)
    return version


@transaction.atomic
def discard_draft(*, version: QuestionnaireVersion, actor: User, seen: int) -> None:
    """Delete a draft; the log keeps that it was there. Raises RuleViolation for what was ever published."""
    refuse(can_edit_questionnaires(actor))
    version = locked(version)
    next_status(version.status, "discard")
    refuse_stale(version, seen)
    audit.record(actor, AuditAction.END, version, step="删除草稿", before=version.content)
    version.delete()
