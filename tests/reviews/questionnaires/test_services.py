"""Versions of questionnaires: drafted, edited, published for good, retired; only by the province, each step written down."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from portal.core.errors import RuleViolation
from portal.core.models import AuditEntry, User
from reviews.checks.rules.preset import CHECK_LIST
from reviews.questionnaires.choices import ItemType, QuestionnaireKind, RuleSeverity, VersionStatus
from reviews.questionnaires.models import Questionnaire, QuestionnaireVersion
from reviews.questionnaires.rules.content import Content, Item, Rule, Section
from reviews.questionnaires.rules.problems import problems_of
from reviews.questionnaires.services.editing import (
    move_part,
    remove_part,
    replace_content,
    save_item,
    save_rule,
    save_section,
)
from reviews.questionnaires.services.versions import (
    StaleDraft,
    create_draft,
    create_questionnaire,
    discard_draft,
    publish_version,
    retire_version,
)
from reviews.reports.rules.preset import QUARTERLY

UserOf = Callable[[str], User]


@pytest.fixture
def draft(province_user: User) -> QuestionnaireVersion:
    return create_questionnaire(kind=QuestionnaireKind.QUARTERLY, name="季报", actor=province_user, from_preset=True)


@pytest.fixture
def published(draft: QuestionnaireVersion, province_user: User) -> QuestionnaireVersion:
    return publish_version(version=draft, actor=province_user, seen=0)


def steps(version: QuestionnaireVersion) -> list[str]:
    entries = AuditEntry.objects.filter(target_type="reviews.templateversion", target_id=version.pk)
    return [entry.data["step"] for entry in entries.order_by("pk")]


def refused(act: Callable[..., Any], **told: Any) -> RuleViolation:
    with pytest.raises(RuleViolation) as refusal:
        act(**told)
    return refusal.value


def test_a_template_of_a_kind_starts_from_its_preset_or_from_nothing(province_user: User) -> None:
    preset = create_questionnaire(kind=QuestionnaireKind.QUARTERLY, name="甲", actor=province_user, from_preset=True)
    blank = create_questionnaire(kind=QuestionnaireKind.CHECK_LIST, name="乙", actor=province_user, from_preset=False)
    check_list = create_questionnaire(
        kind=QuestionnaireKind.CHECK_LIST, name="丁", actor=province_user, from_preset=True
    )
    assert (preset.parts, blank.parts, check_list.parts) == (QUARTERLY, Content(), CHECK_LIST)
    refusal = refused(
        create_questionnaire, kind=QuestionnaireKind.EVALUATION, name="丙", actor=province_user, from_preset=True
    )
    assert (refusal.message, Questionnaire.objects.filter(name="丙").exists()) == (
        "这种用途没有预设内容，请选择空白。",
        False,
    )


def test_a_name_is_given_once(draft: QuestionnaireVersion, province_user: User) -> None:
    refusal = refused(
        create_questionnaire, kind=QuestionnaireKind.QUARTERLY, name="季报", actor=province_user, from_preset=True
    )
    assert (refusal.message, refusal.field) == ("名称已存在。", "name")


@pytest.mark.parametrize("role", ("committee", "secretary", "auditor"))
def test_only_the_province_edits(user_of: UserOf, draft: QuestionnaireVersion, role: str) -> None:
    other = user_of(role)
    assert refused(publish_version, version=draft, actor=other, seen=0).message == "只有省级可以编辑模板。"
    assert refused(save_section, version=draft, actor=other, seen=0, section=Section("", "甲")).message == (
        "只有省级可以编辑模板。"
    )
    assert list(QuestionnaireVersion.objects.visible_to(other)) == []


def test_a_draft_is_edited_and_each_step_is_written_down(draft: QuestionnaireVersion, province_user: User) -> None:
    by: dict[str, Any] = {"version": draft, "actor": province_user}
    save_section(**by, seen=0, section=Section("", "年会", asked_if="「已建立党组织」"))
    save_item(**by, seen=1, item=Item("", "年会次数", ItemType.WHOLE, unit="次"), section="s1")
    save_rule(
        **by, seen=2, rule=Rule("", "「年会次数」 ≥ 1", RuleSeverity.HINT, "一般每年召开年会。", "q1", "章程示范文本")
    )
    move_part(**by, seen=3, part="section", code="s1", step=-1)
    version = QuestionnaireVersion.objects.get(pk=draft.pk)
    content = version.parts
    assert (content.sections[-2].title, content.sections[-2].asked_if) == ("年会", "has_organization")
    assert content.rules[-1] == Rule("r1", "q1 >= 1", "hint", "一般每年召开年会。", "q1", "章程示范文本")
    assert (version.revision, steps(version)) == (4, ["建立草稿", "栏目", "项目", "规则", "顺序"])
    remove_part(**by, seen=4, part="rule", code="r1")
    remove_part(**by, seen=5, part="item", code="q1")
    remove_part(**by, seen=6, part="section", code="s1")
    assert QuestionnaireVersion.objects.get(pk=draft.pk).parts == QUARTERLY


def test_an_item_changes_its_place_its_code_and_its_words(draft: QuestionnaireVersion, province_user: User) -> None:
    item = QUARTERLY.item("workers_trained")
    assert item is not None
    changed = replace(item, label="党务干部轮训", code="staff_trained")
    save_item(version=draft, actor=province_user, seen=0, item=changed, section="funds", before="workers_trained")
    content = QuestionnaireVersion.objects.get(pk=draft.pk).parts
    home = content.section_of("staff_trained")
    assert home is not None
    assert ([each.code for each in home.items], content.item("workers_trained")) == (
        ["fee_expenses", "dues_returned", "staff_trained"],
        None,
    )


KNOWN_ALREADY = "“正式党员数”平台已有，来自台账或者已通过的季报，请改为“平台已知”项。"
IN_USE = "编号还用于规则“党课一般每季度至少安排1次，请说明没有安排的原因。”，请先修改这些地方。"


@pytest.mark.parametrize(
    ("item", "before", "refusal"),
    (
        (Item("", "本季度末正式党员人数", ItemType.WHOLE), "", (KNOWN_ALREADY, "label")),
        (Item("lectures", "讲座", ItemType.WHOLE), "", ("编号“lectures”已经使用。", "code")),
        (Item("", "党课", ItemType.WHOLE), "", ("已有同名的项目，请换一个名称。", "label")),
        (Item("talks", "党课", ItemType.WHOLE), "lectures", (IN_USE, "code")),
        (Item("", "讲座", ItemType.WHOLE, asked_if="「没有的」"), "", ("没有名称为“没有的”的项目。", "asked_if")),
        (Item("", "讲座", ItemType.CHOICE), "", ("应有 2 至 60 个选项。", "options")),
    ),
)
def test_an_item_that_cannot_be_is_refused_at_its_field(
    draft: QuestionnaireVersion, province_user: User, item: Item, before: str, refusal: tuple[str, str]
) -> None:
    told = {"item": item, "section": "organization_life", "before": before}
    answer = refused(save_item, version=draft, actor=province_user, seen=0, **told)
    assert (answer.message, answer.field) == refusal


def test_nobody_overwrites_what_he_has_not_seen(draft: QuestionnaireVersion, province_user: User) -> None:
    save_section(version=draft, actor=province_user, seen=0, section=Section("", "年会"))
    with pytest.raises(StaleDraft) as refusal:
        save_section(version=draft, actor=province_user, seen=0, section=Section("", "培训班"))
    assert refusal.value.message.startswith("您打开之后，陈省于 ")


def test_what_is_not_sound_is_not_published(draft: QuestionnaireVersion, province_user: User) -> None:
    broken = replace(QUARTERLY, rules=(replace(QUARTERLY.rules[0], item="gone"),))
    replace_content(version=draft, actor=province_user, seen=0, content=broken)
    refusal = refused(publish_version, version=draft, actor=province_user, seen=1)
    assert refusal.message == (
        "有 1 处需要更正，没有发布。规则“正式党员数较上季度变化超过30%且超过2人，请说明原因。”：应指明提示语显示在哪个项目。"
    )


def test_a_published_version_is_changed_only_in_a_new_one(published: QuestionnaireVersion, province_user: User) -> None:
    refusal = refused(save_section, version=published, actor=province_user, seen=0, section=Section("", "年会"))
    assert refusal.message == "这一版是已发布，不能修改。需要修改的，请建立新的草稿。"
    second = create_draft(questionnaire=published.questionnaire, actor=province_user)
    assert (second.number, second.content, second.status) == (2, published.content, VersionStatus.DRAFT)
    assert create_draft(questionnaire=published.questionnaire, actor=province_user) == second
    publish_version(version=second, actor=province_user, seen=0)
    published.refresh_from_db()
    assert (published.status, published.retired_by, steps(published)[-1]) == (
        VersionStatus.RETIRED,
        province_user,
        "停用",
    )
    assert list(QuestionnaireVersion.objects.published()) == [second]


@pytest.mark.parametrize(
    "told",
    (
        {"content": {}},
        {"number": 9},
        {"status": VersionStatus.DRAFT, "published_at": None, "published_by": None},
        {"published_at": timezone.now()},
    ),
)
def test_the_database_keeps_what_was_published(published: QuestionnaireVersion, told: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="已发布的模板版本不能修改"), transaction.atomic():
        QuestionnaireVersion.objects.filter(pk=published.pk).update(**told)
    assert QuestionnaireVersion.objects.get(pk=published.pk).parts == QUARTERLY


def test_a_retired_version_stays_retired_and_as_it_was(published: QuestionnaireVersion, province_user: User) -> None:
    assert refused(retire_version, version=published, actor=province_user, reason=" ").field == "reason"
    retired = retire_version(version=published, actor=province_user, reason="口径有误")
    with pytest.raises(DatabaseError, match="已发布的模板版本不能修改"), transaction.atomic():
        QuestionnaireVersion.objects.filter(pk=retired.pk).update(
            status=VersionStatus.PUBLISHED, retired_at=None, retired_by=None
        )
    assert create_draft(questionnaire=retired.questionnaire, actor=province_user).parts == QUARTERLY


def test_a_draft_is_thrown_away_and_a_published_version_never(
    published: QuestionnaireVersion, province_user: User
) -> None:
    second = create_draft(questionnaire=published.questionnaire, actor=province_user)
    discard_draft(version=second, actor=province_user, seen=0)
    assert list(QuestionnaireVersion.objects.all()) == [published]
    assert refused(discard_draft, version=published, actor=province_user, seen=0).message.startswith("这一版是已发布")


def test_a_code_of_the_version_before_keeps_its_type(published: QuestionnaireVersion, province_user: User) -> None:
    second = create_draft(questionnaire=published.questionnaire, actor=province_user)
    lectures = QUARTERLY.item("lectures")
    assert lectures is not None
    talk = replace(lectures, type=ItemType.SHORT_TEXT, maximum=None)
    rules = tuple(rule for rule in QUARTERLY.rules if rule.item != "lectures")
    sections = tuple(
        replace(section, items=tuple(talk if item.code == "lectures" else item for item in section.items))
        for section in QUARTERLY.sections
    )
    replace_content(version=second, actor=province_user, seen=0, content=Content(sections, rules))
    assert refused(publish_version, version=second, actor=province_user, seen=1).message == (
        "有 1 处需要更正，没有发布。项目“党课”：编号“lectures”在上一版是整数“党课”，各期按编号对比，类型不能改。请换一个编号。"
    )


def test_answers_to_the_version_before_are_compared_by_code(
    published: QuestionnaireVersion, province_user: User
) -> None:
    content = replace(QUARTERLY, rules=(QUARTERLY.rules[0],))
    last = {"members_formal": 10, "an_item_that_is_gone": "x", "staff": "not a number any more"}
    found = problems_of(
        content, {"members_formal": 20, "members_probationary": 0, "staff": 1, "member_firms": 1}, last, {}
    )
    assert [problem.rule for problem in found if problem.rule != "missing"] == ["formal_change"]
