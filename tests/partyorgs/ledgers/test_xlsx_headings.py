"""What departments call their columns: each wording is understood wherever it stands, and what only looks like one is left."""

import random

import pytest

from partyorgs.ledgers.xlsx.association_columns import ASSOCIATIONS
from partyorgs.ledgers.xlsx.headings import match_columns
from partyorgs.ledgers.xlsx.people_columns import INSTRUCTORS, PEOPLE
from partyorgs.ledgers.xlsx.table import LedgerTable

# The first wording of each is the usual one.
ASSOCIATION_WORDINGS = {
    "serial": "序号 编号 No. 顺序号",
    "name": "社会组织名称 机构名称 协会名称 单位全称 单位名称 社团名称 协会商会名称 组织名称 名称 协会（商会）名称 *社会组织全称 行业协会商会名称 社会团体名称 全称 协会全称 法人名称",
    "uscc": "统一社会信用代码 信用代码 社会信用代码 登记证号 *统一社会信用代码 统一社会信用代码（18位） 统一代码 机构代码 统一信用代码 法人代码 登记证号/信用代码 统一社会信用代码证号 证书号码",
    "registered_on": "成立时间 成立登记日期 注册时间 登记日期 成立日期（年/月/日） 成立年月日 登记成立时间 批准登记时间 设立时间 注册登记时间 登记时间 批准成立时间 成立登记时间 法人登记时间 成立年月",
    "region": "所在地 驻地 属地 所在市 所在城市 住所 住所地 所属地区 办公地址 行政区划 所在地市 注册地 设区市 所在设区市 住所所在地 地区",
    "competent_authority": "业务主管单位 主管部门 业务主管部门 主管单位 原业务主管单位 业务主管 原主管单位 业务主管（指导）单位",
    "decoupled": "是否脱钩 脱钩情况 是否已脱钩 脱钩与否 是否完成脱钩 是否与行政机关脱钩 脱钩改革情况 脱钩",
    "member_firms": "会员单位数 会员数 会员企业数 单位会员数 会员总数 会员数量 会员单位（家） 会员单位数量 会员家数 会员单位 会员规模 现有会员数",
    "staff": "专职人员数 从业人员数 工作人员数 专职工作人员数 员工数 从业人数 专职人员（人） 秘书处人数 职工人数 专职工作人员 从业人员 工作人员总数 从业人员总数",
    "grade": "评估等级 社会组织评估等级 等级 评估结果 等级评估 评估级别 星级",
    "formal": "正式党员数 正式党员 其中：正式党员 正式党员（人） 正式党员人数 中共正式党员数 正式党员总数 正式 党员（正式） 党员数（正式） 现有正式党员数 正式党员数量",
    "probationary": "预备党员数 预备党员 其中：预备党员 预备党员（人） 预备党员人数 预备 党员（预备） 党员数（预备） 中共预备党员数",
    "has_organization": "是否建立党组织 有无党组织 是否建有党组织 是否已建党组织 是否成立党组织 是否组建党组织 党组织是否建立 是否有党组织 党组织建立情况 党组织组建情况 是否单独或联合建立党组织 是否建立党支部 是否设立党组织 建立党组织情况 已建党组织",
    "organization_name": "党组织名称 党组织全称 党支部名称 所在党组织名称 所建党组织名称 党组织（全称） 基层党组织名称 覆盖党组织名称 党建组织名称 支部名称 党的组织名称",
    "setup": "组建方式 组建形式 组建类型 党组织组建形式 设置方式 党组织类型 建立方式 党组织设置形式 组建模式 覆盖方式 党组织组建方式 党组织建立形式",
    "founded_on": "党组织成立时间 党组织组建时间 党支部成立时间 党组织成立日期 组建时间 党组织建立时间 党组织批准成立时间 党组织设立日期 支部成立时间 党组织批复时间 建立时间 党组织成立年月",
    "elected_on": "本届选举时间 最近换届时间 换届时间 选举时间 最近一次换届时间 本届换届日期 党组织换届时间 最近换届选举时间 上次换届时间 本届任期起始时间 本届届次起始时间 现任班子选举时间 党组织本届选举时间 最近一次选举日期 党组织最近一次换届时间",
    "charter": "党建是否写入章程 入章情况 党建入章 是否写入章程 党建工作写入章程 是否将党建写入章程 章程中是否载明党建内容 党建写入章程情况 党建进章程 是否入章 党建内容是否写入章程",
    "state": "登记状态 状态 是否注销 登记情况状态 存续状态 运行状态 当前状态",
    "deregistered_on": "注销时间 注销日期 注销登记日期 注销登记时间 终止日期 撤销登记时间 注销（撤销）时间 注销时间（年/月/日）",
    "committee": "党建归口 党建归口单位 归口党委 主管党委 党建主管单位 党建归口管理单位 所属行业党委 行业党委 隶属党委 党建工作机构 归口行业党委 党建领导机关 党建主管部门 党建工作归口单位 归口管理党委 上级党组织 党建管理单位 党组织隶属关系 上级党委 所属党委",
}
PEOPLE_WORDINGS = {
    "association": "社会组织名称 协会名称 单位名称 所在协会 所属社会组织 机构名称 协会（商会）名称 任职协会 社团名称 所在单位 单位 社会组织",
    "name": "姓名 人员姓名 负责人姓名 姓名 人员 干部姓名 任职人员姓名",
    "sex": "性别",
    "politics": "政治面貌 面貌 党派 政治身份",
    "title": "协会职务 现任职务 职务 会内职务 社会组织职务 协会任职 担任职务 协会内职务 任职职务 协会（商会）职务 商会职务 在协会任职情况 本会职务 行政职务",
    "runs_daily": "是否主持日常工作 主持日常工作 是否负责日常工作 是否主持工作 主持工作",
    "begins_on": "协会任职时间 任职时间 任职起始时间 任职开始时间 到任时间 任职日期 任期开始时间 协会任职起始日期 任职起始日期 就任时间 现任职务任职时间 协会职务任职时间 当选时间 任期起始日期",
    "ends_on": "协会离任时间 离任日期 离任时间 卸任时间 免职时间 任职结束时间 任职终止时间 离职时间 协会离任日期 协会职务离任时间 离任年月日",
    "party_title": "党内职务 党组织职务 党支部职务 党务职务 党内任职 支部职务 党组织内职务 在党组织任职 担任党内职务 党组织任职情况 党建职务",
    "party_begins_on": "党内任职时间 党内任职日期 党组织任职时间 党内任职起始时间 党内职务任职时间 党支部任职时间 党内当选时间 党组织职务任职时间 党内职务起始日期",
    "party_ends_on": "党内离任时间 党内免职时间 党内任职结束时间 党组织离任时间 党内职务离任日期 党内卸任时间",
}
INSTRUCTOR_WORDINGS = {
    "name": "姓名 指导员姓名 人员姓名 党建指导员 党建指导员姓名 指导员 联络员姓名",
    "kind": "类型 人员类别 类别 人员类型 指导员类型 身份 岗位类型 人员身份",
    "dispatched_by": "派出单位 选派单位 派出党委 工作单位 所在单位 派出机关 选派机关 派出部门 选派党委",
    "association": "联系社会组织 联系协会 指导协会 派驻协会 服务协会 联系单位 派驻社会组织 所联系的社会组织 指导的社会组织 联系社会组织名称 协会名称 社会组织名称 对口协会 派驻单位 服务单位 联系商会",
    "begins_on": "开始时间 选派时间 派驻时间 起始时间 任职时间 派出时间 聘任时间 选派日期 开始日期 联系时间 任职起始时间 上岗时间",
    "ends_on": "结束时间 终止时间 离任时间 截止时间 结束日期 到期时间 期满时间 任职结束时间 选派结束时间",
}
OTHER_COLUMNS = (
    "联系电话 电子邮箱 年检结论 法定代表人 联系人 联系人电话 书记姓名 党组织书记 副书记 脱钩时间 评估时间 评估有效期 章程核准时间 章程核准日期 个人会员数 会员费标准 入党积极分子数 流动党员数 女党员数 35岁以下党员数 从业人员中党员数 党员比例 下次换届时间 应换届时间 "
    "届满时间 协会换届时间 理事会换届时间 会员代表大会召开时间 党建指导员 指导员姓名 党建联系人 党建工作经费 是否有活动场所 年检情况 净资产（万元） 秘书长 会长姓名 会长（理事长） 是否换届 预备党员转正时间 开户银行 传真 邮编 监事长 正式党员占比 是否选派党建指导员 党建联络员 注册资金 "
    "注册资金（万元） 登记证有效期 党组织书记姓名 党组织书记任职时间 书记联系电话 会长任职时间 法定代表人姓名 党建品牌名称 网站名称 党组织班子人数 党支部数量 党委委员数 证书有效期 业务范围 三会一课情况 更新时间 填报时间 是否评估 评估机构 党费收缴 党建工作经费数 会议时间 注销原因 撤销原因 党组织撤销时间"
)


