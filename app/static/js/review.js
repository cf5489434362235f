// The review queue by keys: j and k walk, 1 to 5 choose, a approves, r rejects, n makes a product.
// A decision shows the next entry at once; decisions are sent one after the other.
import { on, one, words } from "./dom.js";
import { notice } from "./notices.js";

const HTMX = { "HX-Request": "true" };
/** The line of the queue whose item is shown. @returns {HTMLElement | null} */
const here = () => one("#queue [aria-current='true']")?.closest("li");

on("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
  const typing = event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");
  if (typing) { if (event.key === "Escape") typing.blur(); return; }
  if (one("#decision")?.inert) { event.preventDefault(); return; } // nothing is decided that was not seen
  /** @param {Element | null | undefined} line */
  const go = (line) => { if (line) one("a", line)?.click(); };
  if (event.key === "j") go(here() ? here()?.nextElementSibling : one("#queue li"));
  else if (event.key === "k") go(here()?.previousElementSibling);
  else if (/^[1-5]$/.test(event.key)) {
    const choice = one(`#decide [data-key="${event.key}"]`);
    if (choice) { choice.checked = true; choice.focus(); }
  } else if ("arn".includes(event.key)) one(`[data-act="${event.key}"]`)?.click();
  else if (event.key === "s") one("#other")?.focus();
  else return;
  event.preventDefault();
});

/** Entries that were asked for ahead, by the id of their item. @type {Map<string, any>} */
const ahead = new Map();
/** Decisions that the server has not heard yet. @type {{ address: string, data: FormData }[]} */
const outbox = [];
let sending = false, asked = "";
/** @param {string} html */
const parsed = (html) => Object.assign(document.createElement("template"), { innerHTML: html }).content;

async function lookAhead() {
  const address = one("#decision")?.dataset.ahead;
  if (!address || asked === address) return;
  asked = address;
  const answer = await fetch(address, { headers: HTMX }).catch(() => null);
  if (answer?.ok) {
    for (const each of parsed(await answer.text()).children) {
      if (each instanceof HTMLElement) ahead.set(each.dataset.review ?? "", each);
    }
  }
  const queue = one("#queue");
  if (queue) queue.dataset.ahead = ahead.size;
}

on("htmx:confirm", (event) => {
  const form = event.target, data = form.matches("form[data-decides]") && new FormData(form);
  if (!data || (form.id === "decide" && !data.get("product_id"))) return; // the server says what is missing
  event.preventDefault();
  outbox.push({ address: form.action, data });
  const line = here(), next = line?.nextElementSibling;
  line?.remove();
  show(next ? one("a", next) : null);
  if (!sending) send();
});

/** @param {HTMLAnchorElement | null} link of the entry that is next in the queue */
function show(link) {
  const pane = link && ahead.get(link.id.slice(2)), total = one("[data-total]");
  total.textContent = total.textContent.replace(/\d+/, (/** @type {string} */ number) => String(Math.max(0, Number(number) - 1)));
  if (!pane) { one("#decision").inert = true; return; }
  ahead.delete(pane.dataset.review);
  one("#decision").replaceWith(pane);
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
    const body = new URLSearchParams([...data].map(([name, value]) => [name, String(value)]));
    const answer = await fetch(address, { method: "POST", body, headers: HTMX, keepalive: true }).catch(() => null);
    outbox.shift();
    const elsewhere = answer?.headers.get("HX-Redirect");
    if (elsewhere) { location.assign(elsewhere); return; }
    const said = JSON.parse(answer?.headers.get("HX-Trigger") || "{}").notice;
    if (said) notice(said.text, said.tone, said.undo, said.label);
    else if (!answer?.ok) notice(words.sayFailed ?? "", "bad");
    last = answer?.ok ? await answer.text() : null;
    if (!answer) outbox.length = 0; // the server cannot be reached: what it did not hear is asked again
  }
  sending = false;
  agree(last);
}

/** What the server counts and lists replaces what was guessed; the entry that is looked at stays. @param {string | null} html */
function agree(html) {
  const current = one("#queue [aria-current='true']");
  if (html === null) { htmx.ajax("GET", current?.href || location.href, { target: "#work", swap: "outerHTML" }); return; }
  const truth = parsed(html), shown = one("#decision");
  if (shown.inert || !truth.querySelector("#decision")) { htmx.swap("#work", html, { swapStyle: "outerHTML" }); return; }
  for (const what of ["#queue", "[data-total]", "#d-pending", "#m-pending"]) {
    one(what)?.replaceChildren(...(truth.querySelector(what)?.childNodes ?? []));
  }
  htmx.process(one("#queue"));
  one("#queue [aria-current='true']")?.removeAttribute("aria-current");
  document.getElementById(`q-${shown.dataset.review}`)?.setAttribute("aria-current", "true");
}
addEventListener("beforeunload", (event) => { if (outbox.length) event.preventDefault(); });
lookAhead();

// After a decision the work goes on where it was: the queue's own scroll, and the focus on the decision.
let scrolled = 0;
on("htmx:beforeSwap", () => { scrolled = one("#queue")?.scrollTop || 0; });
on("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id !== "work" && detail.elt?.id !== "work") return;
  ahead.clear();
  asked = "";
  lookAhead();
  const queue = one("#queue");
  if (!queue) return;
  queue.scrollTop = scrolled;
  const current = one("[aria-current='true']", queue);
  if (!current) return;
  const box = queue.getBoundingClientRect(), at = current.getBoundingClientRect();
  if (at.bottom > box.bottom || at.top < box.top) queue.scrollTop += at.top - box.top - 60;
  if (document.activeElement === document.body) current.focus({ preventScroll: true });
});
