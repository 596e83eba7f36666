"""What a new questionnaire of a kind may start from; each work cycle offers its own."""

from __future__ import annotations

from reviews.questionnaires.choices import QuestionnaireKind
from reviews.questionnaires.rules.content import Content

PRESETS: dict[QuestionnaireKind, Content] = {}


def offer_preset(kind: QuestionnaireKind, content: Content) -> None:
    """Offer `content` as the start of new questionnaires of a kind."""
    PRESETS[kind] = content
