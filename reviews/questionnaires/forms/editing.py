"""What the province types when it edits a questionnaire."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.conf import settings

from portal.core.forms import PlainForm
from reviews.questionnaires.choices import ItemSeverity, ItemType, QuestionnaireKind, RuleSeverity
from reviews.questionnaires.rules.answers import parse_answer, typed_answer
from reviews.questionnaires.rules.conditions import spoken
from reviews.questionnaires.rules.content import Content, Item, Rule, Section
from reviews.questionnaires.rules.expressions import MAX_LENGTH
from reviews.questionnaires.rules.known import PROVIDERS
from reviews.questionnaires.rules.soundness import HELP_LENGTH, LABEL_LENGTH, MOST_COLUMNS

_BLANK_COLUMNS = 2
_COLUMN_TYPES = [
    (value, label)
    for value, label in ItemType.choices
    if value not in {ItemType.TABLE, ItemType.ATTACHMENT, ItemType.CHOICES}
]
_CONDITION_HELP = "例如：「已建立党组织」 且 「正式党员数」 ≥ 7。项目名称写在「」里，留空的都填。"
_BOUNDED = f"{ItemType.WHOLE} {ItemType.MONEY} {ItemType.TABLE}"


class SeenForm(PlainForm):
    """A form about a draft: it carries which state of the draft was on the page."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class QuestionnaireForm(PlainForm):
    name = forms.CharField(label="名称", max_length=60, help_text="例如：行业协会商会党建工作季报。")
    kind = forms.ChoiceField(label="用途", choices=QuestionnaireKind.choices)
    start = forms.ChoiceField(
        label="从哪里开始",
        choices=(("preset", "平台预设的内容（季报）"), ("blank", "空白")),
        widget=forms.RadioSelect,
        initial="preset",
        help_text="预设的内容可以逐项修改；也可以建立空白模板后从表格导入。",
    )


