"""The pages over HTTP: what they show, where they lead, what they cost, what they never tell."""

import datetime
import io
import re

import pytest
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.cache import cache
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from associations.services.associations import move_association
from partyorgs.ledgers.choices import UploadStatus
from partyorgs.organizations.indicators import COMPUTED, HARD_CASE_COUNTS, INDICATORS, SETUP_COUNTS
from portal.core.access import Limit
from portal.core.choices import AuditAction, Role
from portal.core.measures import GROUPINGS, measure
from portal.core.models import AuditEntry, Grant
from tests import recipes
from tests.partyorgs.worlds import PROVINCE, World

pytestmark = pytest.mark.django_db
DAY = datetime.date(2024, 12, 31)
PAGES = (
    "/",
    "/coverage/",
    "/coverage/?by=region",
    "/coverage/?by=industry&indicator=charter_rate",
    "/figures/org_coverage/",
    "/figures/org_coverage/?tab=in",
    "/figures/leader_party_ratio/",
    "/hard-cases/too_few_members/",
    "/setups/own/",
    "/elections/",
    "/cross-appointments/",
    "/cross-appointments/people/?post=chair&party_post=secretary",
    "/targets/",
)


def at(address, day=DAY):
    return f"{address}{'&' if '?' in address else '?'}as_of={day}"


def exported(answer):
    """Return the rows under the headings of an exported sheet, as dictionaries."""
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(place for place, row in enumerate(rows) if len([cell for cell in row if cell is not None]) > 1)
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


# --- a figure, its list, its export ---


@pytest.fixture
def client_of_a_world(client):
    """Return a client signed in as the province of a random world."""
    world = World(11, associations=14)
    user = recipes.user.make(username="province")
    Grant.objects.create(user=user, role=Role.PROVINCE, committee=world.committees[0])
    client.force_login(user)
    return client


WORLD_DAYS = (datetime.date(2023, 12, 31), datetime.date(2024, 7, 1))
ANYWHERE = Limit(paths=(PROVINCE,))


@pytest.mark.parametrize("day", WORLD_DAYS)
def test_figure_list_export_and_groups_agree_for_every_indicator(client_of_a_world, day):
    found = measure(COMPUTED, day, ANYWHERE)
    for indicator in COMPUTED:
        rate = found[indicator.code]
        address = reverse("dashboard:figure", args=[indicator.code])
        if indicator.counted:
            rows = exported(client_of_a_world.get(at(f"{address}?export=xlsx", day)))
            counts = (sum(row["其中由党员担任"] for row in rows), sum(row["负责人职务数"] for row in rows))
            assert counts == (rate.numerator, rate.denominator)
            continue
        for tab, expected in (("in", rate.numerator), ("out", rate.missing)):
            page = client_of_a_world.get(at(f"{address}?tab={tab}", day))
            rows = exported(client_of_a_world.get(at(f"{address}?tab={tab}&export=xlsx", day)))
            told = (page.context["page_obj"].paginator.count, len(rows), page.context["figure"].rate)
            assert told == (expected, expected, rate), (indicator.code, tab)
            assert all(row["未计入原因"] for row in rows if tab == "out"), indicator.code


@pytest.mark.parametrize("by", GROUPINGS)
def test_every_cell_of_the_coverage_table_is_the_length_of_its_list(client_of_a_world, by):
    day = WORLD_DAYS[0]
    table = client_of_a_world.get(at(f"/coverage/?by={by}", day)).context["table"]
    for row in table.rows:
        cell = row.cells[0]
        listed = client_of_a_world.get(cell.url)
        assert listed.context["figure"].rate == cell.rate, row.name
        assert listed.context["page_obj"].paginator.count == cell.rate.missing


def test_the_coverage_export_says_what_the_table_says(client_of_a_world):
    day = WORLD_DAYS[0]
    table = client_of_a_world.get(at("/coverage/", day)).context["table"]
    rows = exported(client_of_a_world.get(at("/coverage/?export=xlsx", day)))
    name = INDICATORS["org_coverage"].name
    assert [(row["党建工作领导机构"], row[f"{name}分子"], row[f"{name}分母"]) for row in rows] == [
        (row.name, row.cells[0].rate.numerator, row.cells[0].rate.denominator) for row in (*table.rows, table.total)
    ]


def test_counts_on_the_first_page_are_the_lengths_of_their_lists(client_of_a_world):
    day = WORLD_DAYS[1]
    overview = client_of_a_world.get(at("/", day)).context["overview"]
    counts = [
        *overview.setups,
        *(count for clock in overview.clocks for count in clock.counts),
        *(case for case in overview.hard_cases if case.count is not None),
    ]
    assert [client_of_a_world.get(count.url).context["page_obj"].paginator.count for count in counts] == [
        count.count for count in counts
    ]


