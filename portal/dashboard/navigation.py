"""The one place that names every page a role begins with: the navigation, the start page, the list that is searched."""

from portal.core.choices import ADMINISTRATORS, COMMITTEE_ROLES, Role
from portal.core.navigation import Entry, register_pages

# An inspector's first page is the list of own visits, and there is no other.
DESK_ROLES = tuple(role for role in Role if role not in ADMINISTRATORS and role != Role.INSPECTOR)
READERS = (Role.PROVINCE, Role.COMMITTEE, Role.VIEWER)
NAVIGATION = (
    Entry("dashboard:home", "工作台", "speedometer2", DESK_ROLES),
    Entry("reviews:visit-mine", "我的抽查", "clipboard-check", (Role.INSPECTOR,)),
    Entry("reviews:report-mine", "季报", "journal-check", (Role.SECRETARY,), area="/reports/"),
    Entry("dashboard:coverage", "覆盖", "pie-chart", READERS),
    Entry("partyorgs:association-list", "协会商会", "buildings", READERS),
    Entry("partyorgs:organization-list", "党组织", "diagram-3", READERS),
    Entry("dashboard:matrix", "交叉任职", "grid-3x3", COMMITTEE_ROLES),
    Entry("partyorgs:person-list", "人员", "people", COMMITTEE_ROLES),
    Entry("partyorgs:target-list", "目标", "bullseye", COMMITTEE_ROLES),
    Entry("reviews:round-list", "季报", "clipboard-check", COMMITTEE_ROLES, area="/reports/"),
    Entry("reviews:spot-check-list", "抽查", "binoculars", COMMITTEE_ROLES),
    Entry("reviews:finding-list", "整改", "clipboard2-check", (*COMMITTEE_ROLES, Role.SECRETARY)),
    Entry("reviews:supervision-list", "督查报告", "file-earmark-text", COMMITTEE_ROLES),
    Entry("reviews:template-list", "模板", "ui-checks", (Role.PROVINCE,)),
    Entry("core:committee-list", "机构", "diagram-2", (Role.PROVINCE,)),
    Entry("core:calendar", "工作日历", "calendar3", (Role.PROVINCE,)),
    Entry("partyorgs:ledger-list", "数据导入", "file-earmark-arrow-up", (Role.PROVINCE,)),
    Entry("core:user-list", "账户", "person-gear", (Role.SYSADMIN,)),
    Entry("core:job-list", "后台任务", "hourglass-split", (Role.SYSADMIN,)),
    Entry("core:grant-list", "授权", "key", (Role.SECADMIN,)),
    Entry("core:audit-list", "操作记录", "journal-text", (Role.AUDITOR,)),
)

register_pages(
    entries=NAVIGATION,
    start_page="dashboard:home",
    search_page="partyorgs:association-list",
    searching_roles=READERS,
)
