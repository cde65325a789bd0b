// Delivery, total and pay button follow the country and the way of shipping. Without this file a button does it.
import { adopt } from "./address.js";
import { announce, released } from "./store.js";

const form = document.querySelector("[data-checkout]");
const places = ["shipping_address-country", "shipping_address-region", "shipping_address-postal_code", "billing_address-country", "shipping_method", "address", "tax_number", "other_billing", "billing_address-region", "uses_store_credit"];
let asking;

async function reprice() {
  asking?.abort();
  asking = new AbortController();
  const body = new FormData(form);
  body.set("update", "live"); // a code that is still being typed is not looked at
  body.delete("code");
  const { signal } = asking;
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body, signal });
    if (answer.redirected) { location.href = answer.url; return; }
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    await released();
    signal.throwIfAborted();
    show(page, body);
  } catch (error) {
    if (error.name !== "AbortError") location.reload();
  }
  form.removeAttribute("aria-busy");
}

// The parts stay, only what is in them changes: the pay button keeps the focus.
function show(page, sent) {
  const focused = document.activeElement?.id;
  adopt(form, page, sent);
  const paying = form.elements.payment_method?.value;
  for (const part of form.querySelectorAll("[data-live]")) {
    const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!fresh) continue;
    if (fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
    if ("disabled" in fresh) part.disabled = fresh.disabled;
  }
  for (const radio of form.querySelectorAll("[name=payment_method]")) if (radio.value === paying) radio.checked = true;
  fold();
  if (focused) document.getElementById(focused)?.focus();
  announce(form.querySelector(".total")?.textContent.replace(/\s+/g, " ").trim());
}

// On a phone the order stands folded above the form; its total stays in sight.
function fold() {
  const summary = form.querySelector(".summary-fold");
  if (summary) summary.open = matchMedia("(min-width: 60rem)").matches;
}

form.addEventListener("change", (event) => {
  if (places.includes(event.target.name) || "reprice" in event.target.dataset) reprice();
});
form.addEventListener("submit", () => {
  asking?.abort();
  const button = form.querySelector(".pay .button");
  setTimeout(() => { button.setAttribute("aria-busy", "true"); button.disabled = true; });
});
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
fold();
form.querySelector("[data-errors]")?.focus();
