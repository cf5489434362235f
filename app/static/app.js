// What the pages need beyond htmx: honest ages, polling that rests, dialogs, notices, selections. No dependency.
(() => {
  "use strict";
  const words = document.body.dataset;
  const $$ = (what, from = document) => [...from.querySelectorAll(what)];

  // ---- polling rests in a hidden tab, and catches up when it is seen again ----
  document.addEventListener("htmx:beforeRequest", (event) => {
    const from = event.detail.elt;
    if (from.matches("[data-poll]") && (document.hidden || from.contains(document.activeElement?.closest("details[open], select")))) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) $$("[data-poll]").forEach((each) => htmx.trigger(each, "refresh"));
  });

  // ---- a search asks while it is typed; leaving its field changes nothing more ----
  document.addEventListener("change", (event) => {
    if (event.target.matches('form[hx-trigger*="input"] input[type=search]')) event.stopPropagation();
  }, true);

  // ---- how old is what is shown: the server's own age plus the time since it came ----
  const told = new Map();
  document.addEventListener("htmx:afterRequest", (event) => {
    // whoever asked, not detail.elt: after an outerHTML swap htmx tells the parent
    const from = event.detail.requestConfig?.elt;
    if (!from?.matches("[data-poll]")) return;
    const id = from.id;
    const ok = event.detail.successful || event.detail.xhr?.status === 204;
    if (ok) told.set(id, performance.now() - Number(event.detail.xhr.getResponseHeader("X-Age-Ms") || 0));
    // the menu's numbers come with whatever is polled: they are of the same moment
    const menu = JSON.parse(event.detail.xhr?.getResponseHeader("X-Menu") || "{}");
    for (const [name, count] of Object.entries(menu)) for (const each of $$(`#d-${name}, #m-${name}`)) put(each, count ? String(count) : "");
    showAges();
  });
  const units = words.sayUnits.split(",");
  const short = (s) => s < 60 ? `${Math.floor(s)} ${units[0]}` : s < 3600 ? `${Math.floor(s / 60)} ${units[1]}` : s < 86400 ? `${Math.floor(s / 3600)} ${units[2]}` : `${Math.floor(s / 86400)} ${units[3]}`;
  const long = (s) => {
    if (s < 60) return `${Math.floor(s)} ${units[0]}`;
    const minutes = Math.floor(s / 60);
    return s < 3600 ? `${minutes} ${units[1]} ${Math.floor(s % 60)} ${units[0]}` : `${Math.floor(minutes / 60)} ${units[2]} ${minutes % 60} ${units[1]}`;
  };
  const put = (where, text) => { if (where.textContent !== text) where.textContent = text; };
  function showAges() {
    for (const each of $$("[data-asof]")) {
      const from = told.get(each.dataset.asof) ?? (told.set(each.dataset.asof, performance.now()), performance.now());
      const age = Math.max(0, (performance.now() - from) / 1000);
      each.classList.toggle("late", age > 10);
      put(each, age > 10 ? `${words.sayLost} (${words.sayAsof.replace("{}", short(age))})` : words.sayAsof.replace("{}", short(age)));
    }
    const now = Date.now();
    for (const each of $$("time[data-ago], time[data-until]")) {
      const seconds = (now - Date.parse(each.dateTime)) / 1000;
      put(each, Math.abs(seconds) < 1 ? words.sayNow : seconds >= 0 ? words.sayAgo.replace("{}", short(seconds)) : words.sayIn.replace("{}", long(-seconds)));
    }
    for (const each of $$("time[data-since]")) put(each, long(Math.max(0, (now - Date.parse(each.dateTime)) / 1000)));
  }
  setInterval(() => { if (!document.hidden) showAges(); }, 1000);
  const language = { en: "en-GB" }[document.documentElement.lang] || document.documentElement.lang; // the order that the server writes
  const forms = {
    moment: new Intl.DateTimeFormat(language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    clock: new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
  };
  function localTimes(from) {
    for (const each of $$("time[data-form]", from)) { put(each, forms[each.dataset.form].format(new Date(each.dateTime))); delete each.dataset.form; }
  }

  // A row of tabs that is wider than the screen shows the one that is open.
  for (const each of $$(".tabs [aria-current]")) each.parentElement.scrollLeft = each.offsetLeft - each.parentElement.offsetLeft - 24;

  // ---- notices ----
  function notice(text, tone = "good", undo = null, label = "") {
    const box = document.createElement("div");
    box.className = `notice ${{ good: "t-green", bad: "t-red", warn: "t-amber" }[tone] || "t-grey"}`;
    if (tone === "bad") box.setAttribute("role", "alert");
    const line = document.createElement("p");
    line.className = "grow"; line.textContent = text;
    const close = document.createElement("button");
    close.type = "button"; close.textContent = "×"; close.setAttribute("aria-label", "×");
    close.onclick = () => box.remove();
    box.append(line);
    if (undo) {
      const back = document.createElement("button");
      back.type = "button"; back.className = "btn small"; back.textContent = label;
      back.onclick = () => { box.remove(); htmx.ajax("POST", undo, { source: document.body, swap: "none" }); };
      box.append(back);
    }
    box.append(close);
    document.getElementById("notices").append(box);
    setTimeout(() => box.remove(), tone === "bad" ? 12000 : undo ? 10000 : 5000);
  }
  window.courier = { notice };
  document.addEventListener("notice", (event) => notice(event.detail.text, event.detail.tone, event.detail.undo, event.detail.label));
  const polls = (event) => event.detail.requestConfig?.elt?.matches("[data-poll]") ?? event.detail.elt.matches("[data-poll]");
  document.addEventListener("htmx:responseError", (event) => {
    if (!polls(event) && !event.detail.xhr.getResponseHeader("HX-Trigger")) notice(words.sayFailed, "bad");
  });
  for (const kind of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(kind, (event) => { if (!polls(event)) notice(words.sayLost, "bad"); });

  // ---- every button answers at once; a second click waits for the first ----
  const button = (elt, submitter) => submitter || (elt.matches(".btn") ? elt : elt.querySelector("button:not([type=button])"));
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.detail.elt.matches("form, .btn")) return;
    const pressed = button(event.detail.elt, event.detail.requestConfig.triggeringEvent?.submitter);
    if (pressed?.getAttribute("aria-busy") === "true") event.preventDefault(); else pressed?.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.matches("form, .btn")) $$('[aria-busy="true"]', event.detail.elt.parentElement || document).forEach((each) => each.removeAttribute("aria-busy"));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = form.dataset.confirm || asked(event.submitter);
    if (question && !form.dataset.confirmed) {
      event.preventDefault(); event.stopImmediatePropagation();
      ask(question, form.dataset.confirm ? form.dataset : event.submitter?.dataset ?? {}, event.submitter?.textContent, () => { form.dataset.confirmed = "1"; form.requestSubmit(event.submitter); delete form.dataset.confirmed; });
      return;
    }
    if (!form.hasAttribute("hx-post") && !form.hasAttribute("hx-get") && !form.hasAttribute("data-upload") && form.method !== "dialog" && !form.hasAttribute("data-download")) event.submitter?.setAttribute("aria-busy", "true");
  }, true);
  window.addEventListener("pageshow", () => $$('[aria-busy="true"]').forEach((each) => each.removeAttribute("aria-busy")));

  // ---- dialogs ----
  const dialog = document.getElementById("dialog");
  let opener = null;
  function open() {
    opener = opener || document.activeElement;
    if (!dialog.open) dialog.showModal();
    (dialog.querySelector("[autofocus]") || dialog.querySelector("input:not([type=hidden]), button"))?.focus();
  }
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target === dialog) open(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[hx-target='#dialog']");
    if (link) opener = link;
    if (event.target === dialog || event.target.closest("[data-close]")?.closest("dialog")) { if (event.target.closest("a")) event.preventDefault(); if (!dialog.dataset.working) dialog.close(); }
  });
  // A form in the dialog whose answer is for the page behind it: when it went well the dialog has nothing left to say.
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful && event.detail.requestConfig?.elt?.matches("#dialog form[data-closes]")) dialog.close(); });
  dialog.addEventListener("close", () => {
    const reload = dialog.querySelector("[data-reload]");
    dialog.replaceChildren(); dialog.className = "";
    opener?.focus?.(); opener = null;
    if (reload) location.reload();
  });
  // The verb stands on the button, and a slip of the finger does nothing: the safe one has the focus.
  function ask(question, { verb, danger }, label, then) {
    const sheet = document.getElementById("ask") || document.body.appendChild(Object.assign(document.createElement("dialog"), { id: "ask" }));
    sheet.setAttribute("aria-label", question);
    sheet.innerHTML = "<div class='sheet-body'><p></p></div><div class='sheet-foot'><button class='btn' type='button' value='no'></button><button class='btn primary' type='button' value='yes'></button></div>";
    sheet.querySelector("p").textContent = question;
    const [no, yes] = $$("button", sheet);
    no.textContent = words.sayNo; yes.textContent = verb || label?.trim() || words.sayYes;
    yes.className = danger === undefined ? "btn primary" : "btn danger";
    no.onclick = () => sheet.close();
    yes.onclick = () => { sheet.close(); then(); };
    sheet.showModal(); no.focus();
  }
  window.courier.ask = ask;

  // ---- selections: a box for all, a range with Shift, the count beside the actions ----
  let last = null, everything = false;
  const asked = (pressed) => (pressed?.dataset.ask || (everything && pressed?.dataset.askAll) || "").replace("{}", document.querySelector("[data-pick-count]")?.textContent);
  document.addEventListener("click", (event) => {
    const box = event.target.closest("input[data-pick]");
    if (event.target.closest("[data-pick-everything]")) { count(event.target.closest("[data-pick-everything]").dataset.pickEverything, true); return; }
    if (!box) return;
    const all = $$(`input[data-pick="${box.dataset.pick}"]`);
    if (event.shiftKey && last && last !== box) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
    }
    last = box;
    count(box.dataset.pick);
  });
  document.addEventListener("change", (event) => {
    const every = event.target.closest("input[data-pick-all]");
    if (every) { $$(`input[data-pick="${every.dataset.pickAll}"]`).forEach((each) => { each.checked = every.checked; }); count(every.dataset.pickAll); }
    if (event.target.closest("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
  function count(name, whole = false) {
    everything = whole;
    const found = document.querySelector("[data-everything]")?.dataset.everything;
    const all = $$(`input[data-pick="${name}"]`), picked = all.filter((each) => each.checked);
    all.forEach((each) => each.closest("tr")?.classList.toggle("selected", each.checked));
    $$(`[data-pick-count="${name}"]`).forEach((each) => put(each, whole ? found : String(picked.length)));
    $$(`[data-pick-all-flag="${name}"]`).forEach((each) => { each.disabled = !whole; });
    $$(`[data-pick-bar="${name}"]`).forEach((each) => { each.hidden = !picked.length; });
    for (const each of $$(`[data-pick-everything="${name}"]`)) {
      each.hidden = whole || !found || picked.length < all.length || !document.querySelector(".pager");
      put(each, each.dataset.say.replace("{}", found));
    }
    const every = document.querySelector(`input[data-pick-all="${name}"]`);
    if (every) { every.checked = picked.length === all.length && all.length > 0; every.indeterminate = picked.length > 0 && picked.length < all.length; }
  }

  // ---- copying, themes, keys ----
  document.addEventListener("click", async (event) => {
    const from = event.target.closest("[data-copy]");
    if (!from) return;
    const what = document.querySelector(from.dataset.copy);
    try { await navigator.clipboard.writeText(what.value ?? what.innerText); notice(from.dataset.copied || "✓"); }
    catch { what.select ? what.select() : getSelection().selectAllChildren(what); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea, select, dialog[open]") && !event.ctrlKey && !event.metaKey) {
      const find = document.querySelector("main input[type=search]");
      if (find) { event.preventDefault(); find.focus(); find.select(); }
    }
    if (event.key === "Escape") $$(".topbar details[open]").forEach((each) => each.removeAttribute("open"));
  });

  // ---- what scrolls sideways can be reached by keys, and only while it does ----
  function reachable() {
    for (const each of $$(".scroll, .grid-wrap")) { if (each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight) each.tabIndex = 0; else each.removeAttribute("tabindex"); }
  }
  addEventListener("resize", reachable);

  // A list that is asked for again by itself keeps what was ticked in it.
  const ticked = new Map();
  document.addEventListener("htmx:beforeSwap", (event) => {
    const list = event.detail.target;
    if (list?.matches?.("[data-keep-picked]")) ticked.set(list.id, new Set($$("input[data-pick]:checked", list).map((each) => each.value)));
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const [id, values] of ticked) {
      const boxes = $$(`#${id} input[data-pick]`);
      boxes.forEach((each) => { if (values.has(each.value)) each.checked = true; });
      if (boxes.length) count(boxes[0].dataset.pick);
    }
    ticked.clear();
  });

  // ---- after every swap ----
  document.addEventListener("htmx:load", (event) => { localTimes(event.detail.elt); showAges(); reachable(); $$("input[data-pick-all]", event.detail.elt).forEach((each) => count(each.dataset.pickAll)); });
  localTimes(document);
  showAges();
  reachable();
})();
