from django.db.models import TextChoices


class Role(TextChoices):
    PROVINCE = "province", "省委社会工作部"
    COMMITTEE = "committee", "行业党委"
    SECRETARY = "secretary", "协会党组织书记"
    INSPECTOR = "inspector", "抽查人员"
    VIEWER = "viewer", "业务主管单位"
    SYSADMIN = "sysadmin", "系统管理员"
    SECADMIN = "secadmin", "安全保密管理员"
    AUDITOR = "auditor", "安全审计员"


# 三员分立: nobody holds two of these, and none of them sees business data.
ADMINISTRATORS = (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)
COMMITTEE_ROLES = (Role.PROVINCE, Role.COMMITTEE)


class CommitteeKind(TextChoices):
    DEPARTMENT = "department", "党委社会工作部门"
    INDUSTRY = "industry", "行业党委"
    COMPREHENSIVE = "comprehensive", "综合党委"
    CITY = "city", "市级党建工作机构"


class AuditAction(TextChoices):
    SIGN_IN = "sign_in", "登录"
    SIGN_IN_FAILED = "sign_in_failed", "登录失败"
    SIGN_OUT = "sign_out", "退出"
    PASSWORD = "password", "修改密码"
    RESET = "reset", "重置密码"
    CREATE = "create", "新增"
    CHANGE = "change", "变更"
    CORRECT = "correct", "更正"
    END = "end", "终止"
    MERGE = "merge", "合并"
    UNDO = "undo", "撤销"
    LOOK = "look", "查看"
    EXPORT = "export", "导出"
    IMPORT = "import", "导入"
    GRANT = "grant", "授权"


class JobStatus(TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"


class NoticeKind(TextChoices):
    DIGEST = "digest", "每周摘要"
    REMINDER = "reminder", "到期提醒"
    TASK = "task", "待办事项"
    RESULT = "result", "办理结果"


class CellFaultKind(TextChoices):
    """Why a cell cannot be read; whoever reads a table has these among its own kinds of problem."""

    IMPOSSIBLE_DATE = "impossible date", "日期不存在"
    UNREADABLE_DATE = "unreadable date", "日期无法识别"
    NOT_A_NUMBER = "not a number", "不是数字"
    NEGATIVE = "negative number", "人数或家数为负"
    NOT_YES_OR_NO = "not yes or no", "不是“是”或“否”"


class CoreJobKind(TextChoices):
    PURGE_JOBS = "purge_jobs", "清理过期任务、登录和通知"
    WEEKLY_DIGEST = "weekly_digest", "每周摘要"
    SEND_REMINDERS = "send_reminders", "到期提醒"
    ESCALATE = "escalate", "逾期上报"


SWEEP_PULSE = "sweep"  # name of the Pulse that the sweeper leaves each time it runs
