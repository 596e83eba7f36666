"""Which days are worked, for the province: the year's holidays as they are known, and entering what a notice says."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.generic import TemplateView

from portal.core.choices import Role
from portal.core.forms import CalendarDaysForm, HolidayNoticeForm
from portal.core.holiday_notices import StatedDay, days_between, read_notice
from portal.core.models import CalendarDay
from portal.core.services import set_calendar_days
from portal.core.views import ScopedMixin, ServiceFormView, signed_in
from portal.core.workdays import has_calendar, special_days

FIRST_YEAR, LAST_YEAR = 2004, 2100  # the first year whose notice is known; the last that a form takes


class CalendarView(ScopedMixin, TemplateView):
    """The days of a year that are not as the week has them, each with where it is known from."""

    roles = (Role.PROVINCE,)
    template_name = "core/calendar.html"

    @property
    def year(self) -> int:
        text = self.request.GET.get("year", "")
        year = int(text) if text.isascii() and text.isdecimal() else self.today.year
        return min(max(year, FIRST_YEAR), LAST_YEAR)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        year = self.year
        days = special_days(year, CalendarDay.objects.visible_to(self.request.user))
        return super().get_context_data(
            year=year,
            years=sorted({year, *range(self.today.year - 1, self.today.year + 3)}),
            days=days,
            is_known=has_calendar(year),
            rest=sum(not day.is_workday for day in days),
            worked=sum(day.is_workday for day in days),
            **kwargs,
        )


class CalendarDaysView(ServiceFormView):
    """One day or a few in a row; also the correction of what stands."""

    roles = (Role.PROVINCE,)
    form_class = CalendarDaysForm
    title = "录入休息日或者上班日"
    note = "用于更正个别日期，或者录入本省的临时安排。已有的日期以这次录入的为准；已经确定的期限不变。"

    def get_initial(self) -> dict[str, Any]:
        try:
            day = parse_date(self.request.GET.get("date", ""))
        except ValueError:
            day = None
        if day is None:
            return {}
        known = next(
            (
                each
                for each in special_days(day.year, CalendarDay.objects.visible_to(self.request.user))
                if each.date == day
            ),
            None,
        )
        return {
            "first": day,
            "is_workday": str(int(known.is_workday)) if known else "0",
            "name": known.name if known else "",
            "source": known.source if known else "",
        }

    def perform(self, form_data: dict[str, Any]) -> str:
        days = days_between(form_data["first"], form_data["last"] or form_data["first"])
        is_workday = form_data["is_workday"] == "1"
        rows = set_calendar_days(
            days=[StatedDay(day, is_workday, form_data["name"]) for day in days],
            source=form_data["source"],
            actor=signed_in(self.request),
        )
        self.year = days[0].year
        return f"已录入 {len(rows)} 天。"

    def get_subject(self) -> str:
        return "工作日历"

    def get_back_url(self) -> str:
        year = getattr(self, "year", None)
        return reverse("core:calendar") + (f"?year={year}" if year else "")


class HolidayNoticeView(ServiceFormView):
    """The yearly notice, pasted as it is published."""

    roles = (Role.PROVINCE,)
    form_class = HolidayNoticeForm
    title = "录入放假通知"
    submit_label = "读取并保存"

    def get_initial(self) -> dict[str, Any]:
        text = self.request.GET.get("year", "")
        year = text if text.isascii() and text.isdecimal() else str(timezone.localdate().year + 1)
        return {"year": year, "source": f"国务院办公厅关于{year}年部分节假日安排的通知"}

    def perform(self, form_data: dict[str, Any]) -> str:
        days = read_notice(form_data["text"], form_data["year"])
        rows = set_calendar_days(days=days, source=form_data["source"], actor=signed_in(self.request))
        self.year = form_data["year"]
        rest = sum(not row.is_workday for row in rows)
        return f"已录入 {len(rows)} 天：休息 {rest} 天，调休上班 {len(rows) - rest} 天。请逐项核对。"

    def get_subject(self) -> str:
        return "工作日历"

    def get_back_url(self) -> str:
        year = getattr(self, "year", None)
        return reverse("core:calendar") + (f"?year={year}" if year else "")
