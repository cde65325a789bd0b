"use strict";
document.addEventListener("DOMContentLoaded", () => {
  watchOpening(document.querySelector("[data-status-url]"));
  document.querySelectorAll("form[data-once]").forEach(pressOnce);
  document.querySelectorAll("form[data-worth]").forEach(showWorth);
  document.querySelectorAll("#result_list [data-label]").forEach(beginLarge);
  document.querySelectorAll("[data-canned]").forEach(offerAnswers);
  document.querySelectorAll("[data-copy]").forEach(offerCopy);
});

// Opening a store: ask for the state while it runs, then reload to show what to do next.
function watchOpening(opening) {
  if (!opening || opening.dataset.running !== "true") return;
  const show = (name, value) => {
    const target = opening.querySelector(`[data-field="${name}"]`);
    if (!target || value === "" || value === null) return;
    if (target instanceof HTMLProgressElement) target.value = value;
    else (target.querySelector(".bo-badge") ?? target).textContent = value;
  };
  const ask = async () => {
    try {
      const answer = await fetch(opening.dataset.statusUrl, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const state = await answer.json();
        Object.entries(state).forEach(([name, value]) => show(name, value));
        if (state.nextUrl) return location.replace(state.nextUrl);
        if (!state.isRunning) return location.reload();
      }
    } catch {
      show("message", "The connection is gone. Trying again.");
    }
    setTimeout(ask, 700);
  };
  ask();
}

// A searchable choice has no name of its own: it takes the one of its field.
window.addEventListener("load", () => setTimeout(nameChoices));

function nameChoices() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = document.querySelector(`label[for="${select.id}"]`);
    const choice = select.nextElementSibling?.querySelector("[role=combobox]");
    if (!label || !choice) continue;
    label.id ||= `${select.id}-label`;
    choice.querySelector("[role=textbox]")?.setAttribute("aria-labelledby", label.id);
    choice.setAttribute("aria-labelledby", `${label.id} ${choice.getAttribute("aria-labelledby")}`);
  }
}

// A canned answer is put where the cursor is; what was typed stays.
function offerAnswers(label) {
  const choice = label.querySelector("select");
  const text = label.closest("form").elements.text;
  label.hidden = false;
  choice.addEventListener("change", () => {
    if (choice.value) text.setRangeText(choice.value, text.selectionStart, text.selectionEnd, "end");
    choice.value = "";
    text.focus();
  });
}

// A secret that is shown once is copied by a button; without a clipboard it is selected by hand.
function offerCopy(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.copied;
  });
}

// The heading beside a value, on a phone: as a sentence begins.
function beginLarge({ dataset }) {
  dataset.label = dataset.label.charAt(0).toUpperCase() + dataset.label.slice(1);
}

// A button that was pressed can't be pressed twice; the server would refuse the second anyway.
function pressOnce(form) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button[type=submit]")) {
      button.setAttribute("aria-busy", "true");
      setTimeout(() => (button.disabled = true));
    }
  });
}

// What the chosen pieces were sold for, as the server will work it out: cumulated per line, half up.
function showWorth(form) {
  const { currency, decimals, locale, shipping } = form.dataset;
  const words = new Intl.NumberFormat(locale, { style: "currency", currency, minimumFractionDigits: +decimals });
  const ofFirst = (line, count) => (2n * BigInt(line.total) * count + BigInt(line.quantity)) / (2n * BigInt(line.quantity));
  const show = () => {
    let worth = 0n;
    for (const row of form.querySelectorAll("[data-line]")) {
      const pieces = [...row.querySelectorAll("input")].reduce((sum, input) => sum + BigInt(Math.max(0, Math.trunc(+input.value) || 0)), 0n);
      const given = BigInt(row.dataset.given);
      worth += ofFirst(row.dataset, given + pieces) - ofFirst(row.dataset, given);
    }
    if (form.elements.shipping?.checked) worth += BigInt(shipping);
    const text = words.format(Number(worth) / 10 ** +decimals);
    for (const place of form.querySelectorAll("[data-worth-shown]")) {
      if (place instanceof HTMLInputElement) place.placeholder = text;
      else place.textContent = text;
    }
  };
  form.addEventListener("input", show);
  show();
}
