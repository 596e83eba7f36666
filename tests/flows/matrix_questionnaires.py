"""Who may open which page of questionnaires: the province alone. See tests/flows/matrix.py for what a row holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.core.choices import Role
from portal.core.models import Grant, User
from reviews.questionnaires.choices import QuestionnaireKind, VersionStatus
from reviews.questionnaires.models import QuestionnaireVersion
from reviews.questionnaires.services.versions import create_draft, create_questionnaire, publish_version
from tests import recipes
from tests.flows.matrix import Row

SEES = {"province": 200}
DOES = {"province": 302}


def keeper(world: Any) -> User:
    """Return somebody of the province whom no test signs in as."""
    user = User.objects.filter(username="keeper").first()
    if user is None:
        user = recipes.user.make(username="keeper", name="郑模")
        Grant.objects.create(user=user, role=Role.PROVINCE, committee=world["own"].committee.parent)
    return user


def published(world: Any, side: str) -> QuestionnaireVersion:
    """Return a published version, made when a row first asks for it."""
    found = QuestionnaireVersion.objects.filter(status=VersionStatus.PUBLISHED).first()
    if found is None:
        actor = keeper(world)
        version = create_questionnaire(kind=QuestionnaireKind.QUARTERLY, name="季报", actor=actor, from_preset=True)
        found = publish_version(version=version, actor=actor, seen=0)
    return found


def draft(world: Any, side: str) -> QuestionnaireVersion:
    version = published(world, side)
    return create_draft(questionnaire=version.questionnaire, actor=keeper(world))


def of(made: Callable[[Any, str], QuestionnaireVersion], **more: str) -> Callable[[Any, str], dict[str, Any]]:
    return lambda world, side: {"pk": made(world, side).pk, **more}


def of_questionnaire(world: Any, side: str) -> dict[str, Any]:
    return {"pk": published(world, side).questionnaire_id}


MOVED = {"part": "item", "code": "lectures", "step": "up", "seen": "0"}
TEMPLATES: list[Row] = [
    Row("reviews:template-list", own=SEES),
    Row("reviews:template-create", own=SEES),
    Row("reviews:template-create", own=SEES, method="post"),
    Row("reviews:template-sample", own=SEES),
    Row("reviews:template-detail", kwargs=of_questionnaire, own=SEES),
    Row("reviews:template-draft", kwargs=of_questionnaire, method="post", own=DOES),
    Row("reviews:template-version", kwargs=of(draft), own=SEES),
    Row("reviews:template-version", kwargs=of(published), own=SEES),
    Row("reviews:template-preview", kwargs=of(draft), own=SEES),
    Row("reviews:template-preview", kwargs=of(draft), own=SEES, method="post"),
    Row("reviews:template-file", kwargs=of(published), own=SEES),
    Row("reviews:template-import", kwargs=of(draft), own=SEES),
    Row("reviews:template-import", kwargs=of(draft), own=SEES, method="post"),
    Row("reviews:template-section-create", kwargs=of(draft), own=SEES),
    Row("reviews:template-section", kwargs=of(draft, code="funds"), own=SEES),
    Row("reviews:template-section", kwargs=of(draft, code="nowhere"), own={"province": 404}),
    Row("reviews:template-item-create", kwargs=of(draft), own=SEES),
    Row("reviews:template-item", kwargs=of(draft, code="lectures"), own=SEES),
    Row("reviews:template-item", kwargs=of(draft, code="nowhere"), own={"province": 404}),
    Row("reviews:template-rule-create", kwargs=of(draft), own=SEES),
    Row("reviews:template-rule", kwargs=of(draft, code="lectures_minimum"), own=SEES),
    Row("reviews:template-rule", kwargs=of(draft, code="nowhere"), own={"province": 404}),
    Row("reviews:template-move", kwargs=of(draft), method="post", data=MOVED, own=DOES),
    Row("reviews:template-remove", kwargs=of(draft), method="post", data=MOVED, own=DOES),
    Row("reviews:template-publish", kwargs=of(draft), method="post", data={"seen": "0"}, own=DOES),
    Row("reviews:template-retire", kwargs=of(published), own=SEES),
    Row("reviews:template-discard", kwargs=of(draft), method="post", data={"seen": "0"}, own=DOES),
]
