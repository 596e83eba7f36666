"""The check list that a province starts from. Each item says what should be so; 否 is a finding, with its severity and basis.

Data: everything in it can be edited in a new version. A Party department's check is not an administrative inspection: it copies
the method, and cites no penalty power (domain.md, "Rules").
"""

from __future__ import annotations

from reviews.questionnaires.choices import ItemSeverity, ItemType, QuestionnaireKind
from reviews.questionnaires.rules.content import Content, Item, Section
from reviews.questionnaires.rules.presets import offer_preset

BRANCH_RULES = "《中国共产党支部工作条例（试行）》"
_MINOR, _MAJOR, _SEVERE = ItemSeverity.MINOR, ItemSeverity.MAJOR, ItemSeverity.SEVERE


def _so(code: str, label: str, severity: ItemSeverity, basis: str, evidence: str) -> Item:
    return Item(code, label, ItemType.YES_NO, required=True, severity=severity, basis=basis, evidence=evidence)


CHECK_LIST = Content(
    sections=(
        Section(
            "setting",
            "组织设置",
            "对照党员名册和党组织批复文件。",
            items=(
                _so("built", "应建的党组织已经建立", _SEVERE, f"{BRANCH_RULES}第四条", "党员名册、成立批复"),
                _so("secretary", "书记在任并实际履职", _MAJOR, f"{BRANCH_RULES}第二十一条", "任职文件、会议记录"),
                _so("term", "按期换届", _MAJOR, "《关于党的基层组织任期的意见》", "选举结果批复"),
                _so(
                    "charter",
                    "党建内容写入协会章程",
                    _MAJOR,
                    "《关于在社会组织章程增加党的建设和社会主义核心价值观有关内容的通知》",
                    "核准的章程",
                ),
            ),
        ),
        Section(
            "life",
            "组织生活",
            "查阅最近两个季度的记录。",
            items=(
                _so("meetings", "三会一课按规定召开", _MAJOR, f"{BRANCH_RULES}第十三条至第十六条", "会议记录"),
                _so("theme_day", "主题党日按月开展", _MINOR, f"{BRANCH_RULES}第十七条", "活动记录"),
                _so("records_true", "会议记录真实、完整", _SEVERE, "2024年减负规定：不得补造台账", "记录原件"),
                _so("dues", "党费按时足额收缴", _MINOR, "《中国共产党党费收缴、使用和管理的规定》", "党费收缴台账"),
            ),
        ),
        Section(
            "role",
            "作用发挥",
            items=(
                _so(
                    "decisions",
                    "重大事项决策前听取党组织意见",
                    _MAJOR,
                    "2024年全省性行业协会商会党建工作推进会要求",
                    "理事会纪要、党组织意见",
                ),
                _so("crossing", "党组织与理事会成员交叉任职", _MINOR, "双向进入、交叉任职", "任职文件"),
                _so(
                    "funds", "党建工作经费有保障", _MINOR, "《关于加强社会组织党的建设工作的意见（试行）》", "经费账目"
                ),
                _so("place", "有开展活动的场所", _MINOR, "《关于加强社会组织党的建设工作的意见（试行）》", "现场查看"),
            ),
        ),
        Section(
            "truth",
            "数据核对",
            "与平台登记的数核对，不一致的选“否”并写明实际情况。",
            items=(
                _so("members_match", "党员人数与平台登记一致", _MAJOR, "季报制度", "党员名册"),
                _so("posts_match", "班子成员与平台登记一致", _MAJOR, "季报制度", "任职文件"),
                Item("remarks", "其他情况", ItemType.LONG_TEXT, max_length=500),
            ),
        ),
    ),
)
offer_preset(QuestionnaireKind.CHECK_LIST, CHECK_LIST)
