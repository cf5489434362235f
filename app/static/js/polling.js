// Polling rests in a hidden tab and under an open menu, and catches up when it is seen again.
import { all, on } from "./dom.js";

on("htmx:beforeRequest", (event) => {
  const from = event.detail.elt;
  const inUse = document.activeElement?.closest("details[open], select") ?? null;
  if (from.matches("[data-poll]") && (document.hidden || from.contains(inUse))) event.preventDefault();
});
on("visibilitychange", () => {
  if (!document.hidden) all("[data-poll]").forEach((each) => htmx.trigger(each, "refresh"));
});
// A search asks while it is typed; leaving its field changes nothing more.
on("change", (event) => {
  if (event.target.matches('form[hx-trigger*="input"] input[type=search]')) event.stopPropagation();
}, true);
