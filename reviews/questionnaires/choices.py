from django.db.models import TextChoices


class QuestionnaireKind(TextChoices):
    QUARTERLY = "quarterly", "季报"
    CHECK_LIST = "check_list", "检查清单"
    EVALUATION = "evaluation", "考评表"


class VersionStatus(TextChoices):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    RETIRED = "retired", "已停用"


# Status -> kind of badge (portal.core.templatetags.portal).
STATUS_BADGES = {VersionStatus.DRAFT: "soon", VersionStatus.PUBLISHED: "good", VersionStatus.RETIRED: "none"}


class ItemType(TextChoices):
    WHOLE = "whole", "整数"
    MONEY = "money", "金额"
    DATE = "date", "日期"
    YES_NO = "yes_no", "是否"
    CHOICE = "choice", "单选"
    CHOICES = "choices", "多选"
    SHORT_TEXT = "short_text", "短文字"
    LONG_TEXT = "long_text", "长文字"
    ATTACHMENT = "attachment", "附件"
    TABLE = "table", "表格"


class RuleSeverity(TextChoices):
    """What follows from a broken rule, the gravest first."""

    REFUSE = "refuse", "拒收"
    EXPLAIN = "explain", "须说明"
    HINT = "hint", "提示"


class ItemSeverity(TextChoices):
    """How grave it is when an item of a check list is not met."""

    MINOR = "minor", "一般"
    MAJOR = "major", "较重"
    SEVERE = "severe", "严重"
