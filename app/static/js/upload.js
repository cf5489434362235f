// The supplier form and the upload: drop zone, checks in place, one request a file with its real progress.
// Without this script the same form is sent as it stands.
import { all, isBusy, on, one, words } from "./dom.js";
import { notice } from "./notices.js";

const HTMX = { "HX-Request": "true" };
const ADDRESS = /^https?:\/\/\S+$/i;
const [B, KB, MB] = (words.saySizes ?? "").split(",");
/** @param {number} n bytes */
const size = (n) => n < 1e3 ? `${n} ${B}` : n < 1e6 ? `${(n / 1e3).toFixed(0)} ${KB}` : `${(n / 1e6).toFixed(1)} ${MB}`;

/** The files of a form that are still to be sent. @type {WeakMap<HTMLFormElement, File[]>} */
const chosen = new WeakMap();
/** @param {HTMLFormElement} form @returns {File[]} */
function filesOf(form) {
  const files = chosen.get(form) ?? [];
  chosen.set(form, files);
  return files;
}
/** @param {HTMLFormElement} form @param {string} name @returns {HTMLInputElement | null} */
const fieldOf = (form, name) => one(`[name="${name}"]`, form);

/** @param {HTMLFormElement} form @param {string} name of the field @param {string} text "" when it is as it should be */
function tell(form, name, text) {
  const line = one(`[data-problem="${name}"]`, form), input = fieldOf(form, name);
  if (!line) return;
  one("span", line).textContent = text;
  line.hidden = !text;
  if (text) input?.setAttribute("aria-invalid", "true");
  else input?.removeAttribute("aria-invalid");
}

/** What is wrong with an address; an empty one is none. @param {HTMLInputElement} url */
const wrongAddress = (url) => url.value.trim() && !ADDRESS.test(url.value.trim()) ? url.dataset.url ?? "" : "";

/** What is wrong with the files. @param {HTMLFormElement} form @param {HTMLInputElement} input */
function wrongFiles(form, input) {
  const { limit = "", tooLarge = "", needed = "" } = input.dataset;
  const large = filesOf(form).find((each) => each.size > Number(limit) * 1048576);
  if (large) return tooLarge.replace("{name}", large.name).replace("{n}", limit);
  return input.required && !filesOf(form).length ? needed : "";
}

/** Says beside each field what is wrong with it and leads to the first. @param {HTMLFormElement} form @returns {boolean} */
function check(form) {
  const looks = /** @type {const} */ ([
    ["name", (/** @type {HTMLInputElement} */ name) => name.value.trim() ? "" : name.dataset.needed ?? ""],
    ["source_url", wrongAddress],
    ["file", (/** @type {HTMLInputElement} */ input) => wrongFiles(form, input)],
  ]);
  let first = null;
  for (const [name, look] of looks) {
    const input = fieldOf(form, name);
    if (!input) continue;
    const bad = look(input);
    tell(form, name, bad);
    if (bad) first ??= input;
  }
  first?.focus();
  return !first;
}

const FILE = `<div class='line'><span class='fname'><bdi></bdi></span><span class='muted small'></span><button type='button' class='btn plain small icon-only'>×</button></div>
  <progress max='100' value='0' class='blue' hidden></progress><p class='problem' hidden></p>`;

/** Show the files of a form, each with what takes it out again. @param {HTMLFormElement} form */
function list(form) {
  const box = one("[data-files]", form);
  if (!box) return;
  box.replaceChildren(...filesOf(form).map((file, index) => {
    const line = document.createElement("li");
    line.innerHTML = FILE;
    one("bdi", line).textContent = file.name;
    one(".muted", line).textContent = size(file.size);
    const remove = one("button", line);
    remove.setAttribute("aria-label", `${box.dataset.wordRemove} ${file.name}`);
    remove.onclick = () => {
      filesOf(form).splice(index, 1);
      list(form);
      fieldOf(form, "file")?.focus();
    };
    return line;
  }));
  const whole = one("[data-whole]", form); // of several files none is the whole list
  if (whole) { whole.disabled = filesOf(form).length > 1; whole.checked &&= !whole.disabled; }
  const send = one("[data-with-files]", form);
  if (send) send.textContent = filesOf(form).length ? send.dataset.withFiles : send.dataset.without;
}

/** @param {HTMLFormElement} form @param {Iterable<File>} files */
function add(form, files) {
  filesOf(form).push(...files);
  tell(form, "file", "");
  list(form);
}

on("change", ({ target }) => {
  if (target.type !== "file" || !target.form?.matches("[data-upload]")) return;
  add(target.form, target.files);
  target.value = "";
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  on(kind, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragover");
    if (kind === "drop") add(zone.closest("form"), event.dataTransfer.files);
  });
}
on("focusout", async ({ target: input, relatedTarget: next }) => {
  // a line more would move the button away from the finger that is on it; its form says the same
  if (!input.form?.matches("[data-upload]") || !input.value || next?.matches("button")) return;
  if (input.name === "source_url") tell(input.form, "source_url", wrongAddress(input));
  if (!input.dataset.check) return;
  const answer = await fetch(`${input.dataset.check}?name=${encodeURIComponent(input.value)}`, { headers: HTMX });
  if (answer.ok && input.isConnected) tell(input.form, "name", await answer.text());
});

on("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-upload]")) return;
  event.preventDefault();
  const send = one(".btn.primary", form);
  if (isBusy(send) || !check(form)) return;
  send.setAttribute("aria-busy", "true");
  const dialog = form.closest("dialog");
  if (dialog) dialog.dataset.working = "1";
  try {
    if (form.matches("[data-files-only]")) await uploadAll(form, form.action, form.dataset.watch);
    else await sendFields(form);
  } catch {
    notice(words.sayOffline ?? "", "bad");
  } finally {
    send.removeAttribute("aria-busy");
    if (dialog) delete dialog.dataset.working;
  }
});

