// One line at the edge of the screen: what was done, with its way back, or what went wrong.
import { on, words } from "./dom.js";

/** @type {Record<string, string>} */
const TONES = { good: "t-green", bad: "t-red", warn: "t-amber" };
const SECONDS = { bad: 12, undo: 10, other: 5 };

/**
 * @param {string} text
 * @param {string} [tone] "good", "bad" (stays longer, is read out at once) or "warn"
 * @param {string | null} [undo] address that takes it back
 * @param {string} [label] the word on the button that does
 * @returns {HTMLElement} so that it can be taken away when it is true no more
 */
export function notice(text, tone = "good", undo = null, label = "") {
  const box = document.createElement("div");
  box.className = `notice ${TONES[tone] ?? "t-grey"}`;
  if (tone === "bad") box.setAttribute("role", "alert");
  const line = document.createElement("p");
  line.className = "grow";
  line.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", "×");
  close.onclick = () => box.remove();
  box.append(line);
  if (undo) {
    const back = document.createElement("button");
    back.type = "button";
    back.className = "btn small";
    back.textContent = label;
    back.onclick = () => {
      box.remove();
      htmx.ajax("POST", undo, { source: document.body, swap: "none" });
    };
    box.append(back);
  }
  box.append(close);
  document.getElementById("notices")?.append(box);
  setTimeout(() => box.remove(), 1000 * (tone === "bad" ? SECONDS.bad : undo ? SECONDS.undo : SECONDS.other));
  return box;
}

/** What is polled says itself that it is late. @param {any} event */
const isPolled = ({ detail }) => (detail.requestConfig?.elt ?? detail.elt).matches("[data-poll]");

on("notice", ({ detail }) => notice(detail.text, detail.tone, detail.undo, detail.label));
on("htmx:responseError", (event) => {
  if (!isPolled(event) && !event.detail.xhr.getResponseHeader("HX-Trigger")) notice(words.sayFailed ?? "", "bad");
});
/** What tells that there is no connection, as long as that is so. @type {HTMLElement | undefined} */
let offline;

export function tellOffline() {
  offline?.remove();
  offline = notice(words.sayOffline ?? "", "bad");
}
for (const kind of ["htmx:sendError", "htmx:timeout"]) on(kind, (event) => { if (!isPolled(event)) tellOffline(); });
on("htmx:afterOnLoad", () => offline?.remove());
