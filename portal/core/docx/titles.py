"""Titles over several lines, broken by meaning into a trapezoid or a diamond (GB/T 9704-2012, 7.3.1)."""

from portal.core.docx.markup import plain


def title_lines(title: str) -> list[str]:
    return [plain(title)]