def understood(table: LedgerTable, headings: dict[str, str], order: list[str]) -> dict[str, str]:
    """Return which heading each column was found under."""
    paths = {number: (headings[key],) for number, key in enumerate(order, start=1)}
    columns, _ = match_columns(table, paths)
    return {key: paths[number][0] for number, key in columns.items()}


@pytest.mark.parametrize(
    ("table", "wordings"),
    ((ASSOCIATIONS, ASSOCIATION_WORDINGS), (PEOPLE, PEOPLE_WORDINGS), (INSTRUCTORS, INSTRUCTOR_WORDINGS)),
)
def test_every_wording_is_understood_in_the_usual_and_in_any_other_order(
    table: LedgerTable, wordings: dict[str, str]
) -> None:
    usual = {key: told.split()[0] for key, told in wordings.items()}
    misread = []
    for key, told in wordings.items():
        for wording in told.split():
            headings = usual | {key: wording}
            shuffled = list(wordings)
            random.Random(wording).shuffle(shuffled)
            misread += [
                (key, wording) for order in (list(wordings), shuffled) if understood(table, headings, order) != headings
            ]
    assert misread == []


@pytest.mark.parametrize("lacking", [key for key in ASSOCIATION_WORDINGS if key not in {"name", "uscc"}])
def test_columns_that_the_portal_does_not_know_are_left_unread(lacking: str) -> None:
    headings = {key: told.split()[0] for key, told in ASSOCIATION_WORDINGS.items() if key != lacking}
    misread = {}
    for other in OTHER_COLUMNS.split():
        found = understood(ASSOCIATIONS, headings | {"other": other}, [*headings, "other"])
        if found != headings:
            misread[other] = found
    assert misread == {}


@pytest.mark.parametrize(
    ("heading", "key"),
    (
        ("*统一社会\n信用代码（18位）", "uscc"),
        ("正 式 党 员 数（人）", "formal"),
        ("党员数（正式）", "formal"),
        ("成立日期（年/月/日）：", "registered_on"),
        ("其中：预备党员", "probationary"),
    ),
)
def test_blanks_breaks_brackets_and_marks_in_a_heading_do_not_matter(heading: str, key: str) -> None:
    assert understood(ASSOCIATIONS, {"it": heading}, ["it"]) == {key: heading}
