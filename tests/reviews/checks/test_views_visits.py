"""The visit pages and what a phone asks of them, through HTTP."""

import io
import json
import re
import uuid

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from reviews.checks.choices import CheckStatus, VisitStatus
from reviews.checks.models.visits import VisitEntry, VisitPhoto
from reviews.checks.rules.photos import MAX_BYTES
from tests.reviews.checks.visits import entry, jpeg, sent, signature
from tests.reviews.checks.worlds import check_of, inspector_of, visit_of


@pytest.fixture
def visit(own, inspector_user):
    pair = inspector_of(own.committee, inspector_user), inspector_of(own.committee)
    check = check_of(own.committee, CheckStatus.RELEASED)
    return visit_of(own.association, check, inspectors=pair, address="南京市北京西路70号", stratum="风险程度：高")


@pytest.fixture
def phone(client_of, visit):
    return client_of("inspector")


def upload(phone, visit, data, client_id=None, **more):
    told = {
        "client_id": str(client_id or uuid.uuid4()),
        "user": visit.assignments.get(inspector__user__username="inspector").inspector.user_id,
        "item": "built",
        "photo": SimpleUploadedFile("IMG_1.jpg", data, "image/jpeg"),
        **more,
    }
    return phone.post(f"/visits/{visit.pk}/photos/", told)


# --- pages ---


def test_the_list_shows_the_next_visit_first_with_address_day_and_company(phone, visit, own, other, inspector_user):
    later = visit_of(
        other.association, visit.spot_check, inspectors=(inspector_user.inspector,), planned_on=visit.spot_check.ends_on
    )
    lines = phone.get("/visits/").context["lines"]
    partner = visit.assignments.exclude(inspector__user=inspector_user).get().inspector.user.name
    assert [(line.visit.pk, line.others) for line in lines] == [(visit.pk, (partner,)), (later.pk, ())]


@pytest.mark.parametrize("number", (1, 4))
def test_the_list_costs_the_same_however_many_there_are(phone, visit, number, django_assert_max_num_queries):
    inspector = visit.assignments.first().inspector
    for _ in range(number):
        visit_of(visit.association, check_of(inspector.committee, CheckStatus.RELEASED), inspectors=(inspector,))
    with django_assert_max_num_queries(9):
        phone.get("/visits/")


def test_neither_risk_nor_an_earlier_grade_nor_a_place_is_told_before_the_findings_are_saved(phone, visit, own):
    own.association.grade = "5A"
    own.association.save(update_fields=["grade"])
    upload(phone, visit, jpeg((400, 300)))
    for address in ("/visits/", f"/visits/{visit.pk}/", f"/visits/{visit.pk}/data/"):
        text = phone.get(address).content.decode()
        assert re.findall(r"\b5A\b|风险程度|32\.06|118\.78|2024:09:02", text) == []  # a token may hold 5A within


def test_the_page_without_a_signal_holds_no_word_of_anybody(phone, visit):
    text = phone.get("/visits/offline/").content.decode()
    assert text == Client().get("/visits/offline/").content.decode()
    assert [word for word in (visit.association.name, "钱查") if word in text] == []


def test_the_worker_minds_visits_alone_and_knows_what_the_page_is_made_of(phone, db):
    answer = phone.get("/visits/worker.js")
    script = answer.content.decode()
    assert (answer["Service-Worker-Allowed"], answer["Content-Type"]) == ("/visits/", "text/javascript; charset=utf-8")
    assert ("/static/js/visits/fill.js" in script, 'const SHELL = "/visits/offline/"' in script) == (True, True)
    manifest = phone.get("/visits/manifest.webmanifest").json()
    assert (manifest["start_url"], manifest["display"]) == ("/visits/", "standalone")


