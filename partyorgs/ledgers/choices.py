from django.db.models import TextChoices


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


class ProblemKind(TextChoices):
    """The kinds of problem in a ledger. The first part are errors (the row is not applied), the rest are warnings."""

    CODE_LENGTH = "credit code length", "统一社会信用代码位数不对"
    CODE_CHARACTER = "credit code character", "统一社会信用代码含不允许的字符"
    CODE_CHECK = "credit code check digit", "统一社会信用代码校验码不对"
    DUPLICATE_CODE = "duplicate credit code", "统一社会信用代码重复"
    MISSING_CODE = "missing credit code", "缺统一社会信用代码"
    MISSING_NAME = "missing name", "缺名称或姓名"
    MISSING_DATE = "missing registration date", "缺成立登记日期"
    MISSING_ASSOCIATION = "missing association", "缺所属协会"
    IMPOSSIBLE_DATE = "impossible date", "日期不存在"
    UNREADABLE_DATE = "unreadable date", "日期无法识别"
    FUTURE = "date in the future", "成立登记日期晚于台账截止日期"
    NOT_A_NUMBER = "not a number", "不是数字"
    NEGATIVE = "negative number", "人数或家数为负"
    NOT_YES_OR_NO = "not yes or no", "不是“是”或“否”"
    UNCALCULATED = "formula not calculated", "公式没有计算结果"
    UNKNOWN_SETUP = "unknown setup", "组建方式无法识别"
    NOT_NAMED = "organization said to exist but not named", "已建党组织但未填名称"
    UNKNOWN_ASSOCIATION = "unknown association", "协会不在台账和平台中"
    ENDS_BEFORE = "ends before it starts", "终止早于开始"

    SET_ASIDE = "set aside", "所属协会有错误，暂不导入"
    SAME_NAME = "several associations of this name", "协会重名，无法确定"
    UNKNOWN_COMMITTEE = "unknown committee", "党建工作领导机构未登记"
    DATE_DIFFERS = "date differs from the registry", "日期与已登记的不一致"
    NO_DATE = "undated", "缺开始日期"
    LATER_THAN_LEDGER = "later than the ledger", "日期晚于台账截止日期"
    OLDER_THAN_ASSOCIATION = "older than its association", "早于协会成立日期"
    OLDER_THAN_ORGANIZATION = "older than its organization", "早于党组织成立日期"
    WITHOUT_ORGANIZATION = "Party post without an organization", "有党内职务但没有党组织"
    WITHOUT_SECRETARY = "organization without a secretary", "党组织没有书记"
    TOO_FEW_MEMBERS = "joint branch with too few members", "联合党组织正式党员不足3名"
    TOO_MANY_UNITS = "joint branch of too many units", "联合党组织覆盖单位超过5家"
    NOT_CLAIMED = "organization named but not claimed", "填了党组织名称但未填已建"
    NO_SETUP = "no setup", "缺组建方式"
    STATE_WITHOUT_DATE = "deregistered without a date", "已注销但缺注销日期"
    NO_POST = "person without a post", "没有职务"
    ENDED_IN_REGISTRY = "already ended in the registry", "平台已登记终止"
    CONTRADICTION = "rows contradict each other", "同一党组织的几行填写不一致"


class LedgerJobKind(TextChoices):
    CHECK_LEDGER = "check_ledger", "核对台账"
    APPLY_LEDGER = "apply_ledger", "导入台账"
