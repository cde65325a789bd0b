"use strict";
// "Add another variant": copies the blank row and counts it. Without this script the page offers three blank rows.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-variants]").forEach((table) => {
    const name = table.dataset.variants;
    const total = table.querySelector(`[name="${name}-TOTAL_FORMS"]`);
    const most = Number(table.querySelector(`[name="${name}-MAX_NUM_FORMS"]`).value);
    const button = table.querySelector("[data-add]");
    button.hidden = false;
    button.addEventListener("click", () => {
      const number = Number(total.value);
      if (number >= most) return;
      const blank = table.querySelector("template").content.firstElementChild.outerHTML;
      const body = table.querySelector("tbody");
      body.insertAdjacentHTML("beforeend", blank.replaceAll("__prefix__", number));
      total.value = number + 1;
      body.lastElementChild.querySelector("input:not([type=hidden])").focus();
    });
  });
});
