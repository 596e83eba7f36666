"""Who signs in, the tree of committees, who may see what, the audit chain and the jobs under way."""

from __future__ import annotations

from functools import cached_property, reduce
from operator import or_
from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.core.access import Scope, read_scope, scope_of
from portal.core.choices import ADMINISTRATORS, COMMITTEE_ROLES, AuditAction, CommitteeKind, JobStatus, NoticeKind, Role
from portal.core.pinyin import PinyinField
from portal.core.typed import normal_username

# A level of the tree is this many characters of the path, so that a prefix is exactly a subtree.
PATH_STEP = 4


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=normal_username(username or ""))

    def visible_to(self, user: User | AnonymousUser) -> models.QuerySet[User]:
        """Return people's accounts for those who keep them or grant roles to them; the operator's account is never among them."""
        may_see = scope_of(user).has(Role.SYSADMIN, Role.SECADMIN)
        return self.filter(is_operator=False) if may_see else self.none()


class User(AbstractBaseUser):
    username = models.CharField("用户名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    is_active = models.BooleanField("启用", default=True)
    # A reset gives a random secret that works once and only for a while; after it a password must be chosen (SEC-12).
    must_change_password = models.BooleanField("须修改密码", default=False)
    secret_expires_at = models.DateTimeField("一次性口令有效期至", null=True, blank=True)
    # The one account that commands and scheduled jobs act as (portal/core/operator_account.py). It is nobody's: never enabled.
    is_operator = models.BooleanField("系统账户", default=False, db_default=False, editable=False)
    # Of the operator alone: the account of the operating system that runs this process. It goes into the audit log.
    os_account = ""

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        ordering = ("username", "pk")
        constraints = (
            models.UniqueConstraint(name="user_one_operator", fields=["is_operator"], condition=Q(is_operator=True)),
            models.CheckConstraint(
                name="user_operator_never_signs_in",
                condition=Q(is_operator=False) | Q(is_active=False),
                violation_error_message="系统账户不能启用。",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.username = normal_username(self.username)

    @cached_property
    def scope(self) -> Scope:
        return read_scope(self)

    @property
    def secret_has_expired(self) -> bool:
        return self.secret_expires_at is not None and self.secret_expires_at <= timezone.now()


def lineage(path: str) -> list[str]:
    """Return the paths of a committee and of those above it, the root first."""
    return [path[:end] for end in range(PATH_STEP, len(path) + 1, PATH_STEP)]


class CommitteeQuerySet(models.QuerySet["Committee"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the committees of the user's subtrees; whoever has none sees none."""
        paths = scope_of(user).limit.paths
        return self.filter(reduce(or_, (Q(path__startswith=path) for path in paths))) if paths else self.none()


class Committee(models.Model):
    """党建工作领导机构: a node of the responsibility tree. `path` has a fixed width for each level: a prefix is a subtree."""

    name = models.CharField("名称", max_length=100, unique=True)
    kind = models.CharField("类型", max_length=20, choices=CommitteeKind.choices, default=CommitteeKind.INDUSTRY)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    path = models.CharField("路径", max_length=PATH_STEP * 8, unique=True, editable=False)
    pinyin = PinyinField(verbose_name="拼音")
    initials = PinyinField(verbose_name="拼音首字母", first_letters=True)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党建工作领导机构"
        ordering = ("path", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def level(self) -> int:
        """Return the depth in the tree, 1 for the province."""
        return len(self.path) // PATH_STEP


class GrantQuerySet(models.QuerySet["Grant"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self if scope_of(user).has(Role.SECADMIN) else self.none()


class Grant(models.Model):
    """A role over exactly one committee's subtree, one association or one authority.

    The last two are by number, so that no floor is skipped. The three administrators have no scope, an inspector's scope is
    the own open visits: neither ever gets a row of business data from a grant.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name="用户")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    committee = models.ForeignKey(Committee, models.PROTECT, null=True, blank=True, verbose_name="党建工作领导机构")
    association_id = models.BigIntegerField("协会", null=True, blank=True)
    authority_id = models.BigIntegerField("部门", null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        constraints = (
            models.CheckConstraint(
                name="grant_has_exactly_the_scope_of_its_role",
                condition=(
                    Q(role__in=COMMITTEE_ROLES, committee__isnull=False, association_id=None, authority_id=None)
                    | Q(role=Role.SECRETARY, committee=None, association_id__isnull=False, authority_id=None)
                    | Q(role=Role.VIEWER, committee=None, association_id=None, authority_id__isnull=False)
                    | Q(
                        role__in=(Role.INSPECTOR, *ADMINISTRATORS),
                        committee=None,
                        association_id=None,
                        authority_id=None,
                    )
                ),
                violation_error_message="授权范围与角色不符。",
            ),
            models.UniqueConstraint(
                name="grant_one_administrator_role_a_person",
                fields=["user"],
                condition=Q(role__in=ADMINISTRATORS),
                violation_error_message="系统管理员、安全保密管理员、安全审计员不得由同一人兼任。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}：{self.get_role_display()}"


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self if scope_of(user).has(Role.AUDITOR) else self.none()


class AuditEntry(models.Model):
    """One thing done or looked at. Written in the operation's own transaction; each row's hash covers the row before it."""

    at = models.DateTimeField("时间", db_index=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=120)
    action = models.CharField("操作", max_length=20, choices=AuditAction.choices)
    target_type = models.CharField("对象类型", max_length=60, blank=True)
    target_id = models.BigIntegerField("对象编号", null=True)
    target_name = models.CharField("对象", max_length=200, blank=True)
    data = models.JSONField("内容", default=dict)
    previous_hash = models.CharField("前一条校验值", max_length=64)
    hash = models.CharField("校验值", max_length=64, unique=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作记录"
        ordering = ("-pk",)
        indexes = (models.Index(fields=["target_type", "target_id"]),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.get_action_display()} {self.target_name}"


class AuditHead(models.Model):
    """The hash of the newest entry: the row that writers lock, so that the chain never forks."""

    hash = models.CharField(max_length=64, blank=True)
    # Grows with every write to business data; a figure computed at one version is true until the next.
    data_version = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "操作记录链"

    def __str__(self) -> str:
        return self.hash[:12]


class Snapshot(models.Model):
    """数据快照: the facts of one day and what they add up to, kept; true at one place of the audit chain.

    A current one is read in place of working figures out. A frozen one is a copy that never changes, read only through
    the report or round that points at it.
    """

    as_of = models.DateField("数据日期")
    is_frozen = models.BooleanField("已固定", default=False)
    # Where the chain stood before the rows were read: they are true there, and still are where nothing was written since.
    data_version = models.BigIntegerField("数据版本")
    entry_id = models.BigIntegerField("操作记录")
    # Fingerprint of the questions that were answered: a release that puts them differently must not read old answers.
    definition = models.CharField("口径校验值", max_length=64)
    codes = models.JSONField("指标", default=list)
    started_at = models.DateTimeField("开始时间", auto_now_add=True)
    built_at = models.DateTimeField("完成时间", null=True)
    # Out of use since; kept a while for pages that are reading it.
    retired_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "数据快照"
        ordering = ("-as_of", "-pk")
        indexes = (models.Index(fields=["as_of"]),)

    def __str__(self) -> str:
        return f"{self.as_of:%Y-%m-%d} 数据快照"


class SnapshotTotal(models.Model):
    """The sums over the facts of one subtree, whole (no dimension) or for one group of a dimension.

    `path` is the subtree's; empty for all there is. The dimension `committee` has its rows at the committees' own paths.
    `counts` are numerator and denominator by the snapshot's codes.
    """

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="totals", db_index=False)
    dimension = models.CharField(max_length=10, blank=True)
    path = models.CharField(max_length=PATH_STEP * 8, blank=True)
    key = models.CharField(max_length=20, blank=True)
    associations = models.IntegerField()
    counts = models.JSONField()

    class Meta:
        verbose_name = verbose_name_plural = "快照合计"
        ordering = ("snapshot", "dimension", "path", "key")
        constraints = (
            models.UniqueConstraint(name="snapshot_total_once", fields=["snapshot", "dimension", "path", "key"]),
        )

    def __str__(self) -> str:
        return f"{self.snapshot} {self.dimension} {self.path} {self.key}"


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return a person's own jobs; the system administrator sees all of them, their states but not what they are about."""
        if scope_of(user).has(Role.SYSADMIN):
            return self
        return self.filter(owner=user) if isinstance(user, User) else self.none()


class Job(models.Model):
    """Outbox row of one piece of background work: written with the business change, published after commit."""

    kind = models.CharField("任务", max_length=60)
    key = models.CharField("唯一键", max_length=120, unique=True)
    payload = models.JSONField("参数", default=dict)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="jobs", verbose_name="发起人")
    status = models.CharField("状态", max_length=10, choices=JobStatus.choices, default=JobStatus.QUEUED)
    done = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    note = models.CharField("正在进行", max_length=200, blank=True)
    error = models.TextField("原因", blank=True)
    # Stopped by faults, not by a rule: the machine's keeper may have it tried anew.
    parked = models.BooleanField("因故障停止", default=False, db_default=False)
    result = models.JSONField("结果", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("次数", default=0)
    leased_until = models.DateTimeField("占用至", null=True, blank=True)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"任务{self.pk}"

    @property
    def percent(self) -> int:
        return 100 if self.status == JobStatus.DONE else self.done * 100 // self.total if self.total else 0

    @property
    def is_open(self) -> bool:
        return self.status in (JobStatus.QUEUED, JobStatus.RUNNING)

    @property
    def is_done(self) -> bool:
        return self.status == JobStatus.DONE

    @property
    def has_failed(self) -> bool:
        return self.status == JobStatus.FAILED


class Pulse(models.Model):
    """When something that should happen all the time last did: what stands still is seen without asking each machine."""

    name = models.CharField("名称", max_length=40, primary_key=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "运行标记"

    def __str__(self) -> str:
        return self.name


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the days for everybody who has a role: which days are worked is no secret."""
        return self if scope_of(user).roles else self.none()


class CalendarDay(models.Model):
    """工作日历: one day that is not worked, or is, by a holiday notice or a local ruling. Goes before what the package knows."""

    date = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班")
    name = models.CharField("名称", max_length=40)
    source = models.CharField("依据", max_length=200)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}{'上班' if self.is_workday else '休息'}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return a person's own notices."""
        return self.filter(user=user) if isinstance(user, User) else self.none()

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """站内通知: one thing told to one person, once: whoever tells it again under the same key tells nothing.

    `lines` are the parts of a digest, each with its own address: `{"text": …, "url": …}`.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="notices", verbose_name="收件人")
    kind = models.CharField("种类", max_length=10, choices=NoticeKind.choices)
    key = models.CharField("唯一键", max_length=120)
    text = models.CharField("内容", max_length=400)
    lines = models.JSONField("分项", default=list)
    url = models.CharField("地址", max_length=300)
    created_at = models.DateTimeField("时间", auto_now_add=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(name="notice_told_once", fields=["user", "key"]),
            models.CheckConstraint(
                name="notice_leads_into_the_portal",
                condition=Q(url__startswith="/") & ~Q(url__startswith="//"),
                violation_error_message="通知只能指向平台内的页面。",
            ),
        )
        indexes = (
            models.Index(name="notice_unread", fields=["user"], condition=Q(read_at=None)),  # the bell of every page
            models.Index(name="notice_read", fields=["read_at"]),  # the purge
        )

    def __str__(self) -> str:
        return self.text
