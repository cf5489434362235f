// What a hand reaches: the search by a key, what scrolls sideways, a text that is to be copied, the whole of a long name.
import { all, on, one } from "./dom.js";
import { notice } from "./notices.js";

on("click", async (event) => {
  const from = event.target.closest("[data-copy]");
  if (!from) return;
  const what = one(from.dataset.copy);
  try {
    await navigator.clipboard.writeText(what.value ?? what.innerText);
    notice(from.dataset.copied || "✓");
  } catch {
    if (what.select) what.select();
    else getSelection()?.selectAllChildren(what);
  }
});
on("keydown", (event) => {
  if (event.key === "Escape") all(".topbar details[open]").forEach((each) => each.removeAttribute("open"));
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select, dialog[open]")) return;
  const find = one("main input[type=search]");
  if (!find) return;
  event.preventDefault();
  find.focus();
  find.select();
});

// Of a text that is longer than its two lines the pointer is told the whole.
on("pointerover", (event) => {
  const cut = event.target.closest?.("td .sub, td bdi");
  if (cut && !cut.title && cut.scrollHeight > cut.clientHeight + 1) cut.title = cut.textContent;
});

/** What scrolls can be reached by the tabulator, and only while it does. */
export function reachable() {
  for (const each of all(".scroll, .grid-wrap")) {
    if (each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight) each.tabIndex = 0;
    else each.removeAttribute("tabindex");
  }
}
addEventListener("resize", reachable);

// A row of tabs that is wider than the screen shows the one that is open.
for (const each of all(".tabs [aria-current]")) {
  if (each.parentElement) each.parentElement.scrollLeft = each.offsetLeft - each.parentElement.offsetLeft - 24;
}
