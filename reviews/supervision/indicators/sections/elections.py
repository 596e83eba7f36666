"""换届情况: the clocks of Party organization and association side by side; overdue terms by name and day."""

from __future__ import annotations

from partyorgs.organizations.choices import TermState
from portal.core.measures import Rate
from reviews.supervision.indicators.content import ColumnHeading, SectionText, TableText
from reviews.supervision.indicators.figures import Draft
from reviews.supervision.indicators.phrases import ROWS_IN_A_TABLE, compared, rate_with_counts

_COMING = (TermState.MONTH, TermState.QUARTER, TermState.HALF_YEAR)


def build(draft: Draft) -> SectionText | None:
    own = draft.now.rate("election_on_time_rate")
    chairs = draft.now.rate("association_overdue").numerator
    if not own.denominator and not chairs:
        return None
    paragraphs, tables = [], []
    if own.denominator:
        first = (
            f"单独组建的党组织按期换届率{rate_with_counts(draft, 'election_on_time_rate')}"
            f"{compared(draft, 'election_on_time_rate')}。"
        )
        overdue = draft.now.rate("party_overdue").numerator
        first += (
            f"任期届满应换届未换届的党组织涉及{draft.count('party_overdue')}家协会商会。"
            if overdue
            else "没有任期届满应换届未换届的党组织。"
        )
        if soon := sum((draft.now.rate(f"party_{state}") for state in _COMING), Rate(0, 0)).numerator:
            parts = [f"党组织{state.label}" for state in _COMING]
            for state in _COMING:
                draft.count(f"party_{state}")
            number = draft.number("半年内届满的党组织数", soon, f"{'、'.join(parts)}三项之和。", "party_half_year")
            first += f"今后半年内任期届满的有{number}家，应当提前做好换届准备。"
        paragraphs.append(first)
        if overdue:
            tables.append(_table(draft, overdue))
    if chairs:
        paragraphs.append(
            f"协会商会理事会任期方面，自现任会长（理事长）就任起已满一届、应换届未换届的{draft.count('association_overdue')}家。"
        )
    return SectionText("elections", "换届工作", tuple(paragraphs), tuple(tables))


def _table(draft: Draft, overdue: int) -> TableText:
    facts = draft.now.rows("party_overdue").select_related("committee").order_by("own_term_ends_on", "pinyin", "pk")
    rows = tuple(
        (
            fact.name,
            str(fact.committee or "未填写"),
            draft.number(
                f"{fact.name}任期届满日",
                str(fact.own_term_ends_on or "—"),
                "最近一次选举（没有选举的自成立）起满一届之日，见名单工作表。",
                "party_overdue",
            ),
        )
        for fact in facts[:ROWS_IN_A_TABLE]
    )
    more = "按届满日期先后排列" + ("，其余见附件名单。" if overdue > ROWS_IN_A_TABLE else "。")
    return TableText(
        "应换届未换届党组织",
        (ColumnHeading("协会商会", 5), ColumnHeading("党建工作领导机构", 4), ColumnHeading("任期届满日", 3)),
        rows,
        note=more,
    )
