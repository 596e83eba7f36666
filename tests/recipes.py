"""One believable row of each model; a test says only what matters to it: `recipes.association.make(name="…")`."""

import datetime
import itertools

from model_bakery.recipe import Recipe, foreign_key, seq

from associations.choices import AssociationKind, Membership, PostTitle, Sex
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
from associations.rules import uscc_check_character
from partyorgs.ledgers.models import LedgerUpload
from partyorgs.organizations.choices import InstructorKind, OrganizationLevel, PartyTitle, Setup
from partyorgs.organizations.models import (
    Affiliation,
    Election,
    FoundingTalk,
    Instructor,
    OrganizationSetup,
    PartyOrganization,
    PartyPost,
)
from partyorgs.planning.choices import PlanForm
from partyorgs.planning.models import CoverageTarget, CoverageTask
from portal.core.choices import CommitteeKind, NoticeKind
from portal.core.models import Committee, Grant, Job, Notice, User
from reviews.questionnaires.choices import QuestionnaireKind
from reviews.questionnaires.models import Questionnaire

REGISTERED = datetime.date(2015, 1, 1)
FOUNDED = datetime.date(2016, 1, 1)
STATED = datetime.date(2024, 6, 30)

_numbers = itertools.count(1)


def credit_code() -> str:
    """Return a valid credit code that no other row has."""
    first17 = f"51320000{next(_numbers):09d}"
    return first17 + uscc_check_character(first17)


def path(number: int, parent: Committee | None = None) -> str:
    """Return the path of the `number`th child of `parent`."""
    return f"{parent.path if parent else ''}{number:04d}"


user = Recipe(User, username=seq("user"), name=seq("用户"), is_active=True, must_change_password=False)
committee = Recipe(
    Committee,
    name=seq("行业党委"),
    kind=CommitteeKind.INDUSTRY,
    parent=None,
    path=lambda: f"9{next(_numbers):03d}",
)
grant = Recipe(Grant, user=foreign_key(user))
notice = Recipe(
    Notice,
    user=foreign_key(user),
    kind=NoticeKind.TASK,
    key=seq("notice"),
    text=seq("请办理"),
    url="/notices/",
    lines=[],
    read_at=None,
)
job = Recipe(Job, kind="test", key=seq("job"), owner=foreign_key(user))

region = Recipe(Region, name=seq("地区"), code=None)
authority = Recipe(Authority, name=seq("部门"))
industry = Recipe(Industry, code=itertools.cycle("abcdefghijklmnopqrstuvwxyz"), name=seq("门类"))
association = Recipe(
    Association,
    uscc=credit_code,
    name=seq("江苏省测试行业协会"),
    kind=AssociationKind.ASSOCIATION,
    registered_on=REGISTERED,
    deregistered_on=None,
)
oversight = Recipe(
    Oversight, association=foreign_key(association), committee=foreign_key(committee), stated_on=REGISTERED
)
charter_clause = Recipe(CharterClause, association=foreign_key(association), included=True, stated_on=STATED)
decoupling = Recipe(Decoupling, association=foreign_key(association), decoupled=True, stated_on=STATED)
headcount = Recipe(
    Headcount,
    association=foreign_key(association),
    as_of=STATED,
    formal=5,
    probationary=1,
    staff=12,
    member_firms=80,
    source="测试台账",
)
person = Recipe(Person, name=seq("人员"), sex=Sex.MALE, merged_into=None)
known_as = Recipe(KnownAs, association=foreign_key(association), person=foreign_key(person), name=seq("人员"))
party_membership = Recipe(PartyMembership, person=foreign_key(person), membership=Membership.FORMAL, stated_on=STATED)
association_post = Recipe(
    AssociationPost,
    association=foreign_key(association),
    person=foreign_key(person),
    title=PostTitle.CHAIR,
    begins_on=FOUNDED,
    ends_on=None,
)
daily_work = Recipe(DailyWork, post=foreign_key(association_post), runs_daily=True, stated_on=FOUNDED)

organization = Recipe(
    PartyOrganization,
    name=seq("中共测试行业协会支部委员会"),
    level=OrganizationLevel.BRANCH,
    begins_on=FOUNDED,
    ends_on=None,
    first_term_ends_on=datetime.date(2019, 1, 1),
)
organization_setup = Recipe(
    OrganizationSetup, organization=foreign_key(organization), setup=Setup.OWN, stated_on=FOUNDED
)
election = Recipe(
    Election,
    organization=foreign_key(organization),
    held_on=datetime.date(2023, 5, 1),
    term_ends_on=datetime.date(2026, 5, 1),
)
affiliation = Recipe(
    Affiliation,
    organization=foreign_key(organization),
    association=foreign_key(association),
    begins_on=FOUNDED,
    ends_on=None,
)
party_post = Recipe(
    PartyPost,
    organization=foreign_key(organization),
    association=foreign_key(association),
    person=foreign_key(person),
    title=PartyTitle.SECRETARY,
    begins_on=FOUNDED,
    ends_on=None,
)
instructor = Recipe(
    Instructor,
    association=foreign_key(association),
    person=foreign_key(person),
    kind=InstructorKind.INSTRUCTOR,
    begins_on=FOUNDED,
    ends_on=None,
)
founding_talk = Recipe(
    FoundingTalk, association=foreign_key(association), held_on=datetime.date(2023, 3, 1), summary="动员组建党组织"
)
target = Recipe(
    CoverageTarget,
    committee=foreign_key(committee),
    indicator="org_coverage",
    due_on=datetime.date(2025, 12, 31),
    value="80.00",
    source="2025年工作要点",
)
coverage_task = Recipe(
    CoverageTask,
    committee=foreign_key(committee),
    form=PlanForm.OWN,
    helper="李明（市工信局）",
    due_on=datetime.date(2035, 12, 31),
    created_by=None,
    cancelled_on=None,
    cancel_reason="",
)
ledger_upload = Recipe(
    LedgerUpload,
    file="ledgers/test.xlsx",
    file_name="台账-2024-06-30.xlsx",
    sha256="0" * 64,
    as_of=STATED,
    committee=foreign_key(committee),
)
questionnaire = Recipe(Questionnaire, kind=QuestionnaireKind.EVALUATION, name=seq("问卷"))
