// How old is what is shown: the server's own age plus the time since it came; and its times in the reader's own zone.
import { all, on, put, words } from "./dom.js";

/** When the region of an id was last true, on the browser's own clock. @type {Map<string, number>} */
const told = new Map();

on("htmx:afterRequest", ({ detail }) => {
  // whoever asked, not detail.elt: after an outerHTML swap htmx tells the parent
  const from = detail.requestConfig?.elt;
  if (!from?.matches("[data-poll]")) return;
  const answered = detail.successful || detail.xhr?.status === 204;
  if (answered) told.set(from.id, performance.now() - Number(detail.xhr.getResponseHeader("X-Age-Ms") || 0));
  // the menu's numbers come with whatever is polled: they are of the same moment
  const menu = JSON.parse(detail.xhr?.getResponseHeader("X-Menu") || "{}");
  for (const [name, count] of Object.entries(menu)) {
    for (const each of all(`#d-${name}, #m-${name}`)) put(each, count ? String(count) : "");
  }
  showAges();
});

const units = (words.sayUnits ?? "").split(",");

/** @param {number} s seconds; one unit @returns {string} */
function short(s) {
  if (s < 60) return `${Math.floor(s)} ${units[0]}`;
  if (s < 3600) return `${Math.floor(s / 60)} ${units[1]}`;
  return s < 86400 ? `${Math.floor(s / 3600)} ${units[2]}` : `${Math.floor(s / 86400)} ${units[3]}`;
}

/** @param {number} s seconds; two units @returns {string} */
function long(s) {
  if (s < 60) return `${Math.floor(s)} ${units[0]}`;
  const minutes = Math.floor(s / 60);
  if (s < 3600) return `${minutes} ${units[1]} ${Math.floor(s % 60)} ${units[0]}`;
  return `${Math.floor(minutes / 60)} ${units[2]} ${minutes % 60} ${units[1]}`;
}

/** @param {HTMLElement} each */
const moment = (each) => (each instanceof HTMLTimeElement ? Date.parse(each.dateTime) : NaN);

export function showAges() {
  for (const each of all("[data-asof]")) {
    const id = each.dataset.asof ?? "";
    const from = told.get(id) ?? performance.now();
    told.set(id, from);
    const age = Math.max(0, (performance.now() - from) / 1000);
    const asOf = (words.sayAsof ?? "").replace("{}", short(age));
    each.classList.toggle("late", age > 10);
    put(each, age > 10 ? `${words.sayLost} (${asOf})` : asOf);
  }
  const now = Date.now();
  for (const each of all("time[data-ago], time[data-until]")) {
    const seconds = (now - moment(each)) / 1000;
    if (Math.abs(seconds) < 1) put(each, words.sayNow ?? "");
    else put(each, seconds >= 0 ? (words.sayAgo ?? "").replace("{}", short(seconds)) : (words.sayIn ?? "").replace("{}", long(-seconds)));
  }
  for (const each of all("time[data-since]")) put(each, long(Math.max(0, (now - moment(each)) / 1000)));
}

const lang = document.documentElement.lang;
const language = lang === "en" ? "en-GB" : lang; // the order that the server writes
const clock = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
/** @type {Record<string, Intl.DateTimeFormat>} */
const forms = {
  moment: new Intl.DateTimeFormat(language, { day: "numeric", month: "short", ...clock }),
  clock: new Intl.DateTimeFormat(language, { ...clock, second: "2-digit" }),
};

/** @param {ParentNode} from */
export function localTimes(from) {
  for (const each of all("time[data-form]", from)) {
    put(each, forms[each.dataset.form ?? "moment"].format(moment(each)));
    delete each.dataset.form;
  }
}

setInterval(() => { if (!document.hidden) showAges(); }, 1000);
