"use strict";
// Countries of a shipping method: search, chips of what is chosen, whole continents. Without it they are ticked one by one.
document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-countries]").forEach(startCountries));

function startCountries(root) {
  const search = root.querySelector("[data-search]");
  const chips = root.querySelector("[data-chips]");
  const parts = [...root.querySelectorAll("[data-continent]")];
  const boxes = [...root.querySelectorAll("input[type=checkbox]")];
  const nameOf = (box) => box.closest("label").textContent.trim();
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  function show() {
    chips.replaceChildren(...boxes.filter((box) => box.checked).map((box) => {
      const item = document.createElement("li");
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: nameOf(box) });
      button.setAttribute("aria-label", `Remove ${nameOf(box)}`);
      button.addEventListener("click", () => { box.checked = false; show(); search.focus(); });
      item.append(button);
      return item;
    }));
    chips.hidden = !chips.childElementCount;
    for (const part of parts) {
      const own = [...part.querySelectorAll("input[type=checkbox]")];
      const count = own.filter((box) => box.checked).length;
      part.querySelector("[data-count]").textContent = `${count} of ${own.length}`;
      const all = part.querySelector("[data-all]");
      all.dataset.words ??= all.textContent;
      all.textContent = count === own.length ? all.dataset.words.replace("All", "None") : all.dataset.words;
    }
  }

  let before = null; // which continents were open before the search
  function filter() {
    const wanted = plain(search.value.trim());
    if (wanted) before ??= parts.map((part) => part.open);
    else {
      before?.forEach((open, place) => { parts[place].open = open; });
      before = null;
    }
    for (const part of parts) {
      for (const item of part.querySelectorAll("li")) item.hidden = !plain(item.textContent).includes(wanted);
      const found = part.querySelector("li:not([hidden])") !== null;
      part.hidden = !found;
      if (wanted && found) part.open = true;
      part.querySelector("[data-all]").hidden = wanted !== "";
    }
    root.querySelector("[data-none]").hidden = parts.some((part) => !part.hidden);
  }

  search.hidden = false;
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  root.addEventListener("change", show);
  for (const part of parts) {
    const all = part.querySelector("[data-all]");
    all.hidden = false;
    all.addEventListener("click", () => {
      const own = [...part.querySelectorAll("input[type=checkbox]")];
      const tick = !own.every((box) => box.checked);
      own.forEach((box) => { box.checked = tick; });
      root.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  show();
}
