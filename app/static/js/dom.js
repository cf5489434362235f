// What the other modules need: finding, writing, listening, and the page's own words.

/** Sentences and addresses that the server wrote into the page's body, in the reader's language. */
export const words = document.body.dataset;

/**
 * Everything below `from` that a selector finds.
 * @param {string} what
 * @param {ParentNode} [from]
 * @returns {HTMLElement[]}
 */
export const all = (what, from = document) => [...from.querySelectorAll(what)].filter((each) => each instanceof HTMLElement);

/**
 * The boxes and fields below `from` that a selector finds.
 * @param {string} what
 * @param {ParentNode} [from]
 * @returns {HTMLInputElement[]}
 */
export const inputs = (what, from = document) => [...from.querySelectorAll(what)].filter((each) => each instanceof HTMLInputElement);

/**
 * @param {string} what
 * @param {ParentNode} [from]
 * @returns {any} the first element of that selector, whatever its kind; null where there is none
 */
export const one = (what, from = document) => from.querySelector(what);

/**
 * Write a text where another stands; the same text is no change to whoever watches the element.
 * @param {Element} where
 * @param {string} text
 */
export const put = (where, text) => { if (where.textContent !== text) where.textContent = text; };

/**
 * Listen on the whole document: what a swap brings in later is heard too.
 * @param {string} kind
 * @param {(event: any) => unknown} act `event` has the form of its kind: htmx's carry `detail`
 * @param {boolean} [first] before the elements themselves hear of it
 */
export const on = (kind, act, first = false) => document.addEventListener(kind, act, first);

/** @param {Element | null} button */
export const isBusy = (button) => button?.getAttribute("aria-busy") === "true";

/** @param {ParentNode} [from] */
export const rest = (from = document) => all('[aria-busy="true"]', from).forEach((each) => each.removeAttribute("aria-busy"));
