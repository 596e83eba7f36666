"""The questionnaire that a province starts its quarterly reports from. Data: everything in it can be edited in a new version.

依据：domain.md, "Rules" and "Work cycles" 1; minimums are a row of data each, since provinces differ. A minimum of organization
life asks for an explanation and never refuses: whoever held no meeting must be able to say so.
"""

from __future__ import annotations

from reviews.questionnaires.choices import ItemType, QuestionnaireKind, RuleSeverity
from reviews.questionnaires.rules.content import Content, Item, Rule, Section
from reviews.questionnaires.rules.presets import offer_preset

BRANCH_RULES = "《中国共产党支部工作条例（试行）》"
_HAS = "has_organization"

# 党组织参与决策的八类事项（2024年推进会讲话；domain.md, "Rules"）。
DECISION_KINDS = (
    "章程制定和修改",
    "会费标准",
    "内部管理制度",
    "重要人事安排",
    "重大活动",
    "大额经费开支",
    "大额捐赠",
    "涉外事项",
)
PARTY_TITLES = ("书记", "副书记", "组织委员", "宣传委员", "纪检委员", "青年委员", "委员")
DIFFICULTY_KINDS = ("组织设置", "党务人员", "活动经费", "活动场所", "业务指导", "会员服务", "其他")


def _known(code: str, label: str, kind: ItemType, provider: str, **more: object) -> Item:
    return Item(code, label, kind, known_from=provider, **more)  # type: ignore[arg-type]


def _count(code: str, label: str, unit: str, help_text: str = "", *, required: bool = True, **more: object) -> Item:
    return Item(code, label, ItemType.WHOLE, unit=unit, help=help_text, required=required, **more)  # type: ignore[arg-type]


