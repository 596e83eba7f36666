import datetime
import json
from collections import Counter

import pytest

from partyorgs.organizations.indicators import INDICATORS
from partyorgs.planning.models import CoverageTarget
from portal.core.access import subtree_limit
from portal.core.measures import measure
from portal.core.models import Committee
from reviews.supervision.indicators.content import ReportContent, content_of, plain
from reviews.supervision.indicators.figures import COUNTED, Moment
from reviews.supervision.indicators.names import COUNTS, COUNTS_NOT, name_rows
from reviews.supervision.indicators.report import supervision_content
from reviews.supervision.rules.texts import fault_of, fields_of, filled
from tests import recipes
from tests.reviews.conftest import AS_OF, cover_one_more

BEFORE = datetime.date(2026, 6, 30)


@pytest.fixture
def country(country_of_module: int, db: None) -> Committee:
    return Committee.objects.get(pk=country_of_module)


def content_about(committee: Committee, as_of: datetime.date = AS_OF, base: datetime.date = BEFORE) -> ReportContent:
    return supervision_content(committee=committee, as_of=as_of, frozen=None, base=Moment(committee, base))


def text_of(content: ReportContent, code: str) -> str:
    section = next(section for section in content.sections if section.code == code)
    return "".join(filled(paragraph, content.texts) for paragraph in section.paragraphs)


def codes(content: ReportContent) -> list[str]:
    return [section.code for section in content.sections]


def test_every_figure_is_what_measure_answers(country: Committee) -> None:
    content = content_about(country)
    found = measure(list(INDICATORS.values()), AS_OF, subtree_limit(country))
    shown = {
        field.code: (field.numerator, field.denominator)
        for field in content.fields.values()
        if field.code in INDICATORS
        and field.tab
        and not field.is_base
        and field.path == country.path
        and field.as_of == AS_OF.isoformat()
    }
    # Without quarterly reports their figures have no population, and nothing is printed of them.
    assert set(shown) == {code for code, rate in found.rates.items() if rate.denominator}
    assert shown == {code: (found[code].numerator, found[code].denominator) for code in shown}


def test_the_first_wording_obeys_the_rule_that_edited_words_obey(country: Committee) -> None:
    content = content_about(country)
    faults = [
        fault_of(paragraph, content.fields.keys())
        for section in content.sections
        for paragraph in (
            *section.paragraphs,
            *(cell for table in section.tables for row in table.rows for cell in row),
        )
    ]
    assert [fault for fault in faults if fault] == []


def test_every_number_of_paragraphs_tables_and_charts_is_a_field(country: Committee) -> None:
    content = content_about(country)
    named = {
        name
        for section in content.sections
        for text in (*section.paragraphs, *(cell for table in section.tables for row in table.rows for cell in row))
        for name in fields_of(text)
    } | {
        name
        for section in content.sections
        for chart in section.charts
        for _, fields in chart.series
        for name in fields
    }
    assert named - content.fields.keys() == set()


def test_content_comes_back_from_the_database_as_it_was(country: Committee) -> None:
    content = content_about(country)
    assert content_of(json.loads(json.dumps(plain(content)))) == content


def test_the_same_data_give_the_same_report(country: Committee) -> None:
    assert content_about(country) == content_about(country)


def test_each_count_is_counted_again_from_the_names(country: Committee) -> None:
    content = content_about(country)
    rows = list(name_rows(Moment(country, AS_OF)))
    tallies = {code: Counter(row.marks[code].split("：")[0] for row in rows) for code in rows[0].marks}
    checked = 0
    for field in content.fields.values():
        if field.code not in tallies or not field.tab or field.as_of != AS_OF.isoformat():
            continue
        within = [row for row in rows if row.fact.committee_path.startswith(field.path)]
        tally = Counter(row.marks[field.code].split("：")[0] for row in within)
        assert (tally[COUNTS], tally[COUNTS] + tally[COUNTS_NOT]) == (field.numerator, field.denominator), field.name
        checked += 1
    assert checked > 50
    posts = content.fields["负责人中党员比例"]
    assert [sum(column) for column in zip(*(row.sums["leader_party_ratio"] for row in rows), strict=True)] == [
        posts.numerator,
        posts.denominator,
    ]


def test_newly_covered_associations_are_called_by_name(country: Committee) -> None:
    association = cover_one_more(datetime.date(2026, 8, 1))
    content = content_about(country)
    assert association.name in text_of(content, "improved")


def test_a_report_without_targets_has_no_section_about_them(country: Committee) -> None:
    CoverageTarget.objects.all().delete()
    content = content_about(country)
    assert "targets" not in codes(content)
    assert "目标" not in text_of(content, "ranking")


def test_without_an_earlier_day_nothing_is_compared(country: Committee) -> None:
    content = content_about(country, base=datetime.date(1980, 6, 30))
    assert "improved" not in codes(content)
    told = "".join(text_of(content, code) for code in codes(content))
    assert ("上期" in told, "持平" in told) == (False, False)


def test_one_committee_alone_is_not_ranked(country: Committee) -> None:
    leaf = country.children.order_by("path").last()
    content = content_about(leaf)
    assert "ranking" not in codes(content)
    assert content.title == f"关于{leaf.name}归口的行业协会商会党建工作情况的通报"


def test_an_association_that_has_nothing_yields_no_empty_section(country: Committee) -> None:
    bare = recipes.committee.make(name="省新设行业党委", parent=country, path=recipes.path(900, parent=country))
    association = recipes.association.make(name="江苏省新设行业协会")
    recipes.oversight.make(association=association, committee=bare)
    content = content_about(bare)
    assert text_of(content, "setups") == "省新设行业党委归口的行业协会商会尚未建立党组织。"
    assert text_of(content, "overview").startswith(
        "截至2026年9月30日，省新设行业党委归口的在册行业协会商会1家。其中，已被党组织覆盖0家，党的组织覆盖率0.00 %，与上期持平"
    )
    assert [section.code for section in content.sections if not section.paragraphs] == []
    assert {"quality", "crossings", "elections", "ranking"}.isdisjoint(codes(content))
    faults = [fault_of(text, content.fields.keys()) for section in content.sections for text in section.paragraphs]
    assert [fault for fault in faults if fault] == []


@pytest.mark.parametrize("code", sorted(COUNTED))
def test_every_counted_figure_says_what_it_counts(code: str) -> None:
    assert COUNTED[code].name
