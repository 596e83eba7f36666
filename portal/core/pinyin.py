"""Pinyin keys, stored beside a Chinese name: sorting and searching never depend on the database's collation."""

from functools import lru_cache
from typing import Any

from django.db import models
from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=100_000)  # a country has far fewer names than people
def pinyin(name: str) -> str:
    """Return the syllables of `name` separated by spaces, for sorting: 南京 → `nan jing`."""
    return " ".join(lazy_pinyin(name)).lower()


@lru_cache(maxsize=100_000)
def initials(name: str) -> str:
    """Return the first letters of `name`, for searching: 江苏省家具行业协会 → `jssjjhyxh`."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


class PinyinField(models.CharField):  # type: ignore[type-arg]
    """A key that follows another field of the row whenever the row is written, `bulk_create` included."""

    def __init__(self, *, source: str = "name", first_letters: bool = False, **options: Any) -> None:
        self.source, self.first_letters = source, first_letters
        options.setdefault("max_length", 200 if first_letters else 600)
        super().__init__(**{**options, "editable": False, "blank": True})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "source": self.source, "first_letters": self.first_letters}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001 -- Django's signature
        name = getattr(model_instance, self.source)
        key = (initials(name) if self.first_letters else pinyin(name))[: self.max_length]
        setattr(model_instance, self.attname, key)
        return key


def update_rows(model: type[models.Model], rows: list[Any], names: list[str]) -> None:
    """Write the columns `names` of many rows at once, and the pinyin keys that follow one of them."""
    keys = [field for field in model._meta.concrete_fields if isinstance(field, PinyinField) and field.source in names]
    for key in keys:
        for row in rows:
            key.pre_save(row, add=False)
    model._default_manager.bulk_update(rows, [*names, *(key.name for key in keys)], batch_size=500)
