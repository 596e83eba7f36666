"""What planning adds to the page about an association: the tasks that wait there."""

from partyorgs.organizations.views.record import lists_tasks
from partyorgs.planning.facts import waiting_tasks_of

lists_tasks(waiting_tasks_of)
