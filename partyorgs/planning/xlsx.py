"""Columns of the work list that a plan exports, and of the tasks made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from partyorgs.planning.choices import TaskState
from portal.core.xlsx import Column

if TYPE_CHECKING:
    from collections.abc import Iterable

    from partyorgs.planning.indicators import Candidate


@dataclass(frozen=True)
class WorkLine:
    """One association of one step: a joint branch has a line for each of its associations."""

    number: int
    form: str
    candidate: Candidate
    partners: str
    reason: str
    after: str
    blank: str = ""  # to be filled in by hand


def work_lines(steps: Iterable[Any]) -> list[WorkLine]:
    return [
        WorkLine(
            step.number,
            str(step.form.label),
            candidate,
            "、".join(other.name for other in step.candidates if other is not candidate),
            step.reason,
            str(step.after),
        )
        for step in steps
        for candidate in step.candidates
    ]


_CANDIDATE = (
    Column("协会名称", lambda line: line.candidate.name, 34),
    Column("统一社会信用代码", lambda line: line.candidate.uscc, 22),
    Column("党建工作领导机构", lambda line: line.candidate.committee, 26),
    Column("所在地", lambda line: line.candidate.region),
    Column("行业门类", lambda line: line.candidate.industry, 20),
    Column("正式党员数", lambda line: line.candidate.unit.formal, 12),
)
WORK_COLUMNS = (
    Column("顺序", lambda line: line.number, 8),
    Column("组建方式", lambda line: line.form),
    *_CANDIDATE,
    Column("联合的协会", lambda line: line.partners, 50),
    Column("理由", lambda line: line.reason, 44),
    Column("完成本步后", lambda line: line.after, 22),
    Column("帮建人", lambda line: line.blank, 16),
    Column("完成期限", lambda line: line.blank, 14),
)


@dataclass(frozen=True)
class LeftLine:
    candidate: Candidate
    reason: str


LEFT_COLUMNS = (*_CANDIDATE, Column("说明", lambda line: line.reason, 44))
TASK_COLUMNS = (
    Column("组建方式", lambda task: task.get_form_display()),
    Column("协会", lambda task: "、".join(association.name for association in task.associations.all()), 50),
    Column("党建工作领导机构", lambda task: task.committee.name, 26),
    Column("帮建人", lambda task: task.helper, 22),
    Column("完成期限", lambda task: task.due_on),
    Column("状态", lambda task: TaskState(task.state).label),
    Column("取消原因", lambda task: task.cancel_reason, 30),
)
