"""A made-up province: for the demo, and at any size for measurement. Deterministic for one seed and day, written in bulk."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model

from associations.choices import Membership, PostTitle, Sex
from associations.models import (
    Association,
    AssociationPost,
    Authority,
    CharterClause,
    DailyWork,
    Decoupling,
    Headcount,
    Industry,
    KnownAs,
    Oversight,
    PartyMembership,
    Person,
    Region,
)
from associations.rules import kind_of, uscc_check_character
from partyorgs.choices import InstructorKind, PartyTitle, Setup
from partyorgs.models import (
    Affiliation,
    CoverageTarget,
    Election,
    FoundingTalk,
    Instructor,
    OrganizationSetup,
    PartyOrganization,
    PartyPost,
)
from partyorgs.rules import level_of, term_ends_on
from portal.core.choices import CommitteeKind
from portal.core.models import PATH_STEP, Committee
from portal.core.quarters import Quarter, years_after

Day = datetime.date
SECTORS = (
    "工业和信息化 住房城乡建设 商务 农业农村 文化旅游 卫生健康 交通运输 科技 教育 财政会计 律师 市场监管 生态环境 体育 应急管理 "
    "水利 自然资源 人社 广电 金融"
).split()
WORDS = (
    "家具 快递 丝绸 家政 模具 医疗器械 眼镜 环保 担保 海洋 专利代理 煤炭 调味品 银行 司法鉴定 拍卖 美容美发 互联网 装饰装修 畜牧 "
    "物联网 动漫 玩具 供水 饭店 机械 花卉 渔业 照明 养老服务 汽车 港口 工艺美术 羽绒 集成电路 保安 资产评估 信息安全 轻工 再生资源 "
    "知识产权 船舶 热电 茶叶 旅游 职业培训 足球 建筑 农机 家纺 木材 通信 新能源 中小企业 电池 租赁 博物馆 园林 大数据 体育用品 地质 "
    "奶业 影视 保险 服装 收藏 安防 工程监理 矿业 循环经济 光伏 印刷 会展 商标 留学服务 包装 食品 医药 水泥 陶瓷 塑料 橡胶 仪器仪表 "
    "物流 仓储 粮食 蔬菜 果品 种业 饲料 农药 化肥 气象服务 测绘 勘察设计 节能 消防 计量 口腔 护理 中医药 康复 民办教育 出版 演艺 拍摄 "
    "广告 软件 人工智能 机器人 航空 轨道交通"
).split()
HOMES = "浙江 安徽 山东 福建 广东 湖北 湖南 四川 江西 河南 河北 山西 陕西 重庆 温州 泉州 潮汕 徽州 闽南 东北".split()
SUFFIXES = ("行业协会", "协会", "商会", "联合会", "促进会")
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建文辉力鹏飞兰梅鑫波宁云晨浩宇旭志松柏林山海峰"
NUMBERS = "一二三四五六七八九十"
_BATCH = 1000
# Where associations stand today, in thousandths; 339 of 424 covered is what the demo opens on.
_OWN, _JOINT, _FUNCTIONAL, _HOSTED, _INSTRUCTOR = 590, 90, 100, 20, 80
_CITY_LEVEL_FROM = 5000


@dataclass
class _Country:
    """The rows of the country, by model, in the order in which they are written."""

    today: Day
    chance: random.Random
    quarters: list[Day]
    rows: dict[type[Model], list[Any]] = field(default_factory=dict)

    def add(self, row: Any) -> Any:
        self.rows.setdefault(type(row), []).append(row)
        return row

    def day_between(self, first: Day, last: Day) -> Day:
        span = (last - first).days
        return first if span <= 0 else first + datetime.timedelta(days=self.chance.randrange(span + 1))

    def years_ago(self, years: float) -> Day:
        return self.today - datetime.timedelta(days=round(years * 365.25))


@transaction.atomic
def build_country(*, associations: int, today: Day, seed: int = 1, history: int = 9) -> Committee:
    """Write a country of so many associations registered on `today` and return its root.

    `history` is how many quarter ends have headcounts. Raises nothing: the callers refuse on a database that has data.
    """
    quarters = list(itertools.islice(_quarter_ends(today), history))[::-1]
    country = _Country(today, random.Random(seed), quarters)  # noqa: S311 -- made-up data, not a secret
    root, leaves = _tree(country, associations)
    regions = list(Region.objects.filter(code__endswith="00").exclude(code__endswith="0000").order_by("code"))
    industries = list(Industry.objects.order_by("code"))
    authorities = {sector: country.add(Authority(name=f"省{sector}厅")) for sector in SECTORS}
    civil = country.add(Authority(name="省民政厅"))
    gone = max(3, associations // 35)
    names = _names(regions, associations + gone)
    states = _states(country, associations)
    joint: dict[int, list[Association]] = {}
    for number in range(associations + gone):
        committee = leaves[country.chance.randrange(len(leaves))] if country.chance.random() < 0.66 else leaves[-1]  # noqa: PLR2004
        sector = committee.name.removeprefix("省").removesuffix("行业党委")
        association = _association(country, number, next(names), is_gone=number >= associations)
        association.region = country.chance.choice(regions) if regions else None
        association.industry = country.chance.choice(industries) if industries else None
        association.competent_authority = authorities.get(sector) if country.chance.random() < 0.5 else None  # noqa: PLR2004
        association.registration_authority = civil
        _oversee(country, association, committee, leaves)
        state = states[number] if number < associations else Setup.OWN
        _count_heads(country, association, state)
        people = _leaders(country, association)
        if state == Setup.JOINT:
            joint.setdefault(id(committee), []).append(association)
        elif isinstance(state, Setup):
            _organization(country, association, committee, state, people)
        elif state == "instructor":
            _instructor(country, association, committee)
        elif country.chance.random() < 0.3:  # noqa: PLR2004
            country.add(FoundingTalk(association=association, held_on=country.day_between(country.years_ago(1), today), summary="约谈会长，动员组建党组织。"))
    for committee in leaves:
        _joint_organizations(country, committee, joint.get(id(committee), []))
    _write(country)
    _targets(root, leaves, today)
    return root


def _quarter_ends(today: Day) -> Iterator[Day]:
    quarter = Quarter.of(today)
    quarter = quarter if quarter.last_day <= today else quarter.previous
    while True:
        yield quarter.last_day
        quarter = quarter.previous


def _tree(country: _Country, associations: int) -> tuple[Committee, list[Committee]]:
    root = country.add(Committee(name="省委社会工作部", kind=CommitteeKind.DEPARTMENT, path="1".zfill(PATH_STEP)))
    kinds = [(f"省{sector}行业党委", CommitteeKind.INDUSTRY) for sector in SECTORS]
    kinds += [("省工商联商会党委", CommitteeKind.INDUSTRY), ("省社会组织综合党委", CommitteeKind.COMPREHENSIVE)]
    committees = [
        country.add(Committee(name=name, kind=kind, parent=root, path=root.path + str(place).zfill(PATH_STEP)))
        for place, (name, kind) in enumerate(kinds, start=1)
    ]
    if associations < _CITY_LEVEL_FROM:
        return root, committees
    cities = list(Region.objects.filter(code__endswith="00").exclude(code__endswith="0000").order_by("code"))
    return root, [
        country.add(
            Committee(
                name=f"{city.name}{committee.name.removeprefix('省')}",
                kind=CommitteeKind.CITY,
                parent=committee,
                path=committee.path + str(place).zfill(PATH_STEP),
            )
        )
        for committee in committees
        for place, city in enumerate(cities, start=1)
    ]


def _names(regions: list[Region], count: int) -> Iterator[str]:
    plain = [f"江苏省{word}{suffix}" for suffix, word in itertools.product(SUFFIXES, WORDS)]
    plain += [f"江苏省{home}商会" for home in HOMES]
    random.Random(7).shuffle(plain)  # noqa: S311 -- made-up names
    cities = [region.name for region in regions] or ["南京市"]
    local = (f"{city}{word}{suffix}" for suffix, word, city in itertools.product(SUFFIXES, WORDS, cities))
    numbered = (
        f"江苏省{word}{suffix}（{number}）"
        for number in itertools.count(2)
        for suffix, word in itertools.product(SUFFIXES, WORDS)
    )
    return itertools.islice(itertools.chain(plain, local, numbered), count)


def _states(country: _Country, count: int) -> list[Any]:
    """Return how each association is covered today: shares exact, order shuffled."""
    covered = count * 339 // 424
    joint = count * _JOINT // 1000
    functional, hosted = count * _FUNCTIONAL // 1000, count * _HOSTED // 1000
    states: list[Any] = [Setup.JOINT] * joint + [Setup.FUNCTIONAL] * functional + [Setup.HOSTED] * hosted
    states += [Setup.OWN] * (covered - len(states))
    states += ["instructor"] * (count * _INSTRUCTOR // 1000)
    states += [None] * (count - len(states))
    country.chance.shuffle(states)
    return states


def _association(country: _Country, number: int, name: str, *, is_gone: bool) -> Association:
    chance = country.chance
    young = chance.random() < 0.06  # noqa: PLR2004
    first, last = (country.years_ago(2), country.years_ago(0.1)) if young else (Day(1986, 1, 1), country.years_ago(3))
    first17 = f"51320000{(number * 7919 + 12345) % 10**9:09d}"
    registered = country.day_between(first, last)
    gone = country.day_between(max(registered, country.years_ago(1.9)), country.today) if is_gone else None
    return country.add(  # type: ignore[no-any-return]
        Association(
            uscc=first17 + uscc_check_character(first17),
            name=name,
            kind=kind_of(name),
            registered_on=registered,
            deregistered_on=gone,
            deregistration_reason="会员大会决议注销" if gone else "",
            grade=chance.choice(["5A", "4A", "3A", "3A", ""]),
            described_on=country.quarters[-1],
        )
    )


def _oversee(country: _Country, association: Association, committee: Committee, leaves: list[Committee]) -> None:
    said = country.quarters[0]
    earlier = leaves[country.chance.randrange(len(leaves))] if country.chance.random() < 0.02 else committee  # noqa: PLR2004
    middle = country.quarters[len(country.quarters) // 2]
    moved_on = middle if earlier is not committee and middle > said else None
    earlier = earlier if moved_on else committee
    country.add(Oversight(association=association, committee=earlier, stated_on=said, ends_on=moved_on))
    if moved_on:
        country.add(
            Oversight(association=association, committee=committee, stated_on=moved_on, begins_on=moved_on, reason="归口调整")
        )
    included, since = country.chance.random() < 0.88, None  # noqa: PLR2004
    if included and country.chance.random() < 0.25:  # noqa: PLR2004
        since = country.chance.choice(country.quarters[1:] or country.quarters)
    if since and since > said:
        country.add(CharterClause(association=association, included=False, stated_on=said, ends_on=since))
        country.add(CharterClause(association=association, included=True, stated_on=since, begins_on=since))
    else:
        country.add(CharterClause(association=association, included=included, stated_on=said))
    country.add(Decoupling(association=association, decoupled=country.chance.random() < 0.85, stated_on=said))  # noqa: PLR2004


def _count_heads(country: _Country, association: Association, state: Any) -> None:
    chance = country.chance
    few = state in (Setup.JOINT, Setup.FUNCTIONAL) or (state != Setup.OWN and chance.random() < 0.62)  # noqa: PLR2004
    formal = chance.randrange(3) if few else min(3 + int(chance.expovariate(0.13)), 120)
    staff, firms = max(formal + chance.randrange(2, 20), 3), chance.randrange(40, 900)
    for day in country.quarters:
        drift = chance.choice((0, 0, 0, 0, 1, -1)) if formal > 4 else 0  # noqa: PLR2004
        country.add(
            Headcount(
                association=association,
                as_of=day,
                formal=formal + drift,
                probationary=chance.choice((0, 0, 0, 1, 2)),
                staff=staff,
                member_firms=firms + chance.randrange(10),
                source="历次台账",
            )
        )


def _person(country: _Country, association: Association, membership: Membership) -> Person:
    chance = country.chance
    name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2))))
    wording = {Membership.FORMAL: "中共党员", Membership.PROBATIONARY: "中共预备党员"}.get(membership, "群众")
    person = Person(name=name, sex=chance.choice((Sex.MALE, Sex.MALE, Sex.FEMALE)), political_wording=wording)
    country.add(person)
    country.add(KnownAs(association=association, name=name, person=person))
    country.add(PartyMembership(person=person, membership=membership, stated_on=country.quarters[0]))
    return person


def _member(country: _Country, share: float) -> Membership:
    drawn = country.chance.random()
    return Membership.FORMAL if drawn < share else Membership.PROBATIONARY if drawn < share + 0.02 else Membership.NONE


def _leaders(country: _Country, association: Association) -> dict[PostTitle, Person]:
    chance = country.chance
    begins = max(association.registered_on, country.day_between(country.years_ago(5.4), country.years_ago(0.3)))
    titles = [PostTitle.CHAIR, *[PostTitle.VICE_CHAIR] * chance.randrange(2, 5), PostTitle.SECRETARY_GENERAL]
    if chance.random() < 0.7:  # noqa: PLR2004
        titles.append(PostTitle.CHIEF_SUPERVISOR)
    daily = chance.choice((PostTitle.CHAIR, PostTitle.SECRETARY_GENERAL, PostTitle.SECRETARY_GENERAL))
    held: dict[PostTitle, Person] = {}
    for title in titles:
        person = _person(country, association, _member(country, 0.5))
        post = country.add(
            AssociationPost(association=association, person=person, title=title, wording=title.label.split("（")[0], begins_on=begins)
        )
        if title not in held:
            held[title] = person
            country.add(DailyWork(post=post, runs_daily=title == daily, stated_on=country.quarters[0]))
    return held


def _founded(country: _Country, association: Association) -> Day:
    """A third of today's organizations were founded in the last two years, so that the trend rises."""
    recent = country.chance.random() < 0.24  # noqa: PLR2004
    first, last = (country.years_ago(2), country.years_ago(0.05)) if recent else (Day(2008, 1, 1), country.years_ago(2))
    end = association.deregistered_on or country.today
    return min(max(association.registered_on, country.day_between(first, last)), end)