def test_every_bar_and_point_leads_to_a_page(client_of_a_world):
    overview = client_of_a_world.get(at("/", WORLD_DAYS[0])).context["overview"]
    links = [
        link for chart in (overview.trend, overview.ranking_chart) for series in chart.series for link in series.links
    ]
    assert {client_of_a_world.get(link).status_code for link in links} == {200}


# --- words ---


def test_339_of_424_is_shown_as_79_95_and_not_met(client_of, province, own):
    recipes.target.make(committee=province, value=80)
    made = [recipes.association.make() for _ in range(423)]
    for association in made:
        recipes.oversight.make(association=association, committee=own.committee)
    organization = recipes.organization.make()
    recipes.organization_setup.make(organization=organization)
    for association in made[:338]:
        recipes.affiliation.make(organization=organization, association=association)
    text = client_of("province").get(at("/")).content.decode()
    plain = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text))
    assert "79.95%（339/424）未达标还差1家" in plain
    assert "80.00%" not in plain


def test_what_a_later_cycle_feeds_says_so_on_its_page(client_of, own):
    assert "培训记录启用后计算" in client_of("province").get("/figures/secretary_training_rate/").content.decode()


@pytest.mark.parametrize("address", ("/figures/nothing/", "/hard-cases/nothing/", "/setups/nothing/"))
def test_an_unknown_code_is_not_found(client_of, own, address):
    assert client_of("province").get(address).status_code == 404


def test_a_group_that_is_not_to_be_chosen_from_shows_nothing_instead_of_everything(client_of, own, other):
    answer = client_of("committee").get(at(f"/figures/org_coverage/?tab=in&committee={other.committee.pk}"))
    assert answer.context["page_obj"].paginator.count == 0


@pytest.fixture
def moved(own, other, province_user):
    """Return an association that was overseen by `own` on the day of the pages and is by `other` since."""
    own.association.region = recipes.region.make(name="今天所在市")
    own.association.save()
    told = {"actor": province_user, "committee": other.committee, "reason": "调整"}
    move_association(association=own.association, from_date=DAY + datetime.timedelta(days=1), **told)
    return own.association


@pytest.mark.parametrize("address", ("/figures/org_coverage/?tab=in", "/elections/"))
def test_an_association_overseen_elsewhere_since_shows_the_facts_of_the_day_and_says_why_no_more(
    client_of, moved, address
):
    answer = client_of("committee").get(at(address))
    (line,) = answer.context["page_obj"]
    assert (line.fact.name, line.url, line.region, line.kind) == (moved.name, "", "—", "—")
    text = answer.content.decode()
    assert (text.count("已调整归口，详情由现归口机构查看"), text.count("<td>—</td>")) == (1, 1)


def test_an_export_says_which_associations_are_overseen_elsewhere_since(client_of, moved):
    (row,) = exported(client_of("committee").get(at("/figures/org_coverage/?tab=in&export=xlsx")))
    told = {key: row[key] for key in ("协会名称", "类别", "所在地", "说明")}
    assert told == {
        "协会名称": moved.name,
        "类别": "—",
        "所在地": "—",
        "说明": "已调整归口，详情由现归口机构查看",
    }
    assert all("说明" not in row for row in exported(client_of("province").get(at("/elections/?export=xlsx"))))


def test_another_committees_subtree_is_not_found(client_of, own, other):
    assert client_of("committee").get(f"/figures/org_coverage/?within={other.committee.pk}").status_code == 404


def test_the_search_finds_names_codes_and_initials(client_of, own, other):
    for text in (other.name, other.association.uscc, other.association.initials[3:]):
        found = client_of("province").get(at(f"/figures/org_coverage/?tab=in&search={text}"))
        assert [line.fact.name for line in found.context["page_obj"]] == [other.association.name]


def test_rows_that_turn_the_order_round_are_the_same_rows(client_of, own, other):
    client = client_of("province")
    up = [line.fact.pk for line in client.get(at("/figures/org_coverage/?tab=in&sort=name")).context["page_obj"]]
    down = [line.fact.pk for line in client.get(at("/figures/org_coverage/?tab=in&sort=-name")).context["page_obj"]]
    assert up == down[::-1]


# --- who sees what ---


@pytest.mark.once
@pytest.mark.parametrize("role", ("committee", "secretary", "viewer", "inspector"))
@pytest.mark.parametrize("address", PAGES)
def test_nobody_meets_a_trace_of_another_subtree(client_of, world, role, address):
    text = client_of(role).get(at(address)).content.decode()
    assert world["other"].name not in text


@pytest.mark.parametrize("role", ("sysadmin", "secadmin", "auditor"))
def test_administrators_are_led_to_their_own_page(client_of, world, role):
    answer = client_of(role).get("/")
    assert (answer.status_code, answer.url in {"/users/", "/grants/", "/audit/"}) == (302, True)


def test_an_inspector_is_led_to_the_own_visits(client_of, world):
    answer = client_of("inspector").get("/", follow=True)
    assert answer.redirect_chain == [("/visits/", 302)]
    assert "现在没有要做的检查" in answer.content.decode()


