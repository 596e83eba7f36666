"""Addresses of what is seen from both sides, a list a subject; all under one name space."""

from partyorgs.ledgers.urls import urlpatterns as ledgers
from partyorgs.organizations.urls import urlpatterns as organizations
from partyorgs.planning.urls import urlpatterns as planning

app_name = "partyorgs"
urlpatterns = [*organizations, *ledgers, *planning]
