from django.urls import include, path

urlpatterns = [
    path("", include("portal.dashboard.urls")),
    path("", include("portal.core.urls")),
    path("", include("associations.urls")),
    path("", include("partyorgs.urls")),
    path("", include("reviews.urls")),
]

handler400 = "portal.core.views.system.bad_request"
handler403 = "portal.core.views.system.denied"
handler404 = "portal.core.views.system.not_found"
handler500 = "portal.core.views.system.server_error"
