// The one dialog that pieces of the server are shown in, and the question before what cannot be taken back lightly.
import { all, on, one, words } from "./dom.js";

/** @type {HTMLDialogElement} */
const dialog = one("#dialog");
/** What the focus goes back to. @type {HTMLElement | null} */
let opener = null;

function open() {
  if (document.activeElement instanceof HTMLElement) opener ??= document.activeElement;
  if (!dialog.open) dialog.showModal();
  (one("[autofocus]", dialog) ?? one("input:not([type=hidden]), button", dialog))?.focus();
}
on("htmx:afterSwap", (event) => { if (event.detail.target === dialog) open(); });
on("click", (event) => {
  opener = event.target.closest("[hx-target='#dialog']") ?? opener;
  if (event.target !== dialog && !event.target.closest("[data-close]")?.closest("dialog")) return;
  if (event.target.closest("a")) event.preventDefault();
  if (!dialog.dataset.working) dialog.close();
});
// A form in the dialog whose answer is for the page behind it: when it went well the dialog has nothing left to say.
on("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.requestConfig?.elt?.matches("#dialog form[data-closes]")) dialog.close();
});
dialog.addEventListener("close", () => {
  const reload = one("[data-reload]", dialog);
  dialog.replaceChildren();
  dialog.className = "";
  opener?.focus();
  opener = null;
  if (reload) location.reload();
});

const QUESTION = `<div class='sheet-body'><p></p></div><div class='sheet-foot'>
  <button class='btn' type='button' value='no'></button><button class='btn primary' type='button' value='yes'></button></div>`;

/**
 * The verb stands on the button, and a slip of the finger does nothing: the safe one has the focus.
 * @param {string} question
 * @param {DOMStringMap} looks `verb` on the button that does it, `danger` where it destroys
 * @param {string | null | undefined} label the verb where `looks` has none
 * @param {() => void} then
 */
export function ask(question, { verb, danger }, label, then) {
  /** @type {HTMLDialogElement} */
  const sheet = one("#ask") ?? document.body.appendChild(Object.assign(document.createElement("dialog"), { id: "ask" }));
  sheet.setAttribute("aria-label", question);
  sheet.innerHTML = QUESTION;
  one("p", sheet).textContent = question;
  const [no, yes] = all("button", sheet);
  no.textContent = words.sayNo ?? "";
  yes.textContent = verb || label?.trim() || (words.sayYes ?? "");
  yes.className = danger === undefined ? "btn primary" : "btn danger";
  no.onclick = () => sheet.close();
  yes.onclick = () => { sheet.close(); then(); };
  sheet.showModal();
  no.focus();
}
