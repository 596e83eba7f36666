"""A visit on two phones: filled in without a signal, sent once, brought together, and gone from the phone when it is over."""

import hashlib
import random
import re

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from playwright.sync_api import expect

from portal.core.choices import Role
from reviews.checks.choices import AssignmentStatus, CheckStatus, VisitStatus
from reviews.checks.models.findings import Finding
from reviews.checks.models.visits import Visit
from reviews.checks.rules.merging import ItemEntry, standings_of
from reviews.checks.rules.preset import CHECK_LIST
from reviews.checks.views.visits import MODULES
from tests import recipes
from tests.conftest import BROWSER_PATIENCE, PHONE
from tests.reviews.checks.visits import jpeg
from tests.reviews.checks.worlds import check_of, inspector_of, visit_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REQUIRED = [item.code for item in CHECK_LIST.items if item.required]
STORED = """async () => {
  const names = (await indexedDB.databases()).map(({ name }) => name);
  const kept = await caches.keys();
  return [names, kept, Object.keys(localStorage)];
}"""
OWN_STORE = "import('/static/js/visits/store.js').then(({ openStore, storeOwner }) => openStore(storeOwner()))"
KEPT = f"{OWN_STORE}.then((store) => store.visits())"
ROWS = f"async (visit) => (await (await {OWN_STORE}).rows(visit)).length"
NOTED = f"async (visit) => (await (await {OWN_STORE}).rows(visit)).some((row) => row.content.note)"
DUMP = """async () => {
  const wait = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const words = [];
  const read = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) words.push(new TextDecoder().decode(value));
    else if (value && typeof value === "object") Object.values(value).forEach(read);
    else words.push(String(value));
  };
  for (const { name } of await indexedDB.databases()) {
    const database = await wait(indexedDB.open(name));
    for (const store of database.objectStoreNames) (await wait(database.transaction(store).objectStore(store).getAll())).forEach(read);
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) words.push(request.url, await (await cache.match(request)).text());
  }
  return words.join("\\n") + JSON.stringify(localStorage) + JSON.stringify(sessionStorage);
}"""


@pytest.fixture
def partner_user(db):
    user = recipes.user.make(username="partner", name="李同")
    user.grants.create(role=Role.INSPECTOR)
    return user


@pytest.fixture
def visit(own, inspector_user, partner_user):
    pair = inspector_of(own.committee, inspector_user), inspector_of(own.committee, partner_user)
    check = check_of(own.committee, CheckStatus.RELEASED)
    return visit_of(own.association, check, inspectors=pair, address="南京市北京西路70号3楼")


@pytest.fixture
def phone_of(browser, live_server, client_of):
    """Return a phone signed in as a role: a browser of its own. What a lost network writes on its console is no fault."""
    contexts, faults = [], []

    def phone(role):
        context = browser.new_context(
            base_url=live_server.url,
            viewport=PHONE,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=True,
        )
        contexts.append(context)
        context.set_default_timeout(BROWSER_PATIENCE)
        sign_in(context, role)
        context.on("page", lambda page: page.on("pageerror", lambda fault: faults.append(str(fault))))
        return context

    def sign_in(context, role):
        cookies = client_of(role).cookies
        context.add_cookies([{"name": name, "value": c.value, "url": live_server.url} for name, c in cookies.items()])

    phone.sign_in = sign_in
    yield phone
    for context in contexts:
        context.close()
    assert faults == []


def load(context, visit):
    """Open the list where there is a signal, wait until the visit is on the phone, open it."""
    page = context.new_page()
    page.goto("/visits/")
    page.wait_for_selector("[data-ready=yes]")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"/visits/{visit.pk}/")
    page.wait_for_selector("#item-remarks textarea")
    return page


def reopen(context, page, visit):
    page.close()
    page = context.new_page()
    page.goto(f"/visits/{visit.pk}/")
    page.wait_for_selector("#item-remarks textarea")
    return page


def answer(page, code, words):
    page.locator(f"#item-{code} .answer-choices label", has_text=words).first.click()
    page.wait_for_selector(f"#item-{code} input:checked", state="attached")


def sign(page):
    page.fill("#signer-name", "王建国")
    page.fill("#signer-post", "秘书长")
    pad = page.locator("main canvas.signature").last
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 60, steps=5)
    page.mouse.up()
    page.click("[data-sign]")
    page.wait_for_selector("#signatures li")


def fill_everything(page, photos, folder):
    for code in REQUIRED:
        answer(page, code, "否" if code == "meetings" else "是")
    page.fill("#note-meetings", "第三季度没有召开支部党员大会")
    files = [folder / f"photo{place}.jpg" for place in range(len(photos))]
    for file, data in zip(files, photos, strict=True):
        file.write_bytes(data)
    page.set_input_files("[data-photo=meetings]", [str(file) for file in files])
    expect(page.locator("#item-meetings .visit-photo img")).to_have_count(2)
    sign(page)