def test_the_worker_has_a_new_version_when_a_module_changes_under_the_same_name(phone, db, tmp_path, settings):
    version = re.compile('const CACHE = "(visits-[0-9a-f]{16})"')
    before = version.search(phone.get("/visits/worker.js").content.decode())[1]
    assert version.search(phone.get("/visits/worker.js").content.decode())[1] == before
    (tmp_path / "js/visits").mkdir(parents=True)
    (tmp_path / "js/visits/merging.js").write_text("// changed")
    settings.STATICFILES_DIRS = [tmp_path, *settings.STATICFILES_DIRS]
    finders.get_finder.cache_clear()
    try:
        assert version.search(phone.get("/visits/worker.js").content.decode())[1] != before
    finally:
        settings.STATICFILES_DIRS = settings.STATICFILES_DIRS[1:]
        finders.get_finder.cache_clear()


def test_signing_out_empties_the_browser(phone):
    assert phone.post("/sign-out/")["Clear-Site-Data"] == '"cache", "storage"'


def test_a_browser_takes_workers_and_the_manifest_from_the_portal_alone(phone):
    policy = phone.get("/visits/")["Content-Security-Policy"]
    assert [part in policy for part in ("worker-src 'self'", "manifest-src 'self'")] == [True, True]


# --- sync ---


def test_a_batch_is_answered_with_what_arrived_and_with_what_the_other_one_said(phone, visit, inspector_user):
    partner = visit.assignments.exclude(inspector__user=inspector_user).get().inspector.user
    client = Client()
    client.force_login(partner)
    theirs = entry(1, value=False, device=uuid.UUID(int=8), note="没有批复文件")
    client.post(f"/visits/{visit.pk}/sync/", sent(partner, theirs))
    mine = entry(1)
    answer = phone.post(f"/visits/{visit.pk}/sync/", sent(inspector_user, mine, signatures=(signature(),))).json()
    state = answer["state"]
    assert (answer["acknowledged"][0], len(answer["acknowledged"]), answer["has_gap"]) == (
        str(mine.client_id),
        2,
        False,
    )
    assert [(each["by"], each["mine"], each["value"], each["note"]) for each in state["entries"]] == [
        (partner.name, False, False, "没有批复文件"),
        ("钱查", True, True, ""),
    ]
    assert (state["conflicts"], state["visit"]["with"]) == (["built"], [partner.name])


