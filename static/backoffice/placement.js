"use strict";
// Where a store lives: only the fields of the chosen kind of database, and a look at it before anything is saved.
document.addEventListener("DOMContentLoaded", () => {
  const choice = document.querySelector("select[data-placement]");
  const check = document.querySelector("[data-check-url]");
  if (!check) return;
  const form = choice ? choice.form : check.closest("form");
  const findings = check.querySelector(".bo-check__findings");
  const cluster = document.querySelector("[name=region]")?.closest(".field-region");
  const show = () => {
    if (!choice) return (check.hidden = false);
    for (const group of document.querySelectorAll(".placement-fields"))
      group.hidden = !group.classList.contains(`placement-fields--${choice.value.split("-")[0]}`);
    if (cluster) cluster.hidden = choice.value !== "shared";
    check.hidden = choice.value === "shared";
    findings.replaceChildren();
  };
  choice?.addEventListener("change", show);
  show();
  const button = check.querySelector("button");
  button.addEventListener("click", async () => {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    findings.textContent = "Looking...";
    try {
      const answer = await fetch(check.dataset.checkUrl, { method: "POST", body: new FormData(form) });
      if (answer.ok) findings.innerHTML = await answer.text();
      else findings.textContent = "The look failed. Log in again, or ask your operator.";
    } catch {
      findings.textContent = "The platform does not answer. Try again.";
    }
    button.disabled = false;
    button.removeAttribute("aria-busy");
  });
});
