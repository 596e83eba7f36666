"""督查报告: drafted from one frozen snapshot, edited in versions, signed off, numbered, issued, signed for."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from portal.core.access import scope_of
from portal.core.choices import COMMITTEE_ROLES
from portal.core.models import Committee, Job, Snapshot, User
from portal.core.snapshots import reaches_nothing
from reviews.supervision.choices import DocumentKind, ReportStatus
from reviews.supervision.rules.numbers import document_number

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class SupervisionReportQuerySet(models.QuerySet["SupervisionReport"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the reports about the own subtree, and those issued to a committee of it."""
        if not scope_of(user).has(*COMMITTEE_ROLES):
            return self.none()
        within = Committee.objects.visible_to(user)
        received = Receipt.objects.filter(committee__in=within)
        return self.filter(Q(committee__in=within) | Q(pk__in=received.values("report")))

    def issued(self) -> Self:
        return self.filter(status=ReportStatus.ISSUED)


class SupervisionReport(models.Model):
    """One report about a committee's subtree on a day. Its numbers are those of a frozen snapshot and never change."""

    committee = models.ForeignKey(
        Committee, models.PROTECT, related_name="supervision_reports", verbose_name="报告范围"
    )
    as_of = models.DateField("截止日期")
    status = models.CharField("状态", max_length=12, choices=ReportStatus.choices, default=ReportStatus.BUILDING)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    requested_at = models.DateTimeField("起草时间", auto_now_add=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="后台任务")
    snapshot = models.ForeignKey(
        Snapshot, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="数据快照"
    )
    # What the figures are compared with, frozen too: the last issued report's day and snapshot, else the quarter's end before.
    base_as_of = models.DateField("上期日期", null=True, blank=True)
    base_snapshot = models.ForeignKey(
        Snapshot, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上期数据快照"
    )
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上期报告"
    )
    # Fields, tables, charts and the first wording: what the job found. Words are edited in versions, this never is.
    content = models.JSONField("内容", default=dict, blank=True)
    version = models.PositiveIntegerField("版本", default=0)

    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送签人"
    )
    submitted_at = models.DateTimeField("送签时间", null=True, blank=True)
    signed_off_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    signed_off_at = models.DateTimeField("签发时间", null=True, blank=True)
    prefix = models.CharField("发文机关代字", max_length=12, blank=True)
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    serial = models.PositiveIntegerField("发文顺序号", null=True, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="印发人")
    issued_at = models.DateTimeField("印发时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回或者作废人"
    )
    closed_at = models.DateTimeField("撤回或者作废时间", null=True, blank=True)
    close_reason = models.CharField("撤回或者作废原因", max_length=200, blank=True)

    objects = SupervisionReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督查报告"
        ordering = ("-as_of", "-pk")
        constraints = (
            models.UniqueConstraint(
                name="supervision_report_number_once",
                fields=["prefix", "year", "serial"],
                condition=Q(serial__isnull=False),
                violation_error_message="该发文字号已经使用。",
            ),
            models.CheckConstraint(
                name="supervision_report_number_is_whole",
                condition=Q(prefix="", year=None, serial=None)
                | (~Q(prefix="") & Q(year__isnull=False, serial__isnull=False)),
                violation_error_message="发文字号须写全代字、年份和顺序号。",
            ),
            models.CheckConstraint(
                name="supervision_report_issued_with_number_and_signature",
                condition=~Q(status__in=(ReportStatus.ISSUED, ReportStatus.WITHDRAWN))
                | Q(issued_at__isnull=False, signed_off_by__isnull=False, serial__isnull=False),
                violation_error_message="印发的报告必须已经签发并编号。",
            ),
            models.CheckConstraint(
                name="supervision_report_signed_off_by_a_second_person",
                condition=Q(signed_off_by=None) | ~Q(signed_off_by=F("requested_by")),
                violation_error_message="签发人不能是起草人。",
            ),
        )
        indexes = (models.Index(fields=["committee", "status", "as_of"]),)

    def __str__(self) -> str:
        return self.number or f"{self.committee}督查报告（{self.as_of:%Y-%m-%d}）"

    @property
    def number(self) -> str:
        """Return 发文字号; empty while there is none."""
        if self.serial is None or self.year is None:
            return ""
        return document_number(self.prefix, self.year, self.serial)

    @property
    def is_building(self) -> bool:
        return self.status == ReportStatus.BUILDING

    @property
    def is_withdrawn(self) -> bool:
        return self.status == ReportStatus.WITHDRAWN

    @property
    def is_discarded(self) -> bool:
        return self.status == ReportStatus.DISCARDED

    @property
    def was_issued(self) -> bool:
        """Tell whether the report was ever issued, withdrawn since or not."""
        return self.status in {ReportStatus.ISSUED, ReportStatus.WITHDRAWN}