def test_a_committee_is_shown_neither_the_provinces_figure_nor_its_rank(client_of, world):
    overview = client_of("committee").get(at("/")).context["overview"]
    assert (overview.associations, overview.ranking_chart) == (1, None)


def test_opening_the_people_of_a_cell_is_recorded(client_of, world):
    client_of("committee").get(at("/cross-appointments/people/?post=chair&party_post=secretary"))
    (entry,) = AuditEntry.objects.filter(action=AuditAction.LOOK)
    assert (entry.data["list"], entry.data["people"]) == ("交叉任职：会长（理事长）兼任书记", 1)


def test_a_matrix_of_one_committee_names_the_few_in_its_cells_and_is_a_look(client_of, world):
    side, client = world["own"], client_of("province")
    whole = client.get(at("/cross-appointments/")).content.decode()
    assert (side.person.name in whole, AuditEntry.objects.filter(action=AuditAction.LOOK).count()) == (False, 0)
    narrowed = client.get(at(f"/cross-appointments/?within={side.committee.pk}"))
    named = {cell.names for row in narrowed.context["matrix"].rows for cell in row.cells if cell.people}
    assert named == {(side.person.name,)}
    assert f'<span class="cell-parts">{side.person.name}</span>' in narrowed.content.decode()
    assert AuditEntry.objects.filter(action=AuditAction.LOOK).count() == 1


def test_a_cell_of_many_is_only_counted(client_of, own):
    for _ in range(3):
        person = recipes.person.make()
        recipes.association_post.make(association=own.association, person=person)
        recipes.party_post.make(organization=own.organization, association=own.association, person=person)
    matrix = client_of("province").get(at(f"/cross-appointments/?within={own.committee.pk}")).context["matrix"]
    assert {(cell.people, cell.names) for row in matrix.rows for cell in row.cells if cell.people > 1} == {(4, ())}


def test_thousands_are_set_apart_wherever_a_number_stands():
    rendered = Template("{% load humanize portal %}{{ n|intcomma }} {{ n|intcomma:False }}").render(
        Context({"n": 12139})
    )
    assert (rendered, intcomma(1139)) == ("12,139 12,139", "1,139")


def test_what_is_not_computed_yet_says_so_in_the_column_of_results(client_of, own):
    text = client_of("province").get(at("/")).content.decode()
    assert (
        re.findall(r'<td class="num text-soft">([^<]+)</td>\s*<td>—</td>\s*<td>—</td>', text)[0] == "培训记录启用后计算"
    )


def test_an_undone_import_is_at_no_step_any_more(client_of, own):
    own.upload.status = UploadStatus.UNDONE
    own.upload.save()
    text = client_of("province").get(f"/ledgers/{own.upload.pk}/").content.decode()
    assert (text.count('class="steps"'), text.count('aria-current="step"')) == (1, 0)


def test_the_words_under_the_matrix_stand_outside_the_frame_that_scrolls(client_of, own):
    text = client_of("province").get(at("/cross-appointments/")).content.decode()
    assert text.index("由任职记录计算；") > text.index("</table>")


def test_political_affiliation_is_not_shown_with_the_people_of_a_cell(client_of, world):
    text = (
        client_of("committee").get(at("/cross-appointments/people/?post=chair&party_post=secretary")).content.decode()
    )
    assert world["own"].person.name in text
    assert re.findall(r"政治面貌|正式党员|预备党员", text) == []


@pytest.mark.once
@pytest.mark.parametrize("address", PAGES)
def test_looking_writes_nothing_but_the_record_of_the_look(client_of, world, address):
    client = client_of("province")
    before = AuditEntry.objects.count()
    client.get(at(address))
    looks = AuditEntry.objects.count() - before
    assert looks == (1 if "people" in address else 0)


# --- what it costs ---


def cost(client, address):
    client.get(at(address))
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(at(address)).status_code == 200
    return len(queries)


@pytest.mark.parametrize("address", PAGES)
def test_pages_cost_the_same_for_one_row_and_for_many(client_of, own, address):
    client = client_of("province")
    recipes.target.make(committee=own.committee, indicator="charter_rate")
    own.association.region = recipes.region.make()
    own.association.save()
    few = cost(client, address)
    for year in (2026, 2027, 2028):
        association = recipes.association.make(region=recipes.region.make())
        recipes.oversight.make(association=association, committee=own.committee)
        recipes.headcount.make(association=association, formal=1)
        recipes.affiliation.make(association=association, organization=own.organization)
        recipes.association_post.make(association=association, person=own.person)
        recipes.party_post.make(association=association, organization=own.organization, person=own.person)
        recipes.target.make(committee=own.committee, indicator="charter_rate", due_on=DAY.replace(year=year))
    assert cost(client, address) == few
    assert few <= 40


def test_counts_are_lists_of_known_indicators_only():
    assert (set(SETUP_COUNTS), len(HARD_CASE_COUNTS)) == ({"own", "joint", "functional", "hosted"}, 5)
