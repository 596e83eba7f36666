import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partyorgs.planning.choices import PlanForm
from partyorgs.planning.models import CoverageTask
from portal.core.measures import Rate
from portal.core.models import Job
from portal.core.xlsx import read_sheets
from tests import recipes

pytestmark = pytest.mark.django_db
ALL_FORMS = "&".join(f"forms={form}" for form in PlanForm)


def bare(side, formal, **told):
    association = recipes.association.make(name=f"江苏省{side.name}商会{formal}", **told)
    recipes.oversight.make(association=association, committee=side.committee)
    recipes.headcount.make(association=association, formal=formal)
    return association


def address(committee, target="100", indicator="org_coverage"):
    return f"/plans/?committee={committee.pk}&indicator={indicator}&target={target}&{ALL_FORMS}"


def test_without_a_question_the_own_committee_and_its_target_are_asked_for(client_of, own):
    bare(own, 3)
    plan = client_of("committee").get("/plans/").context["plan"]
    assert (plan.question.committee, str(plan.question.share), plan.before) == (own.committee, "4/5", Rate(1, 2))


def test_the_number_of_new_organizations_comes_first(client_of, own):
    bare(own, 3)
    text = client_of("province").get(address(own.committee)).content.decode()
    assert ("新建 1 个党组织" in text, "本方案等于下限，已是最少" in text, "可以达标" in text) == (True, True, True)


@pytest.mark.parametrize(
    ("formal", "target", "words"),
    (
        (3, "10", "已达到目标 10 %，不需要新建党组织"),
        (0, "100", "按所选方式没有可以新建的党组织，达不到目标 100 %"),
    ),
)
def test_what_needs_no_plan_or_has_none_says_so(client_of, own, formal, target, words):
    bare(own, formal)
    assert words in client_of("province").get(address(own.committee, target)).content.decode()


def test_a_committee_without_associations_needs_no_plan(client_of, province):
    empty = recipes.committee.make(parent=province, path=recipes.path(9, parent=province))
    text = client_of("province").get(address(empty)).content.decode()
    assert "范围内没有在册的协会，不需要推演" in text


@pytest.mark.parametrize("broken", ("target=101", "target=x", "indicator=charter_rate", "forms=nothing"))
def test_a_question_that_makes_no_sense_is_shown_again(client_of, own, broken):
    answer = client_of("province").get(f"{address(own.committee)}&{broken}")
    assert (answer.status_code, answer.context["plan"], bool(answer.context["form"].errors)) == (200, None, True)


def test_nobody_asks_about_another_subtree(client_of, own, other):
    answer = client_of("committee").get(address(other.committee))
    assert (answer.context["plan"], list(answer.context["form"].errors)) == (None, ["committee"])


def test_the_work_list_has_a_line_for_each_association(client_of, own):
    partners = [bare(own, 2), bare(own, 1)]
    answer = client_of("province").get(f"{address(own.committee)}&export=xlsx")
    steps, _ = read_sheets(answer.content)
    lines = [row for row in steps.rows if row[0] == 1]
    assert [(row[1], row[2], row[8]) for row in lines] == [
        ("联合组建", partners[0].name, partners[1].name),
        ("联合组建", partners[1].name, partners[0].name),
    ]


def test_more_associations_cost_no_more_queries(client_of, own):
    client, counts = client_of("province"), []
    for _ in range(2):
        for formal in (2, 1, 4):
            bare(own, formal)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{address(own.committee)}&as_of=2024-12-3{len(counts)}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_large_plan_starts_in_the_background(client_of, own, province_user):
    answer = client_of("province").post(address(own.committee).replace("/plans/", "/plans/start/"))
    job = Job.objects.get()
    assert (answer.url, job.owner, job.payload["result_url"]) == (
        f"/jobs/{job.pk}/",
        province_user,
        answer.wsgi_request.get_full_path().replace("start/", ""),
    )


def sent(page, **changed):
    today = timezone.localdate()
    told = {
        "steps": ["1"],
        "helper": "李明",
        "due_on": today.isoformat(),
        "digest": page.context["form"]["digest"].value(),
    }
    return {**told, **changed}


def test_steps_become_tasks_in_the_browser(client_of, own):
    association = bare(own, 3)
    client, url = client_of("committee"), address(own.committee).replace("/plans/", "/plans/tasks/")
    answer = client.post(url, sent(client.get(url)))
    task = CoverageTask.objects.get()
    assert (answer.url, task.helper, list(task.associations.all())) == ("/tasks/", "李明", [association])
    assert "已有任务" in client.get(address(own.committee)).content.decode()


