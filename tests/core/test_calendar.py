"""The working calendar: the notice as it is published, single days, what the province sees."""

import datetime

import chinese_calendar
import pytest
import time_machine
from django.urls import reverse

from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation
from portal.core.holiday_notices import StatedDay, read_notice
from portal.core.models import AuditEntry, CalendarDay, User
from portal.core.services import set_calendar_days
from portal.core.workdays import has_calendar, is_workday
from tests.conftest import ClientOf

NOTICE_2026 = """\
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"""
NOTICE_2027 = "一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n二、劳动节：5月1日（周六）放假。\n三、国庆节：10月1日（周五）放假。10月9日（周六）上班。"


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def days_of(year: int) -> list[datetime.date]:
    return [day(f"{year}-01-01") + datetime.timedelta(days=passed) for passed in range(365)]


# --- the notice ---


@pytest.mark.parametrize(
    "text", (NOTICE_2026, NOTICE_2026.replace("\n", ""), NOTICE_2026.replace("（", "(").replace("）", ")"))
)
def test_the_notice_is_read_as_it_is_published(text: str) -> None:
    told = {each.date: each.is_workday for each in read_notice(text, 2026)}
    plain = {each: told.get(each, each.weekday() < 5) for each in days_of(2026)}
    assert plain == {each: chinese_calendar.is_workday(each) for each in days_of(2026)}


def test_each_day_carries_the_name_of_its_holiday() -> None:
    names = {each.date: each.name for each in read_notice(NOTICE_2026, 2026)}
    assert [names[day(text)] for text in ("2026-01-04", "2026-02-14", "2026-09-20")] == ["元旦", "春节", "国庆节"]


def test_a_notice_may_reach_into_the_year_before() -> None:
    told = read_notice("一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。二、清明节：4月5日放假，共1天。", 2023)
    assert [str(each.date) for each in told] == ["2022-12-31", "2023-01-01", "2023-01-02", "2023-04-05"]


def test_plain_lines_are_read_too() -> None:
    told = read_notice("2027-02-06 至 2027-02-08 休息\n2027-02-14 上班", 2027)
    assert [(str(each.date), each.is_workday) for each in told] == [
        ("2027-02-06", False),
        ("2027-02-07", False),
        ("2027-02-08", False),
        ("2027-02-14", True),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    (
        (NOTICE_2026, "2027年1月1日是周五，通知写的是周四，请核对年份。"),
        ("一、元旦：2月30日放假。", "没有“2027年2月30日”这一天，请核对。"),
        ("关于放假的通知", "没有读到放假日期，请粘贴通知中“一、元旦：……放假”的各项原文。"),
        ("元旦：1月1日放假。1月1日上班。", "2027-01-01 既写放假又写上班，请核对。"),
        ("元旦：1月3日至1日放假。", "结束日期不能早于开始日期。"),
        ("元旦：1月1日至3月1日放假。", "一次最多录入 31 天，请核对起止日期。"),
    ),
)
def test_what_cannot_be_meant_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        read_notice(text, 2027)
    assert refusal.value.message == words


# --- entering ---


def test_days_entered_again_are_replaced_and_both_are_recorded(province_user: User) -> None:
    new_year = day("2027-01-01")
    set_calendar_days(days=[StatedDay(new_year, False, "元旦")], source="通知一", actor=province_user)  # noqa: FBT003
    set_calendar_days(days=[StatedDay(new_year, True, "元旦")], source="通知二", actor=province_user)  # noqa: FBT003
    row = CalendarDay.objects.get()
    assert (row.is_workday, row.source) == (True, "通知二")
    entries = AuditEntry.objects.order_by("pk").values_list("action", "target_id", "data")
    assert list(entries) == [
        (AuditAction.CREATE, row.pk, {"before": {}, "after": {"2027-01-01": "元旦休息"}, "reason": "通知一"}),
        (
            AuditAction.CORRECT,
            row.pk,
            {"before": {"2027-01-01": "元旦休息"}, "after": {"2027-01-01": "元旦上班"}, "reason": "通知二"},
        ),
    ]


