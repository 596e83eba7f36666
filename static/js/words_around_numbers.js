// textarea[data-words]: the text as it is printed, words to be edited, each {name} a fixed piece that shows its number.
// What is typed is written back into the text area, which is what is sent; `data-words` names the JSON of the numbers.
(() => {
  const FIELD = /\{([^{}\n]+)\}/g;

  const attach = (area) => {
    const fields = JSON.parse(document.getElementById(area.dataset.words).textContent);
    const texts = new Map(fields.map((field) => [field.name, field.text]));
    const label = document.querySelector(`label[for="${area.id}"]`);
    const editor = document.createElement("div");
    editor.className = "form-control words-editor";
    editor.contentEditable = "true";
    editor.setAttribute("role", "textbox");
    editor.setAttribute("aria-multiline", "true");
    editor.setAttribute("aria-label", label.textContent);
    editor.spellcheck = false;

    const piece = (name) => {
      const part = document.createElement("span");
      part.className = "words-number";
      part.contentEditable = "false";
      part.dataset.field = name;
      part.title = name;
      part.textContent = texts.has(name) ? texts.get(name) : `{${name}}`;
      return part;
    };

    const line = (text) => {
      const paragraph = document.createElement("p");
      let end = 0;
      for (const found of text.matchAll(FIELD)) {
        paragraph.append(text.slice(end, found.index), piece(found[1]));
        end = found.index + found[0].length;
      }
      paragraph.append(text.slice(end));
      if (!paragraph.textContent) paragraph.append(document.createElement("br"));
      return paragraph;
    };

    // A number is written back by its name, whatever stands in its piece: typing over it changes nothing.
    const spoken = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return node.textContent.replace(/[{}]/g, "");
      if (node.dataset && node.dataset.field) return `{${node.dataset.field}}`;
      if (node.nodeName === "BR") return "";
      const inside = [...node.childNodes].map(spoken).join("");
      return ["P", "DIV", "LI"].includes(node.nodeName) && node.previousSibling ? `\n${inside}` : inside;
    };
    const write = () => {
      area.value = [...editor.childNodes].map(spoken).join("");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    };

    editor.append(...area.value.split("\n").map(line));
    editor.addEventListener("input", write);
    editor.addEventListener("paste", (event) => {
      event.preventDefault();
      document.execCommand("insertText", false, event.clipboardData.getData("text/plain").replace(/[{}]/g, ""));
    });
    editor.addEventListener("drop", (event) => event.preventDefault());

    const chooser = document.createElement("select");
    chooser.className = "form-select words-chooser";
    chooser.setAttribute("aria-label", `在“${label.textContent}”中插入数据项`);
    chooser.append(new Option("插入数据项…", ""));
    for (const field of fields) chooser.append(new Option(`${field.name}：${field.text}`, field.name));
    let place = null;
    document.addEventListener("selectionchange", () => {
      const selection = window.getSelection();
      if (selection.rangeCount && editor.contains(selection.anchorNode)) place = selection.getRangeAt(0).cloneRange();
    });
    chooser.addEventListener("change", () => {
      if (!chooser.value) return;
      if (!place) {
        place = document.createRange();
        place.selectNodeContents(editor.lastElementChild || editor);
        place.collapse(false);
      }
      place.deleteContents();
      const part = piece(chooser.value);
      place.insertNode(part);
      place.setStartAfter(part);
      place.collapse(true);
      chooser.value = "";
      write();
      editor.focus();
    });

    area.hidden = true;
    area.after(editor, chooser);
    label.removeAttribute("for");
    label.addEventListener("click", () => editor.focus());
    if (area.getAttribute("aria-describedby")) {
      editor.classList.add("is-invalid");
      editor.setAttribute("aria-describedby", area.getAttribute("aria-describedby"));
    }
  };

  document.querySelectorAll("textarea[data-words]").forEach(attach);
})();
