// Every button answers at once; a second click waits for the first; what is not taken back lightly is asked about.
import { ask } from "./dialogs.js";
import { isBusy, on, one, rest } from "./dom.js";
import { tellOffline } from "./notices.js";
import { asked } from "./picks.js";

on("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  if (!elt.matches("form, .btn")) return;
  const pressed = requestConfig.triggeringEvent?.submitter || (elt.matches(".btn") ? elt : one("button:not([type=button])", elt));
  if (isBusy(pressed)) event.preventDefault();
  else pressed?.setAttribute("aria-busy", "true");
});
on("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.matches("form, .btn")) rest(detail.elt.parentElement || document);
});

/** Whose button another script or the browser itself gives back. @param {HTMLFormElement} form */
const answersElsewhere = (form) => form.method === "dialog"
  || ["hx-post", "hx-get", "data-upload", "data-download"].some((name) => form.hasAttribute(name));

on("submit", (event) => {
  const form = event.target, pressed = event.submitter;
  const question = form.dataset.confirm || asked(pressed);
  if (question && !form.dataset.confirmed) {
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(question, form.dataset.confirm ? form.dataset : pressed?.dataset ?? {}, pressed?.textContent, () => {
      form.dataset.confirmed = "1";
      form.requestSubmit(pressed);
      delete form.dataset.confirmed;
    });
    return;
  }
  if (!navigator.onLine && !answersElsewhere(form)) {  // the browser's page of an error would stand in place of what was typed
    event.preventDefault();
    tellOffline();
    return;
  }
  if (!answersElsewhere(form)) pressed?.setAttribute("aria-busy", "true");
}, true);
addEventListener("pageshow", () => rest());

/** A refused form goes on where it was refused. @param {ParentNode} from */
const goOn = (from) => one("[aria-invalid=true]", from)?.focus();
on("htmx:afterSettle", ({ target }) => goOn(target)); // what has come, not all that was asked for: a sheet saves beside its typist
goOn(document);
