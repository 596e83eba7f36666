from django.db.models import TextChoices


class Setup(TextChoices):
    OWN = "own", "单独组建"
    JOINT = "joint", "联合组建"
    FUNCTIONAL = "functional", "功能型"
    HOSTED = "hosted", "依托组建"


class OrganizationLevel(TextChoices):
    COMMITTEE = "committee", "党委"
    GENERAL_BRANCH = "general_branch", "党总支"
    BRANCH = "branch", "党支部"


class PartyTitle(TextChoices):
    SECRETARY = "secretary", "书记"
    DEPUTY_SECRETARY = "deputy_secretary", "副书记"
    ORGANIZATION = "organization", "组织委员"
    PUBLICITY = "publicity", "宣传委员"
    DISCIPLINE = "discipline", "纪检委员"
    DISCIPLINE_SECRETARY = "discipline_secretary", "纪委书记"
    YOUTH = "youth", "青年委员"
    MEMBER = "member", "委员"
    OTHER = "other", "其他党内职务"


class InstructorKind(TextChoices):
    INSTRUCTOR = "instructor", "党建工作指导员"
    LIAISON = "liaison", "党建联络员"
    ORGANIZER = "organizer", "党建组织员"


class TermState(TextChoices):
    """Where a term stands; the steps are those of `rules.REMINDER_MONTHS`."""

    OVERDUE = "overdue", "应换届未换届"
    MONTH = "month", "1个月内届满"
    QUARTER = "quarter", "1至3个月内届满"
    HALF_YEAR = "half_year", "3至6个月内届满"
    LATER = "later", "6个月后届满"
    UNKNOWN = "unknown", "没有任期记录"


class CoverageState(TextChoices):
    """The coverage of an association on a day; of several organizations the first in this order counts."""

    OWN = "own", "单独组建"
    JOINT = "joint", "联合组建"
    FUNCTIONAL = "functional", "功能型党组织"
    HOSTED = "hosted", "依托组建"
    INSTRUCTOR = "instructor", "仅选派指导员"
    NONE = "none", "未覆盖"


class SnapshotJobKind(TextChoices):
    NIGHTLY_SNAPSHOT = "nightly_snapshot", "每日数据计算"
    FREEZE_QUARTER = "freeze_quarter", "季末数据固定"
    REFRESH_SNAPSHOTS = "refresh_snapshots", "数据更新"
