// Ctrl-K or ⌘K opens one field over everything, ? the keys; arrows walk what was found, Enter opens it.
(() => {
  "use strict";
  const dialog = document.getElementById("dialog");
  const field = () => document.querySelector("[data-palette]");
  const hits = () => [...document.querySelectorAll("#palette-results .hit")];
  const free = (event) => !event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select") && !document.querySelector("dialog[open]");
  const show = (address) => htmx.ajax("GET", address, { source: dialog, target: dialog, swap: "innerHTML" });
  // The field is there before the server answers: what is typed meanwhile is kept, and is no key of the page behind.
  async function find() {
    const from = document.activeElement, early = document.createElement("input");
    early.className = "early";
    early.setAttribute("aria-label", document.querySelector(".find-all").textContent.trim());
    dialog.replaceChildren(early);
    dialog.showModal();
    early.focus();
    dialog.addEventListener("close", () => from?.focus?.(), { once: true });
    await show(document.body.dataset.find);
    if (early.value && field()) { field().value = early.value; htmx.trigger(field(), "input"); }
  }
  function choose(hit) {
    for (const each of hits()) each.setAttribute("aria-selected", String(each === hit));
    if (!hit) { field()?.removeAttribute("aria-activedescendant"); return; }
    field()?.setAttribute("aria-activedescendant", hit.id);
    hit.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (field()) field().select(); else if (!document.querySelector("dialog[open]")) find();
      return;
    }
    if (event.key === "?" && free(event)) { event.preventDefault(); show(document.body.dataset.keys); return; }
    if (event.target !== field()) return;
    const all = hits(), at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") choose(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") choose(all[(at - 1 + all.length) % all.length]);
    else if (event.key === "Enter") all[at]?.click();
    else if (event.key === "Escape") dialog.close(); // a search field would empty itself first
    else return;
    event.preventDefault();
  });
  document.addEventListener("htmx:afterSettle", () => { if (field() && !hits().some((each) => each.getAttribute("aria-selected") === "true")) choose(hits()[0]); });
})();
