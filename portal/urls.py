from django.urls import include, path

urlpatterns = [
    path("", include("portal.dashboard.urls")),
    path("", include("portal.core.urls")),
    path("", include("associations.urls")),
    path("", include("partyorgs.urls")),
]
