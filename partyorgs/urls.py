from django.urls import URLPattern

app_name = "partyorgs"
urlpatterns: list[URLPattern] = []
