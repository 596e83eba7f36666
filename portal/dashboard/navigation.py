"""The one place that names every page a role begins with: the navigation, the start page, the list that is searched."""

from portal.core.choices import ADMINISTRATORS, COMMITTEE_ROLES, Role
from portal.core.navigation import NavigationEntry, register_pages

# An inspector's first page is the list of own visits, and there is no other.
DESK_ROLES = tuple(role for role in Role if role not in ADMINISTRATORS and role != Role.INSPECTOR)
READERS = (Role.PROVINCE, Role.COMMITTEE, Role.VIEWER)
NAVIGATION = (
    NavigationEntry("dashboard:home", "工作台", "speedometer2", DESK_ROLES),
    NavigationEntry("reviews:visit-mine", "我的抽查", "clipboard-check", (Role.INSPECTOR,)),
    NavigationEntry("reviews:report-mine", "季报", "journal-check", (Role.SECRETARY,), area="/reports/"),
    NavigationEntry("dashboard:coverage", "覆盖", "pie-chart", READERS),
    NavigationEntry("partyorgs:association-list", "协会商会", "buildings", READERS),
    NavigationEntry("partyorgs:organization-list", "党组织", "diagram-3", READERS),
    NavigationEntry("dashboard:matrix", "交叉任职", "grid-3x3", COMMITTEE_ROLES),
    NavigationEntry("partyorgs:person-list", "人员", "people", COMMITTEE_ROLES),
    NavigationEntry("partyorgs:target-list", "目标", "bullseye", COMMITTEE_ROLES),
    NavigationEntry("reviews:round-list", "季报", "clipboard-check", COMMITTEE_ROLES, area="/reports/"),
    NavigationEntry("reviews:spot-check-list", "抽查", "binoculars", COMMITTEE_ROLES),
    NavigationEntry("reviews:finding-list", "整改", "clipboard2-check", (*COMMITTEE_ROLES, Role.SECRETARY)),
    NavigationEntry("reviews:supervision-list", "督查报告", "file-earmark-text", COMMITTEE_ROLES),
    NavigationEntry("reviews:template-list", "模板", "ui-checks", (Role.PROVINCE,)),
    NavigationEntry("core:committee-list", "机构", "diagram-2", (Role.PROVINCE,)),
    NavigationEntry("core:calendar", "工作日历", "calendar3", (Role.PROVINCE,)),
    NavigationEntry("partyorgs:ledger-list", "数据导入", "file-earmark-arrow-up", (Role.PROVINCE,)),
    NavigationEntry("core:user-list", "账户", "person-gear", (Role.SYSADMIN,)),
    NavigationEntry("core:job-list", "后台任务", "hourglass-split", (Role.SYSADMIN,)),
    NavigationEntry("core:grant-list", "授权", "key", (Role.SECADMIN,)),
    NavigationEntry("core:audit-list", "操作记录", "journal-text", (Role.AUDITOR,)),
)

register_pages(
    entries=NAVIGATION,
    start_page="dashboard:home",
    search_page="partyorgs:association-list",
    searching_roles=READERS,
)
