"""What a new template of a kind may start from; each work cycle offers its own."""

from __future__ import annotations

from reviews.questionnaires.choices import TemplateKind
from reviews.questionnaires.rules.content import Content

PRESETS: dict[TemplateKind, Content] = {}


def offer_preset(kind: TemplateKind, content: Content) -> None:
    """Offer `content` as the start of new templates of a kind."""
    PRESETS[kind] = content
