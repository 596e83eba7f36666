"""The columns of a ledger: what each means, what departments call it, how its cells are read.

This one table matches headings, reads uploads, names the cells of problems and draws the blank ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from partyorgs.xlsx.cells import (
    date_of,
    figure_of,
    flag_of,
    name_of,
    optional_text_of,
    person_name_of,
    text_of,
)


@dataclass(frozen=True)
class LedgerColumn:
    """One thing that a ledger may say. `patterns` are tried on the heading without blanks and brackets, the best first.

    `section` is the word group of the merged heading above it; it decides between two columns with one heading.
    """

    key: str
    heading: str
    patterns: tuple[str, ...]
    read: Callable[[Any], Any]
    section: str
    required: bool = False
    sample: tuple[Any, ...] = ()
    help: str = ""


@dataclass(frozen=True)
class LedgerTable:
    """One kind of sheet: associations, people or instructors. A sheet is of this kind when it has all of `signs`."""

    key: str
    name: str
    columns: tuple[LedgerColumn, ...]
    signs: tuple[tuple[str, ...], ...]

    def column(self, key: str) -> LedgerColumn:
        return next(column for column in self.columns if column.key == key)


# Words in a merged heading that tell which section the headings below it belong to.
SECTIONS = {
    "organization": r"党组织|党支部|党建组织|组建|组织覆盖|党的组织",
    "headcount": r"党员(情况|人数|数|队伍)|人员|人数|从业",
    "association": r"社会组织|协会|商会|基本|单位(情况|信息)|登记(情况|信息)|法人",
    "state": r"状态|注销",
    "party": r"党内|党组织|党务|支部",
    "post": r"协会|社会组织|商会|任职|负责人",
}

_DAY = r"(时间|日期|年月日|年月|日)"

ASSOCIATIONS = LedgerTable(
    "associations",
    "协会台账",
    (
        LedgerColumn("serial", "序号", (r"^(序号|编号|顺序号|序|No\.?|行号)$",), text_of, "association", sample=(1, 2)),
        LedgerColumn(
            "name",
            "社会组织名称",
            (
                r"^(社会组织|协会商会|行业协会商会|行业协会|协会|商会|单位|组织|社团|机构)(全称|名称|单位名称)$",
                r"^(名称|全称|协会|商会|单位|社会组织|协会商会|行业协会商会)$",
                r"^(?!.*(党|主管|管理|归口|派出)).*(名称|全称)",
            ),
            name_of,
            "association",
            required=True,
            sample=("江苏省示例行业协会", "江苏省样本商会"),
            help="填登记证书上的全称",
        ),
        LedgerColumn(
            "uscc",
            "统一社会信用代码",
            (r"^(统一)?社会?信用代码(证号|号)?$", r"信用代码|机构代码|统一代码|社会代码", r"^(代码|登记证号|登记证书号|证号)$"),
            text_of,
            "association",
            required=True,
            sample=("513200005000002850", "91350100M000100Y43"),
            help="18位，末位为校验码",
        ),
        LedgerColumn(
            "registered_on",
            "成立时间",
            (
                rf"^(社会组织|协会|商会)?(成立登记|登记成立|注册登记|成立|登记|注册|设立){_DAY}$",
                rf"^(?!.*(党|组建|支部|注销)).*(成立|登记|注册|设立).*{_DAY}",
            ),
            date_of,
            "association",
            sample=("2010-05-18", "2018-11-02"),
            help="登记证书上的成立登记日期",
        ),
        LedgerColumn(
            "region",
            "所在地",
            (r"^(所在|驻)?(地|地区|地市|城市|市|区域|设区市)$|^(住所|住所地|注册地|注册地址|登记地|办公地|办公地址|行政区划|地址|属地)$", r"所在(地|市|区)|住所|行政区"),
            optional_text_of,
            "association",
            sample=("南京市", "苏州市"),
        ),
        LedgerColumn("industry", "行业门类", (r"^(所属|所在|国民经济)?行业(门类|类别|分类|领域)?$",), optional_text_of, "association", sample=("C 制造业", "")),
        LedgerColumn("kind", "类别", (r"^(社会组织|协会|组织)?(类别|类型|性质)$",), optional_text_of, "association", sample=("行业协会", "商会")),
        LedgerColumn(
            "competent_authority",
            "业务主管单位",
            (r"^(原)?(业务)?主管(单位|部门)(名称)?$", r"业务主管|主管单位|主管部门"),
            optional_text_of,
            "association",
            sample=("省工业和信息化厅", "无（直接登记）"),
            help="直接登记的填“无（直接登记）”",
        ),
        LedgerColumn("industry_authority", "行业管理部门", (r"行业(管理|指导|主管)(部门|单位)",), optional_text_of, "association"),
        LedgerColumn("registration_authority", "登记管理机关", (r"登记(管理)?(机关|部门)",), optional_text_of, "association"),
        LedgerColumn(
            "committee",
            "党建归口",
            (
                r"^(党建)?(归口|隶属|所属|主管|管理|领导|上级)(行业)?(党委|党组织|机构|党建机构|党建工作机构|单位|管理单位|管理党委)(名称)?$",
                r"归口|隶属|党建(工作)?(领导)?(机构|主管|管理|领导)|(行业|综合|上级|所属)(党委|党组织)|领导机构",
            ),
            name_of,
            "association",
            help="没有此列时，按台账中各行业党委的标题行归口",
        ),
        LedgerColumn("decoupled", "是否脱钩", (r"脱钩",), flag_of, "association", sample=("是", "否")),
        LedgerColumn(
            "member_firms",
            "会员单位数",
            (r"^(会员)(单位|企业)?(数|数量|总数|个数|家数)?$", r"会员"),
            figure_of,
            "association",
            sample=(120, 60),
        ),
        LedgerColumn(
            "staff",
            "专职人员数",
            (r"^(专职)?(工作|从业|秘书处)?(人员|人数|员工)(数|人数|数量|总数)?$", r"专职|从业|工作人员|秘书处人"),
            figure_of,
            "association",
            sample=(12, 5),
        ),
        LedgerColumn("grade", "评估等级", (r"(评估|等级|星级)",), optional_text_of, "association", sample=("4A", "未评估")),
        LedgerColumn(
            "formal",
            "正式党员数",
            (r"^(其中)?:?正式(党员)?(数|人数|数量)?$", r"正式.*(党员|人数)|党员.*正式"),
            figure_of,
            "headcount",
            sample=(6, 2),
        ),
        LedgerColumn(
            "probationary",
            "预备党员数",
            (r"^(其中)?:?预备(党员)?(数|人数|数量)?$", r"预备"),
            figure_of,
            "headcount",
            sample=(1, 0),
        ),
        LedgerColumn(
            "members",
            "党员总数",
            (r"^(中共)?党员(总)?(数|人数|数量|合计|总数|总人数)?$", r"党员(总|合计|人)"),
            figure_of,
            "headcount",
        ),
        LedgerColumn(
            "has_organization",
            "是否建立党组织",
            (r"^(是否)?(已)?(建立|组建|建|成立|设立|有)(了)?(党的?组织|党支部|党建组织)(情况)?$", r"^(是否|有无).*(党组织|党支部|组织覆盖)", r"^党组织(建立|组建|覆盖)(情况)?$|^是否(已)?(组建|建立|覆盖|建)$"),
            flag_of,
            "organization",
            sample=("是", "是"),
        ),
        LedgerColumn(
            "organization_name",
            "党组织名称",
            (r"^(所属|所在|覆盖)?(党的?组织|党支部|支部|基层党组织)(全称|名称)$", r"(党的?组织|支部).*(名称|全称)", r"^(党组织|党支部)$"),
            name_of,
            "organization",
            sample=("中共江苏省示例行业协会支部委员会", "省示例行业第一联合党支部"),
            help="联合党组织在每家协会的行内填同一名称",
        ),
        LedgerColumn(
            "setup",
            "组建方式",
            (r"^(党组织)?(组建|设置|建立|设立|建设|覆盖)(方式|形式|类型|类别|模式)$|^党组织(类型|形式|类别)$", r"(组建|设置|建立|覆盖).*(方式|形式|类型|模式)"),
            optional_text_of,
            "organization",
            sample=("单独组建", "联合组建"),
            help="单独组建、联合组建、功能型或者依托组建",
        ),
        LedgerColumn("level", "党组织层级", (r"党组织(层级|级别|规格)",), optional_text_of, "organization"),
        LedgerColumn(
            "founded_on",
            "党组织成立时间",
            (
                rf"^(党的?组织|党支部|支部)(批准)?(成立|组建|建立|设立|批复){_DAY}$",
                rf"(党|支部).*(成立|组建|建立|设立|批).*{_DAY}|^(组建|批准成立|批复){_DAY}$",
                rf"^(成立|建立|设立|登记){_DAY}$",
            ),
            date_of,
            "organization",
            sample=("2016-07-01", "2021-03-12"),
        ),
        LedgerColumn(
            "elected_on",
            "本届选举时间",
            (
                rf"^(本届|最近一次|上次|最近|上一次|现任|最后一次)?(班子)?(选举|换届|换届选举|届次起始){_DAY}?$",
                r"(选举|换届)(?!.*(应|届满|到期|下))",
            ),
            date_of,
            "organization",
            sample=("2023-07-01", "2024-03-12"),
        ),
        LedgerColumn("charter", "党建是否写入章程", (r"章程|入章",), flag_of, "state", sample=("是", "否")),
        LedgerColumn("state", "登记状态", (r"^(登记|当前|组织|运行)?状态$", r"状态|^是否注销$"), optional_text_of, "state", sample=("正常", "正常")),
        LedgerColumn("deregistered_on", "注销时间", (rf"(注销|撤销登记|终止){_DAY}?$",), date_of, "state"),
        LedgerColumn("note", "备注", (r"^(备注|说明|备考|注)$",), optional_text_of, "state"),
    ),
    signs=(("name", "uscc"), ("uscc", "formal"), ("name", "formal", "organization_name"), ("name", "registered_on", "has_organization")),
)

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
            sample=("江苏省示例行业协会", "江苏省示例行业协会"),
        ),
        LedgerColumn("uscc", "统一社会信用代码", (r"信用代码|机构代码",), text_of, "post"),
        LedgerColumn("name", "姓名", (r"^(姓名|人员姓名|负责人姓名|负责人|姓 名)$", r"姓名"), person_name_of, "post", required=True, sample=("张三", "李四")),
        LedgerColumn("sex", "性别", (r"^性别$",), optional_text_of, "post", sample=("男", "女")),
        LedgerColumn("politics", "政治面貌", (r"政治面貌|面貌|^是否(中共)?党员$|^党派$",), text_of, "post", sample=("中共党员", "群众")),
        LedgerColumn(
            "title",
            "协会职务",
            (r"^(协会|社会组织|商会|会内|单位|社团|行政|本会|在会)(内)?(担任)?(职务|任职|职位)(名称)?$", r"^(?!.*(党|支部|时间|日期|离|起|止)).*(职务|职位)|^(担任|现任)职务$|^任职$"),
            optional_text_of,
            "post",
            sample=("会长", "副会长"),
        ),
        LedgerColumn("runs_daily", "是否主持日常工作", (r"主持|日常工作",), flag_of, "post", sample=("是", "否")),
        LedgerColumn(
            "begins_on",
            "协会任职时间",
            (
                rf"^(协会|社会组织|商会|会内|本会)(职务)?(任职|到任|就任|当选|任期)?(起始|开始|起)?{_DAY}$",
                rf"^(?!.*(党|支部|离|止|卸|免|结束)).*(任职|到任|就任|当选|起始|开始|任期).*{_DAY}|^任期起$|^起始{_DAY}$",
            ),
            date_of,
            "post",
            sample=("2022-06-18", "2022-06-18"),
        ),
        LedgerColumn(
            "ends_on",
            "协会离任时间",
            (
                rf"^(协会|社会组织|商会|会内)(职务)?(离任|离职|卸任|免职|终止|任期止|结束){_DAY}?$",
                rf"^(?!.*(党|支部)).*(离任|离职|卸任|免职|终止|结束|任期止|截止).*{_DAY}?",
            ),
            date_of,
            "post",
        ),
        LedgerColumn(
            "party_title",
            "党内职务",
            (r"^(党内|党组织|党务|支部|党支部|党的)(内)?(担任)?(职务|任职|职位)(名称)?$", r"(党|支部).*(职务|职位)"),
            optional_text_of,
            "party",
            sample=("书记", ""),
        ),
        LedgerColumn(
            "party_begins_on",
            "党内任职时间",
            (
                rf"^(党内|党组织|党务|支部|党支部)(职务)?(任职|当选|任期)?(起始|开始|起)?{_DAY}$",
                rf"(党|支部)(?!.*(离|止|卸|免|结束)).*(任职|起始|开始|当选|任期).*{_DAY}?",
            ),
            date_of,
            "party",
            sample=("2023-07-01", ""),
        ),
        LedgerColumn(
            "party_ends_on",
            "党内离任时间",
            (rf"(党|支部).*(离任|离职|卸任|免职|终止|结束|止).*{_DAY}?",),
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
        LedgerColumn("name", "姓名", (r"^(姓名|指导员|指导员姓名|联络员姓名|组织员姓名|人员姓名)$", r"姓名"), person_name_of, "post", required=True, sample=("王五",)),
        LedgerColumn("kind", "类型", (r"^(人员|指导员|党建)?(类型|类别|身份|岗位|职务)$", r"类型|类别"), optional_text_of, "post", sample=("党建工作指导员",)),
        LedgerColumn("dispatched_by", "派出单位", (r"派出|选派|派驻(单位|党委)|所在单位|工作单位|来源", r"^(派出)?(党委|单位)$"), optional_text_of, "post", sample=("省社会组织综合党委",)),
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
        LedgerColumn("begins_on", "开始时间", (rf"(开始|起始|选派|派驻|派出|任职|聘任|聘用|到任|上岗|联系).*{_DAY}|^起$|^(时间|日期)$",), date_of, "post", sample=("2024-01-10",)),
        LedgerColumn("ends_on", "结束时间", (rf"(结束|终止|离任|截止|到期|解聘|届满|离岗).*{_DAY}?|^止$",), date_of, "post"),
    ),
    signs=(("name", "association", "kind"), ("name", "association", "dispatched_by"), ("name", "association", "begins_on")),
)

# In this order a sheet is asked what it is: people and instructors both name an association, so the fullest match wins.
TABLES = (ASSOCIATIONS, PEOPLE, INSTRUCTORS)
TABLE_BY_KEY = {table.key: table for table in TABLES}
