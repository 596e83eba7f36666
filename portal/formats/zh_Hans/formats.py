"""Thousands are set apart in tables and figures, as in statistical yearbooks; Django's Chinese would group by ten thousands."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
