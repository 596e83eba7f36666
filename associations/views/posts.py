"""Headcounts, posts and who runs the daily work."""

from __future__ import annotations

from typing import Any

from associations.forms import (
    CorrectHeadcountForm,
    CorrectPostForm,
    DailyWorkForm,
    EndForm,
    HeadcountForm,
    PostForm,
)
from associations.models import AssociationPost, DailyWork, Headcount
from associations.services.headcounts import correct_headcount, record_headcount
from associations.services.posts import appoint_leader, correct_post, end_post
from associations.services.statements import correct_statement, state_daily_work
from associations.views.pages import ChangeFormView, CorrectFormView, EndFormView


class HeadcountCreate(ChangeFormView):
    form_class = HeadcountForm
    title = "登记人数"

    def perform(self, form_data: dict[str, Any]) -> str:
        record_headcount(association=self.row, actor=self.actor, **form_data)
        return f"已登记{form_data['as_of']:%Y-%m-%d}的人数。"


class HeadcountCorrect(CorrectFormView):
    model = Headcount
    form_class = CorrectHeadcountForm
    title = "更正录入错误：人数"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        correct_headcount(headcount=self.row, actor=self.actor, reason=reason, values=values)


class PostCreate(ChangeFormView):
    form_class = PostForm
    title = "登记协会职务"

    def perform(self, form_data: dict[str, Any]) -> str:
        post = appoint_leader(association=self.row, actor=self.actor, **form_data)
        return f"已登记{post.person.name}任{post.wording or post.get_title_display()}。"


class PostEnd(EndFormView):
    model = AssociationPost
    form_class = EndForm
    title = "终止协会职务"

    def perform(self, form_data: dict[str, Any]) -> str:
        end_post(post=self.row, actor=self.actor, **form_data)
        return "已登记终止。"


class PostCorrect(CorrectFormView):
    model = AssociationPost
    form_class = CorrectPostForm
    title = "更正录入错误：协会职务"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        correct_post(post=self.row, actor=self.actor, reason=reason, values=values)


class DailyWorkCreate(ChangeFormView):
    model = AssociationPost
    form_class = DailyWorkForm
    title = "登记变更：主持日常工作"

    def perform(self, form_data: dict[str, Any]) -> str:
        state_daily_work(post=self.row, actor=self.actor, **form_data)
        return "已登记。"


class DailyWorkCorrect(CorrectFormView):
    model = DailyWork
    form_class = DailyWorkForm
    title = "更正录入错误：主持日常工作"

    def rows(self) -> Any:
        posts = AssociationPost.objects.visible_to(self.request.user, self.today)
        return self.model.objects.filter(post__in=posts).select_related("post__association", "post__person")

    @property
    def association(self) -> Any:
        return self.row.post.association

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        correct_statement(statement=self.row, actor=self.actor, reason=reason, values=values)
