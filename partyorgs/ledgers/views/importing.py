"""Ledger import in the browser: hand in, look at what would change and what is wrong, confirm, undo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import DetailView, FormView, View

from partyorgs.ledgers.choices import ChangeVerb, ProblemKind, Severity, UploadStatus
from partyorgs.ledgers.filters import LedgerUploadFilter
from partyorgs.ledgers.forms import LedgerUploadForm
from partyorgs.ledgers.models import LedgerUpload
from partyorgs.ledgers.services.jobs import hand_in_ledger, recheck_ledger, request_apply
from partyorgs.ledgers.services.undo import undo_ledger
from partyorgs.ledgers.xlsx.columns import TABLE_BY_KEY, TABLES
from partyorgs.ledgers.xlsx.headings import IGNORED
from partyorgs.ledgers.xlsx.writer import blank_ledger, marked_ledger
from portal.core import audit
from portal.core.access import can_rerun
from portal.core.choices import AuditAction, Role
from portal.core.errors import RuleViolation
from portal.core.outbox import progress_of
from portal.core.views import FilteredListView, ScopedMixin, file_response, signed_in, watermark

IMPORTERS = (Role.PROVINCE,)
_SHOWN_OF_A_KIND = 100


class LedgerList(FilteredListView):
    roles = IMPORTERS
    model = LedgerUpload
    filterset_class = LedgerUploadFilter
    template_name = "partyorgs/ledgers/ledger_list.html"
    title = "数据导入"
    sorts = {"uploaded": "uploaded_at", "as_of": "as_of", "name": "file_name"}
    default_sort = "-uploaded"

    def get_queryset(self) -> QuerySet[LedgerUpload]:
        rows = LedgerUpload.objects.visible_to(self.request.user).select_related("uploaded_by")
        return rows.defer("problems", "plan", "mapping")


class LedgerUploadView(ScopedMixin, FormView):
    """Step one: the file and its date."""

    roles = IMPORTERS
    form_class = LedgerUploadForm
    template_name = "partyorgs/ledgers/ledger_form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "today": self.today}

    def form_valid(self, form: LedgerUploadForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        committee = self.scope.committee
        assert committee is not None  # noqa: S101 -- the province's role always has one
        try:
            upload = hand_in_ledger(
                content=file.read(),
                file_name=file.name,
                as_of=form.cleaned_data["as_of"],
                committee=committee,
                create_committees=form.cleaned_data["create_committees"],
                actor=signed_in(self.request),
                result_url=reverse("partyorgs:ledger-detail", args=[0]).replace("/0/", "/{pk}/"),
            )
        except RuleViolation as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.form_invalid(form)
        return redirect("partyorgs:ledger-detail", upload.pk)


class LedgerDetail(ScopedMixin, DetailView):
    """Step two and three: what would change, what is wrong, how the headings were read; then what was done."""

    roles = IMPORTERS
    template_name = "partyorgs/ledgers/ledger_detail.html"
    context_object_name = "upload"

    def get_queryset(self) -> QuerySet[LedgerUpload]:
        return LedgerUpload.objects.visible_to(self.request.user).select_related("job", "committee", "uploaded_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        upload = self.object
        problems = upload.problems
        errors = [problem for problem in problems if problem["severity"] == Severity.ERROR]
        return super().get_context_data(
            job=upload.job,
            progress=progress_of(upload.job) if upload.job else None,
            result_url=reverse("partyorgs:ledger-detail", args=[upload.pk]),
            can_rerun=bool(upload.job and can_rerun(signed_in(self.request), upload.job) is None),
            is_working=upload.status in (UploadStatus.CHECKING, UploadStatus.APPLYING),
            job_failed=bool(upload.job and upload.job.has_failed),
            errors=len(errors),
            warnings=len(problems) - len(errors),
            bad_rows=len({(problem["sheet"], problem["row"]) for problem in errors}),
            problem_groups=problem_groups(problems),
            change_groups=[
                {
                    **group,
                    "label": ChangeVerb(group["verb"]).label,
                    "is_new": group["verb"] == ChangeVerb.CREATE,
                    "hidden": group["count"] - len(group["changes"]),
                }
                for group in upload.plan.get("groups", [])
            ],
            totals=[
                (verb.label, sum(upload.plan.get("counts", {}).get(verb.value, {}).values())) for verb in ChangeVerb
            ],
            absent=upload.plan.get("absent", []),
            changes_anything=any(upload.plan.get("counts", {}).values()) or bool(upload.plan.get("absent")),
            sheets=mapping_sheets(upload),
            tables=[(table.key, table.name) for table in TABLES],
            unknown_committees=any(problem["kind"] == ProblemKind.UNKNOWN_COMMITTEE for problem in problems),
            **kwargs,
        )


def problem_groups(problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the problems by kind, errors first; a large group shows its first rows, the marked workbook all of them."""
    by_kind: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for problem in problems:
        by_kind[problem["severity"], problem["kind"]].append(problem)
    return [
        {
            "label": ProblemKind(kind).label,
            "is_error": severity == Severity.ERROR,
            "count": len(of_kind),
            "problems": of_kind[:_SHOWN_OF_A_KIND],
            "hidden": max(0, len(of_kind) - _SHOWN_OF_A_KIND),
        }
        for (severity, kind), of_kind in sorted(by_kind.items(), key=lambda item: item[0][0])
    ]