@pytest.mark.parametrize(
    ("days", "source", "words"),
    (([], "通知", "没有要录入的日期。"), ([StatedDay(day("2027-01-01"), False, "元旦")], " ", "请写明依据。")),  # noqa: FBT003
)
def test_nothing_is_entered_without_days_or_source(
    province_user: User, days: list[StatedDay], source: str, words: str
) -> None:
    with pytest.raises(RuleViolation) as refusal:
        set_calendar_days(days=days, source=source, actor=province_user)
    assert (refusal.value.message, CalendarDay.objects.count()) == (words, 0)


# --- the pages ---


def test_a_year_whose_notice_is_not_entered_is_warned_of_until_it_is(client_of: ClientOf, province_user: User) -> None:
    client, address = client_of("province"), reverse("core:calendar")
    warning = "2027年放假安排尚未录入，按周一至周五计算"
    before = warning in client.get(address, {"year": "2027"}).content.decode().replace("期限", "")
    answer = client.post(
        reverse("core:calendar-notice"), {"year": "2027", "text": NOTICE_2027, "source": "测试通知"}, follow=True
    )
    after = warning in answer.content.decode().replace("期限", "")
    assert (before, after, has_calendar(2027)) == (True, False, True)
    assert answer.request["QUERY_STRING"] == "year=2027"
    assert [(str(each.date), each.is_workday, each.source) for each in answer.context["days"]] == [
        ("2027-01-01", False, "测试通知"),
        ("2027-01-02", False, "测试通知"),
        ("2027-01-03", False, "测试通知"),
        ("2027-05-01", False, "测试通知"),
        ("2027-10-01", False, "测试通知"),
        ("2027-10-09", True, "测试通知"),
    ]


def test_the_page_of_2026_lists_what_the_package_knows(client_of: ClientOf) -> None:
    context = client_of("province").get(reverse("core:calendar"), {"year": "2026"}).context
    listed = {each.date: each.is_workday for each in context["days"]}
    assert {each: listed.get(each, each.weekday() < 5) for each in days_of(2026)} == {
        each: chinese_calendar.is_workday(each) for each in days_of(2026)
    }
    assert [each.name for each in context["days"]][:4] == ["元旦"] * 4


@pytest.mark.parametrize(("asked", "year"), (("", 2026), ("x", 2026), ("1999", 2004), ("9999", 2100)))
def test_a_year_that_cannot_be_meant_is_another(client_of: ClientOf, asked: str, year: int) -> None:
    with time_machine.travel(datetime.datetime(2026, 3, 2, 4, tzinfo=datetime.UTC)):
        assert client_of("province").get(reverse("core:calendar"), {"year": asked}).context["year"] == year


def test_a_notice_of_another_year_stands_refused_beside_its_text(client_of: ClientOf) -> None:
    told = {"year": "2027", "text": NOTICE_2026, "source": "测试通知"}
    answer = client_of("province").post(reverse("core:calendar-notice"), told)
    assert answer.context["form"].errors == {"text": ["2027年1月1日是周五，通知写的是周四，请核对年份。"]}
    assert CalendarDay.objects.count() == 0


def test_a_known_day_is_corrected_from_the_list(client_of: ClientOf) -> None:
    client, address = client_of("province"), reverse("core:calendar-days")
    form = client.get(address, {"date": "2026-02-28"}).context["form"]
    assert (form.initial["is_workday"], form.initial["name"]) == ("1", "春节")
    told = {"first": "2026-02-28", "last": "", "is_workday": "0", "name": "春节", "source": "本省安排"}
    answer = client.post(address, told)
    assert (answer.url, is_workday(day("2026-02-28"))) == (f"{reverse('core:calendar')}?year=2026", False)


def test_a_range_is_entered_in_one_go(client_of: ClientOf) -> None:
    told = {"first": "2027-02-05", "last": "2027-02-11", "is_workday": "0", "name": "春节", "source": "通知"}
    client_of("province").post(reverse("core:calendar-days"), told)
    assert CalendarDay.objects.count() == 7


@pytest.mark.parametrize("rows", (1, 20))
def test_the_page_asks_as_often_for_many_days_as_for_one(
    client_of: ClientOf, rows: int, django_assert_num_queries: object
) -> None:
    CalendarDay.objects.bulk_create(
        CalendarDay(date=each, is_workday=False, name="休", source="测试") for each in days_of(2027)[:rows]
    )
    client = client_of("province")
    with django_assert_num_queries(6):  # type: ignore[operator]
        client.get(reverse("core:calendar"), {"year": "2027"})
