// The fields of an address follow its country: the server knows them. Without this file a button asks for them.
import { released } from "./store.js";

// Take over the fields of another country; what was typed since the form was sent stays.
export function adopt(form, page, sent) {
  const typed = new FormData(form);
  for (const part of form.querySelectorAll("[data-address]")) {
    const fresh = page.querySelector(`[data-address="${part.dataset.address}"]`);
    if (!fresh || fresh.dataset.country === part.dataset.country) continue;
    part.innerHTML = fresh.innerHTML;
    part.dataset.country = fresh.dataset.country;
    for (const field of part.querySelectorAll("input:not([type=hidden]), select")) {
      const now = typed.get(field.name);
      if (now !== null && now !== sent.get(field.name)) field.value = now;
    }
  }
}

async function follow(form) {
  const body = new FormData(form);
  body.set("update", "1");
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(location.href, { method: "POST", body });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    await released();
    const focused = document.activeElement?.id;
    adopt(form, page, body);
    if (focused) document.getElementById(focused)?.focus();
  } catch { location.reload(); }
  form.removeAttribute("aria-busy");
}

const form = document.querySelector("[data-address-form]");
form?.addEventListener("change", (event) => {
  if (event.target.name === "country") follow(form);
});