class ImportForm(SeenForm):
    file = forms.FileField(
        label="模板表格",
        help_text="平台导出的模板或者样表，用 WPS 或 Excel 修改后上传。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError("文件超过20兆。")
        return file


class SectionForm(SeenForm):
    title = forms.CharField(label="栏目名称", max_length=LABEL_LENGTH)
    help = forms.CharField(label="说明", max_length=HELP_LENGTH, required=False, help_text="显示在栏目名称下面。")
    asked_if = forms.CharField(label="填写条件", max_length=MAX_LENGTH, required=False, help_text=_CONDITION_HELP)

    @property
    def section(self) -> Section:
        form_data = self.cleaned_data
        return Section("", form_data["title"], form_data["help"], form_data["asked_if"])


def initial_of_section(section: Section, content: Content) -> dict[str, Any]:
    return {"title": section.title, "help": section.help, "asked_if": spoken(section.asked_if, content)}


class ItemForm(SeenForm):
    """One item. Fields that its type has no use for are put away by the script and dropped here."""

    section = forms.ChoiceField(label="栏目")
    label = forms.CharField(label="名称", max_length=LABEL_LENGTH)
    type = forms.ChoiceField(label="类型", choices=ItemType.choices)
    known_from = forms.ChoiceField(
        label="平台已知", required=False, help_text="选了的项目由平台显示，不再填报；平台没有这家协会的数据时才填。"
    )
    correctable = forms.BooleanField(label="允许填报人更正平台的数据", required=False)
    required = forms.BooleanField(label="必填", required=False)
    unit = forms.CharField(label="单位", max_length=10, required=False, help_text="例如：人、次、元。")
    help = forms.CharField(label="填写说明", max_length=HELP_LENGTH, required=False, help_text="显示在填写框下面。")
    minimum = forms.CharField(
        label="最小值", max_length=20, required=False, help_text="金额以元为单位，表格为行数；不限的留空。"
    )
    maximum = forms.CharField(label="最大值", max_length=20, required=False)
    max_length = forms.IntegerField(label="字数上限", min_value=1, max_value=5000, required=False)
    options = forms.CharField(
        label="选项", required=False, widget=forms.Textarea(attrs={"rows": 5}), help_text="一行一个选项。"
    )
    asked_if = forms.CharField(label="填写条件", max_length=MAX_LENGTH, required=False, help_text=_CONDITION_HELP)
    basis = forms.CharField(label="依据", max_length=200, required=False, help_text="文件名称和条款。")
    severity = forms.ChoiceField(
        label="不符合时的严重程度", required=False, choices=(("", "不适用"), *ItemSeverity.choices)
    )
    evidence = forms.CharField(label="需要的证据", max_length=200, required=False)
    code = forms.CharField(
        label="编号",
        max_length=40,
        required=False,
        help_text="各期数据按编号对比。留空自动编号，已发布过的项目不要改。",
    )

    def __init__(self, *args: Any, content: Content, kind: str, columns: tuple[Item, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = [(each.code, each.title) for each in content.sections]  # type: ignore[attr-defined]
        providers = [(provider.key, f"{provider.label}（{provider.type.label}）") for provider in PROVIDERS.values()]
        self.fields["known_from"].choices = [("", "否，由填报人填写"), *providers]  # type: ignore[attr-defined]
        if kind == QuestionnaireKind.QUARTERLY:
            del self.fields["severity"], self.fields["evidence"]
        self.fields["type"].widget.attrs["data-decides"] = ""
        for name, types in (
            ("minimum", _BOUNDED),
            ("maximum", _BOUNDED),
            ("max_length", f"{ItemType.SHORT_TEXT} {ItemType.LONG_TEXT}"),
            ("options", f"{ItemType.CHOICE} {ItemType.CHOICES}"),
        ):
            self.fields[name].widget.attrs["data-shown-for"] = types
        main = [name for name in self.fields if name != "seen"]
        self.columns = columns
        self.rows = min(len(columns) + _BLANK_COLUMNS, MOST_COLUMNS)
        for place in range(self.rows):
            self._add_column(place, columns[place] if place < len(columns) else None)
        self.helper.layout = Layout("seen", *main)

    def _add_column(self, place: int, column: Item | None) -> None:
        fields: dict[str, forms.Field] = {
            "label": forms.CharField(label="列名", max_length=LABEL_LENGTH),
            "type": forms.ChoiceField(label="类型", choices=_COLUMN_TYPES),
            "unit": forms.CharField(label="单位", max_length=10),
            "minimum": forms.CharField(label="最小值", max_length=20),
            "maximum": forms.CharField(label="最大值", max_length=20),
            "max_length": forms.IntegerField(label="字数上限", min_value=1, max_value=5000),
            "options": forms.CharField(label="选项（用顿号隔开）", max_length=1000),
            "required": forms.BooleanField(label="必填"),
            "code": forms.CharField(widget=forms.HiddenInput, max_length=40),
        }
        values = _typed(column) if column else {}
        for name, each in fields.items():
            each.required = False
            each.initial = "、".join(values["options"]) if name == "options" and values else values.get(name)
            kind = "form-select" if name == "type" else "form-check-input" if name == "required" else "form-control"
            each.widget.attrs["class"] = kind
            self.fields[f"column_{place}_{name}"] = each

    @property
    def column_rows(self) -> list[list[Any]]:
        """The fields of each column, for the page: the hidden code last."""
        names = ("label", "type", "unit", "required", "minimum", "maximum", "max_length", "options", "code")
        return [[self[f"column_{place}_{name}"] for name in names] for place in range(self.rows)]

    def clean(self) -> dict[str, Any]:
        form_data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            form_data["minimum"], form_data["maximum"] = self._bounds("", form_data["type"])
            self.item_columns = tuple(self._columns()) if form_data["type"] == ItemType.TABLE else ()
        return form_data

    def _bounds(self, prefix: str, kind: str) -> tuple[int | None, int | None]:
        if kind not in _BOUNDED.split():
            return None, None
        measure = Item("bound", "", ItemType.MONEY if kind == ItemType.MONEY else ItemType.WHOLE)
        bounds = []
        for name in ("minimum", "maximum"):
            value, sentence = parse_answer(measure, self.cleaned_data.get(f"{prefix}{name}") or "")
            if sentence:
                self.add_error(f"{prefix}{name}", sentence)
            bounds.append(value if not sentence else None)
        return bounds[0], bounds[1]

    def _columns(self) -> list[Item]:
        columns: list[Item] = []
        by_code = {column.code: column for column in self.columns}
        for place in range(self.rows):
            told = {
                name.removeprefix(f"column_{place}_"): value
                for name, value in self.cleaned_data.items()
                if name.startswith(f"column_{place}_")
            }
            if not told["label"]:
                continue
            taken = {*by_code, *(column.code for column in columns)}
            free = next(code for number in range(1, MOST_COLUMNS * 3) if (code := f"c{number}") not in taken)
            minimum, maximum = self._bounds(f"column_{place}_", told["type"])
            is_text = told["type"] in {ItemType.SHORT_TEXT, ItemType.LONG_TEXT}
            old = by_code.get(told["code"])
            columns.append(
                Item(
                    code=old.code if old else free,
                    label=told["label"],
                    type=told["type"],
                    unit=told["unit"],
                    help=old.help if old else "",
                    required=told["required"],
                    minimum=minimum,
                    maximum=maximum,
                    max_length=told["max_length"] if is_text else None,
                    options=_words(told["options"].replace("、", "\n")) if told["type"] == ItemType.CHOICE else (),
                )
            )
        return columns

    @property
    def item(self) -> Item:
        form_data = self.cleaned_data
        has_options = form_data["type"] in {ItemType.CHOICE, ItemType.CHOICES}
        is_text = form_data["type"] in {ItemType.SHORT_TEXT, ItemType.LONG_TEXT}
        return Item(
            code=form_data["code"],
            label=form_data["label"],
            type=form_data["type"],
            unit=form_data["unit"],
            help=form_data["help"],
            required=form_data["required"],
            minimum=form_data["minimum"],
            maximum=form_data["maximum"],
            max_length=form_data["max_length"] if is_text else None,
            options=_words(form_data["options"]) if has_options else (),
            columns=self.item_columns,
            known_from=form_data["known_from"],
            correctable=form_data["correctable"] and bool(form_data["known_from"]),
            asked_if=form_data["asked_if"],
            basis=form_data["basis"],
            severity=form_data.get("severity", ""),
            evidence=form_data.get("evidence", ""),
        )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.splitlines() if word.strip())


def _typed(item: Item) -> dict[str, Any]:
    measure = Item("bound", "", ItemType.MONEY if item.type == ItemType.MONEY else ItemType.WHOLE)
    bounds = {name: typed_answer(measure, getattr(item, name)) for name in ("minimum", "maximum")}
    return {**vars(item), **bounds}


def initial_of_item(item: Item, section: str, content: Content) -> dict[str, Any]:
    return {
        **_typed(item),
        "section": section,
        "options": "\n".join(item.options),
        "asked_if": spoken(item.asked_if, content),
    }


class RuleForm(SeenForm):
    condition = forms.CharField(
        label="答案应当满足的条件",
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如：「支部党员大会」 ≥ 1；绝对值(变化率(「正式党员数」)) ≤ 30%。"
        "可用：上期、变化率、合计、已填、绝对值、且、或、非。缺少答案时规则不起作用。",
    )
    severity = forms.ChoiceField(
        label="不满足时",
        choices=RuleSeverity.choices,
        help_text="拒收：不能报送；须说明：填写说明后可以报送；提示：只提醒，不影响报送。",
    )
    sentence = forms.CharField(label="提示语", max_length=HELP_LENGTH, help_text="不满足时显示的话。")
    item = forms.ChoiceField(label="显示在哪个项目")
    basis = forms.CharField(label="依据", max_length=200, required=False, help_text="文件名称和条款。")

    def __init__(self, *args: Any, content: Content, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            (section.title, [(item.code, item.label) for item in section.items]) for section in content.sections
        ]

    @property
    def rule(self) -> Rule:
        form_data = self.cleaned_data
        return Rule(
            "",
            form_data["condition"],
            form_data["severity"],
            form_data["sentence"],
            form_data["item"],
            form_data["basis"],
        )


def initial_of_rule(rule: Rule, content: Content) -> dict[str, Any]:
    return {**vars(rule), "condition": spoken(rule.condition, content)}
