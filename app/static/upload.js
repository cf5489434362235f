// The supplier form and the upload: drop zone, checks in place, one request a file with its real progress.
// Without this script the same form is sent as it stands.
(() => {
  "use strict";
  const [B, KB, MB] = document.body.dataset.saySizes.split(",");
  const size = (n) => n < 1e3 ? `${n} ${B}` : n < 1e6 ? `${(n / 1e3).toFixed(0)} ${KB}` : `${(n / 1e6).toFixed(1)} ${MB}`;
  const chosen = new WeakMap();
  const filesOf = (form) => chosen.get(form) || (chosen.set(form, []), chosen.get(form));

  function tell(form, name, text) {
    const line = form.querySelector(`[data-problem="${name}"]`), input = form.elements[name];
    if (!line) return;
    line.querySelector("span").textContent = text; line.hidden = !text;
    if (input?.setAttribute) text ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
  }
  function check(form) {
    let first = null;
    const { name, source_url: url } = form.elements;
    if (name) { const bad = name.value.trim() ? "" : name.dataset.needed; tell(form, "name", bad); if (bad) first = first || name; }
    if (url) { const bad = url.value.trim() && !/^https?:\/\/\S+$/i.test(url.value.trim()) ? url.dataset.url : ""; tell(form, "source_url", bad); if (bad) first = first || url; }
    const input = form.elements.file;
    if (input) {
      const large = filesOf(form).find((each) => each.size > input.dataset.limit * 1048576);
      const bad = large ? input.dataset.tooLarge.replace("{name}", large.name).replace("{n}", input.dataset.limit) : input.required && !filesOf(form).length ? input.dataset.needed : "";
      tell(form, "file", bad); if (bad) first = first || input;
    }
    first?.focus();
    return !first;
  }
  function list(form) {
    const box = form.querySelector("[data-files]");
    if (!box) return;
    box.replaceChildren(...filesOf(form).map((file, index) => {
      const line = document.createElement("li");
      line.innerHTML = "<div class='line'><span class='fname'><bdi></bdi></span><span class='muted small'></span><button type='button' class='btn plain small icon-only'>×</button></div><progress max='100' value='0' class='blue' hidden></progress><p class='problem' hidden></p>";
      line.querySelector("bdi").textContent = file.name;
      line.querySelector(".muted").textContent = size(file.size);
      const remove = line.querySelector("button");
      remove.setAttribute("aria-label", `${box.dataset.wordRemove} ${file.name}`);
      remove.onclick = () => { filesOf(form).splice(index, 1); list(form); form.elements.file.focus(); };
      return line;
    }));
    const whole = form.querySelector("[data-whole]");
    if (whole) { whole.disabled = filesOf(form).length > 1; whole.checked &&= !whole.disabled; } // of several files none is the whole list
    const send = form.querySelector("[data-with-files]");
    if (send) send.textContent = filesOf(form).length ? send.dataset.withFiles : send.dataset.without;
  }
  const add = (form, files) => { filesOf(form).push(...files); tell(form, "file", ""); list(form); };

  document.addEventListener("change", (event) => {
    if (event.target.type === "file" && event.target.form?.matches("[data-upload]")) {
      add(event.target.form, event.target.files);
      event.target.value = "";
    }
  });
  for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragover");
    if (kind === "drop") add(zone.closest("form"), event.dataTransfer.files);
  });
  document.addEventListener("focusout", async (event) => {
    const input = event.target;
    if (!input.form?.matches("[data-upload]") || !input.value) return;
    if (input.name === "source_url") tell(input.form, "source_url", /^https?:\/\/\S+$/i.test(input.value.trim()) ? "" : input.dataset.url);
    if (input.dataset.check) {
      const answer = await fetch(`${input.dataset.check}?name=${encodeURIComponent(input.value)}`, { headers: { "HX-Request": "true" } });
      if (answer.ok && input.isConnected) tell(input.form, "name", await answer.text());
    }
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-upload]")) return;
    event.preventDefault();
    const send = form.querySelector(".btn.primary");
    if (send.getAttribute("aria-busy") === "true" || !check(form)) return;
    send.setAttribute("aria-busy", "true");
    const dialog = form.closest("dialog");
    if (dialog) dialog.dataset.working = "1";
    try { await (form.matches("[data-files-only]") ? uploadAll(form, form.action, form.dataset.watch) : sendFields(form)); }
    catch { window.courier.notice(document.body.dataset.sayLost, "bad"); }
    finally { send.removeAttribute("aria-busy"); if (dialog) delete dialog.dataset.working; }
  });

  async function sendFields(form) {
    const body = new FormData(form);
    body.delete("file");
    const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true", "HX-Target": "dialog" }, redirect: "manual" });
    const go = answer.headers.get("HX-Redirect");
    if (go) { location.assign(go); return; }
    const html = await answer.text();
    if (answer.status === 422) { again(form, html); return; }
    if (!answer.ok) { window.courier.notice(html.length < 400 ? html : document.body.dataset.sayFailed, "bad"); return; }
    const files = filesOf(form);
    if (files.length) await uploadAll(form, answer.headers.get("X-Upload-To"), answer.headers.get("X-Watch"));
    else show(form, html);
  }
  function again(form, html) {
    const holder = form.parentElement, files = filesOf(form);
    form.outerHTML = html;
    const fresh = holder.querySelector("form[data-upload]");
    chosen.set(fresh, files); list(fresh);
    htmx.process(fresh);
    (fresh.querySelector("[aria-invalid=true]") || fresh.querySelector("input:not([type=hidden])")).focus();
  }

  async function uploadAll(form, to, watch) {
    const files = [...filesOf(form)], lines = [...form.querySelectorAll("[data-files] > li")];
    let taken = 0, told = "";
    for (const [index, file] of files.entries()) {
      const answer = await uploadOne(form, to, file, lines[index]);
      if (answer) { taken += 1; told = answer; }
    }
    if (taken < files.length) { form.action = to; form.dataset.watch = watch; form.dataset.filesOnly = ""; chosen.set(form, files.filter((_, index) => lines[index].dataset.done !== "1")); keepProblems(form, lines); }
    // The answer to a single file shows its job as it began; several are asked about together.
    if (taken === 1) show(form, told, files.length === 1);
    else if (taken) {
      const answer = await fetch(`${watch}?n=${taken}`, { headers: { "HX-Request": "true" } });
      if (answer.ok) show(form, await answer.text(), taken === files.length);
    }
  }
  function keepProblems(form, lines) { lines.filter((each) => each.dataset.done === "1").forEach((each) => each.remove()); }
  function uploadOne(form, to, file, line) {
    const box = form.querySelector("[data-files]"), bar = line.querySelector("progress"), said = line.querySelector(".muted"), problem = line.querySelector(".problem");
    bar.hidden = false; problem.hidden = true; bar.removeAttribute("value");
    said.textContent = box.dataset.wordUploading;
    line.querySelector("button").hidden = true;
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    if (form.querySelector("[data-whole]")?.checked) body.append("replaces_all", "on"); // fields stand before the file
    body.append("file", file, file.name);
    return new Promise((resolve) => {
      const call = new XMLHttpRequest();
      call.open("POST", to);
      call.setRequestHeader("HX-Request", "true");
      call.setRequestHeader("X-CSRFToken", form.elements.csrf_token.value);
      call.upload.onprogress = (event) => {
        if (!event.lengthComputable) return;
        const percent = Math.floor(event.loaded * 100 / event.total);
        bar.value = percent;
        said.textContent = `${box.dataset.wordUploading} ${percent} % · ${size(event.loaded)} ${box.dataset.wordOf} ${size(event.total)}`;
      };
      const fail = (text) => { bar.hidden = true; said.textContent = size(file.size); problem.textContent = text; problem.hidden = false; resolve(""); };
      call.onload = () => {
        if (call.status >= 200 && call.status < 300 && !call.getResponseHeader("HX-Redirect")) { bar.value = 100; said.textContent = box.dataset.wordDone; line.dataset.done = "1"; resolve(call.responseText); }
        else if (call.getResponseHeader("HX-Redirect")) location.assign(call.getResponseHeader("HX-Redirect"));
        else fail(call.responseText.length < 400 ? call.responseText : document.body.dataset.sayFailed);
      };
      call.onerror = call.ontimeout = () => fail(box.dataset.wordLost);
      call.send(body);
    });
  }
  function show(form, html, all = true) {
    const body = form.querySelector(".sheet-body");
    if (!all) { const kept = document.createElement("div"); kept.innerHTML = html; body.prepend(kept); htmx.process(kept); return; }
    body.innerHTML = html;
    body.dataset.reload = "";
    body.setAttribute("aria-live", "polite");
    const foot = form.querySelector(".sheet-foot");
    const close = foot.querySelector("[data-close-link]");
    foot.replaceChildren(close);
    close.classList.add("primary");
    close.textContent = document.body.dataset.sayDone;
    htmx.process(body);
    close.focus();
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-close-link]"), dialog = link?.closest("dialog");
    if (dialog) { event.preventDefault(); dialog.close(); }
  });
})();
