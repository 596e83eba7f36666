// What could not be sent any more, because the visit is over or somebody else's now: shown until a person says that it may go.
import { shown } from "./answers.js";
import { el } from "./elements.js";

// Return the card of what is left of a visit. `after` is called once it has been cleared.
export function leftovers(store, visit, rows, after) {
  const standing = lastWords(rows);
  const clear = async () => {
    if (!window.confirm("清除后不能恢复。确定已经另行记下？")) return;
    await store.remove(rows);
    await store.forget(visit);
    after();
  };
  return el("section", { class: "card visit-left" },
    el("div", { class: "card-body" },
      el("h2", {}, "没有送达的记录"),
      el("p", {}, `检查任务已经结束或者改派，以下 ${standing.length} 条记录没有送达。请另行告知同行人员或者派出机构。`),
      el("ul", {}, standing.map((row) => el("li", {}, wordsOf(row)))),
      el("button", { class: "btn btn-danger-plain", type: "button", onclick: clear }, "已记下，从本机清除")));
}

// Return the rows that a person needs to note down: of several entries of one item only the last.
export function lastWords(rows) {
  const last = new Map(rows.filter(({ kind }) => kind === "entry").map((row) => [row.content.item, row]));
  return rows.filter((row) => row.kind !== "entry" || last.get(row.content.item) === row);
}

export function wordsOf({ kind, content }) {
  if (kind === "photo") return `照片：${content.label || "未分项目"}`;
  if (kind === "signature") return content.refusal ? `未签字的原因：${content.refusal}` : `签字：${content.name}`;
  return `${content.label || content.item}：${shown({}, content.value)}${content.note ? `，${content.note}` : ""}`;
}
