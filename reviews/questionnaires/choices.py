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
    """The consequences of a broken rule, the gravest first."""

    REFUSE = "refuse", "拒收"
    EXPLAIN = "explain", "须说明"
    HINT = "hint", "提示"


class ItemSeverity(TextChoices):
    """The gravity of an item of a check list that is not met."""

    MINOR = "minor", "一般"
    MAJOR = "major", "较重"
    SEVERE = "severe", "严重"


class SheetStatus(TextChoices):
    """Where an answer sheet is on its way from the filer to the reviewer and back."""

    DRAFT = "draft", "待填报"
    SUBMITTED = "submitted", "待审核"
    PASSED = "passed", "待省级复核"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已通过"
    UNLOCKED = "unlocked", "已解锁，待修改"


# Status -> kind of badge (portal.core.templatetags.portal).
SHEET_BADGES = {
    SheetStatus.DRAFT: "none",
    SheetStatus.SUBMITTED: "soon",
    SheetStatus.PASSED: "soon",
    SheetStatus.RETURNED: "bad",
    SheetStatus.APPROVED: "good",
    SheetStatus.UNLOCKED: "soon",
}
# Whose turn it is: the filer's, the reviewer's.
WITH_FILER = (SheetStatus.DRAFT, SheetStatus.RETURNED, SheetStatus.UNLOCKED)
WITH_REVIEWER = (SheetStatus.SUBMITTED, SheetStatus.PASSED)


class SheetVerb(TextChoices):
    """The acts on a sheet. Each step keeps who, when and why."""

    SUBMIT = "submit", "提交"
    WITHDRAW = "withdraw", "撤回"
    PASS = "pass", "审核通过，报省级复核"
    RETURN = "return", "退回修改"
    APPROVE = "approve", "通过"
    UNLOCK = "unlock", "解锁"
    LOCK = "lock", "解锁到期，恢复原报告"
    EXTEND = "extend", "延期"
    REOPEN = "reopen", "重新开放"


class Lateness(TextChoices):
    """Where a sheet stands against its deadline."""

    OPEN = "open", "未到期"
    ON_TIME = "on_time", "按时"
    LATE = "late", "迟报"
    OVERDUE = "overdue", "逾期"


class AttentionReason(TextChoices):
    """Why a submitted sheet needs a look: the value is what stands in the words of the reason."""

    FIRST = "首次填报", "首次填报"
    EXPLAINED = "说明", "有说明"
    JUMPED = "变化较大", "变化较大"
    POSTS = "班子变动", "班子变动"
    HINTED = "提示", "有提示"
