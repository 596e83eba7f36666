// The check list of one visit, filled in with or without a signal: every change is kept on the phone first and sent afterwards.
import { el } from "./elements.js";
import { leftovers } from "./leftovers.js";
import { smallCopy } from "./photos.js";
import { isOver, needsSignIn, pauseAfter, pauseAfterTyping, unknownWords, wordsOf } from "./sending.js";
import { itemsOf, photosAt, planEntry, progressOf, signaturesOf, standingAt } from "./sheet.js";
import { SheetPage } from "./sheet_page.js";
import { paintSignatures } from "./signing.js";
import { openStore, storeOwner } from "./store.js";
import { finishVisit, sync } from "./sync.js";

export async function startVisit(root, visit) {
  const page = new SheetPage(root);
  const owner = root.dataset.owner || storeOwner();
  if (!owner) {
    page.say("warn", unknownWords());
    return;
  }
  const filling = new Filling(page, visit, await openStore(owner), root.dataset.signIn);
  await filling.start();
  window.addEventListener("online", () => filling.sendSoon(0));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && filling.sendSoon(0));
  await filling.send();
}

class Filling {
  #state = null; // what the portal said of the visit last
  #rows = []; // what waits on this phone
  #isOk = true; // the last sending went well
  #chain = Promise.resolve(); // what is kept is kept in order
  #timer = 0;

  constructor(page, visit, store, signInUrl) {
    Object.assign(this, { page, visit, store, signInUrl });
  }