def test_steps_that_moved_meanwhile_are_shown_anew(client_of, own):
    bare(own, 3)
    client, url = client_of("committee"), address(own.committee).replace("/plans/", "/plans/tasks/")
    answer = client.post(url, sent(client.get(url), digest="another"))
    assert (answer.status_code, "数据有了变化" in answer.content.decode(), CoverageTask.objects.count()) == (
        200,
        True,
        0,
    )


def test_a_plan_of_a_past_day_becomes_no_task(client_of, own):
    bare(own, 3)
    url = address(own.committee).replace("/plans/", "/plans/tasks/")
    assert client_of("committee").get(f"{url}&as_of=2024-12-31").status_code == 403


def a_task(side, formal=3, **told):
    task = recipes.coverage_task.make(committee=side.committee, **told)
    task.associations.set([bare(side, formal)])
    return task


def test_a_committee_sees_its_own_tasks_and_nobody_elses(client_of, own, other):
    task = a_task(own)
    a_task(other)
    assert list(client_of("committee").get("/tasks/").context["page_obj"]) == [task]


def test_a_secretary_sees_the_tasks_of_the_own_association_and_cannot_cancel_them(client_of, own):
    a_task(own)
    task = recipes.coverage_task.make(committee=own.committee)
    task.associations.set([own.association, bare(own, 1)])
    answer = client_of("secretary").get("/tasks/")
    assert (list(answer.context["page_obj"]), "/cancel/" in answer.content.decode()) == ([task], False)


@pytest.mark.parametrize(
    ("state", "due", "cancelled"),
    (
        ("open", datetime.date(2035, 1, 1), None),
        ("overdue", datetime.date(2020, 1, 1), None),
        ("cancelled", datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)),
    ),
)
def test_tasks_are_found_by_where_they_stand(client_of, own, state, due, cancelled):
    a_task(own, formal=1)
    task = a_task(own, due_on=due, cancelled_on=cancelled, cancel_reason="不需要" if cancelled else "")
    found = list(client_of("committee").get(f"/tasks/?state={state}&sort=-due").context["page_obj"])
    assert task in found
    assert {each.state for each in found} == {state}


def test_a_task_given_from_above_is_taken_back_from_above(client_of, own, province):
    task = a_task(own)
    CoverageTask.objects.update(committee=province)
    assert client_of("committee").get(f"/tasks/{task.pk}/cancel/").status_code == 403
    assert list(client_of("committee").get("/tasks/").context["kept"]) == [own.committee.pk]
    answer = client_of("province").post(f"/tasks/{task.pk}/cancel/", {"reason": "协会拟注销"})
    assert (answer.status_code, CoverageTask.objects.get().cancel_reason) == (302, "协会拟注销")


def test_the_page_about_an_association_and_the_secretarys_own_tell_the_open_task(client_of, own):
    own.affiliation.delete()
    task = recipes.coverage_task.make(committee=own.committee, helper="李明")
    task.associations.set([own.association])
    page = client_of("secretary").get(f"/associations/{own.association.pk}/").context["record"]
    (card,) = client_of("secretary").get("/").context["cards"]
    assert (page.tasks, "组建任务（单独组建，帮建人李明）" in [due.name for due in card.due]) == ([task], True)


def test_whoever_has_no_part_in_founding_sees_no_task(client_of, own):
    own.affiliation.delete()
    recipes.coverage_task.make(committee=own.committee).associations.set([own.association])
    assert client_of("viewer").get(f"/associations/{own.association.pk}/").context["record"].tasks == []


def test_targets_stand_beside_what_the_pace_of_the_last_year_leads_to(client_of, own):
    for number in range(3):
        association = bare(own, number)
        recipes.affiliation.make(association=association, begins_on=datetime.date(2024, 4 + number, 1))
    bare(own, 9)
    (line,) = client_of("committee").get("/targets/?as_of=2024-12-31").context["page_obj"]
    assert (line.rate, line.projection.since, line.projection.count, line.will_meet) == (
        Rate(4, 5),
        datetime.date(2023, 12, 31),
        5,
        True,
    )


def test_the_first_page_tells_where_the_pace_leads(client_of, own):
    goal = client_of("committee").get("/?as_of=2024-12-31").context["overview"].lead.goal
    assert (goal.projection.percent, goal.will_meet) == ("100.00", True)


def test_more_targets_cost_no_more_queries(client_of, own):
    client, counts = client_of("committee"), []
    for day in (30, 31):
        recipes.target.make(committee=own.committee, due_on=datetime.date(2026, 1, day))
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get("/targets/?as_of=2024-12-31")
        counts.append(len(queries))
    assert counts[0] == counts[1]
