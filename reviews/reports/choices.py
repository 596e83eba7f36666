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


class ReportJobKind(TextChoices):
    PREFILL_DRAFTS = "prefill_drafts", "生成季报草稿"
    CLOSE_ROUND = "close_round", "固定季报数据"
    LOCK_EXPIRED = "lock_expired", "恢复解锁到期的季报"