def mapping_sheets(upload: LedgerUpload) -> list[dict[str, Any]]:
    """Return each sheet's headings with what they were taken to mean and what they may mean."""
    sheets = []
    for number, sheet in enumerate(upload.mapping or []):
        table = TABLE_BY_KEY.get(sheet["table"])
        columns = [
            {"number": place, "letter": _letter(int(place)), "heading": heading, "key": sheet["columns"].get(place, "")}
            for place, heading in sorted(sheet["headings"].items(), key=lambda item: int(item[0]))
        ]
        missing = (
            [
                column.heading
                for column in table.columns
                if column.required and column.key not in sheet["columns"].values()
            ]
            if table
            else []
        )
        sheets.append(
            {
                "number": number,
                "title": sheet["sheet"],
                "table": sheet["table"],
                "is_ignored": table is None,
                "table_name": table.name if table else "不导入",
                "rows": f"第{sheet['first_row']}至{sheet['last_row']}行"
                if sheet["first_row"] != sheet["last_row"]
                else f"第{sheet['first_row']}行",
                "columns": columns,
                "choices": [(column.key, column.heading) for column in table.columns] if table else [],
                "unread": sum(not column["key"] for column in columns),
                "missing": missing,
            }
        )
    return sheets


def _letter(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def decided(request: HttpRequest, pk: int, decide: Callable[[HttpRequest, LedgerUpload, str], None]) -> HttpResponse:
    """Make one domain call about an own upload and go back to its page; a refusal is said there."""
    upload = get_object_or_404(LedgerUpload.objects.visible_to(request.user), pk=pk)
    try:
        decide(request, upload, reverse("partyorgs:ledger-detail", args=[pk]))
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    return redirect("partyorgs:ledger-detail", pk)


def remap(request: HttpRequest, upload: LedgerUpload, result_url: str) -> None:
    """Take over the headings as a person corrected them: `column-<sheet>-<number>` holds what the column says."""
    mapping = []
    for number, sheet in enumerate(upload.mapping or []):
        table = TABLE_BY_KEY.get(request.POST.get(f"table-{number}", sheet["table"]))
        headings = {column.key: column.heading for column in table.columns} if table else {}
        columns: dict[str, str] = {}
        for place in sheet["headings"]:
            key = request.POST.get(f"column-{number}-{place}", sheet["columns"].get(place, ""))
            if key in columns.values():
                sentence = f"工作表“{sheet['sheet']}”有两列都对应“{headings[key]}”，每项只能对应一列。"
                raise RuleViolation(sentence)
            if key in headings:
                columns[place] = key
        mapping.append({**sheet, "table": table.key if table else IGNORED, "columns": columns})
    recheck_ledger(
        upload=upload,
        mapping=mapping,
        create_committees=request.POST.get("create_committees") == "on",
        actor=signed_in(request),
        result_url=result_url,
    )


def confirm(request: HttpRequest, upload: LedgerUpload, result_url: str) -> None:
    request_apply(
        upload=upload,
        ticked=request.POST.getlist("absent"),
        skip_bad_rows=request.POST.get("skip_bad_rows") == "on",
        seen_digest=request.POST.get("digest", ""),
        actor=signed_in(request),
        result_url=result_url,
    )


def undo(request: HttpRequest, upload: LedgerUpload, result_url: str) -> None:
    undo_ledger(upload=upload, reason=request.POST.get("reason", ""), actor=signed_in(request))
    messages.success(request, "已撤销这次导入，数据恢复到导入之前。")


class LedgerRemap(ScopedMixin, View):
    roles = IMPORTERS

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return decided(request, pk, remap)


class LedgerConfirm(ScopedMixin, View):
    roles = IMPORTERS

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return decided(request, pk, confirm)


class LedgerUndo(ScopedMixin, View):
    roles = IMPORTERS

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return decided(request, pk, undo)


class LedgerProblems(ScopedMixin, View):
    """The same workbook with its bad cells marked and a list of all problems."""

    roles = IMPORTERS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        upload = get_object_or_404(LedgerUpload.objects.visible_to(request.user), pk=pk)
        name = f"{upload.file_name.removesuffix('.xlsx')}（问题标注）.xlsx"
        audit.record(signed_in(request), AuditAction.EXPORT, upload, file=name, rows=len(upload.problems))
        return file_response(marked_ledger(upload, watermark=watermark(request.user)), name)


class LedgerBlank(ScopedMixin, View):
    """An empty ledger to fill in."""

    roles = IMPORTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return file_response(blank_ledger(), "行业协会商会党建工作台账（空白）.xlsx")
