"""Instructors sent to associations, and founding talks."""

from __future__ import annotations

from typing import Any

from associations.forms import EndForm
from associations.views.pages import READERS, ChangeFormView, CorrectFormView, EndFormView
from partyorgs.organizations.filters import InstructorFilter
from partyorgs.organizations.forms import CorrectInstructorForm, CorrectTalkForm, InstructorForm, TalkForm
from partyorgs.organizations.models import FoundingTalk, Instructor
from partyorgs.organizations.services.instructors import (
    assign_instructor,
    correct_instructor,
    correct_talk,
    end_instructor,
    record_talk,
)
from partyorgs.organizations.views.associations import DatedListView
from partyorgs.organizations.xlsx import INSTRUCTOR_COLUMNS


class InstructorList(DatedListView):
    roles = READERS
    filterset_class = InstructorFilter
    template_name = "partyorgs/organizations/instructor_list.html"
    title = "党建指导员"
    sorts = {
        "name": "person__pinyin",
        "association": "association__pinyin",
        "kind": "kind",
        "begins": "begins_on",
    }
    default_sort = "association"
    columns = INSTRUCTOR_COLUMNS

    def get_queryset(self) -> Any:
        return Instructor.objects.visible_to(self.request.user, self.today).select_related("person", "association")


class InstructorCreate(ChangeFormView):
    form_class = InstructorForm
    title = "选派党建指导员"

    def perform(self, form_data: dict[str, Any]) -> str:
        sent = assign_instructor(association=self.row, actor=self.actor, **form_data)
        return f"已登记选派{sent.person.name}。"


class InstructorEnd(EndFormView):
    model = Instructor
    form_class = EndForm
    title = "终止选派"

    def perform(self, form_data: dict[str, Any]) -> str:
        end_instructor(instructor=self.row, actor=self.actor, **form_data)
        return "已登记终止。"


class InstructorCorrect(CorrectFormView):
    model = Instructor
    form_class = CorrectInstructorForm
    title = "更正录入错误：党建指导员"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        correct_instructor(instructor=self.row, actor=self.actor, reason=reason, values=values)


class TalkCreate(ChangeFormView):
    form_class = TalkForm
    title = "登记约谈动员"
    note = "已约谈动员而仍未组建的，列入“符合条件不愿建”。"

    def perform(self, form_data: dict[str, Any]) -> str:
        record_talk(association=self.row, actor=self.actor, **form_data)
        return "已登记约谈。"


class TalkCorrect(CorrectFormView):
    model = FoundingTalk
    form_class = CorrectTalkForm
    title = "更正录入错误：约谈动员"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        correct_talk(talk=self.row, actor=self.actor, reason=reason, values=values)
