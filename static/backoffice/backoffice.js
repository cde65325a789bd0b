"use strict";
document.addEventListener("DOMContentLoaded", () => {
  watchOpening(document.querySelector("[data-status-url]"));
  document.querySelectorAll("form[data-once]").forEach(pressOnce);
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
        if (!state.isRunning) return location.reload();
      }
    } catch {
      show("message", "The connection is gone. Trying again.");
    }
    setTimeout(ask, 700);
  };
  ask();
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