def test_a_form_without_its_token_is_refused_and_the_token_comes_with_the_data(visit, inspector_user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(inspector_user)
    address, told = f"/visits/{visit.pk}/sync/", sent(inspector_user, entry(1))
    assert client.post(address, told).status_code == 403
    token = client.get(f"/visits/{visit.pk}/data/").json()["token"]
    assert client.post(address, told, headers={"x-csrftoken": token}).status_code == 200


def test_entries_of_another_persons_phone_are_not_taken(phone, visit, province_user):
    answer = phone.post(f"/visits/{visit.pk}/sync/", sent(province_user, entry(1)))
    assert (answer.status_code, answer.json()["sentence"]) == (
        409,
        "这部手机上的记录是另一位检查人员填写的，请由本人登录后发送。",
    )


def broken(user, **change):
    told = json.loads(sent(user, entry(1))["batch"])
    told["entries"][0].update(change)
    return json.dumps(told)


@pytest.mark.parametrize(
    "change",
    (
        {"client_id": "x"},
        {"sequence": 0},
        {"sequence": "1"},
        {"item": "A b"},
        {"item": None},
        {"note": "长" * 1001},
        {"note": 5},
        {"bases": ["x"]},
        {"bases": 3},
        {"value": 1.5},
        {"value": "长" * 20001},
        {"entered_at": "yesterday"},
        {"entered_at": "2024-09-02T10:00:00"},
    ),
)
def test_what_no_visit_page_sends_is_refused_in_words_and_nothing_is_kept(phone, visit, inspector_user, change):
    answer = phone.post(f"/visits/{visit.pk}/sync/", {"batch": broken(inspector_user, **change)})
    assert (answer.status_code, answer.json()["sentence"]) == (
        400,
        "手机发来的内容无法识别，没有保存。请刷新页面后重试。",
    )
    assert VisitEntry.objects.count() == 0


@pytest.mark.parametrize(
    "text", ("", "[]", "null", "7", "[" * 5000, '{"entries": {}}', '{"entries": [3]}', '{"user": 1e999}')
)
def test_a_batch_that_is_none_is_never_a_fault(phone, visit, text):
    assert phone.post(f"/visits/{visit.pk}/sync/", {"batch": text}).status_code in {200, 400}


def test_letters_that_no_database_keeps_are_dropped(phone, visit, inspector_user):
    told = sent(inspector_user, entry(1, "remarks", value="甲\x00乙", note="丙\x00"))["batch"].replace(
        "丙", "\\ud800丙"
    )
    assert phone.post(f"/visits/{visit.pk}/sync/", {"batch": told}).status_code == 200
    assert list(visit.entries.values_list("value", "note")) == [("甲乙", "丙")]


# --- photos ---


def test_what_is_served_of_a_photo_tells_nothing_and_the_original_is_served_by_nobody(phone, visit):
    client_id = uuid.uuid4()
    answers = [upload(phone, visit, jpeg((1800, 1200)), client_id) for _ in range(3)]
    assert [answer.json()["acknowledged"] for answer in answers] == [[str(client_id)]] * 3
    photo = VisitPhoto.objects.get()
    answer = phone.get(f"/visits/{visit.pk}/photos/{client_id}/")
    picture = Image.open(io.BytesIO(answer.content))
    assert (picture.format, dict(picture.getexif()), picture.info.get("exif")) == ("JPEG", {}, None)
    assert (answer["Content-Type"], answer["Content-Disposition"].split(";")[0]) == ("image/jpeg", "attachment")
    assert (answer["X-Content-Type-Options"], "no-store" in answer["Cache-Control"]) == ("nosniff", True)
    for name in (photo.original.name, photo.shown.name):
        assert phone.get(f"/media/{name}").status_code == 404
    assert "IMG_1" not in photo.original.name


@pytest.mark.parametrize(
    ("data", "sentence"),
    (
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "只接收 JPG、PNG、WebP 格式的照片。"),
        (b"\xff\xd8\xff" + bytes(MAX_BYTES), "照片超过 20 MB，请重新拍摄。"),
    ),
    ids=("svg", "bytes"),
)
def test_what_is_not_a_photo_is_refused_with_a_sentence(phone, visit, data, sentence):
    answer = upload(phone, visit, data)
    assert (answer.status_code, answer.json()["sentence"], VisitPhoto.objects.count()) == (400, sentence, 0)


def test_a_photo_of_another_persons_phone_is_not_taken(phone, visit, province_user):
    assert upload(phone, visit, jpeg((40, 30)), user=province_user.pk).status_code == 409


# --- the end ---


def test_what_is_missing_is_named_item_by_item(phone, visit):
    answer = phone.post(f"/visits/{visit.pk}/finish/")
    assert (answer.status_code, answer.json()["gaps"][0]) == (
        422,
        {"item": "built", "label": "应建的党组织已经建立", "sentence": "请填写。"},
    )


def test_a_visit_that_is_over_is_gone_from_the_phone_and_what_arrived_is_acknowledged_again(
    phone, visit, inspector_user
):
    early = entry(1)
    phone.post(f"/visits/{visit.pk}/sync/", sent(inspector_user, early))
    visit.status, visit.excuse = VisitStatus.EXCUSED, "协会已停止办公"
    visit.save()
    assert phone.get(f"/visits/{visit.pk}/").status_code == 404
    assert phone.get(f"/visits/{visit.pk}/data/").json()["sentence"] == "江苏省家具行业协会的检查已经结束。"
    for told in ((early,), (early, entry(2))):
        answer = phone.post(f"/visits/{visit.pk}/sync/", sent(inspector_user, *told))
        assert (answer.status_code, answer.json()["acknowledged"]) == (410, [str(early.client_id)])
    assert "state" not in answer.json()


def test_an_inspector_says_why_a_visit_was_not_made(phone, visit):
    answer = phone.post(f"/visits/{visit.pk}/excuse/", {"reason": "协会已停止办公"}, follow=True)
    assert (answer.redirect_chain, list(answer.context["lines"])) == ([("/visits/", 302)], [])
    visit.refresh_from_db()
    assert (visit.status, visit.excuse) == (VisitStatus.EXCUSED, "协会已停止办公")
