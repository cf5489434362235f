// What the pages need beyond htmx: one module a subject, no dependency, no build step.
import { localTimes, showAges } from "./ages.js";
import "./buttons.js";
import { on } from "./dom.js";
import "./polling.js";
import { reachable } from "./reach.js";

/** @param {ParentNode} from what has just come into the page */
function arrive(from) {
  localTimes(from);
  showAges();
  reachable();
}
on("htmx:load", (event) => arrive(event.detail.elt));
arrive(document);
