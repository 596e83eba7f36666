"""Spot checks of the demo province: a pool of inspectors, a released check, and one that is being planned."""

from __future__ import annotations

import datetime

from associations.models import Authority
from portal.core.choices import CommitteeKind, Role
from portal.core.models import Committee, Grant, User
from reviews.checks.choices import CheckKind, Selection, Stratum
from reviews.checks.models.inspectors import Inspector
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit
from reviews.checks.services.assigning import release_check
from reviews.checks.services.drawing import commit_seed, draw
from reviews.checks.services.inspectors import add_absence, add_inspector
from reviews.checks.services.plan import create_check
from reviews.questionnaires.choices import QuestionnaireKind, VersionStatus
from reviews.questionnaires.models import QuestionnaireVersion
from reviews.questionnaires.services.versions import create_questionnaire, publish_version

CHECK_LIST = "抽查清单"
WITNESS_WORD = "演示 20 37 16"
_PERIOD = datetime.timedelta(days=30)
# 抽查人员: name, employer, skills. With the demo's own inspector they are 14, so that each has three or four visits of 22.
_PEOPLE = (
    ("何秉正", "省委党校", ("党务",)),
    ("许明理", "省民政厅", ("党务", "社会组织登记")),
    ("罗清", "江苏中天会计师事务所", ("财务",)),
    ("高远航", "江苏金陵律师事务所", ("法律",)),
    ("梁守信", "省工业和信息化厅", ("党务",)),
    ("宋晓岚", "省委社会工作部", ("党务", "财务")),
    ("唐文博", "南京大学", ("党务",)),
    ("韩雪松", "省审计厅", ("财务",)),
    ("冯立新", "省委社会工作部", ("党务",)),
    ("曹颖", "江苏苏信会计师事务所", ("财务",)),
    ("彭志刚", "省市场监督管理局", ("法律",)),
    ("董慧敏", "省委社会工作部", ("党务",)),
    ("程亦凡", "省文化和旅游厅", ("党务",)),
)
_OF_COMMITTEE = 4  # the last of them are the committee's own pool


def ensure_checks(*, today: datetime.date, province: User, inspector: User) -> None:
    """Create inspectors and checks where there are none."""
    if Inspector.objects.exists() or SpotCheck.objects.exists():
        return
    root = Committee.objects.get(parent=None)
    committee = Committee.objects.filter(kind=CommitteeKind.COMPREHENSIVE).order_by("path").first() or root
    people = _pool(root, committee, inspector, province)
    add_absence(
        inspector=people[1],
        first_day=today + datetime.timedelta(days=7),
        last_day=today + datetime.timedelta(days=11),
        reason="年休假",
        actor=province,
    )
    version = _check_list(province)
    _released_check(root, version, people, today, province)
    _planned_check(committee, version, people[-_OF_COMMITTEE:], today, province)


def _released_check(
    root: Committee, version: QuestionnaireVersion, people: list[Inspector], today: datetime.date, province: User
) -> None:
    """Plan, draw and release the province's check of the year."""
    check = create_check(
        name=f"{today.year}年度省级随机抽查",
        kind=CheckKind.RANDOM,
        selection=Selection.DRAW,
        committee=root,
        version=version,
        begins_on=today,
        ends_on=today + _PERIOD,
        as_of=today,
        filters={},
        strata=[Stratum.RISK, Stratum.SIZE],
        rate=None,
        number=22,
        inspectors=people,
        today=today,
        actor=province,
    )
    commit_seed(check=check, actor=province, today=today)
    draw(check=check, actor=province, witness_word=WITNESS_WORD, today=today)
    visits = list(check.visits.select_related("association__region"))
    for visit in visits:
        visit.address = f"{visit.association.region or '南京市'}人民路{visit.pk * 7 % 300 + 1}号"
    Visit.objects.bulk_update(visits, ["address"])
    release_check(check=check, actor=province)


def _planned_check(
    committee: Committee, version: QuestionnaireVersion, people: list[Inspector], today: datetime.date, province: User
) -> None:
    create_check(
        name=f"{committee}专项检查",
        kind=CheckKind.SPECIAL,
        selection=Selection.DRAW,
        committee=committee,
        version=version,
        begins_on=today + _PERIOD,
        ends_on=today + 2 * _PERIOD,
        as_of=today,
        filters={"skip_drawn": True},
        strata=[Stratum.RISK],
        rate=None,
        number=10,
        inspectors=people,
        today=today,
        actor=province,
    )


def _pool(root: Committee, committee: Committee, inspector: User, province: User) -> list[Inspector]:
    accounts: list[tuple[User, str, tuple[str, ...]]] = [(inspector, "省委社会工作部", ("党务",))]
    for place, (name, employer, skills) in enumerate(_PEOPLE, start=1):
        user = User(username=f"inspector{place + 1}", name=name)
        user.set_unusable_password()
        user.save()
        Grant.objects.create(user=user, role=Role.INSPECTOR)
        accounts.append((user, employer, skills))
    return [
        add_inspector(
            user=user,
            committee=root if place < len(accounts) - _OF_COMMITTEE else committee,
            person=None,
            employer=employer,
            authority=Authority.objects.filter(name=employer).first(),
            employer_association=None,
            skills=skills,
            actor=province,
        )
        for place, (user, employer, skills) in enumerate(accounts)
    ]


def _check_list(province: User) -> QuestionnaireVersion:
    published = QuestionnaireVersion.objects.filter(
        questionnaire__kind=QuestionnaireKind.CHECK_LIST, status=VersionStatus.PUBLISHED
    ).first()
    if published is not None:
        return published
    version = create_questionnaire(kind=QuestionnaireKind.CHECK_LIST, name=CHECK_LIST, actor=province, from_preset=True)
    return publish_version(version=version, actor=province, seen=version.revision)