class ReportVersion(models.Model):
    """One wording of a report: title, addressees and the paragraphs of each section, numbers standing as fields."""

    report = models.ForeignKey(SupervisionReport, models.CASCADE, related_name="versions", verbose_name="督查报告")
    number = models.PositiveIntegerField("版本")
    title = models.CharField("标题", max_length=120)
    addressees = models.CharField("主送机关", max_length=200, blank=True)
    # Section code -> paragraphs.
    texts: models.JSONField[dict[str, list[str]], dict[str, list[str]]] = models.JSONField("文字", default=dict)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="修改人")
    written_at = models.DateTimeField("修改时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "报告版本"
        ordering = ("report", "number")
        constraints = (models.UniqueConstraint(name="report_version_once", fields=["report", "number"]),)

    def __str__(self) -> str:
        return f"{self.report}第{self.number}版"


def document_path(document: ReportDocument, file_name: str) -> str:
    """Return a random name: nobody guesses where a file lies, and no view serves it by its path."""
    return str(PurePosixPath("supervision", f"{uuid4().hex}{PurePosixPath(file_name).suffix}"))


class ReportDocument(models.Model):
    """A file of an issued report, stored once: every download is these bytes."""

    report = models.ForeignKey(SupervisionReport, models.CASCADE, related_name="documents", verbose_name="督查报告")
    kind = models.CharField("文件", max_length=10, choices=DocumentKind.choices)
    file = models.FileField("文件", upload_to=document_path)
    name = models.CharField("文件名", max_length=160)
    sha256 = models.CharField("校验值", max_length=64)
    size = models.PositiveBigIntegerField("字节数")

    class Meta:
        verbose_name = verbose_name_plural = "报告文件"
        ordering = ("report", "kind")
        constraints = (models.UniqueConstraint(name="report_document_once", fields=["report", "kind"]),)

    def __str__(self) -> str:
        return self.name


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the receipts of reports about the own subtree, and those of committees of the own subtree."""
        return self.filter(
            Q(report__in=SupervisionReport.objects.visible_to(user), report__committee__in=_committees_of(user))
            | Q(committee__in=_committees_of(user))
        )


class Receipt(models.Model):
    """签收: a committee to which a report was issued, and the person who signed for it."""

    report = models.ForeignKey(SupervisionReport, models.CASCADE, related_name="receipts", verbose_name="督查报告")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="+", verbose_name="主送机构")
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签收人")
    signed_at = models.DateTimeField("签收时间", null=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "签收"
        ordering = ("report", "committee__path")
        constraints = (
            models.UniqueConstraint(name="receipt_once", fields=["report", "committee"]),
            models.CheckConstraint(
                name="receipt_signed_by_somebody_at_a_time",
                condition=Q(signed_by=None, signed_at=None) | Q(signed_by__isnull=False, signed_at__isnull=False),
                violation_error_message="签收须有签收人和时间。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.committee}签收{self.report}"


def _committees_of(user: User | AnonymousUser) -> Any:
    return Committee.objects.visible_to(user)


reaches_nothing("reviews.supervisionreport")  # a report tells of figures; it changes none
