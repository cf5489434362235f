// Selections: a box for all, a range with Shift, the count beside the actions, everything that a filter finds.
import { all, inputs, on, one, put } from "./dom.js";

/** The box that was ticked last, where a range begins. @type {HTMLInputElement | null} */
let last = null;
let everything = false;

/** The question of a button that does something to what is ticked; "" without one. @param {HTMLElement | null} pressed */
export function asked(pressed) {
  const question = pressed?.dataset.ask || (everything && pressed?.dataset.askAll) || "";
  return question.replace("{}", one("[data-pick-count]")?.textContent ?? "");
}

on("click", (event) => {
  const whole = event.target.closest("[data-pick-everything]");
  if (whole) { count(whole.dataset.pickEverything, true); return; }
  const box = event.target.closest("input[data-pick]");
  if (!box) return;
  const boxes = inputs(`input[data-pick="${box.dataset.pick}"]`);
  if (event.shiftKey && last && last !== box) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    boxes.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
  }
  last = box;
  count(box.dataset.pick);
});
on("change", (event) => {
  const every = event.target.closest("input[data-pick-all]");
  if (every) {
    inputs(`input[data-pick="${every.dataset.pickAll}"]`).forEach((each) => { each.checked = every.checked; });
    count(every.dataset.pickAll);
  }
  if (event.target.closest("[data-submit-on-change]")) event.target.form.requestSubmit();
});

/**
 * Say how many boxes of a name are ticked wherever the page says so.
 * @param {string} name
 * @param {boolean} [whole] not these boxes are meant but all that the filter finds, on every page
 */
export function count(name, whole = false) {
  everything = whole;
  const found = one("[data-everything]")?.dataset.everything;
  const boxes = inputs(`input[data-pick="${name}"]`), picked = boxes.filter((each) => each.checked);
  boxes.forEach((each) => each.closest("tr")?.classList.toggle("selected", each.checked));
  all(`[data-pick-count="${name}"]`).forEach((each) => put(each, whole ? found : String(picked.length)));
  inputs(`[data-pick-all-flag="${name}"]`).forEach((each) => { each.disabled = !whole; });
  all(`[data-pick-bar="${name}"]`).forEach((each) => { each.hidden = !picked.length; });
  for (const each of all(`[data-pick-everything="${name}"]`)) {
    each.hidden = whole || !found || picked.length < boxes.length || !one(".pager");
    put(each, (each.dataset.say ?? "").replace("{}", found));
  }
  const every = one(`input[data-pick-all="${name}"]`);
  if (!every) return;
  every.checked = picked.length === boxes.length && boxes.length > 0;
  every.indeterminate = picked.length > 0 && picked.length < boxes.length;
}

// A list that is asked for again by itself keeps what was ticked in it.
/** @type {Map<string, Set<string>>} */
const ticked = new Map();
on("htmx:beforeSwap", (event) => {
  const list = event.detail.target;
  if (!list?.matches?.("[data-keep-picked]")) return;
  ticked.set(list.id, new Set(inputs("input[data-pick]:checked", list).map((each) => each.value)));
});
on("htmx:afterSettle", () => {
  for (const [id, values] of ticked) {
    const boxes = inputs(`#${id} input[data-pick]`);
    boxes.forEach((each) => { if (values.has(each.value)) each.checked = true; });
    if (boxes.length) count(boxes[0].dataset.pick ?? "");
  }
  ticked.clear();
});
on("htmx:load", (event) => inputs("input[data-pick-all]", event.detail.elt).forEach((each) => count(each.dataset.pickAll ?? "")));
