"""Filters of the list of ledgers."""

from __future__ import annotations

import django_filters

from partyorgs.ledgers.choices import UploadStatus
from partyorgs.ledgers.models import LedgerUpload
from portal.core.filters import ListFilter


class LedgerUploadFilter(ListFilter):
    """Which ledgers were handed in, and what became of them."""

    search = django_filters.CharFilter(field_name="file_name", lookup_expr="contains", label="文件名")
    status = django_filters.ChoiceFilter(label="状态", choices=UploadStatus.choices, empty_label="全部状态")

    class Meta:
        model = LedgerUpload
        fields = ()
