"""抽查: its plan, its exclusions with their reasons, and its draws. A draw never changes; a repeated one stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from associations.models import Association
from portal.core.access import scope_of
from portal.core.choices import COMMITTEE_ROLES
from portal.core.models import Committee, User, lineage
from portal.core.snapshots import reaches_nothing
from reviews.checks.choices import WITH_RESULTS, CheckKind, CheckStatus, Selection
from reviews.checks.models.inspectors import Inspector
from reviews.questionnaires.models import QuestionnaireVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class SpotCheckQuerySet(models.QuerySet["SpotCheck"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the checks of the own subtree, and published ones from above; inspectors see visits, not checks."""
        scope = scope_of(user)
        if not scope.has(*COMMITTEE_ROLES):
            return self.none()
        above = {one for path in scope.limit.paths for one in lineage(path)}
        within = Q(committee__in=Committee.objects.visible_to(user))
        return self.filter(within | Q(committee__path__in=above, status=CheckStatus.PUBLISHED))

    def kept_by(self, user: User | AnonymousUser) -> Self:
        """Return the checks of the own subtree alone: a committee sees everything about these."""
        if not scope_of(user).has(*COMMITTEE_ROLES):
            return self.none()
        return self.filter(committee__in=Committee.objects.visible_to(user))


class SpotCheck(models.Model):
    """One check of a committee's subtree: its check list, population, sample, inspectors and period."""

    kind = models.CharField("种类", max_length=10, choices=CheckKind.choices, default=CheckKind.RANDOM)
    selection = models.CharField("确定方式", max_length=6, choices=Selection.choices, default=Selection.DRAW)
    name = models.CharField("名称", max_length=80)
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="checks", verbose_name="检查范围")
    version = models.ForeignKey(
        QuestionnaireVersion, models.PROTECT, related_name="checks", verbose_name="检查清单版本"
    )
    begins_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    # The day whose facts the population, the strata and the exclusions go by.
    as_of = models.DateField("数据日期")
    # Conditions of the population: codes of filters (regions, industries, committees, kinds) to lists of values.
    filters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField("总体条件", default=dict, blank=True)
    strata: models.JSONField[list[str], list[str]] = models.JSONField("分层", default=list, blank=True)
    rate = models.DecimalField(
        "抽取比例（%）",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    number = models.PositiveIntegerField("抽取数量", null=True, blank=True)
    inspectors = models.ManyToManyField(Inspector, related_name="checks", verbose_name="抽查人员", blank=True)
    status = models.CharField("状态", max_length=10, choices=CheckStatus.choices, default=CheckStatus.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    created_at = models.DateTimeField("起草时间", auto_now_add=True)
    released_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="下发人"
    )
    released_at = models.DateTimeField("下发时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="结束或者取消人"
    )
    closed_at = models.DateTimeField("结束或者取消时间", null=True, blank=True)
    close_reason = models.CharField("取消原因", max_length=200, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="公布人"
    )
    published_at = models.DateTimeField("公布时间", null=True, blank=True)

    objects = SpotCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽查"
        ordering = ("-begins_on", "-pk")
        constraints = (
            models.CheckConstraint(
                name="check_ends_after_it_begins",
                condition=Q(ends_on__gte=F("begins_on")),
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                name="check_by_rate_or_by_number",
                condition=Q(rate=None) | Q(number=None),
                violation_error_message="抽取比例和抽取数量只填一项。",
            ),
            models.CheckConstraint(
                name="check_random_is_drawn",
                condition=~Q(kind=CheckKind.RANDOM) | Q(selection=Selection.DRAW),
                violation_error_message="随机抽查必须随机抽取。",
            ),
        )
        indexes = (models.Index(fields=["committee", "status", "begins_on"]),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.status == CheckStatus.DRAFT

    @property
    def is_sealed(self) -> bool:
        """Tell whether the pool is frozen and not drawn from yet."""
        return self.status == CheckStatus.COMMITTED

    @property
    def is_drawn(self) -> bool:
        """Tell whether the draw was made and the visits are not handed out yet."""
        return self.status == CheckStatus.DRAWN

    @property
    def is_released(self) -> bool:
        return self.status == CheckStatus.RELEASED

    @property
    def is_published(self) -> bool:
        return self.status == CheckStatus.PUBLISHED

    @property
    def is_cancelled(self) -> bool:
        return self.status == CheckStatus.CANCELLED

    @property
    def is_by_hand(self) -> bool:
        """Tell whether its associations are chosen one by one instead of drawn."""
        return self.selection == Selection.HAND

    @property
    def has_results(self) -> bool:
        return self.status in WITH_RESULTS

    @property
    def takes_findings(self) -> bool:
        """Tell whether findings can still be raised, worded or dropped."""
        return self.status in {CheckStatus.RELEASED, CheckStatus.CLOSED}


class CheckExclusion(models.Model):
    """An association left out of a check's population, by hand or by a rule, always with its reason."""

    spot_check = models.ForeignKey(SpotCheck, models.CASCADE, related_name="exclusions", verbose_name="抽查")
    association = models.ForeignKey(Association, models.PROTECT, related_name="+", verbose_name="协会")
    reason = models.CharField("排除原因", max_length=200)
    excluded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="办理人")
    excluded_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "排除名单"
        ordering = ("spot_check", "association__pinyin", "pk")
        constraints = (
            models.UniqueConstraint(name="check_exclusion_once", fields=["spot_check", "association"]),
            models.CheckConstraint(
                name="check_exclusion_with_reason",
                condition=~Q(reason=""),
                violation_error_message="排除须写明原因。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.association}：{self.reason}"


class Draw(models.Model):
    """双随机抽取: pool and seed's hash are written first and published, then seed and result; after that nothing changes.

    `pool` is the canonical content of what is drawn from: associations with strata and quotas, inspectors, avoidance.
    """

    spot_check = models.ForeignKey(SpotCheck, models.PROTECT, related_name="draws", verbose_name="抽查")
    number = models.PositiveSmallIntegerField("第几次抽取")
    reason = models.CharField("重新抽取原因", max_length=200, blank=True)
    pool: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField("封存名单")
    pool_hash = models.CharField("名单校验值", max_length=64)
    # Kept from every page until it is revealed by the draw.
    seed = models.CharField("种子", max_length=64)
    seed_hash = models.CharField("种子校验值", max_length=64)
    committed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="封存人")
    committed_at = models.DateTimeField("封存时间")
    # Given by a witness at the draw, after the hash was published: whoever made the seed could not know it.
    witness_word = models.CharField("现场见证内容", max_length=100, blank=True)
    result: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField("抽取结果", default=dict)
    drawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="抽取人")
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "抽取"
        ordering = ("spot_check", "number")
        constraints = (
            models.UniqueConstraint(name="draw_once", fields=["spot_check", "number"]),
            models.CheckConstraint(
                name="draw_again_only_with_a_reason",
                condition=Q(number=1) | ~Q(reason=""),
                violation_error_message="重新抽取须写明原因。",
            ),
            models.CheckConstraint(
                name="draw_by_somebody_at_a_time",
                condition=Q(drawn_at=None, drawn_by=None) | Q(drawn_at__isnull=False, drawn_by__isnull=False),
                violation_error_message="抽取须有抽取人和时间。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.spot_check}第{self.number}次抽取"


reaches_nothing("reviews.spotcheck", "reviews.checkexclusion", "reviews.draw")
