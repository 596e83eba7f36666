from django.db.models import TextChoices


class PlanForm(TextChoices):
    """The ways in which a plan covers an association, in the order of equally good steps."""

    OWN = "own", "单独组建"
    JOINT = "joint", "联合组建"
    FUNCTIONAL = "functional", "功能型党组织"
    INSTRUCTOR = "instructor", "选派指导员"


class TaskState(TextChoices):
    """Where a task stands on a day: done is what the figures say, never typed."""

    OPEN = "open", "进行中"
    OVERDUE = "overdue", "逾期"
    DONE = "done", "已完成"
    CANCELLED = "cancelled", "已取消"


class PlanningJobKind(TextChoices):
    PLAN_COVERAGE = "plan_coverage", "覆盖推演"


WAITING = (TaskState.OPEN, TaskState.OVERDUE)  # neither done nor cancelled