  async start() {
    this.#state = await this.store.state(this.visit);
    await this.#refresh();
    this.#paintStatus();
    if (this.#state) await this.#build();
  }

  sendSoon(pause = pauseAfterTyping()) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.send(), pause);
  }

  async send() {
    clearTimeout(this.#timer);
    const outcome = await sync(this.store, this.visit);
    const isFirst = !this.#state;
    this.#isOk = outcome.kind === "ok";
    this.#state = (await this.store.state(this.visit)) || (isOver(outcome) ? null : this.#state);
    await this.#refresh();
    if (isOver(outcome)) {
      await this.#end();
      return null;
    }
    if (this.#state) {
      await (isFirst ? this.#build() : this.#repaint());
      this.#sayOutcome(outcome);
    } else {
      this.page.say("warn", unknownWords());
    }
    const pause = pauseAfter(outcome, this.#rows);
    if (pause !== null) this.sendSoon(pause);
    return outcome;
  }

  // --- keeping ---

  #later(work) {
    this.#chain = this.#chain.then(work).catch((fault) => {
      const isFull = fault?.name === "QuotaExceededError";
      this.page.say("bad", isFull ? "手机存储空间不足，刚才的内容没有保存。请清理后重试。" : "刚才的内容没有保存在本机，请刷新页面后重试。");
    });
    return this.#chain;
  }

  // What waits is read before what the portal has: an entry that was sent in between is in both, never in neither.
  async #refresh() {
    this.#rows = await this.store.rows(this.visit);
    if (this.#state) this.#state = (await this.store.state(this.visit)) || this.#state;
  }

  #keepAnswer(item, change) {
    return this.#later(async () => {
      await this.#refresh(); // another tab may have said something
      const about = { item, change, state: this.#state, rows: this.#rows, now: new Date().toISOString(), id: crypto.randomUUID() };
      const { amended, entry } = planEntry(about);
      const isAmended = amended && (await this.store.amend(amended.id, amended.content));
      if (!isAmended) await this.store.enqueue(this.visit, "entry", entry);
      await this.#refresh();
      this.#paintStatus();
      this.sendSoon();
    });
  }

  #keepPhoto(item, file) {
    return this.#later(async () => {
      const { copy, fault } = await smallCopy(file);
      if (fault) {
        this.page.say("bad", fault);
        return;
      }
      const content = { client_id: crypto.randomUUID(), item: item.code, label: item.label, type: file.type, taken: new Date().toISOString() };
      await this.store.enqueue(this.visit, "photo", content, await file.arrayBuffer(), copy);
      await this.#refresh();
      await this.#paint(item);
      this.#paintStatus();
      this.sendSoon();
    });
  }

  #dropPhoto(item, photo) {
    return this.#later(async () => {
      await this.store.remove([photo.row]);
      await this.#refresh();
      await this.#paint(item);
      this.#paintStatus();
    });
  }

  #keepSignature(signature) {
    return this.#later(async () => {
      const content = { client_id: crypto.randomUUID(), name: "", post: "", strokes: [], refusal: "", ...signature };
      await this.store.enqueue(this.visit, "signature", content);
      await this.#refresh();
      paintSignatures(signaturesOf(this.#state, this.#rows));
      this.#paintStatus();
      this.sendSoon();
    });
  }

  // --- painting ---

  async #build() {
    this.page.build(this.visit, this.#state, {
      sign: (signature) => this.#keepSignature(signature),
      finish: (event) => this.#finish(event.currentTarget),
    });
    for (const item of itemsOf(this.#state)) await this.#paint(item);
    paintSignatures(signaturesOf(this.#state, this.#rows));
    this.#paintStatus();
  }

  async #paint(item) {
    const photos = await Promise.all(
      photosAt(this.#state, this.#rows, item.code).map(async (photo) => (
        { ...photo, source: (await this.store.picture(photo.client_id)) || photo.url }
      )),
    );
    this.page.paint(item, standingAt(this.#state, this.#rows, item.code), photos, this.#actsOf(item));
  }

  #actsOf(item) {
    return {
      tell: (value, isTyping) => {
        const kept = this.#keepAnswer(item, { value });
        if (isTyping) this.page.markTyping(item);
        else kept.then(() => this.#paint(item));
      },
      note: (note) => {
        this.#keepAnswer(item, { note });
        this.page.markTyping(item);
      },
      settle: (head) => this.#keepAnswer(item, { value: head.value, note: head.note }).then(() => this.#paint(item)),
      take: (files) => files.forEach((file) => this.#keepPhoto(item, file)),
      drop: (photo) => this.#dropPhoto(item, photo),
    };
  }

  // What came from elsewhere is painted in, but never under the hands of whoever is typing.
  async #repaint() {
    for (const item of itemsOf(this.#state)) {
      const photos = photosAt(this.#state, this.#rows, item.code);
      if (this.page.mustPaint(item, standingAt(this.#state, this.#rows, item.code), photos)) await this.#paint(item);
    }
    paintSignatures(signaturesOf(this.#state, this.#rows));
    this.#paintStatus();
  }

  #paintStatus() {
    this.page.showWaiting(this.#rows.length, this.#isOk);
    if (this.#state) this.page.showProgress(progressOf(this.#state, this.#rows));
  }

  #sayOutcome(outcome) {
    const next = `${this.signInUrl}?next=${encodeURIComponent(window.location.pathname)}`;
    const link = needsSignIn(outcome) && el("a", { class: "btn btn-plain", href: next }, "重新登录");
    this.page.say(outcome.kind === "offline" ? "none" : "warn", wordsOf(outcome), link);
  }

  // --- the end ---

  // The visit is over or somebody else's: what was not sent is shown, else the list.
  async #end() {
    await this.#refresh();
    this.page.showProgress(null);
    this.#paintStatus();
    const toList = () => window.location.replace("/visits/");
    if (!this.#rows.length) {
      toList();
      return;
    }
    this.page.replaceBy(leftovers(this.store, this.visit, this.#rows, toList));
    this.page.say("warn", "检查任务已经结束或者改派。");
  }

  async #finish(button) {
    button.disabled = true;
    try {
      await this.#chain;
      const outcome = await this.send();
      if (outcome?.kind === "ok") await this.#finishSent(outcome.token);
      else if (outcome) this.page.say("warn", `${wordsOf(outcome)}完成检查需要网络，记录已保存在本机。`);
    } finally {
      button.disabled = false;
    }
  }

  async #finishSent(token) {
    if (this.#rows.some((row) => row.fault)) {
      this.page.say("bad", "有照片没有被接收，请先移除或者重拍。");
      return;
    }
    const answer = await finishVisit(this.visit, token);
    if (answer.kind === "ok") {
      await this.store.forget(this.visit);
      window.location.replace(answer.url);
    } else if (answer.kind === "over") {
      await this.#end();
    } else {
      this.page.say("bad", wordsOf(answer), gapList(answer.gaps || []));
      this.page.showBanner();
    }
  }
}

function gapList(gaps) {
  if (!gaps.length) return null;
  return el("ul", {}, gaps.map((gap) => el("li", {}, el("a", { href: `#item-${gap.item}` }, `${gap.label}：${gap.sentence}`))));
}
