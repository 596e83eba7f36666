"""Editing and previewing a questionnaire in a browser: accessible, nothing overflows, order by keyboard, rows added."""

import pytest

from reviews.questionnaires.choices import QuestionnaireKind
from reviews.questionnaires.models import QuestionnaireVersion
from reviews.questionnaires.services.versions import create_questionnaire
from tests.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(province_user):
    return create_questionnaire(kind=QuestionnaireKind.QUARTERLY, name="季报", actor=province_user, from_preset=True)


def test_every_page_is_accessible_and_fits_a_phone(page_of, assert_usable, draft):
    addresses = (
        "",
        "preview/",
        "preview/?width=phone&known=none",
        "items/decisions/",
        "rules/formal_change/",
        "import/",
    )
    assert_usable(page_of("province"), *(f"/templates/versions/{draft.pk}/{address}" for address in addresses))


def test_order_changes_in_place_and_the_button_keeps_the_focus(page_of, draft):
    page = page_of("province")
    page.goto(f"/templates/versions/{draft.pk}/")
    page.locator("#up-item-theme_days").focus()
    page.evaluate("document.addEventListener('htmx:afterSettle', () => { window.moves = (window.moves || 0) + 1; })")
    for moves in (1, 2):
        page.keyboard.press("Enter")
        page.wait_for_function("moves => window.moves === moves", arg=moves)
    section = QuestionnaireVersion.objects.get(pk=draft.pk).parts.section_of("theme_days")
    assert [item.code for item in section.items][2:5] == ["theme_days", "group_meetings", "lectures"]
    assert page.evaluate("document.activeElement.id") == "up-item-theme_days"


def test_what_a_filer_types_is_checked_and_what_follows_is_asked(page_of, assert_accessible, draft):
    page = page_of("province", **PHONE)
    page.goto(f"/templates/versions/{draft.pk}/preview/")
    assert page.locator("#item-post_changes").count() == 0
    page.locator("#item-posts_changed label", has_text="是").click()
    page.locator("#field-a-members_meetings").fill("0")
    page.locator("#item-decisions [data-add-row]").click()
    page.locator("#field-a-decisions-2-kind").select_option("大额捐赠")
    with page.expect_navigation():
        page.get_by_role("button", name="检查").click()
    assert page.locator("#item-post_changes").count() == 1
    assert page.locator("#explain-members_meetings").count() == 1
    assert page.locator("#field-a-decisions-0-kind").input_value() == "大额捐赠"
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_fields_of_no_use_to_a_type_are_put_away(page_of, draft):
    page = page_of("province")
    page.goto(f"/templates/versions/{draft.pk}/items/new/?section=work")
    page.select_option("[name=type]", "choice")
    assert [page.locator(f"[name={name}]").is_visible() for name in ("options", "max_length", "column_0_label")] == [
        True,
        False,
        False,
    ]
