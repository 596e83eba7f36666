"""Addresses of the work cycles, a list a subject; all under one name space."""

from reviews.checks.urls import urlpatterns as checks
from reviews.questionnaires.urls import urlpatterns as questionnaires
from reviews.reports.urls import urlpatterns as reports
from reviews.supervision.urls import urlpatterns as supervision

app_name = "reviews"
urlpatterns = [*supervision, *questionnaires, *reports, *checks]
