from django.urls import URLPattern, path

from portal.core.views import audit_log, calendar, committees, grants, jobs, notices, people, session, system

app_name = "core"
urlpatterns: list[URLPattern] = [
    path("sign-in/", session.SignInView.as_view(), name="sign-in"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("password/", session.PasswordView.as_view(), name="password-change"),
    path("users/", people.UserListView.as_view(), name="user-list"),
    path("users/new/", people.UserCreateView.as_view(), name="user-create"),
    path("users/<int:pk>/", people.UserDetailView.as_view(), name="user-detail"),
    path("users/<int:pk>/reset/", people.user_reset, name="user-reset"),
    path("users/<int:pk>/disable/", people.user_disable, name="user-disable"),
    path("users/<int:pk>/enable/", people.user_enable, name="user-enable"),
    path("grants/", grants.GrantListView.as_view(), name="grant-list"),
    path("grants/new/", grants.GrantCreateView.as_view(), name="grant-create"),
    path("grants/<int:pk>/", grants.GrantRevokeView.as_view(), name="grant-detail"),
    path("grants/options/<slug:kind>/", grants.grant_options, name="grant-options"),
    path("committees/", committees.CommitteeListView.as_view(), name="committee-list"),
    path("committees/new/", committees.CommitteeCreateView.as_view(), name="committee-create"),
    path("committees/<int:pk>/edit/", committees.CommitteeEditView.as_view(), name="committee-edit"),
    path("calendar/", calendar.CalendarView.as_view(), name="calendar"),
    path("calendar/days/", calendar.CalendarDaysView.as_view(), name="calendar-days"),
    path("calendar/notice/", calendar.HolidayNoticeView.as_view(), name="calendar-notice"),
    path("notices/", notices.NoticeListView.as_view(), name="notice-list"),
    path("notices/read/", notices.notices_read, name="notices-read"),
    path("notices/<int:pk>/open/", notices.notice_open, name="notice-open"),
    path("audit/", audit_log.AuditListView.as_view(), name="audit-list"),
    path("audit/<int:pk>/", audit_log.AuditDetailView.as_view(), name="audit-detail"),
    path("jobs/", jobs.JobListView.as_view(), name="job-list"),
    path("jobs/<int:pk>/", jobs.JobDetailView.as_view(), name="job-detail"),
    path("jobs/<int:pk>/rerun/", jobs.job_rerun, name="job-rerun"),
    path("healthz/live", system.live, name="healthz-live"),
    path("healthz/ready", system.ready, name="healthz-ready"),
]
