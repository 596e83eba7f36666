from django.db.models import TextChoices


class CheckKind(TextChoices):
    RANDOM = "random", "随机抽查"
    ROUTINE = "routine", "经常性督查"
    LIAISON = "liaison", "走访联系点"
    SPECIAL = "special", "专项检查"


class Selection(TextChoices):
    """Ways of choosing a check's associations. A random check is always drawn."""

    DRAW = "draw", "随机抽取"
    HAND = "hand", "逐家确定"


class Stratum(TextChoices):
    """Properties that divide a population into strata."""

    COMMITTEE = "committee", "党建工作领导机构"
    RISK = "risk", "风险程度"
    SIZE = "size", "规模"


class CheckStatus(TextChoices):
    DRAFT = "draft", "方案起草中"
    COMMITTED = "committed", "已封存，待抽取"
    DRAWN = "drawn", "已抽取，待下发"
    RELEASED = "released", "检查中"
    CLOSED = "closed", "已结束，待公布"
    PUBLISHED = "published", "已公布"
    CANCELLED = "cancelled", "已取消"


# Before its release a check has visited nobody; a cancelled one has nothing to publish.
WITH_RESULTS = (CheckStatus.RELEASED, CheckStatus.CLOSED, CheckStatus.PUBLISHED)
CHECK_BADGES = {
    CheckStatus.DRAFT: "none",
    CheckStatus.COMMITTED: "soon",
    CheckStatus.DRAWN: "soon",
    CheckStatus.RELEASED: "soon",
    CheckStatus.CLOSED: "soon",
    CheckStatus.PUBLISHED: "good",
    CheckStatus.CANCELLED: "none",
}


class VisitStatus(TextChoices):
    PLANNED = "planned", "待下发"
    OPEN = "open", "待检查"
    DONE = "done", "已检查"
    EXCUSED = "excused", "未检查（有原因）"


UPCOMING = (VisitStatus.PLANNED, VisitStatus.OPEN)
VISIT_BADGES = {
    VisitStatus.PLANNED: "none",
    VisitStatus.OPEN: "soon",
    VisitStatus.DONE: "good",
    VisitStatus.EXCUSED: "none",
}


class AssignmentStatus(TextChoices):
    ASSIGNED = "assigned", "已指派"
    DECLINED = "declined", "已推辞"
    REPLACED = "replaced", "已改派"


class Avoidance(TextChoices):
    """Reasons why an inspector must not check an association; all but the last are computed."""

    POST = "post", "在该协会任职或者曾经任职"
    SAME_NAME = "same_name", "与该协会现任或者曾任人员同名"
    EMPLOYER = "employer", "工作单位为该协会或者其会员单位"
    AUTHORITY = "authority", "工作单位为该协会的业务主管单位或者行业管理部门"
    LAST_TIME = "last_time", "上一次检查过该协会"
    DECLARED = "declared", "本人申报有利害关系"


class FindingStatus(TextChoices):
    RAISED = "raised", "待下达整改"
    NOTICED = "noticed", "整改中"
    REPLIED = "replied", "待复核"
    CLOSED = "closed", "已销号"
    DROPPED = "dropped", "不予认定"


FINDING_BADGES = {
    FindingStatus.RAISED: "none",
    FindingStatus.NOTICED: "soon",
    FindingStatus.REPLIED: "soon",
    FindingStatus.CLOSED: "good",
    FindingStatus.DROPPED: "none",
}


class ExtensionStatus(TextChoices):
    ASKED = "asked", "待审批"
    GRANTED = "granted", "已同意"
    REFUSED = "refused", "未同意"


class CheckJobKind(TextChoices):
    VERIFY_DRAWS = "verify_draws", "核对抽取结果"
