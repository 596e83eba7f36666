"""Addresses of targets, plans and tasks."""

from django.urls import path

from partyorgs.planning.views import plans, targets

urlpatterns = [
    path("targets/", targets.TargetList.as_view(), name="target-list"),
    path("targets/new/", targets.TargetCreate.as_view(), name="target-create"),
    path("targets/<int:pk>/edit/", targets.TargetEdit.as_view(), name="target-edit"),
    path("targets/<int:pk>/delete/", targets.TargetDelete.as_view(), name="target-delete"),
    path("plans/", plans.PlanView.as_view(), name="plan"),
    path("plans/start/", plans.PlanStart.as_view(), name="plan-start"),
    path("plans/tasks/", plans.TaskCreate.as_view(), name="task-create"),
    path("tasks/", plans.TaskList.as_view(), name="task-list"),
    path("tasks/<int:pk>/cancel/", plans.TaskCancel.as_view(), name="task-cancel"),
]
