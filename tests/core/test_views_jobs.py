"""Background work as people see it."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.core.choices import AuditAction, JobStatus
from portal.core.models import AuditEntry, Job, User
from tests import recipes
from tests.conftest import ClientOf

LIST = "core:job-list"


def page(client: Client, job: Job, **headers: str) -> str:
    return client.get(reverse("core:job-detail", args=[job.pk]), headers=headers).content.decode()


def test_a_job_is_seen_by_its_owner_and_the_keeper_of_the_machine(client_of: ClientOf, province_user: User) -> None:
    job = recipes.job.make(owner=province_user)
    address = reverse("core:job-detail", args=[job.pk])
    roles = ("province", "committee", "sysadmin", "secadmin", "auditor")
    assert [client_of(role).get(address).status_code for role in roles] == [200, 404, 200, 404, 404]


def test_a_job_under_way_is_asked_for_again_and_one_that_is_done_leads_on(
    client_of: ClientOf, province_user: User
) -> None:
    client = client_of("province")
    job = recipes.job.make(
        owner=province_user, status=JobStatus.RUNNING, done=3, total=12, payload={"result_url": "/x/"}
    )
    address = reverse("core:job-detail", args=[job.pk])
    fragment = client.get(address, headers={"HX-Request": "true"})
    assert ('hx-trigger="every 1s"' in fragment.content.decode(), "25 %" in fragment.content.decode()) == (True, True)
    job.status = JobStatus.DONE
    job.save()
    assert client.get(address, headers={"HX-Request": "true"})["HX-Redirect"] == "/x/"
    assert 'href="/x/"' in client.get(address).content.decode()


def test_the_keeper_of_the_machine_sees_nothing_of_what_a_job_is_about(
    client_of: ClientOf, province_user: User
) -> None:
    told = {"note": "正在写入家具协会", "error": "家具协会的代码有误。", "payload": {"result_url": "/secret/"}}
    for status in JobStatus:
        job = recipes.job.make(owner=province_user, status=status, result={"association": "家具协会"}, **told)
        keeper, owner = page(client_of("sysadmin"), job), page(client_of("province"), job)
        assert ("家具" in keeper, "/secret/" in keeper, "不向系统管理员显示" in keeper) == (False, False, True)
        assert ("家具" in owner, "不向系统管理员显示" in owner) == (status != JobStatus.DONE, False)
    assert "家具" not in client_of("sysadmin").get(reverse(LIST)).content.decode()


def test_everybody_lists_the_own_jobs_and_the_system_administrator_all(
    client_of: ClientOf, province_user: User, committee_user: User
) -> None:
    own, other = recipes.job.make(owner=province_user), recipes.job.make(owner=committee_user)
    listed = {
        role: [job.pk for job in client_of(role).get(reverse(LIST), {"sort": "created"}).context["page_obj"]]
        for role in ("province", "committee", "sysadmin", "secretary")
    }
    assert listed == {"province": [own.pk], "committee": [other.pk], "sysadmin": [own.pk, other.pk], "secretary": []}


def test_the_list_is_filtered_and_written_to_a_workbook(client_of: ClientOf, province_user: User) -> None:
    waiting = recipes.job.make(owner=province_user, kind="purge_jobs")
    recipes.job.make(owner=province_user, kind="apply_ledger", status=JobStatus.DONE)
    client = client_of("province")
    answer = client.get(reverse(LIST), {"kind": "purge_jobs", "status": "queued"})
    assert [(job.pk, job.label, job.state) for job in answer.context["page_obj"]] == [
        (waiting.pk, "清理过期任务、登录和通知", "排队中")
    ]
    assert client.get(reverse(LIST), {"export": "xlsx"}).status_code == 200


def test_without_jobs_the_list_says_what_will_be_there(client_of: ClientOf) -> None:
    assert "还没有后台任务" in client_of("province").get(reverse(LIST)).content.decode()


def test_a_failed_job_says_why_and_what_next_and_its_owner_runs_it_again(
    client_of: ClientOf, province_user: User
) -> None:
    job = recipes.job.make(
        owner=province_user, kind="no_such_kind", status=JobStatus.FAILED, error="文件是空的。", tries=1
    )
    client = client_of("province")
    shown = page(client, job)
    assert ("文件是空的。" in shown, "按上述原因处理" in shown, "重新运行" in shown) == (True, True, True)
    answer = client.post(reverse("core:job-rerun", args=[job.pk]), follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["已重新排队。可以离开本页，稍后再回来查看。"]
    job.refresh_from_db()
    assert (job.status, job.tries, job.error) == (JobStatus.QUEUED, 0, "")
    entry = AuditEntry.objects.get(target_type="core.job", target_id=job.pk)
    assert (entry.action, entry.actor, entry.data) == (
        AuditAction.CHANGE,
        province_user,
        {"step": "重新运行", "what": "其他任务"},
    )


@pytest.mark.parametrize(
    ("parked", "status", "sentence"),
    (
        (True, JobStatus.QUEUED, "已重新排队。可以离开本页，稍后再回来查看。"),
        (False, JobStatus.FAILED, "这项任务因业务原因没有完成，只能由发起人处理。"),
    ),
)
def test_the_system_administrator_runs_again_what_the_machine_failed_at_not_what_a_rule_refused(
    client_of: ClientOf,
    province_user: User,
    *,
    parked: bool,
    status: JobStatus,
    sentence: str,
) -> None:
    job = recipes.job.make(owner=province_user, kind="no_such_kind", status=JobStatus.FAILED, parked=parked)
    client = client_of("sysadmin")
    assert ("重新运行" in page(client, job)) is parked
    answer = client.post(reverse("core:job-rerun", args=[job.pk]), follow=True)
    assert [str(message) for message in answer.context["messages"]] == [sentence]
    job.refresh_from_db()
    assert (job.status, job.parked) == (status, False)


@pytest.mark.parametrize("status", (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE))
def test_a_job_that_did_not_fail_is_not_run_again(client_of: ClientOf, province_user: User, status: JobStatus) -> None:
    job = recipes.job.make(owner=province_user, status=status, tries=2)
    answer = client_of("province").post(reverse("core:job-rerun", args=[job.pk]), follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["这项任务没有停止，不需要重新运行。"]
    job.refresh_from_db()
    assert (job.status, job.tries) == (status, 2)
