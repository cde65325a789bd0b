// Stripe's Payment Element: what the buyer types goes into Stripe's frames. This file never sees a card.
const form = document.querySelector("[data-stripe]");
const [element, waiting, button] = ["element", "waiting", "pay"].map((name) => form.querySelector(`[data-${name}]`));
const problem = document.querySelector("[data-problem]");

function say(text) {
  problem.querySelector("span").textContent = text;
  problem.hidden = !text;
  if (text) problem.scrollIntoView({ block: "nearest" });
}

function ready() {
  waiting.hidden = true;
  button.hidden = false;
  element.removeAttribute("aria-busy");
}

function unavailable() {
  waiting.hidden = true;
  element.removeAttribute("aria-busy");
  say(form.dataset.unavailable);
}

function look() {
  const style = getComputedStyle(button);
  return { theme: "stripe", variables: { colorPrimary: style.backgroundColor, fontFamily: style.fontFamily } };
}

function start() {
  const { key, secret, session } = form.dataset;
  const stripe = window.Stripe(key, { locale: document.documentElement.lang || "auto" });
  const saved = session ? { customerSessionClientSecret: session } : {};
  const elements = stripe.elements({ clientSecret: secret, appearance: look(), ...saved });
  const field = elements.create("payment");
  field.on("ready", ready);
  field.on("loaderror", unavailable);
  field.mount(element);
  form.addEventListener("submit", (event) => pay(event, stripe, elements));
}

// Where the bank asks for a confirmation, Stripe leads there and back. Without an error the page is left.
async function pay(event, stripe, elements) {
  event.preventDefault();
  button.disabled = true;
  say("");
  const confirmParams = { return_url: form.dataset.return };
  const { error } = await stripe.confirmPayment({ elements, confirmParams });
  if (error.payment_intent?.status === "succeeded" || error.payment_intent?.status === "processing") {
    location.assign(form.dataset.return);
    return;
  }
  say(["card_error", "validation_error"].includes(error.type) ? error.message : form.dataset.failed);
  button.disabled = false;
}

waiting.hidden = false;
if (window.Stripe) start();
else unavailable();
