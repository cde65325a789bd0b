"use strict";
// The table of variants: more rows, all combinations of the options' values, thumbnails, names of the options as
// heads. Without this script the page offers three blank rows.
document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-variants]").forEach(startVariants));

function startVariants(table) {
  const name = table.dataset.variants;
  const total = table.querySelector(`[name="${name}-TOTAL_FORMS"]`);
  const most = Number(table.querySelector(`[name="${name}-MAX_NUM_FORMS"]`).value);
  const body = table.querySelector("tbody");
  const blank = table.querySelector("template").content.firstElementChild;
  const rows = () => [...body.rows];
  const cell = (row, field) => row.querySelector(`[name$="-${field}"]`);
  const optionName = (place) => table.querySelector(`[name="${name}-option_${place}"]`);
  const valuesOf = (place) => table.querySelector(`[data-values="${place}"]`);
  const places = [1, 2, 3];

  const addRow = () => {
    const number = Number(total.value);
    if (number >= most) return null;
    body.insertAdjacentHTML("beforeend", blank.outerHTML.replaceAll("__prefix__", number));
    total.value = number + 1;
    return body.lastElementChild;
  };
  const add = table.querySelector("[data-add]");
  add.hidden = false;
  add.addEventListener("click", () => addRow()?.querySelector("input:not([type=hidden])").focus());

  // only named options have a column
  const nameColumns = () => {
    for (const place of places) {
      const words = optionName(place).value.trim();
      const used = words || rows().some((row) => cell(row, `value_${place}`).value);
      table.querySelector(`[data-head="${place}"]`).textContent = words;
      for (const part of [...table.querySelectorAll(`[data-head="${place}"], [data-value="${place}"]`), blank.querySelector(`[data-value="${place}"]`)]) {
        part.hidden = !used;
        if (part.dataset.value) part.dataset.label = words || `Option ${place}`;
      }
    }
  };
  places.forEach((place) => {
    optionName(place).addEventListener("input", nameColumns);
    valuesOf(place).hidden = false;
  });
  table.querySelector("[data-combine-part]").hidden = false;
  table.querySelector("[data-combine]").addEventListener("click", () => {
    table.querySelector("[data-combined]").textContent = combine({ rows, cell, addRow, places, optionName, valuesOf, most });
    nameColumns();
  });
  nameColumns();

  table.addEventListener("change", (event) => {
    if (event.target.matches("[data-picture]")) showThumb(event.target);
  });
  document.addEventListener("pictures-chosen", (event) => {
    for (const select of [...table.querySelectorAll("[data-picture]"), blank.querySelector("[data-picture]")]) offerUploads(select, event.detail);
  });
}

// A row for each combination that has none yet. Answers a sentence.
function combine({ rows, cell, addRow, places, optionName, valuesOf, most }) {
  const options = places
    .map((place) => ({ place, name: optionName(place).value.trim(), values: [...new Set(valuesOf(place).value.split(/[,،、]/).map((text) => text.trim()).filter(Boolean))] }))
    .filter((option) => option.values.length);
  if (!options.length) return "Write the values of an option first, such as S, M, L.";
  const unnamed = options.find((option) => !option.name);
  if (unnamed) { optionName(unnamed.place).focus(); return "Name the option first, such as Size."; }
  const wanted = options.reduce((sets, option) => sets.flatMap((set) => option.values.map((value) => [...set, value])), [[]]);
  if (wanted.length > most) return `These are ${wanted.length} combinations; a product has at most ${most} variants.`;
  const valuesIn = (row) => options.map((option) => cell(row, `value_${option.place}`).value.trim());
  const isFree = (row) => !cell(row, "sku").value.trim() && !valuesIn(row).some(Boolean);
  const there = new Set(rows().map((row) => JSON.stringify(valuesIn(row))));
  const filled = rows().filter((row) => cell(row, "sku").value.trim());
  const stem = stemOf(filled.map((row) => cell(row, "sku").value.trim()));
  let made = 0;
  for (const values of wanted) {
    if (there.has(JSON.stringify(values))) continue;
    const like = filled.map((row) => ({ row, same: valuesIn(row).filter((value, i) => value === values[i]).length })).sort((a, b) => b.same - a.same)[0]?.row;
    // the only row of a product without options becomes the first combination
    const row = rows().find((one) => !valuesIn(one).some(Boolean) && cell(one, "sku").value.trim()) ?? rows().find(isFree) ?? addRow();
    if (!row) return `${made} variants made; there is no room for more.`;
    options.forEach((option, i) => (cell(row, `value_${option.place}`).value = values[i]));
    if (!cell(row, "sku").value.trim()) {
      cell(row, "sku").value = [stem, ...values.map(codeOf)].filter(Boolean).join("-").slice(0, 64);
      if (like) for (const field of ["price", "compare_at", "weight_grams", "min_quantity", "max_quantity", "quantity_step"]) cell(row, field).value ||= cell(like, field).value;
    }
    if (!filled.includes(row)) filled.push(row);
    made += 1;
  }
  return made ? `${made} variants made. Look at SKUs and prices, then save.` : "Every combination is there already.";
}

// What all SKUs begin with: "MUG-S", "MUG-M" give "MUG". One SKU is its own beginning.
function stemOf(skus) {
  if (skus.length < 2) return skus[0] ?? "";
  let stem = skus[0];
  for (const sku of skus) while (!sku.startsWith(stem)) stem = stem.slice(0, -1);
  return stem.replace(/[-_.]*$/, "");
}

function codeOf(value) {
  return value.toUpperCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, "").slice(0, 12);
}

function showThumb(select) {
  const thumb = select.closest("td").querySelector("[data-thumb]");
  const url = select.selectedOptions[0]?.dataset.url ?? "";
  thumb.hidden = !url;
  if (url) thumb.src = url;
}

// Files that were chosen a moment ago can be given to a variant before they are sent.
function offerUploads(select, names) {
  const chosen = select.value;
  select.querySelectorAll("option[value^=new-]").forEach((option) => option.remove());
  names.forEach((name, number) => select.add(new Option(`New: ${name}`, `new-${number}`)));
  select.value = [...select.options].some((option) => option.value === chosen) ? chosen : "";
  showThumb(select);
}
