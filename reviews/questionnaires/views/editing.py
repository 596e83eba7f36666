"""Editing questionnaires: create, draft, sections, items, rules, order, import, publish, retire, discard."""

from __future__ import annotations

from typing import Any, Literal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal.core.errors import RuleViolation
from portal.core.forms import ReasonForm
from portal.core.typed import key_from
from portal.core.views import ServiceFormView, refuse_others, signed_in
from reviews.questionnaires.forms.editing import (
    ImportForm,
    ItemForm,
    QuestionnaireForm,
    RuleForm,
    SectionForm,
    initial_of_item,
    initial_of_rule,
    initial_of_section,
)
from reviews.questionnaires.models import Questionnaire, QuestionnaireVersion
from reviews.questionnaires.rules.content import Item, Rule, Section
from reviews.questionnaires.rules.edits import Part
from reviews.questionnaires.services.editing import (
    move_part,
    remove_part,
    replace_content,
    save_item,
    save_rule,
    save_section,
)
from reviews.questionnaires.services.versions import (
    create_draft,
    create_questionnaire,
    discard_draft,
    publish_version,
    retire_version,
)
from reviews.questionnaires.views.versions import EDITORS, VersionMixin
from reviews.questionnaires.xlsx.book import BookProblem, read_questionnaire

_PARTS: tuple[Part, ...] = ("section", "item", "rule")


class QuestionnaireCreate(ServiceFormView):
    roles = EDITORS
    title = "新建模板"
    form_class = QuestionnaireForm
    submit_label = "建立草稿"

    def perform(self, form_data: dict[str, Any]) -> str:
        self.made = create_questionnaire(
            kind=form_data["kind"],
            name=form_data["name"],
            actor=signed_in(self.request),
            from_preset=form_data["start"] == "preset",
        )
        return "草稿已建立。核对、修改后发布，才能用于填报。"

    def get_back_url(self) -> str:
        return reverse("reviews:template-list")

    def get_success_url(self) -> str:
        return reverse("reviews:template-version", args=[self.made.pk])


