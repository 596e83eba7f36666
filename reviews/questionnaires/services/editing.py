"""Editing a draft: one thing at a time, or the whole at once from a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse
from portal.core.models import User
from reviews.questionnaires.access import can_edit_questionnaires
from reviews.questionnaires.models import QuestionnaireVersion
from reviews.questionnaires.rules import edits
from reviews.questionnaires.rules.conditions import condition_from
from reviews.questionnaires.rules.content import Content, Item, Rule, Section, json_of
from reviews.questionnaires.rules.edits import Part
from reviews.questionnaires.rules.expressions import ExpressionFault
from reviews.questionnaires.rules.soundness import Fault, item_faults, rule_faults, section_faults
from reviews.questionnaires.rules.states import next_status
from reviews.questionnaires.services.versions import locked, refuse_stale


@transaction.atomic
def save_section(
    *, version: QuestionnaireVersion, actor: User, seen: int, section: Section, before: str = ""
) -> QuestionnaireVersion:
    """Add a section, or change the one with the code `before`; without a code it gets the next free one."""
    version, content = _opened(version, actor, seen)
    code = before or section.code or edits.next_code(content, "section")
    section = Section(code, section.title, section.help, _condition(section.asked_if, content, "asked_if"))
    if not before and any(each.code == code for each in content.sections):
        raise RuleViolation(f"编号“{code}”已经使用。", "code")
    _refuse_faults(section_faults(section, content))
    return _written(version, actor, edits.with_section(content, section, before), "栏目", section, old=before)


@transaction.atomic
def save_item(
    *, version: QuestionnaireVersion, actor: User, seen: int, item: Item, section: str, before: str = ""
) -> QuestionnaireVersion:
    """Add an item at the end of a section, or change (and perhaps move) the one with the code `before`.

    Raises RuleViolation for what the portal already knows, with the provider's name, and for anything unsound. A code in
    use by rules is not given up.
    """
    version, content = _opened(version, actor, seen)
    code = item.code or before or edits.next_code(content, "item")
    if code != before and content.item(code):
        raise RuleViolation(f"编号“{code}”已经使用。", "code")
    if before and code != before and (users := edits.users_of(content, before)):
        raise RuleViolation(f"编号还用于{'、'.join(users)}，请先修改这些地方。", "code")
    if any(other.label == item.label and other.code != before for other in content.items):
        raise RuleViolation("已有同名的项目，请换一个名称。", "label")
    item = replace(item, code=code)
    after = edits.with_item(content, item, section, before)
    item = replace(item, asked_if=_condition(item.asked_if, after, "asked_if"))
    after = edits.with_item(content, item, section, before)
    _refuse_faults(item_faults(item, after))
    return _written(version, actor, after, "项目", item, old=before)


@transaction.atomic
def save_rule(
    *, version: QuestionnaireVersion, actor: User, seen: int, rule: Rule, before: str = ""
) -> QuestionnaireVersion:
    """Add a rule, or change the one with the code `before`; the condition may be written with labels or codes."""
    version, content = _opened(version, actor, seen)
    code = before or rule.code or edits.next_code(content, "rule")
    if not before and any(each.code == code for each in content.rules):
        raise RuleViolation(f"编号“{code}”已经使用。", "code")
    rule = replace(rule, code=code, condition=_condition(rule.condition, content, "condition"))
    _refuse_faults(rule_faults(rule, content))
    return _written(version, actor, edits.with_rule(content, rule, before), "规则", rule, old=before)


@transaction.atomic
def move_part(
    *, version: QuestionnaireVersion, actor: User, seen: int, part: Part, code: str, step: Literal[-1, 1]
) -> QuestionnaireVersion:
    """Move a section, item or rule up or down by one place."""
    version, content = _opened(version, actor, seen)
    return _written(version, actor, edits.moved(content, part, code, step), "顺序", None, of=part, code=code, by=step)


@transaction.atomic
def remove_part(
    *, version: QuestionnaireVersion, actor: User, seen: int, part: Part, code: str
) -> QuestionnaireVersion:
    """Take a section, item or rule out of a draft."""
    version, content = _opened(version, actor, seen)
    return _written(version, actor, edits.without(content, part, code), "删除", None, of=part, code=code)


@transaction.atomic
def replace_content(*, version: QuestionnaireVersion, actor: User, seen: int, content: Content) -> QuestionnaireVersion:
    """Put what a workbook holds in the place of the whole draft; what is not sound yet is listed on its page."""
    version, _ = _opened(version, actor, seen)
    return _written(version, actor, content, "从表格导入", None, items=sum(1 for _ in content.items))


def _opened(version: QuestionnaireVersion, actor: User, seen: int) -> tuple[QuestionnaireVersion, Content]:
    refuse(can_edit_questionnaires(actor))
    version = locked(version)
    next_status(version.status, "edit")
    refuse_stale(version, seen)
    return version, version.parts


def _written(
    version: QuestionnaireVersion, actor: User, content: Content, step: str, part: Any, *, old: str = "", **data: Any
) -> QuestionnaireVersion:
    before = version.content
    version.content = json_of(content)
    if version.content == before:
        return version
    version.revision += 1
    version.edited_by, version.edited_at = actor, timezone.now()
    version.save(update_fields=["content", "revision", "edited_by", "edited_at"])
    if part is not None:
        data = {"code": part.code, "after": json_of(part), "new": not old}
    audit.record(actor, AuditAction.CHANGE, version, step=step, revision=version.revision, **data)
    return version


def _condition(text: str, content: Content, field: str) -> str:
    if not text.strip():
        return ""
    try:
        return condition_from(text, content)
    except ExpressionFault as fault:
        raise RuleViolation(str(fault), field) from fault


def _refuse_faults(faults: Iterable[Fault]) -> None:
    for fault in faults:
        raise RuleViolation(fault.sentence, "columns" if fault.part == "column" else fault.field)
