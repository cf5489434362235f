// The log follows its end while the reader is there, and keeps still when he scrolls up or pauses.
import { on, one } from "./dom.js";

const MOST = 2000;
let following = true, wasAtEnd = true;
const toEnd = () => { const box = one("#log-scroll"); if (box) box.scrollTop = box.scrollHeight; };
const atEnd = () => { const box = one("#log-scroll"); return !box || box.scrollHeight - box.scrollTop - box.clientHeight < 40; };

on("htmx:beforeRequest", (event) => { if (event.detail.elt.id === "log-tail" && !following) event.preventDefault(); });
on("htmx:beforeSwap", () => { wasAtEnd = atEnd(); });
on("htmx:afterSettle", () => {
  const lines = one("#log-lines");
  if (lines?.children.length) one("[data-log-empty]")?.remove();
  while (lines && lines.children.length > MOST) lines.firstElementChild.remove();
  if (wasAtEnd) toEnd();
});
on("click", (event) => {
  const button = event.target.closest("#log-follow");
  if (!button) return;
  following = !following;
  button.setAttribute("aria-pressed", String(following));
  one("span", button).textContent = following ? button.dataset.pause : button.dataset.follow;
  if (following) { htmx.trigger("#log-tail", "refresh"); toEnd(); }
});
toEnd();