@require_POST
def questionnaire_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the draft of a questionnaire, made from the version in use where there is none."""
    refuse_others(request, *EDITORS)
    questionnaire = get_object_or_404(Questionnaire.objects.visible_to(request.user), pk=pk)
    version = create_draft(questionnaire=questionnaire, actor=signed_in(request))
    return redirect("reviews:template-version", version.pk)


class VersionFormView(VersionMixin, ServiceFormView):
    """One form about one version."""

    def get_subject(self) -> str:
        return str(self.version)

    def get_back_url(self) -> str:
        return reverse("reviews:template-version", args=[self.version.pk])

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.version.revision}


class QuestionnaireRetire(VersionFormView):
    title = "停用模板版本"
    note = "停用后不能再用它开展新的填报；已经开展的填报不受影响，仍用这一版。"
    submit_label = "确定停用"
    is_dangerous = True
    form_class = ReasonForm

    def perform(self, form_data: dict[str, Any]) -> str:
        retire_version(version=self.version, actor=self.actor, reason=form_data["reason"])
        return "已停用。"


class PartFormView(VersionFormView):
    """A form about one section, item or rule of a draft; without a code in the address it adds one."""

    template_name = "reviews/questionnaires/questionnaire_part.html"
    part: Part
    named: str

    @property
    def code(self) -> str:
        return str(self.kwargs.get("code", ""))

    def get_back_url(self) -> str:
        return f"{super().get_back_url()}#{self.part}-{self.code}" if self.code else super().get_back_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heading = f"{'修改' if self.code else '添加'}{self.named}"
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "heading": heading,
            "version": self.version,
            "part": self.part,
            "code": self.code,
            "content": self.content,
        }


class SectionView(PartFormView):
    part: Part = "section"
    named = "栏目"
    form_class = SectionForm

    def get_initial(self) -> dict[str, Any]:
        if not self.code:
            return super().get_initial()
        section = next((each for each in self.content.sections if each.code == self.code), None)
        if section is None:
            raise Http404
        return {**super().get_initial(), **initial_of_section(section, self.content)}

    def form_valid(self, form: Any) -> HttpResponse:
        self.told: Section = form.section
        return super().form_valid(form)

    def perform(self, form_data: dict[str, Any]) -> str:
        save_section(
            version=self.version, actor=self.actor, seen=form_data["seen"], section=self.told, before=self.code
        )
        return "栏目已保存。"


class ItemView(PartFormView):
    part: Part = "item"
    named = "项目"
    form_class = ItemForm

    @property
    def item(self) -> Item | None:
        """The item of the address; None where one is added."""
        item = self.content.item(self.code)
        if self.code and item is None:
            raise Http404
        return item

    def get_form_kwargs(self) -> dict[str, Any]:
        item = self.item
        columns = item.columns if item else ()
        options = {"content": self.content, "kind": self.version.questionnaire.kind, "columns": columns}
        return {**super().get_form_kwargs(), **options}

    def get_initial(self) -> dict[str, Any]:
        item, home = self.item, self.content.section_of(self.code)
        if item is None or home is None:
            return {**super().get_initial(), "section": self.request.GET.get("section", ""), "required": True}
        return {**super().get_initial(), **initial_of_item(item, home.code, self.content)}

    def form_valid(self, form: Any) -> HttpResponse:
        self.told: Item = form.item
        return super().form_valid(form)

    def perform(self, form_data: dict[str, Any]) -> str:
        save_item(
            version=self.version,
            actor=self.actor,
            seen=form_data["seen"],
            item=self.told,
            section=form_data["section"],
            before=self.code,
        )
        return "项目已保存。"


class RuleView(PartFormView):
    part: Part = "rule"
    named = "规则"
    form_class = RuleForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "content": self.content}

    def get_initial(self) -> dict[str, Any]:
        if not self.code:
            return super().get_initial()
        rule = next((each for each in self.content.rules if each.code == self.code), None)
        if rule is None:
            raise Http404
        return {**super().get_initial(), **initial_of_rule(rule, self.content)}

    def form_valid(self, form: Any) -> HttpResponse:
        self.told: Rule = form.rule
        return super().form_valid(form)

    def perform(self, form_data: dict[str, Any]) -> str:
        save_rule(version=self.version, actor=self.actor, seen=form_data["seen"], rule=self.told, before=self.code)
        return "规则已保存。"


class QuestionnaireImport(VersionFormView):
    """Replace a draft by a workbook; where anything is wrong with it nothing is, and everything is listed."""

    template_name = "reviews/questionnaires/questionnaire_import.html"
    title = "从表格导入"
    submit_label = "导入"
    form_class = ImportForm
    problems: tuple[BookProblem, ...] = ()

    def perform(self, form_data: dict[str, Any]) -> str:
        content, problems = read_questionnaire(form_data["file"].read())
        if problems:
            self.problems = tuple(problems)
            raise RuleViolation(f"有 {len(problems)} 处需要更正，没有导入。")
        replace_content(version=self.version, actor=self.actor, seen=form_data["seen"], content=content)
        return f"已导入 {sum(1 for _ in content.items)} 个项目、{len(content.rules)} 条规则。"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(problems=self.problems, **kwargs)


def _version(request: HttpRequest, pk: int) -> QuestionnaireVersion:
    refuse_others(request, *EDITORS)
    return get_object_or_404(QuestionnaireVersion.objects.visible_to(request.user), pk=pk)


def _seen(request: HttpRequest) -> int:
    key = key_from(request.POST.get("seen", ""))
    return -1 if key is None else key


def _told_part(request: HttpRequest) -> Part:
    part = next((part for part in _PARTS if part == request.POST.get("part")), None)
    if part is None:
        raise Http404
    return part


def _verb(request: HttpRequest, pk: int, service: Any, done: str, **told: Any) -> HttpResponse:
    version = _version(request, pk)
    try:
        service(version=version, actor=signed_in(request), seen=_seen(request), **told)
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        if done:
            messages.success(request, done)
    return redirect("reviews:template-version", pk)


@require_POST
def questionnaire_move(request: HttpRequest, pk: int) -> HttpResponse:
    step: Literal[-1, 1] = -1 if request.POST.get("step") == "up" else 1
    code = request.POST.get("code", "")
    return _verb(request, pk, move_part, "", part=_told_part(request), code=code, step=step)


@require_POST
def questionnaire_remove(request: HttpRequest, pk: int) -> HttpResponse:
    code = request.POST.get("code", "")
    return _verb(request, pk, remove_part, "已删除。", part=_told_part(request), code=code)


@require_POST
def questionnaire_publish(request: HttpRequest, pk: int) -> HttpResponse:
    return _verb(request, pk, publish_version, "已发布。以后需要修改的，请建立新的草稿。")


@require_POST
def questionnaire_discard(request: HttpRequest, pk: int) -> HttpResponse:
    version = _version(request, pk)
    try:
        discard_draft(version=version, actor=signed_in(request), seen=_seen(request))
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
        return redirect("reviews:template-version", pk)
    messages.success(request, "草稿已删除。")
    return redirect("reviews:template-detail", version.questionnaire_id)
