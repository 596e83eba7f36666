// One field by the kind of its item. `tell(value)` is called with the answer as the portal keeps it; what cannot be read stays
// as it was typed, and the portal says at the end what is wrong with it.
window.visits = window.visits || {};
visits.field = (() => {
  const { el } = visits;
  const NOT_APPLICABLE = "不适用";

  const options = (id, kind, choices, isChosen, tell) =>
    choices.flatMap(([value, words], place) => [
      el("input", {
        class: "btn-check", type: kind, name: id, id: `${id}-${place}`, checked: isChosen(value), onchange: (event) => tell(value, event.target.checked),
      }),
      el("label", { class: "btn btn-plain", for: `${id}-${place}` }, words),
    ]);

  const group = (item, label, extra, ...children) =>
    el("div", { class: `answer-choices ${extra}`, role: "group", "aria-labelledby": label }, ...children);

  const typed = {
    whole: (text) => (/^\d{1,12}$/.test(text) ? Number(text) : text),
    money: (text) => {
      const found = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text);
      return found ? Number(found[1]) * 100 + Number((found[2] || "0").padEnd(2, "0")) : text;
    },
  };
  const written = (item, value) =>
    item.type === "money" && Number.isInteger(value) ? String(value / 100) : value === null || value === undefined ? "" : String(value);

  const text = (item, id, label, value, tell) => {
    const isLong = item.type === "long_text";
    const read = typed[item.type] || ((told) => told);
    const input = el(isLong ? "textarea" : "input", {
      class: "form-control",
      id,
      "aria-labelledby": label,
      rows: isLong && 3,
      type: !isLong && (item.type === "date" ? "date" : "text"),
      inputmode: { whole: "numeric", money: "decimal" }[item.type],
      maxlength: item.max_length || (isLong ? 2000 : 100),
      autocomplete: "off",
      value: written(item, value),
      oninput: (event) => {
        const told = event.target.value.trim();
        tell(told ? read(told) : null, true);
      },
    });
    const unit = item.unit || (item.type === "money" ? "元" : "");
    return unit ? el("div", { class: "answer-input" }, input, el("span", {}, unit)) : input;
  };

  const table = (item, id, value, tell) => {
    const rows = Array.isArray(value) ? value.map((row) => ({ ...row })) : [];
    const box = el("div", {});
    const say = () => {
      const told = rows.filter((row) => Object.keys(row).length);
      tell(told.length ? told : null, true);
    };
    const draw = () => {
      box.replaceChildren(
        ...rows.map((row, place) =>
          el("div", { class: "cell-row" }, item.columns.map((column) => {
            const cell = `${id}-${place}-${column.code}`;
            const told = (answer) => {
              if (answer === null) delete row[column.code];
              else row[column.code] = answer;
              say();
            };
            return el("div", { class: "cell" },
              el("span", { class: "form-label", id: `label-${cell}` }, column.label),
              visits.field({ ...column, isCell: true }, cell, `label-${cell}`, row[column.code] ?? null, told));
          })),
        ),
        el("button", { class: "btn btn-plain", type: "button", onclick: () => { rows.push({}); draw(); } }, "添加一行"),
      );
    };
    draw();
    return box;
  };

  return (item, id, label, value, tell) => {
    if (item.type === "yes_no") {
      const choices = [[true, "是"], [false, "否"], ...(item.isCell ? [] : [[NOT_APPLICABLE, NOT_APPLICABLE]])];
      return group(item, label, "is-yes-no", options(id, "radio", choices, (choice) => choice === value, (choice) => tell(choice)));
    }
    if (item.type === "choice") {
      const choices = item.options.map((words) => [words, words]);
      return group(item, label, "", options(id, "radio", choices, (choice) => choice === value, (choice) => tell(choice)));
    }
    if (item.type === "choices") {
      const chosen = new Set(Array.isArray(value) ? value : []);
      const choices = item.options.map((words) => [words, words]);
      return group(item, label, "", options(id, "checkbox", choices, (choice) => chosen.has(choice), (choice, isOn) => {
        if (isOn) chosen.add(choice);
        else chosen.delete(choice);
        const told = item.options.filter((words) => chosen.has(words));
        tell(told.length ? told : null);
      }));
    }
    if (item.type === "table") return table(item, id, value, tell);
    return item.type === "attachment" ? null : text(item, id, label, value, tell);
  };
})();
