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


class UploadStatus(TextChoices):
    CHECKING = "checking", "正在核对"
    CHECKED = "checked", "待确认"
    APPLYING = "applying", "正在写入"
    APPLIED = "applied", "已导入"
    UNDONE = "undone", "已撤销"
    FAILED = "failed", "未能读取"


class ChangeVerb(TextChoices):
    CREATE = "create", "新增"
    CHANGE = "change", "变更"
    END = "end", "终止"


class Severity(TextChoices):
    ERROR = "error", "错误"
    WARNING = "warning", "提示"
