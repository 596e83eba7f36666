// Saves a report as it is typed. It knows no page: `page` shows and holds the form, `fields` reads and fills it, `draft` keeps what
// is not acknowledged, `post` sends. Nothing that was typed is ever thrown away unasked.
import { PAUSES, conflictWords, differencesOf, draftFields, lossOf, mayRestore, refusalOf, restoredWords, stillUnsaved, waitOf } from "./saving.js";

const UNSAVED = "还没有保存";

export class Saver {
  #unsaved = new Set(); // names of fields with something that the server has not acknowledged
  #waiting = new Map(); // what was kept of fields that are not on the page yet
  #unsettled = null; // what was sent without an answer: it may have arrived, so it is sent again as it was
  #first = null; // when the first unsaved change was made
  #timer = 0;
  #keeper = 0;
  #queue = Promise.resolve();
  isStopped = false; // the server refused: nothing is sent until somebody has looked

  constructor({ page, fields, draft, post, isOnline }) {
    Object.assign(this, { page, fields, draft, post, isOnline });
    this.valuesOf = (name) => fields.valuesOf(name);
  }

  get hasUnsaved() {
    return this.#unsaved.size > 0;
  }

  // Take note of a change; it is kept at once and sent after a pause.
  change(name, pause) {
    this.#unsaved.add(name);
    clearTimeout(this.#keeper);
    this.#keeper = setTimeout(() => this.keep(), 250);
    this.page.show(this.isStopped ? "没有保存，内容保留在本机" : UNSAVED);
    this.#schedule(pause);
  }

  keep() {
    clearTimeout(this.#keeper);
    return this.draft.save({ revision: this.page.revision, fields: draftFields(this.#waiting, this.#unsaved, this.valuesOf) });
  }

  // Send what is unsaved, after whatever is on its way. `extra` are fields of this one request. Answers whether it is saved.
  send(extra = {}) {
    this.#queue = this.#queue.then(() => this.#saveOnce(extra)).catch(() => this.#lose());
    return this.#queue;
  }

  // Send a file: another request to another address, in the same queue, because it too answers with a new revision.
  sendFile(address, fill) {
    this.#queue = this.#queue.then(() => this.#sendFileOnce(address, fill)).catch(() => this.page.show("附件没有保存，请稍后再试", "text-bad"));
    return this.#queue;
  }

  // The person has looked at what the server refused and wants it saved.
  insist() {
    this.isStopped = false;
    this.page.hideNotice();
    return this.send();
  }

  reconnect() {
    if (this.hasUnsaved || this.#unsettled) this.#schedule(PAUSES.reconnected);
  }

  disconnect() {
    if (this.hasUnsaved) this.#lose();
  }

  // The page is opened again: put back what was kept and not saved.
  async restore() {
    const kept = await this.draft.load();
    const fields = differencesOf(kept?.fields, this.valuesOf);
    if (!fields.length) {
      if (kept) this.draft.drop();
      return;
    }
    const before = fields.map(([name]) => this.fields.wordsOf(name, this.valuesOf(name)));
    this.#putBack(fields);
    const differing = fields.map(([name, values], place) => ({
      label: this.fields.labelOf(name), before: before[place], kept: this.fields.wordsOf(name, values),
    }));
    if (mayRestore(kept, this.page.revision)) {
      this.page.tell(restoredWords(differing));
      if (await this.send()) this.page.tell(`${restoredWords(differing)}现已保存。`);
      return;
    }
    this.isStopped = true;
    this.page.show("没有保存", "text-bad");
    this.page.tell(conflictWords(differing), "keep", "drop");
  }

  #putBack(fields) {
    const isPlaced = fields.map(([name, values]) => this.fields.put(name, values));
    fields.filter((_, place) => isPlaced[place]).forEach(([name]) => this.#unsaved.add(name));
    this.#waiting = new Map(fields.filter((_, place) => !isPlaced[place]));
  }

  #schedule(pause) {
    if (this.isStopped) return;
    this.#first ??= Date.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.send(), waitOf(pause, this.#first, Date.now()));
  }

  async #saveOnce(extra) {
    clearTimeout(this.#timer);
    this.#first = null;
    if (this.isStopped) return false;
    if (!this.isOnline()) return this.#lose();
    const wasUnsettled = this.#unsettled !== null;
    const sending = this.#unsettled ?? {
      sent: new Map([...this.#unsaved].map((name) => [name, this.valuesOf(name)])), body: this.page.body(extra), whole: extra.unchanged,
    };
    this.page.show("正在保存…");
    let answer;
    try {
      answer = await this.post(this.page.address, sending.body);
    } catch {
      this.#unsettled = { ...sending, whole: undefined };
      return this.#lose();
    }
    this.#unsettled = null;
    if (!this.#settle(answer, sending.whole)) return false;
    this.#acknowledge(sending, answer);
    return wasUnsettled && Object.keys(extra).length ? this.#saveOnce(extra) : true;
  }

  #settle(answer, whole) {
    if (!answer.is_saved) {
      this.#refuse(answer);
      return false;
    }
    this.page.revision = answer.revision;
    this.page.merge(answer.page, whole);
    return true;
  }

  #acknowledge({ sent, whole }, answer) {
    this.#unsaved = stillUnsaved(this.#unsaved, sent, this.valuesOf, Boolean(whole));
    this.#putBack([...this.#waiting]);
    this.#showSaved(answer);
    if (this.hasUnsaved || this.#waiting.size) this.keep();
    else this.draft.drop();
    if (this.hasUnsaved) this.#schedule(PAUSES.typed);
  }

  #showSaved({ at }) {
    if (this.hasUnsaved) this.page.show(UNSAVED);
    else this.page.show(`已保存 ${at}`, "text-good");
  }

  #refuse(answer) {
    this.isStopped = true;
    this.keep();
    const { status, notice } = refusalOf(answer);
    this.page.show(status, "text-bad");
    this.page.tell(notice, "reload");
  }

  #lose() {
    this.keep();
    this.page.show(lossOf(this.isOnline()), "text-warn");
    if (this.isOnline()) this.#timer = setTimeout(() => this.send(), PAUSES.failed);
    return false;
  }

  async #sendFileOnce(address, fill) {
    if (!this.isOnline()) {
      this.page.show("没有连接，文件没有上传，恢复后请重新选择", "text-warn");
      return;
    }
    this.page.show("正在处理附件…");
    const answer = await this.post(address, this.page.fileBody(fill));
    if (answer.is_saved) {
      this.#settle(answer, "");
      if (!this.isStopped) this.page.hideNotice(); // of the file that was refused before: a save between the two leaves it standing
      this.#showSaved(answer);
    } else {
      this.page.show("附件没有保存", "text-bad");
      this.page.tell(answer.message || "登录已过期，附件没有保存。请重新载入并登录。", ...(answer.message ? [] : ["reload"]));
    }
  }
}