def until(page, question, *about):
    """Wait until a page says yes to a question that it answers in its own time."""
    while not page.evaluate(question, *about):
        page.wait_for_timeout(50)


def waiting(page):
    return page.locator("[data-visit-status]").inner_text().strip()


def settled(page):
    expect(page.locator("[data-visit-status]")).to_have_text("已全部发送")


def nudge(page):
    page.evaluate("window.dispatchEvent(new Event('online'))")


def send_with_two_answers_lost(context, page):
    """Let the signal return; the portal has what was sent, but the phone hears of it only the third time."""
    lost = []

    def lose_the_answer(route):
        if len(lost) < 2:
            route.fetch()
            lost.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/sync/", lose_the_answer)
    context.set_offline(False)
    for place in (1, 2):
        nudge(page)
        while len(lost) < place:
            page.wait_for_timeout(100)
        page.wait_for_timeout(300)
    nudge(page)
    settled(page)
    assert len(lost) == 2


def test_a_visit_filled_in_without_a_signal_survives_the_closed_tab_and_is_sent_once(
    phone_of, visit, assert_accessible, tmp_path
):
    context = phone_of("inspector")
    page = load(context, visit)
    assert_accessible(page)
    context.set_offline(True)
    photos = [jpeg((1600, 1200), colour=colour) for colour in ("teal", "olive")]
    fill_everything(page, photos, tmp_path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    before = waiting(page)

    page = reopen(context, page, visit)
    expect(page.locator("[data-visit-banner]")).not_to_be_empty()
    expect(page.locator("#note-meetings")).to_have_value("第三季度没有召开支部党员大会")
    expect(page.locator(".visit-item input[type=radio]:checked")).to_have_count(len(REQUIRED))
    expect(page.locator("#item-meetings .visit-photo img")).to_have_count(2)
    expect(page.locator("#signatures li")).to_contain_text("王建国（秘书长）")
    expect(page.locator("[data-visit-status]")).to_have_text(before)
    assert visit.entries.count() == 0
    assert_accessible(page)

    send_with_two_answers_lost(context, page)
    assert sorted(visit.entries.values_list("item", flat=True).distinct()) == sorted(REQUIRED)
    assert len(set(visit.entries.values_list("sequence", flat=True))) == visit.entries.count()
    assert (visit.photos.count(), visit.signatures.count()) == (2, 1)
    hashes = {hashlib.sha256(photo).hexdigest() for photo in photos}
    assert set(visit.photos.values_list("sha256", flat=True)) == hashes
    expect(page.locator("#item-meetings .visit-photo")).to_have_count(2)

    page.click("[data-finish]")
    page.wait_for_url("**/visits/")
    page.wait_for_selector("[data-ready=yes]")
    done = Visit.objects.get(pk=visit.pk)
    assert (done.status, done.answers["meetings"]["note"]) == (VisitStatus.DONE, "第三季度没有召开支部党员大会")
    assert list(Finding.objects.values_list("title", flat=True)) == ["未做到：三会一课按规定召开"]
    assert page.evaluate(KEPT) == []


@pytest.fixture
def as_on_a_server(settings, tmp_path):
    """Serve files as a server does: collected once, each under a name that says its contents."""
    storage = {"BACKEND": "portal.staticfiles.HashedStorage"}
    folder = {"location": tmp_path / "collected", "base_url": "/static/"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {**storage, "OPTIONS": folder}}
    call_command("collectstatic", "--noinput", verbosity=0)
    settings.STATICFILES_DIRS = [tmp_path / "collected"]


def test_under_hashed_names_a_visit_opens_without_a_signal_and_what_is_said_is_kept(as_on_a_server, phone_of, visit):
    context = phone_of("inspector")
    page = load(context, visit)
    loaded = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name.split('/static/')[1])")
    scripts = [name for name in loaded if name and name.startswith("js/")]
    assert len(scripts) == len({"js/theme.js", *MODULES})
    assert [name for name in scripts if not re.search(r"\.[0-9a-f]{12}\.js$", name)] == []
    context.set_offline(True)
    page = reopen(context, page, visit)
    answer(page, "meetings", "是")
    expect(page.locator("[data-visit-status]")).to_have_text("未发送 1")
    context.set_offline(False)
    nudge(page)
    settled(page)
    assert list(visit.entries.values_list("item", "value")) == [("meetings", True)]