def _establish(country: _Country, name: str, founded: Day, setup: Setup) -> PartyOrganization:
    level = level_of(name)
    organization = country.add(
        PartyOrganization(name=name, level=level, begins_on=founded, first_term_ends_on=term_ends_on(founded, level))
    )
    country.add(OrganizationSetup(organization=organization, setup=setup, stated_on=founded))
    held = founded
    for _ in range(8):
        due = term_ends_on(held, level)
        if due > country.today or (due > country.years_ago(1) and country.chance.random() < 0.3):  # noqa: PLR2004
            break
        held = due - datetime.timedelta(days=country.chance.randrange(40))
        country.add(Election(organization=organization, held_on=held, term_ends_on=term_ends_on(held, level)))
    return organization


def _organization(
    country: _Country, association: Association, committee: Committee, setup: Setup, people: dict[PostTitle, Person]
) -> None:
    chance, founded = country.chance, _founded(country, association)
    kind = {Setup.OWN: "支部委员会", Setup.FUNCTIONAL: "功能型党支部", Setup.HOSTED: "依托党支部"}[setup]
    name = f"中共{association.name}{kind}" if setup == Setup.OWN else f"{association.name}{kind}"
    if setup == Setup.OWN and chance.random() < 0.02 and founded > country.years_ago(2):  # noqa: PLR2004
        _rebuilt(country, association, name, founded)
    organization = _establish(country, name, founded, setup)
    country.add(Affiliation(organization=organization, association=association, begins_on=founded))
    if setup != Setup.OWN or chance.random() < 0.03:  # noqa: PLR2004
        return
    party = [title for title in (PostTitle.CHAIR, PostTitle.SECRETARY_GENERAL, PostTitle.VICE_CHAIR) if chance.random() < 0.45]  # noqa: PLR2004
    secretary = people[party[0]] if party else _person(country, association, Membership.FORMAL)
    posts = [(PartyTitle.SECRETARY, secretary)]
    if chance.random() < 0.55:  # noqa: PLR2004
        supervisor = people.get(PostTitle.CHIEF_SUPERVISOR)
        crossing = supervisor if supervisor is not None and chance.random() < 0.4 else None  # noqa: PLR2004
        posts.append((PartyTitle.DISCIPLINE, crossing or _person(country, association, Membership.FORMAL)))
        posts.append((PartyTitle.ORGANIZATION, _person(country, association, Membership.FORMAL)))
    for title, person in posts:
        country.add(
            PartyPost(organization=organization, association=association, person=person, title=title, wording=title.label, begins_on=founded)
        )


