// Rows corrected like a sheet: arrows and Enter walk, a copied block is pasted, a row is kept as it is left.
(() => {
  "use strict";
  const form = document.querySelector("[data-grid]");
  if (!form) return;
  const lines = [...form.querySelectorAll("tr[data-row]")].map((each) => [...each.querySelectorAll("td input")]).filter((each) => each.length);
  const cells = lines.flat(), width = lines[0]?.length ?? 0;
  const changed = (cell) => cell.value !== cell.defaultValue;
  const id = (cell) => cell.name.split(".")[0];
  const go = (cell) => { if (cell) { cell.focus(); cell.select(); } };
  let busy = false;

  // One request at a time; what was typed meanwhile goes with the next one.
  async function keep() {
    const here = document.activeElement?.closest?.("tr[data-row]")?.dataset.row;
    const sent = cells.filter((each) => changed(each) && each.dataset.refused !== each.value && (id(each) !== here || each.dataset.pasted));
    if (busy || !sent.length) return;
    busy = true;
    const values = { group: form.elements.group.value };
    const said = sent.map((each) => [each, each.value]);
    for (const each of sent) {
      values[each.name] = each.value;
      values[each.name.replace(".", ".was-")] = each.defaultValue;
      delete each.dataset.pasted;
      form.querySelector(`[id="state-${id(each)}"]`).setAttribute("aria-busy", "true");
    }
    let well = true;
    const heard = (event) => { if (event.detail.requestConfig?.path === form.action) well = event.detail.successful; };
    document.addEventListener("htmx:afterRequest", heard);
    await htmx.ajax("POST", form.action, { source: document.body, values, swap: "none" }) // the form itself would send every row
      .catch(() => { well = false; });
    document.removeEventListener("htmx:afterRequest", heard);
    busy = false;
    if (!well) { setTimeout(keep, 3000); return; } // the page has said so; nothing that was typed is lost
    for (const [each, value] of said) settle(each, value);
    keep();
  }
  function settle(cell, value) {
    const bad = document.getElementById(`state-${id(cell)}`)?.dataset.bad;
    const wrong = bad !== undefined && (bad === "" || bad.split(" ").includes(cell.name.split(".")[1]));
    if (wrong) cell.setAttribute("aria-invalid", "true"); else cell.removeAttribute("aria-invalid");
    if (bad === undefined) { cell.defaultValue = value; delete cell.dataset.refused; } else cell.dataset.refused = value;
  }

  form.addEventListener("keydown", (event) => {
    const at = cells.indexOf(event.target);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const { selectionStart: from, selectionEnd: to, value } = event.target;
    const whole = from === 0 && to === value.length;
    const back = event.shiftKey;
    let next;
    if (event.key === "Enter") next = cells[at + (back ? -width : width)] ?? event.target;
    else if (back) return;
    else if (event.key === "ArrowDown") next = cells[at + width];
    else if (event.key === "ArrowUp") next = cells[at - width];
    else if (event.key === "ArrowRight" && (whole || from === value.length)) next = cells[at + 1];
    else if (event.key === "ArrowLeft" && (whole || to === 0)) next = cells[at - 1];
    else if (event.key === "Escape") { event.target.value = event.target.defaultValue; event.target.select(); }
    else return;
    event.preventDefault();
    if (next === event.target) next.blur();
    go(next);
  });
  form.addEventListener("paste", (event) => {
    const at = cells.indexOf(event.target), text = event.clipboardData?.getData("text/plain").replace(/\r?\n$/, "") ?? "";
    if (at < 0 || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    text.split(/\r?\n/).forEach((line, down) => line.split("\t").forEach((value, right) => {
      const cell = at % width + right < width ? cells[at + down * width + right] : undefined;
      if (cell) { cell.value = value.trim(); cell.dataset.pasted = "1"; }
    }));
    keep();
  });
  form.addEventListener("focusin", (event) => { if (cells.includes(event.target)) event.target.select(); });
  form.addEventListener("focusout", () => setTimeout(keep));
  // What is typed is kept before the rows are applied.
  document.addEventListener("submit", (event) => {
    const waits = busy || cells.some((each) => changed(each) && each.dataset.refused !== each.value);
    if (event.target !== form && !waits) return;
    event.preventDefault(); event.stopImmediatePropagation();
    keep();
    if (event.target !== form) setTimeout(() => event.target.requestSubmit(event.submitter), 100);
  }, true);
  addEventListener("beforeunload", (event) => { if (busy || cells.some(changed)) event.preventDefault(); });
})();
