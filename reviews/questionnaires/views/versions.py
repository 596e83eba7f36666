"""Reading questionnaires: the list, a questionnaire's versions, one version with what it costs and what it lacks, preview, workbooks."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.generic import DetailView, TemplateView

from portal.core import audit
from portal.core.choices import AuditAction, Role
from portal.core.views import FilteredListView, ScopedMixin, file_response, refuse_others, signed_in, watermark
from portal.core.xlsx import Column
from reviews.questionnaires.choices import ItemType, QuestionnaireKind, VersionStatus
from reviews.questionnaires.filters import QuestionnaireFilter
from reviews.questionnaires.forms.answers import answer_form, typed_answers, typed_explanations
from reviews.questionnaires.models import Questionnaire, QuestionnaireVersion
from reviews.questionnaires.rules import cost
from reviews.questionnaires.rules.conditions import spoken
from reviews.questionnaires.rules.content import Content
from reviews.questionnaires.rules.known import PROVIDERS
from reviews.questionnaires.rules.presets import PRESETS
from reviews.questionnaires.rules.problems import Known
from reviews.questionnaires.rules.soundness import Fault, faults_of, spoken_place
from reviews.questionnaires.services.versions import published_before
from reviews.questionnaires.xlsx.book import questionnaire_workbook

EDITORS = (Role.PROVINCE,)


class QuestionnaireList(FilteredListView):
    roles = EDITORS
    model = Questionnaire
    filterset_class = QuestionnaireFilter
    template_name = "reviews/questionnaires/questionnaire_list.html"
    title = "模板"
    sorts = {"name": "name", "kind": "kind", "published": "published_at"}
    default_sort = "kind"
    columns = (
        Column("名称", lambda questionnaire: questionnaire.name, 40),
        Column("用途", lambda questionnaire: questionnaire.get_kind_display()),
        Column("在用版本", lambda questionnaire: questionnaire.published_number or ""),
        Column("发布日期", lambda questionnaire: questionnaire.published_at and questionnaire.published_at.date()),
        Column("草稿版本", lambda questionnaire: questionnaire.draft_number or ""),
    )

    def get_queryset(self) -> QuerySet[Questionnaire]:
        published, draft = (Q(versions__status=status) for status in (VersionStatus.PUBLISHED, VersionStatus.DRAFT))
        return Questionnaire.objects.visible_to(self.request.user).annotate(
            published_number=Max("versions__number", filter=published),
            published_at=Max("versions__published_at", filter=published),
            draft_number=Max("versions__number", filter=draft),
        )


class QuestionnaireDetail(ScopedMixin, DetailView):
    """The versions of a questionnaire, the newest first."""

    roles = EDITORS
    template_name = "reviews/questionnaires/questionnaire_detail.html"
    context_object_name = "questionnaire"

    def get_queryset(self) -> QuerySet[Questionnaire]:
        return Questionnaire.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        related = ("edited_by", "published_by", "retired_by")
        versions = list(self.object.versions.select_related(*related).order_by("-number"))
        return super().get_context_data(
            versions=[{"version": version, "cost": cost.cost_of(version.parts)} for version in versions],
            draft=next((version for version in versions if version.status == VersionStatus.DRAFT), None),
            **kwargs,
        )


class VersionMixin(ScopedMixin):
    """A page about one version out of those that the reader sees."""

    roles: ClassVar[tuple[Role, ...]] = EDITORS
    kwargs: dict[str, Any]

    @cached_property
    def version(self) -> QuestionnaireVersion:
        versions = QuestionnaireVersion.objects.visible_to(self.request.user)
        related = ("questionnaire", "edited_by", "published_by", "retired_by")
        return get_object_or_404(versions.select_related(*related), pk=self.kwargs["pk"])

    @cached_property
    def content(self) -> Content:
        return self.version.parts


class VersionDetail(VersionMixin, TemplateView):
    """The page of a version: its questions; a draft is edited here."""

    template_name = "reviews/questionnaires/questionnaire_version.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version, content = self.version, self.content
        is_draft = version.status == VersionStatus.DRAFT
        faults = faults_of(content, published_before(version)) if is_draft else []
        return super().get_context_data(
            version=version,
            is_draft=is_draft,
            sections=sections_of(content, faults),
            rules=rules_of(content, faults),
            faults=[(spoken_place(fault, content), fault) for fault in faults],
            cost=cost.cost_of(content),
            seconds=[(ItemType(kind).label, seconds) for kind, seconds in cost.SECONDS.items()],
            seconds_shown=cost.SECONDS_SHOWN,
            table_rows=cost.TABLE_ROWS,
            **kwargs,
        )


def sections_of(content: Content, faults: list[Fault]) -> list[dict[str, Any]]:
    """Return sections and items as the page shows them: conditions in Chinese, sources by name, what is wrong beside each."""
    return [
        {
            "section": section,
            "asked_if": spoken(section.asked_if, content) if section.asked_if else "",
            "faults": _at(faults, "section", section.code),
            "items": [
                {
                    "item": item,
                    "known": PROVIDERS.get(item.known_from),
                    "asked_if": spoken(item.asked_if, content) if item.asked_if else "",
                    "faults": [*_at(faults, "item", item.code), *(each for each in faults if each.table == item.code)],
                }
                for item in section.items
            ],
        }
        for section in content.sections
    ]


def rules_of(content: Content, faults: list[Fault]) -> list[dict[str, Any]]:
    return [
        {
            "rule": rule,
            "condition": spoken(rule.condition, content),
            "item": content.item(rule.item),
            "faults": _at(faults, "rule", rule.code),
        }
        for rule in content.rules
    ]


def _at(faults: list[Fault], part: str, code: str) -> list[Fault]:
    return [fault for fault in faults if (fault.part, fault.code) == (part, code)]


class VersionPreview(VersionMixin, TemplateView):
    """The form as whoever fills it in sees it, with example data; what is typed is checked and not kept."""

    template_name = "reviews/questionnaires/questionnaire_preview.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**kwargs))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request, content = self.request, self.content
        known = {
            provider.key: Known(provider.example, self.today.replace(month=1, day=1), provider.source)
            for provider in PROVIDERS.values()
        }
        if request.GET.get("known") == "none":
            known = {}
        is_check = request.method == "POST"
        form = answer_form(
            content,
            typed_answers(content, request.POST, {}, known),
            {},
            known,
            explanations=typed_explanations(content, request.POST, {}),
            tells_missing=is_check,
        )
        return super().get_context_data(
            version=self.version,
            form=form,
            is_check=is_check,
            is_phone=request.GET.get("width") == "phone",
            knows=bool(known),
            **kwargs,
        )


def questionnaire_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Export a version as the workbook that can be imported again."""
    refuse_others(request, *EDITORS)
    version = get_object_or_404(
        QuestionnaireVersion.objects.visible_to(request.user).select_related("questionnaire"), pk=pk
    )
    user = signed_in(request)
    audit.record(user, AuditAction.EXPORT, version)
    content = questionnaire_workbook(version.parts, title=str(version), watermark=watermark(user))
    return file_response(content, f"{version}.xlsx")


def questionnaire_sample(request: HttpRequest) -> HttpResponse:
    """Hand out the sample: the preset quarterly report as a workbook."""
    refuse_others(request, *EDITORS)
    user = signed_in(request)
    audit.record(user, AuditAction.EXPORT, file="模板样表")
    content = questionnaire_workbook(
        PRESETS[QuestionnaireKind.QUARTERLY], title="模板样表（季报）", watermark=watermark(user)
    )
    return file_response(content, "模板样表.xlsx")