_HEADCOUNTS = Section(
    "headcounts",
    "人员情况",
    "平台已有最近一次登记的数，没有变化的不用填写；有变化的点“更正”。",
    items=(
        _known(
            "members_formal",
            "正式党员数",
            ItemType.WHOLE,
            "headcount.formal",
            unit="人",
            required=True,
            correctable=True,
        ),
        _known(
            "members_probationary",
            "预备党员数",
            ItemType.WHOLE,
            "headcount.probationary",
            unit="人",
            required=True,
            correctable=True,
        ),
        _known("staff", "专职人员数", ItemType.WHOLE, "headcount.staff", unit="人", required=True, correctable=True),
        _known(
            "member_firms",
            "会员单位数",
            ItemType.WHOLE,
            "headcount.member_firms",
            unit="家",
            required=True,
            correctable=True,
        ),
    ),
)
_ORGANIZATION = Section(
    "organization",
    "党组织和班子",
    items=(
        _known(_HAS, "已建立党组织", ItemType.YES_NO, "organization.exists", required=True),
        _known("organization_name", "党组织名称", ItemType.SHORT_TEXT, "organization.name", asked_if=_HAS),
        _known("secretary", "党组织书记", ItemType.SHORT_TEXT, "posts.secretary", asked_if=_HAS),
        _known("committee", "党组织班子成员", ItemType.SHORT_TEXT, "posts.committee", asked_if=_HAS),
        _known("instructor", "党建工作指导员", ItemType.SHORT_TEXT, "instructor.names", asked_if=f"not {_HAS}"),
        Item(
            "posts_changed",
            "班子成员有变动",
            ItemType.YES_NO,
            help="与上面列出的书记、班子成员不一致的选“是”。",
            required=True,
            asked_if=_HAS,
        ),
        Item(
            "post_changes",
            "班子变动",
            ItemType.TABLE,
            help="一人一行。季报通过后，平台据此办理任职变更。",
            asked_if=f"{_HAS} and posts_changed",
            columns=(
                Item("person", "姓名", ItemType.SHORT_TEXT, required=True, max_length=30),
                Item("title", "职务", ItemType.CHOICE, required=True, options=PARTY_TITLES),
                Item("act", "任免", ItemType.CHOICE, required=True, options=("任职", "免职")),
                Item("since", "日期", ItemType.DATE, required=True),
            ),
        ),
    ),
)
_ORGANIZATION_LIFE = Section(
    "organization_life",
    "组织生活",
    "填本季度召开的次数，没有召开的填0并说明。",
    asked_if=_HAS,
    items=(
        _count("members_meetings", "支部党员大会", "次", basis=f"{BRANCH_RULES}第十三条", maximum=200),
        _count(
            "committee_meetings",
            "支部委员会会议",
            "次",
            "正式党员不足7人、没有设支部委员会的不用填。",
            basis=f"{BRANCH_RULES}第十四条",
            maximum=200,
            asked_if="members_formal >= 7",
        ),
        _count(
            "group_meetings",
            "党小组会",
            "次",
            "有几个党小组的，填次数最少的那个小组；没有设党小组的不用填。",
            required=False,
            basis=f"{BRANCH_RULES}第十五条",
            maximum=200,
        ),
        _count("lectures", "党课", "次", basis=f"{BRANCH_RULES}第十六条", maximum=200),
        _count("theme_days", "主题党日", "次", basis=f"{BRANCH_RULES}第十七条", maximum=200),
        Item(
            "organization_meeting",
            "召开组织生活会",
            ItemType.YES_NO,
            required=True,
            help="每年至少1次，本季度没有召开的选“否”。",
            basis=f"{BRANCH_RULES}第十八条",
        ),
        Item(
            "appraisal",
            "开展民主评议党员",
            ItemType.YES_NO,
            required=True,
            help="每年1次，本季度没有开展的选“否”。",
            basis=f"{BRANCH_RULES}第十九条",
        ),
    ),
)
_DECISIONS = Section(
    "decisions",
    "党组织参与决策",
    "本季度协会研究的重大事项，按类别填件数；没有的不用填。",
    asked_if=_HAS,
    items=(
        Item(
            "decisions",
            "参与决策事项",
            ItemType.TABLE,
            help="一类一行。事前听取党组织意见、事中参与研究、事后监督落实的件数分别填写。",
            maximum=len(DECISION_KINDS),
            columns=(
                Item("kind", "事项类别", ItemType.CHOICE, required=True, options=DECISION_KINDS),
                Item("matters", "事项", ItemType.WHOLE, unit="件", required=True, minimum=1, maximum=1000),
                Item("before", "事前听取意见", ItemType.WHOLE, unit="件", required=True, maximum=1000),
                Item("during", "事中参与研究", ItemType.WHOLE, unit="件", required=True, maximum=1000),
                Item("after", "事后监督落实", ItemType.WHOLE, unit="件", required=True, maximum=1000),
            ),
        ),
    ),
)
_FUNDS = Section(
    "funds",
    "党建经费",
    "填本季度发生的金额，没有的填0。",
    asked_if=_HAS,
    items=(
        Item(
            "fee_expenses",
            "纳入管理费用列支",
            ItemType.MONEY,
            unit="元",
            required=True,
            help="协会从管理费用中列支的党建工作经费。",
        ),
        Item("dues_returned", "上级党费拨返", ItemType.MONEY, unit="元", required=True),
    ),
)
_TRAINING = Section(
    "training",
    "教育培训",
    asked_if=_HAS,
    items=(
        Item(
            "secretary_trained",
            "书记参加轮训",
            ItemType.YES_NO,
            required=True,
            help="本季度参加过上级党组织集中轮训的选“是”。",
        ),
        _count("workers_trained", "党务工作者参加轮训", "人次", maximum=10000),
    ),
)
_WORK = Section(
    "work",
    "服务会员和地方",
    "做了什么、解决了什么问题。没有的不用填。",
    items=(
        Item("member_service", "服务会员", ItemType.LONG_TEXT, max_length=500),
        Item("region_service", "服务地方发展", ItemType.LONG_TEXT, max_length=500),
    ),
)
_DIFFICULTIES = Section(
    "difficulties",
    "困难和诉求",
    "需要上级协调解决的问题，每季度汇总并反馈办理结果。没有的不用填。",
    items=(
        Item(
            "difficulties",
            "困难诉求",
            ItemType.TABLE,
            maximum=10,
            columns=(
                Item("kind", "类别", ItemType.CHOICE, required=True, options=DIFFICULTY_KINDS),
                Item("text", "内容", ItemType.LONG_TEXT, required=True, max_length=300),
            ),
        ),
    ),
)

