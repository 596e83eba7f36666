"""A supervision report with one section and one number, made without its job: for pages that only ask who may see it."""

import datetime
from typing import Any

from django.utils import timezone

from portal.core.models import Committee
from reviews.supervision.choices import ReportStatus
from reviews.supervision.indicators.content import ReportContent, ReportField, SectionText, plain
from reviews.supervision.models import Receipt, ReportVersion, SupervisionReport
from tests import recipes

AS_OF = datetime.date(2024, 12, 31)


def small_content(committee: Committee) -> ReportContent:
    day = AS_OF.isoformat()
    fields = [
        ReportField("截止日期", "2024年12月31日", "报告数据的截止日期。", day, committee.name, committee.path),
        ReportField(
            "党的组织覆盖率",
            "100.00 %",
            "已被党组织覆盖的协会占全部在册协会的比例。",
            day,
            committee.name,
            committee.path,
            code="org_coverage",
            indicator="党的组织覆盖率",
            numerator=1,
            denominator=1,
            tab="in",
        ),
    ]
    section = SectionText("overview", "总体情况", ("截至{截止日期}，党的组织覆盖率{党的组织覆盖率}。",))
    return ReportContent(
        f"关于{committee.name}归口的行业协会商会党建工作情况的通报",
        "各下级党组织：",
        committee.name,
        {field.name: field for field in fields},
        (section,),
    )


def small_report(committee: Committee, status: ReportStatus = ReportStatus.DRAFT, **more: Any) -> SupervisionReport:
    """Return a report of one sentence in the state asked for, drafted by somebody who is nobody else in the test."""
    content = small_content(committee)
    writer = recipes.user.make()
    if status in {ReportStatus.SIGNED, ReportStatus.ISSUED, ReportStatus.WITHDRAWN}:
        more = {
            "prefix": "苏社工督",
            "year": 2025,
            "serial": committee.pk,
            "signed_off_by": recipes.user.make(),
            **more,
        }
    if status in {ReportStatus.ISSUED, ReportStatus.WITHDRAWN}:
        more = {"issued_at": timezone.now(), **more}
    report = SupervisionReport.objects.create(
        committee=committee,
        as_of=AS_OF,
        status=status,
        requested_by=writer,
        content=plain(content),
        version=1,
        **more,
    )
    texts = {section.code: list(section.paragraphs) for section in content.sections}
    for number in (1, 2) if status == ReportStatus.DRAFT else (1,):
        ReportVersion.objects.create(
            report=report, number=number, title=content.title, addressees=content.addressees, texts=texts
        )
        report.version = number
    report.save(update_fields=["version"])
    return report


def small_receipt(committee: Committee) -> Receipt:
    """Return what `committee` still has to sign: a report of the committee above it."""
    assert committee.parent is not None
    report = small_report(committee.parent, ReportStatus.ISSUED)
    return Receipt.objects.create(report=report, committee=committee)
