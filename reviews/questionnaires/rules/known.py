"""What the portal knows of an association, so that no questionnaire asks for it: a provider for each, by key.

依据：国办函〔2026〕12号 and 2024 减负规定 (domain.md, "Anti-formalism"): never ask twice for what the portal already knows.
A cycle fills the providers with values (`problems.Known`) for one association on one day; here stands only what they are.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from reviews.questionnaires.choices import ItemType
from reviews.questionnaires.rules.content import Item


@dataclass(frozen=True)
class Provider:
    """One thing that the portal knows: its type, what it is called otherwise, where it comes from, an example for previews."""

    key: str
    label: str
    type: ItemType
    source: str
    example: Any
    aliases: tuple[str, ...] = ()


_HEADCOUNT = "台账或者已通过的季报"
_PARTY = "党组织登记"
_POSTS = "党内职务登记"
_REGISTRY = "协会登记信息"
_ALL = (
    Provider(
        "headcount.formal", "正式党员数", ItemType.WHOLE, _HEADCOUNT, 12, ("正式党员", "正式党员人数", "在册正式党员")
    ),
    Provider("headcount.probationary", "预备党员数", ItemType.WHOLE, _HEADCOUNT, 1, ("预备党员", "预备党员人数")),
    Provider(
        "headcount.members",
        "党员总数",
        ItemType.WHOLE,
        _HEADCOUNT,
        13,
        ("党员数", "党员人数", "在册党员", "党员总人数"),
    ),
    Provider(
        "headcount.staff",
        "专职人员数",
        ItemType.WHOLE,
        _HEADCOUNT,
        8,
        ("专职工作人员数", "从业人员数", "工作人员数", "秘书处人数", "员工数", "职工数"),
    ),
    Provider(
        "headcount.member_firms", "会员单位数", ItemType.WHOLE, _HEADCOUNT, 86, ("会员数", "会员企业数", "单位会员数")
    ),
    Provider(
        "organization.exists",
        "已建立党组织",
        ItemType.YES_NO,
        _PARTY,
        True,  # noqa: FBT003
        ("是否建立党组织", "是否成立党组织", "有无党组织", "是否已建立党组织", "是否单独建立党组织"),
    ),
    Provider(
        "organization.name",
        "党组织名称",
        ItemType.SHORT_TEXT,
        _PARTY,
        "中共江苏省某某行业协会支部委员会",
        ("党支部名称", "所在党组织", "党组织全称"),
    ),
    Provider(
        "organization.setup", "组建方式", ItemType.SHORT_TEXT, _PARTY, "单独组建", ("党组织组建方式", "党组织形式")
    ),
    Provider("organization.founded_on", "党组织成立日期", ItemType.DATE, _PARTY, "2016-01-01", ("党组织成立时间",)),
    Provider(
        "organization.elected_on",
        "最近一次换届日期",
        ItemType.DATE,
        _PARTY,
        "2024-03-15",
        ("换届时间", "最近换届时间", "党组织换届日期", "上次换届日期", "党组织换届时间"),
    ),
    Provider(
        "posts.secretary",
        "党组织书记",
        ItemType.SHORT_TEXT,
        _POSTS,
        "王建国",
        ("书记", "书记姓名", "党支部书记", "党组织书记姓名", "支部书记姓名"),
    ),
    Provider(
        "posts.committee",
        "党组织班子成员",
        ItemType.SHORT_TEXT,
        _POSTS,
        "书记王建国；组织委员李红；纪检委员张伟",
        ("党组织班子", "班子成员", "支委会成员", "支部委员", "委员名单"),
    ),
    Provider(
        "posts.committee_size", "班子成员数", ItemType.WHOLE, _POSTS, 3, ("支委人数", "委员人数", "党组织班子成员数")
    ),
    Provider(
        "posts.head_secretary",
        "主要负责人担任书记",
        ItemType.YES_NO,
        _POSTS,
        True,  # noqa: FBT003
        ("书记是否由会长担任", "书记是否由主要负责人担任", "是否一肩挑"),
    ),
    Provider(
        "instructor.names",
        "党建工作指导员",
        ItemType.SHORT_TEXT,
        "党建工作指导员、联络员登记",
        "赵敏（党建工作指导员）",
        ("党建指导员", "党建联络员", "指导员姓名", "联络员姓名"),
    ),
    Provider(
        "association.name", "协会名称", ItemType.SHORT_TEXT, _REGISTRY, "江苏省某某行业协会", ("单位名称", "商会名称")
    ),
    Provider(
        "association.uscc", "统一社会信用代码", ItemType.SHORT_TEXT, _REGISTRY, "513200005000002850", ("信用代码",)
    ),
    Provider(
        "association.committee",
        "党建工作领导机构",
        ItemType.SHORT_TEXT,
        _REGISTRY,
        "某某行业党委",
        ("党建归口", "归口党委", "上级党组织", "所属行业党委"),
    ),
    Provider(
        "association.chair",
        "会长（理事长）",
        ItemType.SHORT_TEXT,
        "协会职务登记",
        "李红",
        ("会长", "理事长", "会长姓名"),
    ),
    Provider(
        "association.charter",
        "党建写入章程",
        ItemType.YES_NO,
        _REGISTRY,
        True,  # noqa: FBT003
        ("是否党建入章", "党建入章", "党建工作是否写入章程", "党的建设是否写入章程"),
    ),
)
PROVIDERS = {provider.key: provider for provider in _ALL}

_BEFORE = re.compile(
    r"^(请填写|填报|填写|截至|本季度末|季度末|本季末|季末|本季度|本季|期末|目前|当前|现有|现任|实有|共有|我会|我单位|本协会|本商会|本单位|协会|商会|单位)+"
)
_MARKS = re.compile(r"[（(][人名个家项件元]*[）)]|[\s:：，,。、；;？?！!“”\"'（）()\[\]【】—–-]")


def normal_label(label: str) -> str:
    """Return a label without what changes nothing of what is asked: 本季度末正式党员人数（人） is 正式党员数."""
    text = _MARKS.sub("", unicodedata.normalize("NFKC", label).replace("(", "（").replace(")", "）"))
    shorter = _BEFORE.sub("", text) or text
    return re.sub(r"(总)?(人数|数量|个数|家数)$", r"\1数", shorter)


def _labels() -> dict[str, Provider]:
    return {
        normal: provider
        for provider in reversed(_ALL)
        for label in (provider.label, *provider.aliases)
        for normal in (normal_label(label), _MARKS.sub("", label))
    }


_BY_LABEL = _labels()
_BY_CODE = {provider.key.replace(".", "_"): provider for provider in _ALL}


def provider_asked_again(item: Item) -> Provider | None:
    """Return the provider whose answer an item asks for although it is not told to take it from there."""
    found = _BY_LABEL.get(normal_label(item.label)) or _BY_CODE.get(item.code)
    return None if item.known_from and item.known_from in PROVIDERS else found


def refusal_of(item: Item) -> str:
    """Return the sentence that refuses an item which the portal already knows; empty where it is no such item."""
    provider = provider_asked_again(item)
    if provider is None:
        return ""
    return f"“{provider.label}”平台已有，来自{provider.source}，请改为“平台已知”项。"
