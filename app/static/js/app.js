// What the pages need beyond htmx: one module a subject, no dependency, no build step.
import { localTimes, showAges } from "./ages.js";
import "./buttons.js";
import { inputs, on } from "./dom.js";
import "./polling.js";
import { reachable } from "./reach.js";

/** @param {ParentNode} from what has just come into the page */
function arrive(from) {
  localTimes(from);
  showAges();
  reachable();
}
/** What was typed before the page could hear it is searched for as soon as it can. */
function hear() {
  for (const field of inputs("form[role=search] input[type=search]"))
    if (field.value !== field.defaultValue) field.dispatchEvent(new Event("input", { bubbles: true }));
}
on("htmx:load", (event) => {
  arrive(event.detail.elt);
  if (event.detail.elt === document.body) hear();
});
arrive(document);
