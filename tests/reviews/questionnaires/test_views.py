"""The pages of questionnaires: what the province reads and edits, and how each is refused."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from portal.core.models import AuditEntry, User
from reviews.questionnaires.choices import ItemSeverity, ItemType, QuestionnaireKind, VersionStatus
from reviews.questionnaires.models import QuestionnaireVersion
from reviews.questionnaires.rules.content import Content, Item, Section
from reviews.questionnaires.services.editing import replace_content
from reviews.questionnaires.services.versions import create_questionnaire, publish_version
from reviews.questionnaires.xlsx.book import questionnaire_workbook
from reviews.reports.rules.preset import QUARTERLY
from tests.conftest import ClientOf

NEW_ITEM = {"seen": "0", "section": "work", "label": "年会次数", "type": "whole", "unit": "次", "required": "on"}


@pytest.fixture
def draft(province_user: User) -> QuestionnaireVersion:
    return create_questionnaire(kind=QuestionnaireKind.QUARTERLY, name="季报", actor=province_user, from_preset=True)


@pytest.fixture
def client(client_of: ClientOf) -> Client:
    return client_of("province")


def at(name: str, version: QuestionnaireVersion, **more: str) -> str:
    return reverse(f"reviews:template-{name}", kwargs={"pk": version.pk, **more})


def test_a_new_template_leads_to_its_draft(client: Client) -> None:
    told = {"name": "季报", "kind": "quarterly", "start": "preset"}
    answer = client.post(reverse("reviews:template-create"), told)
    version = QuestionnaireVersion.objects.get()
    assert (answer.url, version.parts) == (at("version", version), QUARTERLY)  # type: ignore[attr-defined]


def test_the_page_of_a_draft_tells_what_it_costs_and_that_it_can_be_published(
    client: Client, draft: QuestionnaireVersion
) -> None:
    page = client.get(at("version", draft))
    assert (page.context["cost"].asked, page.context["cost"].shown, page.context["faults"]) == (17, 9, [])
    assert "检查通过，可以发布。" in page.content.decode()


def test_an_item_is_added_changed_moved_and_taken_out(client: Client, draft: QuestionnaireVersion) -> None:
    client.post(at("item-create", draft), NEW_ITEM)
    client.post(at("move", draft), {"seen": "1", "part": "item", "code": "q1", "step": "up"})
    changed = {**NEW_ITEM, "seen": "2", "label": "会员大会次数", "code": "q1"}
    client.post(at("item", draft, code="q1"), changed)
    content = QuestionnaireVersion.objects.get(pk=draft.pk).parts
    home = content.section_of("q1")
    assert home is not None
    assert [item.label for item in home.items] == ["服务会员", "会员大会次数", "服务地方发展"]
    client.post(at("remove", draft), {"seen": "3", "part": "item", "code": "q1"})
    assert QuestionnaireVersion.objects.get(pk=draft.pk).parts == QUARTERLY


@pytest.mark.parametrize("code", [item.code for item in QUARTERLY.items])
def test_an_item_saved_as_its_form_shows_it_stays_the_same(
    client: Client, draft: QuestionnaireVersion, code: str
) -> None:
    form = client.get(at("item", draft, code=code)).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    told = {
        name: "on" if value is True else value
        for name, value in shown.items()
        if value is not None and value is not False
    }
    answer = client.post(at("item", draft, code=code), told)
    assert answer.status_code == 302
    assert QuestionnaireVersion.objects.get(pk=draft.pk).parts == QUARTERLY


@pytest.mark.parametrize("code", [rule.code for rule in QUARTERLY.rules])
def test_a_rule_saved_as_its_form_shows_it_stays_the_same(
    client: Client, draft: QuestionnaireVersion, code: str
) -> None:
    form = client.get(at("rule", draft, code=code)).context["form"]
    told = {name: form[name].value() for name in form.fields}
    assert client.post(at("rule", draft, code=code), told).status_code == 302
    assert QuestionnaireVersion.objects.get(pk=draft.pk).parts == QUARTERLY


def test_what_the_portal_knows_is_refused_beside_the_name(client: Client, draft: QuestionnaireVersion) -> None:
    page = client.post(at("item-create", draft), {**NEW_ITEM, "label": "正式党员人数"})
    assert page.context["form"].errors == {
        "label": ["“正式党员数”平台已有，来自台账或者已通过的季报，请改为“平台已知”项。"]
    }
    assert QuestionnaireVersion.objects.get(pk=draft.pk).parts == QUARTERLY


def test_a_table_is_made_of_its_columns(client: Client, draft: QuestionnaireVersion) -> None:
    columns = {
        "column_0_label": "名称",
        "column_0_type": "short_text",
        "column_0_required": "on",
        "column_1_label": "经费",
        "column_1_type": "money",
        "column_1_unit": "元",
        "column_1_maximum": "1000",
    }
    client.post(at("item-create", draft), {**NEW_ITEM, "label": "活动", "type": "table", "unit": "", **columns})
    item = QuestionnaireVersion.objects.get(pk=draft.pk).parts.item("q1")
    assert item is not None
    assert [(each.code, each.label, each.type, each.required, each.maximum) for each in item.columns] == [
        ("c1", "名称", "short_text", True, None),
        ("c2", "经费", "money", False, 100000),
    ]


def test_a_condition_that_cannot_be_read_is_told_beside_it(client: Client, draft: QuestionnaireVersion) -> None:
    told = {"seen": "0", "condition": "「没有的」 ≥ 1", "severity": "hint", "sentence": "话", "item": "lectures"}
    page = client.post(at("rule-create", draft), told)
    assert page.context["form"].errors == {"condition": ["没有名称为“没有的”的项目。"]}


def test_a_page_seen_too_early_changes_nothing(client: Client, draft: QuestionnaireVersion) -> None:
    client.post(at("item-create", draft), NEW_ITEM)
    page = client.post(at("item-create", draft), {**NEW_ITEM, "label": "另一项"})
    assert page.context["form"].non_field_errors()[0].startswith("您打开之后，陈省于 ")


def test_publishing_closes_the_draft_for_good(client: Client, draft: QuestionnaireVersion) -> None:
    client.post(at("publish", draft), {"seen": "0"})
    draft.refresh_from_db()
    assert (draft.status, client.get(at("version", draft)).context["is_draft"]) == (VersionStatus.PUBLISHED, False)
    page = client.post(at("item-create", draft), NEW_ITEM)
    assert page.context["form"].non_field_errors() == ["这一版是已发布，不能修改。需要修改的，请建立新的草稿。"]


def test_a_workbook_replaces_the_draft_or_tells_all_that_is_wrong(client: Client, draft: QuestionnaireVersion) -> None:
    book = load_workbook(io.BytesIO(questionnaire_workbook(QUARTERLY, title="季报", watermark="某人")))
    items = {row[1].value: row for row in book["项目"].iter_rows(min_row=4)}
    rules = {row[0].value: row for row in book["规则"].iter_rows(min_row=4)}
    items["theme_days"][2].value = "主题党日活动"
    rules["theme_days_minimum"][1].value, rules["theme_days_minimum"][5].value = "「主题党日活动」 ≥ 3", "主题党日活动"

    def sent(seen: int) -> dict[str, object]:
        out = io.BytesIO()
        book.save(out)
        return {"seen": seen, "file": SimpleUploadedFile("季报.xlsx", out.getvalue())}

    assert client.post(at("import", draft), sent(0)).status_code == 302
    item = QuestionnaireVersion.objects.get(pk=draft.pk).parts.item("theme_days")
    assert (item.label if item else "") == "主题党日活动"
    items["theme_days"][3].value = "数目"
    page = client.post(at("import", draft), sent(1))
    first = page.context["problems"][0]
    assert (first.sheet, first.row, first.column) == ("项目", items["theme_days"][3].row, "类型")


def test_the_preview_checks_and_keeps_nothing(client: Client, draft: QuestionnaireVersion) -> None:
    fresh = client.get(at("preview", draft))
    page = client.post(at("preview", draft), {"asked": ["lectures"], "a-lectures": "0"})
    told = [problem.rule for problem in page.context["form"].problems if problem.item == "lectures"]
    assert (fresh.context["form"].problems, told) == ((), ["lectures_minimum"])
    assert AuditEntry.objects.filter(target_type="reviews.templateversion").count() == 1


def test_a_check_list_of_every_type_is_shown_and_filled_in(client: Client, draft: QuestionnaireVersion) -> None:
    options = ("好", "一般", "差", "很差", "没有")
    items = tuple(
        Item(
            f"x{number}",
            f"检查{label}",
            kind,
            help="看原始记录。",
            options=options if kind in {ItemType.CHOICE, ItemType.CHOICES} else (),
            columns=(Item("c1", "名称", ItemType.LONG_TEXT), Item("c2", "有无", ItemType.YES_NO))
            if kind == "table"
            else (),
            severity=ItemSeverity.MAJOR,
            evidence="会议记录复印件",
        )
        for number, (kind, label) in enumerate(ItemType.choices)
    )
    content = Content((Section("a", "现场检查", items=items), Section("b", "其他")))
    actor = User.objects.get(username="province")
    replace_content(version=draft, actor=actor, seen=0, content=content)
    assert "不符合时：较重" in client.get(at("version", draft)).content.decode()
    told = {"asked": ["x5", "x9"], "a-x5": ["好", "差"], "a-x9-0-c1": "甲", "a-x9-0-c2": "是"}
    page = client.post(at("preview", draft), told)
    lines = {line.item.code: line for line in page.context["form"].sections[0].lines}
    assert (lines["x5"].text, lines["x9"].text, page.context["form"].problems) == ("好、差", "甲，有无 是", ())
    assert page.content.decode().count("需要的证据：会议记录复印件") == len(ItemType)


def test_the_sample_is_a_template_that_can_be_imported(client: Client) -> None:
    book = load_workbook(io.BytesIO(client.get(reverse("reviews:template-sample")).content))
    assert book.sheetnames == ["栏目", "项目", "表格列", "规则", "填写说明"]


def test_the_list_shows_the_version_in_use_and_the_draft(
    client: Client, draft: QuestionnaireVersion, province_user: User
) -> None:
    publish_version(version=draft, actor=province_user, seen=0)
    client.post(reverse("reviews:template-draft", args=[draft.questionnaire_id]))
    (row,) = client.get(reverse("reviews:template-list")).context["object_list"]
    assert (row.published_number, row.draft_number) == (1, 2)


@pytest.mark.parametrize("questionnaires", (1, 3))
def test_the_list_asks_as_many_questions_for_many_as_for_one(
    client: Client, province_user: User, questionnaires: int, django_assert_num_queries: object
) -> None:
    for number in range(questionnaires):
        create_questionnaire(
            kind=QuestionnaireKind.QUARTERLY, name=f"季报{number}", actor=province_user, from_preset=True
        )
    with django_assert_num_queries(6):  # type: ignore[operator]
        client.get(reverse("reviews:template-list"))
