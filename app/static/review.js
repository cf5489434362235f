// The review queue by keys: j and k walk, 1 to 5 choose, a approves, r rejects, n makes a product.
(() => {
  "use strict";
  const $ = (what) => document.querySelector(what);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const typing = event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");
    if (typing) { if (event.key === "Escape") typing.blur(); return; }
    const here = $("#queue [aria-current='true']")?.closest("li");
    const go = (line) => line?.querySelector("a")?.click();
    if (event.key === "j") go(here ? here.nextElementSibling : $("#queue li"));
    else if (event.key === "k") go(here?.previousElementSibling);
    else if (/^[1-5]$/.test(event.key)) { const choice = $(`#decide [data-key="${event.key}"]`); if (choice) { choice.checked = true; choice.focus(); } }
    else if ("arn".includes(event.key)) $(`[data-act="${event.key}"]`)?.click();
    else if (event.key === "s") { $("#other")?.focus(); }
    else return;
    event.preventDefault();
  });
  // After a decision the work goes on where it was: the queue's own scroll, and the focus on the decision.
  let scrolled = 0;
  document.addEventListener("htmx:beforeSwap", () => { scrolled = $("#queue")?.scrollTop || 0; });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "work" && event.detail.elt?.id !== "work") return;
    const queue = $("#queue");
    if (!queue) return;
    queue.scrollTop = scrolled;
    const current = queue.querySelector("[aria-current='true']");
    if (current) { const box = queue.getBoundingClientRect(), at = current.getBoundingClientRect(); if (at.bottom > box.bottom || at.top < box.top) queue.scrollTop += at.top - box.top - 60; }
    if (document.activeElement === document.body) current?.focus({ preventScroll: true });
  });
})();