def test_what_is_said_while_an_answer_is_on_its_way_back_builds_on_what_was_sent(phone_of, visit):
    page = load(phone_of("inspector"), visit)
    page.evaluate("""() => {  // the lock under which a phone sends is handed back late
      const request = navigator.locks.request.bind(navigator.locks);
      navigator.locks.request = async (...about) => {
        const outcome = await request(...about);
        delete navigator.locks.request;
        await new Promise((done) => { window.letGo = done; });
        return outcome;
      };
    }""")
    answer(page, "meetings", "否")
    until(page, "Boolean(window.letGo)")  # it is sent; the page does not know it yet
    page.fill("#note-meetings", "没有会议记录")
    until(page, ROWS, visit.pk)
    page.evaluate("letGo()")
    settled(page)
    first, second = visit.entries.order_by("pk")
    assert (second.value, second.note, second.bases) == (False, "没有会议记录", [str(first.client_id)])


def test_two_phones_come_together_and_a_conflict_is_shown_and_settled(phone_of, visit, assert_accessible):
    one, two = phone_of("inspector"), phone_of("partner")
    first, second = load(one, visit), load(two, visit)
    one.set_offline(True)
    two.set_offline(True)
    answer(first, "built", "是")
    answer(first, "term", "是")
    answer(second, "built", "否")
    second.fill("#note-built", "没有批复文件")
    answer(second, "charter", "是")
    one.set_offline(False)
    nudge(first)
    settled(first)
    two.set_offline(False)
    nudge(second)
    settled(second)
    second.wait_for_selector("#item-built .visit-conflict")
    expect(second.locator("#item-built .visit-said strong")).to_have_text(["钱查", "李同"])
    expect(second.locator("#item-term input:checked")).to_have_count(1)
    expect(second.locator("[data-visit-progress]")).to_contain_text("1 项不一致")
    assert_accessible(second)

    second.click("[data-finish]")
    second.wait_for_selector("[data-visit-banner] li")
    expect(second.locator("[data-visit-banner] li").first).to_have_text(
        "应建的党组织已经建立：两人的记录不一致，请先确认采用哪一个。"
    )
    second.locator("#item-built .visit-said button").last.click()
    second.wait_for_selector("#item-built .visit-conflict", state="detached")
    nudge(second)
    settled(second)
    nudge(first)
    expect(first.locator("#note-built")).to_have_value("没有批复文件")
    expect(first.locator("#item-built input:checked + label")).to_have_text("否")
    expect(first.locator("#item-charter input:checked")).to_have_count(1)


def test_nothing_on_the_phone_can_be_read_and_nothing_is_left_after_signing_out(phone_of, visit):
    context = phone_of("inspector")
    page = load(context, visit)
    answer(page, "built", "否")
    page.fill("#note-built", "没有批复文件")
    context.set_offline(True)
    page.wait_for_timeout(1500)
    dump = page.evaluate(DUMP)
    assert [
        word for word in (visit.association.name, visit.address, "没有批复文件", "钱查", "李同") if word in dump
    ] == []
    context.set_offline(False)
    nudge(page)
    settled(page)

    page.goto("/visits/")
    page.wait_for_selector("[data-ready=yes]")
    page.locator("summary[aria-label$=菜单]").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in/")
    until(page, f"async () => JSON.stringify(await ({STORED})()) === '[[],[],[]]'")
    page.go_back()
    page.wait_for_url("**/sign-in/**")


def test_what_is_not_sent_is_counted_on_every_page_and_signing_out_asks_first(phone_of, visit):
    context = phone_of("inspector")
    page = load(context, visit)
    page.route("**/sync/", lambda route: route.abort())
    answer(page, "built", "是")
    page.goto("/notices/")
    page.wait_for_selector("[data-unsent]:visible")
    expect(page.locator("[data-unsent]")).to_have_text("检查记录未发送 1")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("summary[aria-label$=菜单]").click()
    with page.expect_event("dialog"):
        page.get_by_role("button", name="退出").click()
    page.wait_for_timeout(300)
    assert (page.url.endswith("/notices/"), len(asked), "本机还有 1 条检查记录没有发送" in asked[0]) == (True, 1, True)


def test_a_visit_given_to_somebody_else_goes_from_the_phone_and_what_was_not_sent_is_shown_first(phone_of, visit):
    context = phone_of("inspector")
    page = load(context, visit)
    context.set_offline(True)
    answer(page, "built", "否")
    page.fill("#note-built", "没有批复文件")
    until(page, NOTED, visit.pk)
    visit.assignments.filter(inspector__user__username="inspector").update(
        status=AssignmentStatus.REPLACED, reason="改派他人"
    )
    context.set_offline(False)
    nudge(page)
    page.wait_for_selector(".visit-left")
    expect(page.locator(".visit-left li")).to_have_text(["应建的党组织已经建立：否，没有批复文件"])
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="已记下，从本机清除").click()
    page.wait_for_url("**/visits/")
    page.wait_for_selector("[data-ready=yes]")
    assert (page.locator("[data-visit]").count(), visit.entries.count()) == (0, 0)