def _rebuilt(country: _Country, association: Association, name: str, founded: Day) -> None:
    begun, ended = years_after(founded, -6), founded - datetime.timedelta(days=200)
    begun = max(begun, association.registered_on)
    if begun < ended:
        level = level_of(name)
        earlier = country.add(
            PartyOrganization(
                name=name, level=level, begins_on=begun, ends_on=ended, end_reason="党员流动", first_term_ends_on=term_ends_on(begun, level)
            )
        )
        country.add(OrganizationSetup(organization=earlier, setup=Setup.OWN, stated_on=begun))
        country.add(Affiliation(organization=earlier, association=association, begins_on=begun, ends_on=ended, end_reason="党员流动"))


def _joint_organizations(country: _Country, committee: Committee, members: list[Association]) -> None:
    for number, start in enumerate(range(0, len(members), 4)):
        covered = members[start : start + 4]
        place = NUMBERS[number] if number < len(NUMBERS) else str(number + 1)
        founded = max(_founded(country, covered[0]), covered[0].registered_on)
        organization = _establish(country, f"{committee.name.removesuffix('党委')}第{place}联合党支部", founded, Setup.JOINT)
        for association in covered:
            begins = max(founded, association.registered_on)
            country.add(Affiliation(organization=organization, association=association, begins_on=begins))
        secretary = _person(country, covered[0], Membership.FORMAL)
        country.add(
            PartyPost(
                organization=organization,
                association=covered[0],
                person=secretary,
                title=PartyTitle.SECRETARY,
                wording="书记",
                begins_on=founded,
            )
        )