/** @param {HTMLFormElement} form */
async function sendFields(form) {
  const body = new FormData(form);
  body.delete("file");
  const headers = { ...HTMX, "HX-Target": "dialog" };
  const answer = await fetch(form.action, { method: "POST", body, headers, redirect: "manual" });
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) { location.assign(elsewhere); return; }
  const html = await answer.text();
  if (answer.status === 422) { again(form, html); return; }
  if (!answer.ok) { notice(html.length < 400 ? html : words.sayFailed ?? "", "bad"); return; }
  if (filesOf(form).length) await uploadAll(form, answer.headers.get("X-Upload-To") ?? "", answer.headers.get("X-Watch") ?? "");
  else show(form, html);
}

/** The same form with what the server says is wrong, and with the files that were chosen. @param {HTMLFormElement} form @param {string} html */
function again(form, html) {
  const holder = form.parentElement, files = filesOf(form);
  form.outerHTML = html;
  const fresh = one("form[data-upload]", holder ?? document);
  chosen.set(fresh, files);
  list(fresh);
  htmx.process(fresh);
  (one("[aria-invalid=true]", fresh) ?? one("input:not([type=hidden])", fresh)).focus();
}

/**
 * One file after the other; what went wrong stays in the form, to be sent again.
 * @param {HTMLFormElement} form
 * @param {string} to address that takes a file
 * @param {string} watch address that tells how the last n files are getting on
 */
async function uploadAll(form, to, watch) {
  const files = [...filesOf(form)], lines = all("[data-files] > li", form);
  let taken = 0, told = "";
  for (const [index, file] of files.entries()) {
    const answer = await uploadOne(form, to, file, lines[index]);
    if (answer) { taken += 1; told = answer; }
  }
  if (taken < files.length) {
    form.action = to;
    form.dataset.watch = watch;
    form.dataset.filesOnly = "";
    chosen.set(form, files.filter((_, index) => !lines[index].dataset.done));
    lines.filter((each) => each.dataset.done).forEach((each) => each.remove());
  }
  // The answer to a single file shows its job as it began; several are asked about together.
  if (taken === 1) show(form, told, files.length === 1);
  else if (taken) {
    const answer = await fetch(`${watch}?n=${taken}`, { headers: HTMX });
    if (answer.ok) show(form, await answer.text(), taken === files.length);
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {string} to
 * @param {File} file
 * @param {HTMLElement} line its place in the list, where its progress is shown and what went wrong
 * @returns {Promise<string>} the piece of page that the server answers; "" when it did not take the file
 */
function uploadOne(form, to, file, line) {
  const box = one("[data-files]", form), bar = one("progress", line), said = one(".muted", line), problem = one(".problem", line);
  const token = fieldOf(form, "csrf_token")?.value ?? "";
  bar.hidden = false;
  problem.hidden = true;
  bar.removeAttribute("value");
  said.textContent = box.dataset.wordUploading;
  one("button", line).hidden = true;
  const body = new FormData();
  body.append("csrf_token", token);
  if (one("[data-whole]", form)?.checked) body.append("replaces_all", "on"); // fields stand before the file
  body.append("file", file, file.name);
  return new Promise((resolve) => {
    const call = new XMLHttpRequest(); // fetch does not tell how far a body has gone
    call.open("POST", to);
    call.setRequestHeader("HX-Request", "true");
    call.setRequestHeader("X-CSRFToken", token);
    call.upload.onprogress = ({ lengthComputable, loaded, total }) => {
      if (!lengthComputable) return;
      bar.value = Math.floor(loaded * 100 / total);
      said.textContent = `${box.dataset.wordUploading} ${bar.value} % · ${size(loaded)} ${box.dataset.wordOf} ${size(total)}`;
    };
    /** @param {string} text */
    const fail = (text) => {
      bar.hidden = true;
      said.textContent = size(file.size);
      problem.textContent = text;
      problem.hidden = false;
      resolve("");
    };
    call.onload = () => {
      const elsewhere = call.getResponseHeader("HX-Redirect");
      if (elsewhere) location.assign(elsewhere);
      else if (call.status < 200 || call.status >= 300) fail(call.responseText.length < 400 ? call.responseText : words.sayFailed ?? "");
      else {
        bar.value = 100;
        said.textContent = box.dataset.wordDone;
        line.dataset.done = "1";
        resolve(call.responseText);
      }
    };
    call.onerror = call.ontimeout = () => fail(box.dataset.wordLost);
    call.send(body);
  });
}

/** @param {HTMLFormElement} form @param {string} html @param {boolean} [whole] nothing of the form is left to be done */
function show(form, html, whole = true) {
  const body = one(".sheet-body", form);
  if (!whole) {
    const kept = document.createElement("div");
    kept.innerHTML = html;
    body.prepend(kept);
    htmx.process(kept);
    return;
  }
  body.innerHTML = html;
  body.dataset.reload = "";
  body.setAttribute("aria-live", "polite");
  const foot = one(".sheet-foot", form), close = one("[data-close-link]", foot);
  foot.replaceChildren(close);
  close.textContent = words.sayDone;
  htmx.process(body);
  close.focus();
}
on("click", (event) => {
  const link = event.target.closest("[data-close-link]"), dialog = link?.closest("dialog");
  if (dialog) { event.preventDefault(); dialog.close(); }
});
