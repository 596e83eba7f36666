"""Regions and authorities: what everybody's lists are made of."""

from __future__ import annotations

from django.db import transaction

from associations.access import can_edit_references
from associations.models import Authority, Region
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import refuse, refuse_invalid
from portal.core.models import User


@transaction.atomic
def create_region(*, actor: User, name: str, code: str | None = None) -> Region:
    """Add a region by its name and code of GB/T 2260."""
    refuse(can_edit_references(actor))
    region = Region(name=name, code=code or None)
    refuse_invalid(region)
    region.save(force_insert=True)
    audit.record(actor, AuditAction.CREATE, region, what="行政区划", after=audit.state_of(region, "name", "code"))
    return region


@transaction.atomic
def create_authority(*, actor: User, name: str) -> Authority:
    """Add a government body that associations answer to in one of three roles."""
    refuse(can_edit_references(actor))
    authority = Authority(name=name)
    refuse_invalid(authority)
    authority.save(force_insert=True)
    audit.record(actor, AuditAction.CREATE, authority, what="部门", after=audit.state_of(authority, "name"))
    return authority
