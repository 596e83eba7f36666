"""What a browser sends of the form of a report, and what somebody types into its workbook."""

from collections.abc import Mapping
from typing import Any

from reviews.questionnaires.choices import ItemType
from reviews.questionnaires.rules.answers import typed_answer
from reviews.questionnaires.rules.content import Content, Item


def posted(
    content: Content, answers: Mapping[str, Any], explanations: Mapping[str, str] | None = None, *, seen: int = 0
) -> dict[str, Any]:
    """Return the fields of the form for these answers, as a browser names and fills them."""
    data: dict[str, Any] = {"seen": str(seen), "check": "1", "asked": list(answers)}
    for code, value in answers.items():
        item = content.item(code)
        assert item is not None
        data |= _fields(item, f"a-{code}", value)
    return data | {f"e-{code}": text for code, text in (explanations or {}).items()}


def _fields(item: Item, name: str, value: Any) -> dict[str, Any]:
    if item.type == ItemType.TABLE:
        return {
            f"{name}-{place}-{column.code}": typed_answer(column, row[column.code])
            for place, row in enumerate(value)
            for column in item.columns
            if column.code in row
        }
    if item.type == ItemType.YES_NO:
        return {name: "yes" if value else "no"}
    return {name: value if item.type == ItemType.CHOICES else typed_answer(item, value)}
