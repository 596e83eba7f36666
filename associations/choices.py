from django.db.models import TextChoices


class AssociationKind(TextChoices):
    ASSOCIATION = "association", "行业协会"
    CHAMBER = "chamber", "商会"


class PostTitle(TextChoices):
    CHAIR = "chair", "会长（理事长）"
    EXECUTIVE_CHAIR = "executive_chair", "执行会长"
    VICE_CHAIR = "vice_chair", "副会长（副理事长）"
    SECRETARY_GENERAL = "secretary_general", "秘书长"
    DEPUTY_SECRETARY_GENERAL = "deputy_secretary_general", "副秘书长"
    CHIEF_SUPERVISOR = "chief_supervisor", "监事长"
    SUPERVISOR = "supervisor", "监事"
    DIRECTOR = "director", "理事"
    HONORARY = "honorary", "名誉职务"
    ADVISER = "adviser", "顾问"
    OTHER = "other", "其他职务"


class Sex(TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"


class Membership(TextChoices):
    """政治面貌, kept as Party member (正式 or 预备) or not: the wording beyond that serves nothing here."""

    FORMAL = "formal", "正式党员"
    PROBATIONARY = "probationary", "预备党员"
    NONE = "none", "非中共党员"


class AssociationState(TextChoices):
    REGISTERED = "registered", "在册"
    DEREGISTERED = "deregistered", "已注销"
