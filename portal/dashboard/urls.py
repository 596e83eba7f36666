from django.urls import URLPattern, path

from portal.dashboard.views import crossings, home, lists

app_name = "dashboard"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("coverage/", home.CoverageView.as_view(), name="coverage"),
    path("figures/<str:code>/", lists.FigureView.as_view(), name="figure"),
    path("hard-cases/<str:code>/", lists.HardCaseView.as_view(), name="hard-case"),
    path("setups/<str:code>/", lists.SetupView.as_view(), name="setup-list"),
    path("conditions/<str:code>/", lists.ConditionView.as_view(), name="condition"),
    path("elections/", lists.ElectionListView.as_view(), name="elections"),
    path("cross-appointments/", crossings.MatrixView.as_view(), name="matrix"),
    path("cross-appointments/people/", crossings.MatrixPeopleView.as_view(), name="matrix-people"),
]
