// Opening a store: ask for the state once a second while it runs, then reload to show what to do next.
const opening = document.querySelector("[data-status-url]");
if (opening && opening.dataset.running === "true") {
  const show = (name, value) => {
    const target = opening.querySelector(`[data-field="${name}"]`);
    if (!target || value === "" || value === null) return;
    if (target instanceof HTMLProgressElement) target.value = value;
    else target.textContent = value;
  };
  const ask = async () => {
    try {
      const answer = await fetch(opening.dataset.statusUrl, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const state = await answer.json();
        for (const [name, value] of Object.entries(state)) show(name, value);
        if (!state.isRunning) {
          location.reload();
          return;
        }
      }
    } catch {
      show("message", "The connection is gone. Trying again.");
    }
    setTimeout(ask, 700);
  };
  ask();
}

// A button that was pressed can't be pressed twice; the server would refuse the second anyway.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button[type=submit]")) {
      button.setAttribute("aria-busy", "true");
      setTimeout(() => (button.disabled = true));
    }
  });
}
