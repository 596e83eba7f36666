"""Posts inside the Party."""

from __future__ import annotations

from typing import Any

from associations.forms import EndForm
from associations.models import Association
from associations.views.pages import ChangeFormView, CorrectFormView, EndFormView
from partyorgs.organizations.forms import CorrectOfficerForm, OfficerForm
from partyorgs.organizations.models import PartyPost
from partyorgs.organizations.services.officers import appoint_officer, correct_party_post, end_party_post
from partyorgs.organizations.views.registry import OrganizationPage
from portal.core.errors import RuleViolation


class OfficerCreate(OrganizationPage, ChangeFormView):
    form_class = OfficerForm
    title = "登记党内职务"

    def perform(self, form_data: dict[str, Any]) -> str:
        if form_data["association"] is None:
            covered = Association.objects.visible_to(self.actor, self.today).filter(affiliations__organization=self.row)
            choices = list(covered.distinct()[:2])
            if len(choices) != 1:
                raise RuleViolation("党组织覆盖多家协会，请写明任职人员所在的协会。", "association")
            form_data["association"] = choices[0]
        post = appoint_officer(organization=self.row, actor=self.actor, **form_data)
        return f"已登记{post.person.name}任{post.wording or post.get_title_display()}。"


class OfficerEnd(EndFormView):
    model = PartyPost
    form_class = EndForm
    title = "终止党内职务"

    def perform(self, form_data: dict[str, Any]) -> str:
        end_party_post(post=self.row, actor=self.actor, **form_data)
        return "已登记终止。"


class OfficerCorrect(CorrectFormView):
    model = PartyPost
    form_class = CorrectOfficerForm
    title = "更正录入错误：党内职务"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        correct_party_post(post=self.row, actor=self.actor, reason=reason, values=values)
