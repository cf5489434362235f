// The review queue by keys: j and k walk, 1 to 5 choose, a approves, r rejects, n makes a product.
(() => {
  "use strict";
  const $ = (what) => document.querySelector(what);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const typing = event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");
    if (typing) { if (event.key === "Escape") typing.blur(); return; }
    if ($("#decision")?.inert) { event.preventDefault(); return; } // nothing is decided that was not seen
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
  // ---- a decision shows the next entry at once; decisions are sent one after the other ----
  const ahead = new Map(), outbox = [];
  let sending = false, asked = "";
  const parsed = (html) => Object.assign(document.createElement("template"), { innerHTML: html }).content;
  async function lookAhead() {
    const address = $("#decision")?.dataset.ahead;
    if (!address || asked === address) return;
    asked = address;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok) for (const each of parsed(await answer.text()).children) ahead.set(each.dataset.review, each);
    if ($("#queue")) $("#queue").dataset.ahead = ahead.size;
  }
  document.addEventListener("htmx:confirm", (event) => {
    const form = event.target, data = form.matches("form[data-decides]") && new FormData(form);
    if (!data || (form.id === "decide" && !data.get("product_id"))) return; // the server says what is missing
    event.preventDefault();
    outbox.push({ address: form.action, data });
    const line = $("#queue [aria-current='true']")?.closest("li"), next = line?.nextElementSibling?.querySelector("a");
    line?.remove();
    show(next);
    if (!sending) send();
  });
  function show(link) {
    const pane = ahead.get(link?.id.slice(2)), total = $("[data-total]");
    total.textContent = total.textContent.replace(/\d+/, (number) => Math.max(0, number - 1));
    if (!pane) { $("#decision").inert = true; return; }
    ahead.delete(pane.dataset.review);
    $("#decision").replaceWith(pane);
    htmx.process(pane);
    link.setAttribute("aria-current", "true");
    link.focus({ preventScroll: true });
    link.scrollIntoView({ block: "nearest" });
    if (ahead.size < 4) lookAhead();
  }
  async function send() {
    let last = null;
    sending = true;
    while (outbox.length) {
      const { address, data } = outbox[0];
      const answer = await fetch(address, { method: "POST", body: new URLSearchParams(data), headers: { "HX-Request": "true" }, keepalive: true }).catch(() => null);
      outbox.shift();
      if (answer?.headers.get("HX-Redirect")) { location = answer.headers.get("HX-Redirect"); return; }
      const said = JSON.parse(answer?.headers.get("HX-Trigger") || "{}").notice;
      if (said) window.courier.notice(said.text, said.tone, said.undo, said.label);
      else if (!answer?.ok) window.courier.notice(document.body.dataset.sayFailed, "bad");
      last = answer?.ok ? await answer.text() : null;
      if (!answer) outbox.length = 0; // the server cannot be reached: what it did not hear is asked again
    }
    sending = false;
    agree(last);
  }
  // What the server counts and lists replaces what was guessed; the entry that is looked at stays.
  function agree(html) {
    if (html === null) { htmx.ajax("GET", $("#queue [aria-current='true']")?.href || location.href, { target: "#work", swap: "outerHTML" }); return; }
    const truth = parsed(html), here = $("#decision");
    if (here.inert || !truth.querySelector("#decision")) { htmx.swap("#work", html, { swapStyle: "outerHTML" }); return; }
    for (const what of ["#queue", "[data-total]", "#d-pending", "#m-pending"]) $(what)?.replaceChildren(...(truth.querySelector(what)?.childNodes ?? []));
    htmx.process($("#queue"));
    $("#queue [aria-current='true']")?.removeAttribute("aria-current");
    document.getElementById(`q-${here.dataset.review}`)?.setAttribute("aria-current", "true");
  }
  window.addEventListener("beforeunload", (event) => { if (outbox.length) event.preventDefault(); });
  lookAhead();

  // After a decision the work goes on where it was: the queue's own scroll, and the focus on the decision.
  let scrolled = 0;
  document.addEventListener("htmx:beforeSwap", () => { scrolled = $("#queue")?.scrollTop || 0; });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "work" && event.detail.elt?.id !== "work") return;
    ahead.clear(); asked = ""; lookAhead();
    const queue = $("#queue");
    if (!queue) return;
    queue.scrollTop = scrolled;
    const current = queue.querySelector("[aria-current='true']");
    if (current) { const box = queue.getBoundingClientRect(), at = current.getBoundingClientRect(); if (at.bottom > box.bottom || at.top < box.top) queue.scrollTop += at.top - box.top - 60; }
    if (document.activeElement === document.body) current?.focus({ preventScroll: true });
  });
})();
