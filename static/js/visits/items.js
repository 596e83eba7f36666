// One item of the check list on the page: question, what both said where they differ, field, words, photos.
window.visits = window.visits || {};
visits.itemView = (() => {
  const { el, icon } = visits;

  const conflictBox = (item, standing, settle) =>
    el("div", { class: "visit-conflict", role: "group", "aria-label": `${item.label}：两人的记录不一致` },
      el("p", {}, visits.status("warn", "exclamation-circle-fill", "两人的记录不一致，请商定后选一个")),
      standing.heads.map((head) =>
        el("div", { class: "visit-said" },
          el("span", {}, el("strong", {}, head.by), `：${visits.shown(item, head.value)}${head.note ? `（${head.note}）` : ""}`),
          el("button", { class: "btn btn-plain", type: "button", "data-settle": head.client_id, onclick: () => settle(head) }, `采用${head.by}的`))));

  const noteField = (item, standing, tell) => {
    const isAsked = standing.value === false || standing.value === "不适用";
    const id = `note-${item.code}`;
    const input = el("textarea", {
      class: "form-control", id, rows: 2, maxlength: 1000, value: standing.note, oninput: (event) => tell(event.target.value.trim()),
    });
    const words = standing.value === "不适用" ? "不适用的原因" : "情况说明";
    const label = el("label", { class: "form-label", for: id }, words, isAsked && el("span", { class: "asteriskField" }, "*"));
    if (isAsked || standing.note) return el("div", { class: "visit-note" }, label, input);
    return el("details", { class: "visit-note" }, el("summary", {}, "添加说明"), label, input);
  };

  const photoRow = (item, photos, { accept, take, drop }) =>
    el("div", { class: "visit-photos" },
      photos.map((photo) =>
        el("figure", { class: "visit-photo" },
          photo.source ? el("img", { src: photo.source, alt: `${item.label}的照片`, loading: "lazy" }) : el("span", {}, "照片"),
          el("figcaption", {},
            photo.fault ? el("span", { class: "text-bad" }, photo.fault) : photo.sent ? `${photo.by} 已发送` : "未发送"),
          (photo.fault || (photo.row && !photo.row.tried)) && el("button", { class: "btn btn-plain", type: "button", onclick: () => drop(photo) }, "移除"))),
      el("label", { class: "btn btn-plain visit-take" }, icon("camera"), " 拍照",
        el("input", {
          class: "visually-hidden", type: "file", accept, capture: "environment", multiple: true, "data-photo": item.code,
          "aria-label": `${item.label}：拍照`,
          onchange: (event) => { take([...event.target.files]); event.target.value = ""; },
        })));

  // `standing` of the item, its photos, and what the page does when something is told.
  return (item, standing, photos, acts) => {
    const label = `label-${item.code}`;
    const asks = [item.evidence && `查看：${item.evidence}`, item.basis && `依据：${item.basis}`, item.help].filter(Boolean);
    return el("div", { class: `visit-item${standing.conflict ? " has-conflict" : ""}`, id: `item-${item.code}` },
      el("div", { class: "visit-question" },
        el("span", { class: "form-label", id: label }, item.label,
          item.required && el("span", { class: "asteriskField" }, "*"),
          item.conditional && el("span", { class: "text-soft" }, "（如涉及）"))),
      asks.length > 0 && el("div", { class: "form-text" }, asks.map((words) => el("div", {}, words))),
      standing.conflict
        ? conflictBox(item, standing, acts.settle)
        : [
            visits.field(item, `field-${item.code}`, label, standing.value, acts.tell),
            item.type !== "long_text" && item.type !== "short_text" && noteField(item, standing, acts.note),
          ],
      photoRow(item, photos, acts));
  };
})();
