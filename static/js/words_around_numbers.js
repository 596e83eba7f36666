// textarea[data-words]: the text as it is printed, words to be edited, each {name} a fixed piece that shows its number.
// What is typed is written back into the text area, which is what is sent; `data-words` names the JSON of the numbers.
import { piecesOf, withoutBraces } from "./number_text.js";

export function attachWordsAroundNumbers(root) {
  root.querySelectorAll("textarea[data-words]").forEach(attachEditor);
}

function attachEditor(area) {
  const fields = JSON.parse(document.getElementById(area.dataset.words).textContent);
  const texts = new Map(fields.map((field) => [field.name, field.text]));
  const label = document.querySelector(`label[for="${area.id}"]`);
  const editor = editorOf(label.textContent);
  const write = () => {
    area.value = [...editor.childNodes].map(textOf).join("");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  editor.append(...area.value.split("\n").map((text) => paragraphOf(text, texts)));
  editor.addEventListener("input", write);
  editor.addEventListener("paste", pasteWords);
  editor.addEventListener("drop", (event) => event.preventDefault());
  const chooser = chooserOf(fields, label.textContent);
  insertChosen(chooser, editor, texts, write);
  area.hidden = true;
  area.after(editor, chooser);
  label.removeAttribute("for");
  label.addEventListener("click", () => editor.focus());
  if (area.getAttribute("aria-describedby")) {
    editor.classList.add("is-invalid");
    editor.setAttribute("aria-describedby", area.getAttribute("aria-describedby"));
  }
}

function editorOf(name) {
  const editor = document.createElement("div");
  editor.className = "form-control words-editor";
  editor.contentEditable = "true";
  editor.setAttribute("role", "textbox");
  editor.setAttribute("aria-multiline", "true");
  editor.setAttribute("aria-label", name);
  editor.spellcheck = false;
  return editor;
}

function numberOf(name, texts) {
  const part = document.createElement("span");
  part.className = "words-number";
  part.contentEditable = "false";
  part.dataset.field = name;
  part.title = name;
  part.textContent = texts.has(name) ? texts.get(name) : `{${name}}`;
  return part;
}

function paragraphOf(text, texts) {
  const paragraph = document.createElement("p");
  paragraph.append(...piecesOf(text).map((piece) => (piece.field ? numberOf(piece.field, texts) : piece.words)));
  if (!paragraph.textContent) paragraph.append(document.createElement("br"));
  return paragraph;
}

// A number is written back by its name, whatever stands in its piece: typing over it changes nothing.
function textOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return withoutBraces(node.textContent);
  if (node.dataset && node.dataset.field) return `{${node.dataset.field}}`;
  if (node.nodeName === "BR") return "";
  const inside = [...node.childNodes].map(textOf).join("");
  return ["P", "DIV", "LI"].includes(node.nodeName) && node.previousSibling ? `\n${inside}` : inside;
}

function pasteWords(event) {
  event.preventDefault();
  document.execCommand("insertText", false, withoutBraces(event.clipboardData.getData("text/plain")));
}

function chooserOf(fields, name) {
  const chooser = document.createElement("select");
  chooser.className = "form-select words-chooser";
  chooser.setAttribute("aria-label", `在“${name}”中插入数据项`);
  chooser.append(new Option("插入数据项…", ""));
  for (const field of fields) chooser.append(new Option(`${field.name}：${field.text}`, field.name));
  return chooser;
}

// A chosen number goes where the cursor was last, else to the end of the text.
function insertChosen(chooser, editor, texts, write) {
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
    const part = numberOf(chooser.value, texts);
    place.insertNode(part);
    place.setStartAfter(part);
    place.collapse(true);
    chooser.value = "";
    write();
    editor.focus();
  });
}
