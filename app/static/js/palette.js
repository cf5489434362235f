// Ctrl-K or ⌘K opens one field over everything, ? the keys; arrows walk what was found, Enter opens it.
import { all, on, one, words } from "./dom.js";

/** @type {HTMLDialogElement} */
const dialog = one("#dialog");
/** @returns {HTMLInputElement | null} */
const field = () => one("[data-palette]");
const hits = () => all("#palette-results .hit");
/** @param {HTMLElement} each */
const chosen = (each) => each.getAttribute("aria-selected") === "true";
/** @param {Element} target a key there is no letter of a text */
const free = (target) => !target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select") && !one("dialog[open]");
/** @param {string | undefined} address */
const show = (address) => htmx.ajax("GET", address ?? "", { source: dialog, target: dialog, swap: "innerHTML" });

// The field is there before the server answers: what is typed meanwhile is kept, and is no key of the page behind.
async function find() {
  const from = document.activeElement, early = document.createElement("input");
  early.className = "early";
  early.setAttribute("aria-label", one(".find-all").textContent.trim());
  dialog.replaceChildren(early);
  dialog.showModal();
  early.focus();
  dialog.addEventListener("close", () => { if (from instanceof HTMLElement) from.focus(); }, { once: true });
  await show(words.find);
  const late = field();
  if (!early.value || !late) return;
  late.value = early.value;
  htmx.trigger(late, "input");
}

/** @param {HTMLElement | undefined} hit */
function choose(hit) {
  for (const each of hits()) each.setAttribute("aria-selected", String(each === hit));
  if (!hit) { field()?.removeAttribute("aria-activedescendant"); return; }
  field()?.setAttribute("aria-activedescendant", hit.id);
  hit.scrollIntoView({ block: "nearest" });
}

on("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    const open = field();
    if (open) open.select();
    else if (!one("dialog[open]")) find();
    return;
  }
  if (event.key === "?" && free(event.target)) { event.preventDefault(); show(words.keys); return; }
  if (event.target !== field()) return;
  const found = hits(), at = found.findIndex(chosen);
  if (event.key === "ArrowDown") choose(found[(at + 1) % found.length]);
  else if (event.key === "ArrowUp") choose(found[(at - 1 + found.length) % found.length]);
  else if (event.key === "Enter") found[at]?.click();
  else if (event.key === "Escape") dialog.close(); // a search field would empty itself first
  else return;
  event.preventDefault();
});
on("htmx:afterSettle", () => { if (field() && !hits().some(chosen)) choose(hits()[0]); });
