// Rows corrected like a sheet: arrows and Enter walk, a copied block is pasted, a row is kept as it is left.
import { inputs, on, one } from "./dom.js";

/** @param {HTMLFormElement} form */
function begin(form) {
  const lines = [...form.querySelectorAll("tr[data-row]")].map((each) => inputs("td input", each)).filter((each) => each.length);
  const cells = lines.flat(), width = lines[0]?.length ?? 0;
  /** @param {HTMLInputElement} cell */
  const changed = (cell) => cell.value !== cell.defaultValue;
  /** Typed and not yet refused as it stands. @param {HTMLInputElement} cell */
  const waits = (cell) => changed(cell) && cell.dataset.refused !== cell.value;
  /** @param {HTMLInputElement} cell */
  const id = (cell) => cell.name.split(".")[0];
  let busy = false;

  // One request at a time; what was typed meanwhile goes with the next one.
  async function keep() {
    /** @type {HTMLElement | null | undefined} */
    const line = document.activeElement?.closest("tr[data-row]"), here = line?.dataset.row;
    const sent = cells.filter((each) => waits(each) && (id(each) !== here || each.dataset.pasted));
    if (busy || !sent.length) return;
    busy = true;
    /** @type {Record<string, string>} */
    const values = { group: one("[name=group]", form).value };
    const said = sent.map((cell) => ({ cell, value: cell.value }));
    for (const each of sent) {
      values[each.name] = each.value;
      values[each.name.replace(".", ".was-")] = each.defaultValue;
      delete each.dataset.pasted;
      one(`[id="state-${id(each)}"]`, form).setAttribute("aria-busy", "true");
    }
    let well = true;
    /** @param {any} event */
    const heard = ({ detail }) => { if (detail.requestConfig?.path === form.action) well = detail.successful; };
    on("htmx:afterRequest", heard);
    await htmx.ajax("POST", form.action, { source: document.body, values, swap: "none" }) // the form itself would send every row
      .catch(() => { well = false; });
    document.removeEventListener("htmx:afterRequest", heard);
    busy = false;
    if (!well) { setTimeout(keep, 3000); return; } // the page has said so; nothing that was typed is lost
    for (const { cell, value } of said) settle(cell, value);
    keep();
  }

  /** @param {HTMLInputElement} cell @param {string} value as the server has heard it */
  function settle(cell, value) {
    const bad = document.getElementById(`state-${id(cell)}`)?.dataset.bad;
    const wrong = bad !== undefined && (bad === "" || bad.split(" ").includes(cell.name.split(".")[1]));
    if (wrong) cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
    if (bad === undefined) { cell.defaultValue = value; delete cell.dataset.refused; } else cell.dataset.refused = value;
  }

  /** Where a key leads from a cell; null where it is a key of the text. @param {KeyboardEvent} event @param {HTMLInputElement} cell */
  function next({ key, shiftKey }, cell) {
    const at = cells.indexOf(cell), { selectionStart: from, selectionEnd: to, value } = cell;
    const whole = from === 0 && to === value.length;
    if (key === "Enter") return cells[at + (shiftKey ? -width : width)] ?? cell;
    if (shiftKey) return null;
    if (key === "ArrowDown") return cells[at + width] ?? cell;
    if (key === "ArrowUp") return cells[at - width] ?? cell;
    if (key === "ArrowRight" && (whole || from === value.length)) return cells[at + 1] ?? cell;
    if (key === "ArrowLeft" && (whole || to === 0)) return cells[at - 1] ?? cell;
    return null;
  }
  form.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!(cell instanceof HTMLInputElement) || !cells.includes(cell) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && !event.shiftKey) {
      event.preventDefault();
      cell.value = cell.defaultValue;
      cell.select();
      return;
    }
    const to = next(event, cell);
    if (!to) return;
    event.preventDefault();
    if (to === cell && event.key === "Enter") cell.blur(); // after the last row Enter keeps it
    to.focus();
    to.select();
  });
  form.addEventListener("paste", (event) => {
    const at = event.target instanceof HTMLInputElement ? cells.indexOf(event.target) : -1;
    const text = event.clipboardData?.getData("text/plain").replace(/\r?\n$/, "") ?? "";
    if (at < 0 || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    text.split(/\r?\n/).forEach((line, down) => line.split("\t").forEach((value, right) => {
      const cell = at % width + right < width ? cells[at + down * width + right] : undefined;
      if (!cell) return;
      cell.value = value.trim();
      cell.dataset.pasted = "1";
    }));
    keep();
  });
  form.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLInputElement && cells.includes(target)) target.select();
  });
  form.addEventListener("focusout", () => setTimeout(keep));
  // What is typed is kept before the rows are applied.
  on("submit", (event) => {
    if (event.target !== form && !busy && !cells.some(waits)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    keep();
    if (event.target !== form) setTimeout(() => event.target.requestSubmit(event.submitter), 100);
  }, true);
  addEventListener("beforeunload", (event) => { if (busy || cells.some(changed)) event.preventDefault(); });
}

const sheet = one("[data-grid]"); // a file without such rows has none
if (sheet) begin(sheet);
