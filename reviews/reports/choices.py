from django.db.models import TextChoices


class RoundStatus(TextChoices):
    OPENING = "opening", "正在生成草稿"
    OPEN = "open", "填报中"
    CLOSED = "closed", "已截止"
    CANCELLED = "cancelled", "已取消"


ROUND_BADGES = {
    RoundStatus.OPENING: "soon",
    RoundStatus.OPEN: "good",
    RoundStatus.CLOSED: "none",
    RoundStatus.CANCELLED: "none",
}


class QuarterlyStatus(TextChoices):
    DRAFT = "draft", "待填报"
    SUBMITTED = "submitted", "待审核"
    PASSED = "passed", "待省级复核"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已通过"
    UNLOCKED = "unlocked", "已解锁，待修改"


# Status -> kind of badge (portal.core.templatetags.portal).
REPORT_BADGES = {
    QuarterlyStatus.DRAFT: "none",
    QuarterlyStatus.SUBMITTED: "soon",
    QuarterlyStatus.PASSED: "soon",
    QuarterlyStatus.RETURNED: "bad",
    QuarterlyStatus.APPROVED: "good",
    QuarterlyStatus.UNLOCKED: "soon",
}
# Whose turn it is: the filer's, the reviewer's.
WITH_FILER = (QuarterlyStatus.DRAFT, QuarterlyStatus.RETURNED, QuarterlyStatus.UNLOCKED)
WITH_REVIEWER = (QuarterlyStatus.SUBMITTED, QuarterlyStatus.PASSED)


class ReportVerb(TextChoices):
    """What was done with a report: each step keeps who, when and why."""

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
    """Where a report stands against its deadline."""

    OPEN = "open", "未到期"
    ON_TIME = "on_time", "按时"
    LATE = "late", "迟报"
    OVERDUE = "overdue", "逾期"


class AttentionReason(TextChoices):
    """Why a submitted report needs a look: the value is what stands in the words of the reason."""

    FIRST = "首次填报", "首次填报"
    EXPLAINED = "说明", "有说明"
    JUMPED = "变化较大", "变化较大"
    POSTS = "班子变动", "班子变动"
    HINTED = "提示", "有提示"


class PostChangeStatus(TextChoices):
    OPEN = "open", "待办理"
    DONE = "done", "已办理"
    DECLINED = "declined", "不予办理"


class DifficultyStatus(TextChoices):
    OPEN = "open", "待答复"
    SOLVED = "solved", "已解决"
    ANSWERED = "answered", "已答复，暂不能解决"


# Status -> kind of badge.
CHANGE_BADGES = {PostChangeStatus.OPEN: "soon", PostChangeStatus.DONE: "good", PostChangeStatus.DECLINED: "none"}
DIFFICULTY_BADGES = {DifficultyStatus.OPEN: "soon", DifficultyStatus.SOLVED: "good", DifficultyStatus.ANSWERED: "warn"}
