"""Pages of cross-appointments: the matrix, and the people behind a cell."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import TemplateView

from portal.core import audit
from portal.core.choices import COMMITTEE_ROLES, AuditAction
from portal.core.models import Committee
from portal.core.views import xlsx_response
from portal.core.xlsx import Column, Table
from portal.dashboard.panels import crossings
from portal.dashboard.panels.links import address
from portal.dashboard.views.lists import NarrowedMixin


class MatrixView(NarrowedMixin, TemplateView):
    """Association posts by Party posts with the number of people in each cell; showing names is recorded as a look."""

    roles = COMMITTEE_ROLES
    template_name = "dashboard/matrix.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        within = str(self.narrowed.pk) if self.narrowed else None
        matrix = crossings.matrix(self.limit, self.as_of, within, request.user, self.today)  # type: ignore[arg-type]
        if request.GET.get("export") == "xlsx":
            return self.export(matrix)
        if matrix.shows_names:
            audit.record(
                request.user,  # type: ignore[arg-type]
                AuditAction.LOOK,
                list="交叉任职",
                address=request.get_full_path(),
            )
        committees = Committee.objects.visible_to(request.user)
        return self.render_to_response(
            self.get_context_data(matrix=matrix, committees=committees, narrowed=self.narrowed)
        )

    def export(self, matrix: crossings.Matrix) -> HttpResponse:
        columns = [Column("协会职务与党内职务", lambda row: row.name, 22)]
        columns += [people_column(name, place) for place, name in enumerate(matrix.columns)]
        day = matrix.as_of
        table = Table(f"交叉任职（{day:%Y-%m-%d}）", columns, matrix.rows, notes=("单位：人",))
        return xlsx_response(self.request, [table], f"交叉任职{day:%Y%m%d}.xlsx", rows=len(matrix.rows))


def people_column(name: str, place: int) -> Column:
    """Return one column of the matrix's export."""
    return Column(name, lambda row: row.cells[place].people)


class MatrixPeopleView(NarrowedMixin, TemplateView):
    """The people behind one cell of the matrix; who looked is recorded."""

    roles = COMMITTEE_ROLES
    template_name = "dashboard/matrix_people.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        post, party_post = request.GET.get("post", ""), request.GET.get("party_post", "")
        if post not in crossings.POSTS or party_post not in crossings.PARTY_POSTS:
            raise Http404
        holders = crossings.holders_of(self.limit, self.as_of, post, party_post, user=request.user, today=self.today)  # type: ignore[arg-type]
        heading = f"{crossings.POSTS[post][0]}兼任{crossings.PARTY_POSTS[party_post][0]}"
        people = len({holder.person_id for holder in holders})
        audit.record(
            request.user,  # type: ignore[arg-type]
            AuditAction.LOOK,
            list=f"交叉任职：{heading}",
            address=request.get_full_path(),
            people=people,
        )
        return self.render_to_response(
            self.get_context_data(
                heading=heading,
                holders=holders,
                people=people,
                narrowed=self.narrowed,
                matrix_url=address("dashboard:matrix", self.as_of, within=request.GET.get("within")),
            )
        )