def test_an_address_of_a_visit_that_is_over_leads_to_the_list_which_takes_it_off_the_phone(phone_of, visit):
    context = phone_of("inspector")
    page = load(context, visit)
    assert page.evaluate(KEPT) == [visit.pk]
    page.goto("/notices/")
    Visit.objects.filter(pk=visit.pk).update(status=VisitStatus.EXCUSED, excuse="协会已停止办公")
    page.goto(f"/visits/{visit.pk}/")
    page.wait_for_url("**/visits/")
    page.wait_for_selector("[data-ready=yes]")
    assert page.evaluate(KEPT) == []


def test_after_the_session_is_over_the_same_person_signs_in_again_and_nobody_else_sends(phone_of, visit):
    context = phone_of("inspector")
    page = load(context, visit)
    Session.objects.all().delete()
    answer(page, "built", "是")
    nudge(page)
    page.wait_for_selector("[data-visit-banner] a")
    expect(page.locator("[data-visit-banner]")).to_contain_text("登录已过期。未发送的记录保存在本机")
    phone_of.sign_in(context, "partner")
    nudge(page)
    expect(page.locator("[data-visit-banner]")).to_contain_text("另一位检查人员")
    assert visit.entries.count() == 0
    phone_of.sign_in(context, "inspector")
    nudge(page)
    settled(page)
    assert list(visit.entries.values_list("entered_by__username", flat=True)) == ["inspector"]


def test_the_list_opens_without_a_signal(phone_of, visit, assert_accessible):
    context = phone_of("inspector")
    page = load(context, visit)
    page.goto("/visits/")
    page.wait_for_selector("[data-ready=yes]")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.set_offline(True)
    page.close()
    page = context.new_page()
    page.goto("/visits/")
    page.wait_for_selector(".visit-list a")
    assert page.locator(".visit-list strong").all_inner_texts() == [visit.association.name]
    assert_accessible(page)
    context.set_offline(False)
    nudge(page)
    expect(page.locator("[data-visit-main] p").first).to_contain_text("信号已恢复")


def test_the_phone_reckons_what_stands_as_the_portal_does(phone_of, visit):
    page = load(phone_of("inspector"), visit)
    dice = random.Random(20240902)
    cases = []
    for _ in range(200):
        entries: list[dict] = []
        for place in range(dice.randint(1, 6)):
            seen = [entry["client_id"] for entry in entries]
            entries.append(
                {
                    "client_id": str(place),
                    "item": dice.choice(["built", "term"]),
                    "value": dice.choice([True, False, None, "不适用", ["甲"]]),
                    "note": dice.choice(["", "", "缺记录", "有记录"]),
                    "bases": dice.sample(seen, dice.randint(0, len(seen))),
                }
            )
        cases.append(entries)
    told = page.evaluate(
        "(cases) => import('/static/js/visits/merging.js').then(({ standings }) => "
        "cases.map((entries) => [...standings(entries)].map(([item, { heads, conflict, value, note }]) => "
        "[item, heads.map((head) => head.client_id), conflict, value, note])))",
        cases,
    )
    assert told == [
        [
            [item, [head.key for head in standing.heads], standing.is_conflict, standing.value, standing.note]
            for item, standing in standings_of(
                ItemEntry(each["client_id"], each["item"], each["value"], each["note"], frozenset(each["bases"]))
                for each in entries
            ).items()
        ]
        for entries in cases
    ]


def test_a_portal_that_lost_what_it_had_is_told_the_rest_all_the_same(phone_of, visit):
    page = load(phone_of("inspector"), visit)
    answer(page, "built", "是")
    nudge(page)
    settled(page)
    visit.entries.all().delete()  # an older copy of the database was restored
    answer(page, "term", "否")
    page.fill("#note-term", "逾期半年")
    nudge(page)
    expect(page.locator("[data-visit-status]")).to_have_text("已全部发送")
    assert visit.entries.order_by("pk").values_list("item", "sequence").first() == ("term", 1)


def test_without_scripts_the_page_says_what_is_needed(browser, live_server, client_of, visit):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    cookies = client_of("inspector").cookies
    context.add_cookies([{"name": name, "value": c.value, "url": live_server.url} for name, c in cookies.items()])
    page = context.new_page()
    page.goto(f"/visits/{visit.pk}/")
    assert page.locator("noscript").count() == 1
    assert "检查页面需要浏览器允许运行脚本" in page.content()
    context.close()