def _instructor(country: _Country, association: Association, committee: Committee) -> None:
    begins = max(association.registered_on, country.day_between(country.years_ago(3), country.years_ago(0.1)))
    country.add(
        Instructor(
            association=association,
            person=_person(country, association, Membership.FORMAL),
            kind=country.chance.choice(InstructorKind.values),
            dispatched_by=committee.name,
            begins_on=begins,
        )
    )


def _write(country: _Country) -> None:
    for model, rows in country.rows.items():
        levels = itertools.groupby(rows, key=lambda row: row.level) if model is Committee else [(1, rows)]
        for _, level in levels:
            model._default_manager.bulk_create(list(level), batch_size=_BATCH)


def _targets(root: Committee, leaves: Iterable[Committee], today: Day) -> None:
    source = "省委社会工作部年度工作要点（演示数据）"
    due = Day(today.year, 12, 31)
    values = (("org_coverage", 80), ("work_coverage", 90), ("should_build_rate", 90), ("charter_rate", 95))
    targets = [CoverageTarget(committee=root, indicator=code, due_on=due, value=value, source=source) for code, value in values]
    targets += [
        CoverageTarget(committee=committee, indicator="org_coverage", due_on=due, value=value, source=source)
        for committee, value in zip(leaves, (85, 82, 80), strict=False)
    ]
    CoverageTarget.objects.bulk_create(targets)
