"""The columns of the ledger's other tables: leaders with Party officers, and instructors."""

from __future__ import annotations

from partyorgs.ledgers.xlsx.table import DAY, LedgerColumn, LedgerTable
from portal.core.cells import date_of, flag_of, name_of, optional_text_of, person_name_of, text_of

PEOPLE = LedgerTable(
    "people",
    "负责人及班子成员",
    (
        LedgerColumn("serial", "序号", (r"^(序号|编号|顺序号|序)$",), text_of, "post"),
        LedgerColumn(
            "association",
            "社会组织名称",
            (
                r"^(所在|所属|任职)?(社会组织|协会商会|行业协会商会|行业协会|协会|商会|单位|组织|社团)(全称|名称)?$",
                r"^(?!.*(党|职|派)).*(名称|单位)",
            ),
            name_of,
            "post",
            required=True,
            sample=("江苏省示例行业协会", "江苏省样本商会"),
        ),
        LedgerColumn("uscc", "统一社会信用代码", (r"信用代码|机构代码",), text_of, "post"),
        LedgerColumn(
            "name",
            "姓名",
            (r"^(姓名|人员|人员姓名|负责人姓名|负责人|班子成员|成员姓名)$", r"姓名"),
            person_name_of,
            "post",
            required=True,
            sample=("张三", "李四"),
        ),
        LedgerColumn("sex", "性别", (r"^性别$",), optional_text_of, "post", sample=("男", "女")),
        LedgerColumn(
            "politics",
            "政治面貌",
            (r"政治面貌|面貌|政治身份|^是否(中共)?党员$|^党派$",),
            text_of,
            "post",
            sample=("中共党员", "中共党员"),
        ),
        LedgerColumn(
            "title",
            "协会职务",
            (
                r"^(协会|社会组织|商会|会内|单位|社团|行政|本会|在会)(内)?(担任)?(职务|任职|职位)(名称)?$",
                r"^(?!.*(党|支部|时间|日期|离|起|止)).*(职务|职位)|^(担任|现任)职务$|^任职$|^(在)?(协会|商会|社会组织|会内|本会).*(任职|职务)(情况)?$",
            ),
            optional_text_of,
            "post",
            sample=("会长", "副会长"),
            unlike=rf"工作单位|{DAY}|兼职|社会职务",
        ),
        LedgerColumn("runs_daily", "是否主持日常工作", (r"主持|日常工作",), flag_of, "post", sample=("是", "否")),
        LedgerColumn(
            "begins_on",
            "协会任职时间",
            (
                rf"^(协会|社会组织|商会|会内|本会)(职务)?(任职|到任|就任|当选|任期)?(起始|开始|起)?{DAY}$",
                rf"^(?!.*(党|支部|离|止|卸|免|结束)).*(任职|到任|就任|当选|起始|开始|任期).*{DAY}|^任期起$|^起始{DAY}$",
            ),
            date_of,
            "post",
            sample=("2022-06-18", "2022-06-18"),
        ),
        LedgerColumn(
            "ends_on",
            "协会离任时间",
            (
                rf"^(协会|社会组织|商会|会内)(职务)?(离任|离职|卸任|免职|终止|任期止|结束){DAY}?$",
                rf"^(?!.*(党|支部)).*(离任|离职|卸任|免职|终止|结束|任期止|截止).*{DAY}?",
            ),
            date_of,
            "post",
        ),
        LedgerColumn(
            "party_title",
            "党内职务",
            (
                r"^(党内|党组织|党务|支部|党支部|党的)(内)?(担任)?(职务|任职|职位)(名称)?$",
                r"(党|支部).*(职务|职位)|^(在)?(党组织|支部|党内|党支部)(内)?.*任职(情况)?$",
            ),
            optional_text_of,
            "party",
            sample=("书记", "书记"),
        ),
        LedgerColumn(
            "party_begins_on",
            "党内任职时间",
            (
                rf"^(党内|党组织|党务|支部|党支部)(职务)?(任职|当选|任期)?(起始|开始|起)?{DAY}$",
                rf"(党|支部)(?!.*(离|止|卸|免|结束)).*(任职|起始|开始|当选|任期).*{DAY}",
            ),
            date_of,
            "party",
            sample=("2023-07-01", "2024-03-12"),
        ),
        LedgerColumn(
            "party_ends_on",
            "党内离任时间",
            (rf"(党|支部).*(离任|离职|卸任|免职|终止|结束|止).*{DAY}?",),
            date_of,
            "party",
        ),
    ),
    signs=(("name", "title"), ("name", "party_title"), ("association", "name", "politics")),
)

INSTRUCTORS = LedgerTable(
    "instructors",
    "党建指导员",
    (
        LedgerColumn("serial", "序号", (r"^(序号|编号|顺序号|序)$",), text_of, "post"),
        LedgerColumn(
            "name",
            "姓名",
            (r"^(姓名|(党建)?(工作)?(指导员|联络员|组织员)(姓名)?|人员姓名|选派人员)$", r"姓名"),
            person_name_of,
            "post",
            required=True,
            sample=("王五",),
        ),
        LedgerColumn(
            "kind",
            "类型",
            (r"^(人员|指导员|党建)?(类型|类别|身份|岗位|职务)$", r"类型|类别"),
            optional_text_of,
            "post",
            sample=("党建工作指导员",),
        ),
        LedgerColumn(
            "dispatched_by",
            "派出单位",
            (
                r"^(派出|选派|选送|派遣|委派)(党委|单位|机关|机构|部门|党组织)?(名称)?$",
                r"派出|选派|所在单位|工作单位|来源",
                r"^(派出)?(党委|单位)$",
            ),
            optional_text_of,
            "post",
            sample=("省社会组织综合党委",),
            unlike=DAY,
        ),
        LedgerColumn(
            "association",
            "联系社会组织",
            (
                r"(联系|指导|服务|派驻|负责|挂钩|对口|结对).*(社会组织|协会|商会|单位|组织|对象)",
                r"^(所在|所属)?(社会组织|协会商会|行业协会商会|行业协会|协会|商会|社团)(全称|名称)?$",
            ),
            name_of,
            "post",
            required=True,
            sample=("江苏省样本商会",),
        ),
        LedgerColumn("uscc", "统一社会信用代码", (r"信用代码|机构代码",), text_of, "post"),
        LedgerColumn(
            "begins_on",
            "开始时间",
            (rf"(开始|起始|选派|派驻|派出|任职|聘任|聘用|到任|上岗|联系).*{DAY}|^起$|^(时间|日期)$",),
            date_of,
            "post",
            sample=("2024-01-10",),
            unlike=r"结束|终止|离任|截止|到期|期满|届满|解聘|离岗",
        ),
        LedgerColumn(
            "ends_on", "结束时间", (rf"(结束|终止|离任|截止|到期|解聘|届满|期满|离岗).*{DAY}?|^止$",), date_of, "post"
        ),
    ),
    signs=(
        ("name", "association", "kind"),
        ("name", "association", "dispatched_by"),
        ("name", "association", "begins_on"),
    ),
)
