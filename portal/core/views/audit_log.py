"""The audit log, for the auditor: what was done, by whom, to what, in words; of business data only that, not what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.views.generic import DetailView

from portal.core import audit
from portal.core.choices import Role
from portal.core.filters import AuditFilter
from portal.core.models import AuditEntry
from portal.core.privacy import masked
from portal.core.views import FilteredListView, ScopedMixin
from portal.core.xlsx import Column

# What the operations tell beside the fields of their target. A name in Chinese is its own word; others are 其他内容.
_WORDS = {
    "reason": "原因",
    "file": "文件",
    "address": "页面地址",
    "rows": "行数",
    "username": "用户名",
    "valid_until": "有效期至",
    "is_active": "启用",
    "role": "角色",
    "committee": "党建工作领导机构",
    "association": "协会",
    "association_id": "协会编号",
    "authority_id": "部门编号",
    "parent": "上级机构",
    "name": "名称",
    "as_of": "截止日期",
    "day": "日期",
    "counts": "数量",
    "person": "人员",
    "organization": "党组织",
    "title": "职务",
    "wording": "职务名称",
    "begins_on": "开始日期",
    "ends_on": "终止日期",
    "stated_on": "说明日期",
    "created": "新增",
    "changed": "变更",
    "ended": "终止",
    "skipped": "跳过",
    "ticked": "勾选的记录",
    "mapping": "表头对应",
    "sha256": "文件校验值",
    "step": "步骤",
    "what": "事项",
    "about": "内容",
    "row": "记录编号",
    "other": "另一条记录编号",
    "list": "名单",
    "people": "人数",
    "at": "所在协会",
    "key": "标识",
    "os_account": "操作系统账户",
}
# The three administrators see no business data. Of what happened to it the auditor reads these, of the rest the names.
_OPEN = frozenset({"what", "row", "other", "rows", "step", "sha256", "os_account"})
HIDDEN = "内容不向安全审计员显示"


@dataclass(frozen=True)
class AuditLine:
    """One thing told by an entry; `before` and `after` for what changed, `after` alone for what was said."""

    label: str
    before: str
    after: str


def kind_name(target_type: str) -> str:
    """Return what a kind of target is called on pages."""
    try:
        return str(audit.model_of(target_type)._meta.verbose_name) if target_type else ""
    except LookupError:
        return "其他"


def is_business(entry: AuditEntry) -> bool:
    """Tell whether the target is business data: anything but the accounts, grants and committees of the portal."""
    return bool(entry.target_type) and not entry.target_type.startswith("core.")


def target_words(entry: AuditEntry) -> str:
    """Return what the auditor reads for the target: its name; a number for business data, with a person's name masked."""
    if not is_business(entry):
        return entry.target_name
    number = f"编号{entry.target_id}"
    return f"{masked(entry.target_name)}（{number}）" if audit.names_person(entry.target_type) else number


def lines_of(entry: AuditEntry) -> list[AuditLine]:
    """Return what an entry tells, with the words of its target's fields."""
    before, after = (entry.data.get(side) or {} for side in ("before", "after"))
    before, after = ({"": part} if not isinstance(part, dict) else part for part in (before, after))
    lines = [
        AuditLine(_label(entry, name), _shown(entry, name, before.get(name)), _shown(entry, name, after.get(name)))
        for name in dict.fromkeys((*before, *after))
    ]
    details = {name: value for name, value in entry.data.items() if name not in ("before", "after")}
    return lines + [AuditLine(_label(entry, name), "", _shown(entry, name, value)) for name, value in details.items()]


def _shown(entry: AuditEntry, name: str, value: Any) -> str:
    return HIDDEN if is_business(entry) and name not in _OPEN else _value(entry, name, value)


def _field(entry: AuditEntry, name: str) -> models.Field[Any, Any] | None:  # the annotation is never evaluated
    try:
        field = audit.model_of(entry.target_type)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return field if isinstance(field, models.Field) else None


def _label(entry: AuditEntry, name: str) -> str:
    field = _field(entry, name)
    if field is not None:
        return str(field.verbose_name)
    return _WORDS.get(name, "其他内容" if name.isascii() else name)


def _value(entry: AuditEntry, name: str, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "；".join(f"{_label(entry, part)} {_value(entry, part, inner)}" for part, inner in value.items())
    if isinstance(value, list):
        return "、".join(_value(entry, name, part) for part in value)
    field = _field(entry, name)
    choices = dict(field.flatchoices) if field is not None else dict(Role.choices) if name == "role" else {}
    return str(choices.get(value, value))


class AuditListView(FilteredListView):
    roles = (Role.AUDITOR,)
    template_name = "core/audit_list.html"
    filterset_class = AuditFilter
    title = "操作记录"
    sorts = {"at": "at", "actor": "actor_name", "action": "action"}
    default_sort = "-at"
    columns = (
        Column("编号", lambda entry: entry.pk, 10),
        Column("时间", lambda entry: timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"), 20),
        Column("操作人", lambda entry: entry.actor_name, 24),
        Column("操作", lambda entry: entry.get_action_display()),
        Column("对象类型", lambda entry: kind_name(entry.target_type)),
        Column("对象", target_words, 40),
        Column("项目", lambda entry: "、".join(dict.fromkeys(line.label for line in lines_of(entry))), 40),
        Column("校验值", lambda entry: entry.hash, 20),
    )

    def get_queryset(self) -> QuerySet[AuditEntry]:
        return AuditEntry.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for entry in context["page_obj"].object_list:
            entry.kind_name, entry.target_words = kind_name(entry.target_type), target_words(entry)
        return context


class AuditDetailView(ScopedMixin, DetailView):  # type: ignore[type-arg]
    roles = (Role.AUDITOR,)
    template_name = "core/audit_detail.html"
    context_object_name = "entry"

    def get_queryset(self) -> QuerySet[AuditEntry]:
        return AuditEntry.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = lines_of(self.object)
        kind = kind_name(self.object.target_type)
        has_before = "before" in self.object.data
        words = target_words(self.object)
        return super().get_context_data(
            lines=lines, kind_name=kind, target_words=words, has_before=has_before, **kwargs
        )
