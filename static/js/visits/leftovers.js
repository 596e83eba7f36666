// What could not be sent any more, because the visit is over or somebody else's now: shown until a person says that it may go.
window.visits = window.visits || {};
visits.leftovers = async (store, visit, rows, after) => {
  const { el } = visits;
  const words = ({ kind, told }) => {
    if (kind === "photo") return `照片：${told.label || "未分项目"}`;
    if (kind === "signature") return told.refusal ? `未签字的原因：${told.refusal}` : `签字：${told.name}`;
    return `${told.label || told.item}：${visits.shown({}, told.value)}${told.note ? `，${told.note}` : ""}`;
  };
  // Of what was said of one item only the last word is told again.
  const last = new Map(rows.filter(({ kind }) => kind === "entry").map((row) => [row.told.item, row]));
  const standing = rows.filter((row) => row.kind !== "entry" || last.get(row.told.item) === row);
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
      el("ul", {}, standing.map((row) => el("li", {}, words(row)))),
      el("button", { class: "btn btn-danger-plain", type: "button", onclick: clear }, "已记下，从本机清除")));
};
