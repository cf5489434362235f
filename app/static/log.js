// The log follows its end while the reader is there, and keeps still when he scrolls up or pauses.
(() => {
  "use strict";
  const $ = (what) => document.querySelector(what);
  const MOST = 2000;
  let following = true;
  const toEnd = () => { const box = $("#log-scroll"); if (box) box.scrollTop = box.scrollHeight; };
  const atEnd = () => { const box = $("#log-scroll"); return !box || box.scrollHeight - box.scrollTop - box.clientHeight < 40; };
  let wasAtEnd = true;
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.elt.id === "log-tail" && !following) event.preventDefault(); });
  document.addEventListener("htmx:beforeSwap", () => { wasAtEnd = atEnd(); });
  document.addEventListener("htmx:afterSettle", () => {
    const lines = $("#log-lines");
    if (lines?.children.length) $("[data-log-empty]")?.remove();
    while (lines && lines.children.length > MOST) lines.firstElementChild.remove();
    if (wasAtEnd) toEnd();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#log-follow");
    if (!button) return;
    following = !following;
    button.setAttribute("aria-pressed", String(following));
    button.querySelector("span").textContent = following ? button.dataset.pause : button.dataset.follow;
    const use = button.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, following ? "#player-pause" : "#player-play"));
    if (following) { htmx.trigger("#log-tail", "refresh"); toEnd(); }
  });
  toEnd();
})();