REFUSE, EXPLAIN, HINT = RuleSeverity.REFUSE, RuleSeverity.EXPLAIN, RuleSeverity.HINT
_RULES = (
    # A change of one or two people in a small branch is easily more than 30 %: only both together ask for a word.
    Rule(
        "formal_change",
        "abs(change(members_formal)) <= 30% or abs(members_formal - last(members_formal)) <= 2",
        EXPLAIN,
        "正式党员数较上季度变化超过30%且超过2人，请说明原因。",
        "members_formal",
        "季报审核口径：较上季度变化超过30%须说明",
    ),
    Rule(
        "staff_change",
        "abs(change(staff)) <= 30% or abs(staff - last(staff)) <= 2",
        EXPLAIN,
        "专职人员数较上季度变化超过30%且超过2人，请说明原因。",
        "staff",
        "季报审核口径：较上季度变化超过30%须说明",
    ),
    Rule(
        "firms_change",
        "abs(change(member_firms)) <= 30% or abs(member_firms - last(member_firms)) <= 2",
        EXPLAIN,
        "会员单位数较上季度变化超过30%且超过2家，请说明原因。",
        "member_firms",
        "季报审核口径：较上季度变化超过30%须说明",
    ),
    Rule(
        "probationary_within_formal",
        "members_probationary <= members_formal",
        EXPLAIN,
        "预备党员数多于正式党员数，请核对；属实的请说明。",
        "members_probationary",
        "《中国共产党章程》第七条：预备党员由党组织教育和考察",
    ),
    Rule(
        "should_build",
        f"members_formal < 3 or {_HAS}",
        HINT,
        "正式党员已有3名以上，应当建立党组织。可在“困难和诉求”中提出需要的帮助。",
        _HAS,
        f"{BRANCH_RULES}第四条",
    ),
    Rule(
        "branch_size",
        f"not {_HAS} or members_formal + members_probationary <= 50",
        HINT,
        "党员超过50人，党支部应当按程序改设党总支或者党委；已经改设的不用处理。",
        "members_formal",
        f"{BRANCH_RULES}第四条",
    ),
    Rule(
        "posts_told",
        "not posts_changed or given(post_changes)",
        REFUSE,
        "选了班子成员有变动，请在这里逐人填写；没有变动的请改选“否”。",
        "post_changes",
        "季报填报口径",
    ),
    Rule(
        "members_meetings_minimum",
        "members_meetings >= 1",
        EXPLAIN,
        "支部党员大会一般每季度至少召开1次，请说明没有召开的原因。",
        "members_meetings",
        f"{BRANCH_RULES}第十三条",
    ),
    Rule(
        "committee_meetings_minimum",
        "committee_meetings >= 3",
        EXPLAIN,
        "支部委员会会议一般每月至少召开1次，请说明次数不足的原因。",
        "committee_meetings",
        f"{BRANCH_RULES}第十四条",
    ),
    Rule(
        "group_meetings_minimum",
        "group_meetings >= 3",
        EXPLAIN,
        "党小组会一般每月至少召开1次，请说明次数不足的原因。",
        "group_meetings",
        f"{BRANCH_RULES}第十五条",
    ),
    Rule(
        "lectures_minimum",
        "lectures >= 1",
        EXPLAIN,
        "党课一般每季度至少安排1次，请说明没有安排的原因。",
        "lectures",
        f"{BRANCH_RULES}第十六条（每季度1次为通行做法）",
    ),
    Rule(
        "theme_days_minimum",
        "theme_days >= 3",
        EXPLAIN,
        "主题党日每月至少开展1次，请说明次数不足的原因。",
        "theme_days",
        f"{BRANCH_RULES}第十七条",
    ),
    Rule(
        "decisions_before",
        "sum(decisions.before) <= sum(decisions.matters)",
        REFUSE,
        "事前听取意见的件数不能多于事项件数。",
        "decisions",
        "季报填报口径",
    ),
    Rule(
        "decisions_during",
        "sum(decisions.during) <= sum(decisions.matters)",
        REFUSE,
        "事中参与研究的件数不能多于事项件数。",
        "decisions",
        "季报填报口径",
    ),
    Rule(
        "decisions_after",
        "sum(decisions.after) <= sum(decisions.matters)",
        REFUSE,
        "事后监督落实的件数不能多于事项件数。",
        "decisions",
        "季报填报口径",
    ),
    Rule(
        "decisions_heard",
        "sum(decisions.before) == sum(decisions.matters)",
        HINT,
        "有的重大事项没有事前听取党组织意见。",
        "decisions",
        "2024年全省性行业协会商会党建工作推进会：重大事项决策前应当听取党组织意见",
    ),
    Rule(
        "funds_change",
        "abs(change(fee_expenses)) <= 300% or fee_expenses <= 50000",
        HINT,
        "金额较上季度增加很多，请核对单位是否为元。",
        "fee_expenses",
        "季报填报口径",
    ),
)

QUARTERLY = Content(
    sections=(
        _HEADCOUNTS,
        _ORGANIZATION,
        _ORGANIZATION_LIFE,
        _DECISIONS,
        _FUNDS,
        _TRAINING,
        _WORK,
        _DIFFICULTIES,
    ),
    rules=_RULES,
)
offer_preset(QuestionnaireKind.QUARTERLY, QUARTERLY)
