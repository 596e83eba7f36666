"""Regions, industries and authorities: short lists that everybody's forms are made of."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from associations.access import can_edit_references
from associations.filters import AuthorityFilter, IndustryFilter, RegionFilter
from associations.forms import AuthorityForm, RegionForm
from associations.models import Authority, Industry, Region
from associations.services.references import create_authority, create_region
from associations.xlsx import AUTHORITY_COLUMNS, INDUSTRY_COLUMNS, REGION_COLUMNS
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.views import FilteredListView, ServiceFormView


class ReferenceList(FilteredListView):
    """The same few rows for everybody: names of places and offices are nobody's secret."""

    roles = COMMITTEE_ROLES
    template_name = "associations/reference_list.html"
    create_url_name = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_create = bool(self.create_url_name) and not can_edit_references(self.request.user)  # type: ignore[arg-type]
        create_url = reverse(self.create_url_name) if may_create else ""
        return super().get_context_data(
            create_url=create_url, create_label=f"新增{self.title}", has_codes="code" in self.sorts, **kwargs
        )


class RegionList(ReferenceList):
    model = Region
    filterset_class = RegionFilter
    title = "行政区划"
    sorts = {"code": "code", "name": "pinyin"}
    default_sort = "code"
    columns = REGION_COLUMNS
    create_url_name = "associations:region-create"


class IndustryList(ReferenceList):
    model = Industry
    filterset_class = IndustryFilter
    title = "行业门类"
    sorts = {"code": "code", "name": "name"}
    default_sort = "code"
    columns = INDUSTRY_COLUMNS


class AuthorityList(ReferenceList):
    model = Authority
    filterset_class = AuthorityFilter
    title = "部门"
    sorts = {"name": "pinyin"}
    default_sort = "name"
    columns = AUTHORITY_COLUMNS
    create_url_name = "associations:authority-create"


class ReferenceCreate(ServiceFormView):
    roles = (Role.PROVINCE,)
    back_url_name = ""

    def get_back_url(self) -> str:
        return reverse(self.back_url_name)


class RegionCreate(ReferenceCreate):
    form_class = RegionForm
    title = "新增行政区划"
    back_url_name = "associations:region-list"

    def perform(self, form_data: dict[str, Any]) -> str:
        create_region(actor=self.actor, **form_data)
        return "已新增。"


class AuthorityCreate(ReferenceCreate):
    form_class = AuthorityForm
    title = "新增部门"
    back_url_name = "associations:authority-list"

    def perform(self, form_data: dict[str, Any]) -> str:
        create_authority(actor=self.actor, **form_data)
        return "已新增。"
