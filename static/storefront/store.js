// The cart drawer, quantity steppers and forms that send themselves. Every form works without this file.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const drawer = $("[data-drawer]");

let held = null;
let sending = null;

// A button or link that is replaced between press and release gets no click: new content waits for the release.
export const released = () => held;
addEventListener("pointerdown", () => {
  held = new Promise((resolve) => {
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(resolve), { once: true });
    setTimeout(resolve, 2000);
  });
}, true);

export function announce(text) {
  const region = $("[data-announce]");
  if (region && text) {
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 60);
  }
}

async function ask(url, part, body) {
  const answer = await fetch(url, { method: body ? "POST" : "GET", body, headers: { "X-Part": part } });
  const html = answer.headers.get("Content-Type")?.includes("text/html") && (answer.ok || answer.status === 409);
  if (!html) throw new Error(String(answer.status));
  return answer.text();
}

function place(holder, html) {
  const id = holder.contains(document.activeElement) ? document.activeElement.id : "";
  holder.innerHTML = html;
  if (id) document.getElementById(id)?.focus();
  const said = $("[data-say]", holder);
  announce(said?.dataset.say);
  showCount(Number(said?.dataset.count));
}

function showCount(count) {
  $$("[data-cart-count]").forEach((badge) => { badge.textContent = count; badge.hidden = !count; });
  $$("[data-cart-link]").forEach((link) => link.setAttribute("aria-label", `Cart, ${count} ${count === 1 ? "item" : "items"}`));
}

async function openDrawer(url, body) {
  place(drawer, await ask(url, "drawer", body));
  if (!drawer.open) drawer.showModal();
}

async function sendForm(form, submitter) {
  form.setAttribute("aria-busy", "true");
  const body = new FormData(form, submitter);
  if (submitter?.hasAttribute("formaction")) form.action = submitter.formAction;
  try {
    const holder = form.closest("[data-cart=page], dialog");
    if (form.matches("[data-add]")) await openDrawer(form.action, body);
    else {
      const html = await ask(form.action, holder === drawer ? "drawer" : "page", body);
      await released();
      place(holder, html);
    }
  } catch {
    form.submit();
  } finally {
    form.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  if (!drawer || !event.target.matches("[data-add], [data-cart-form]")) return;
  event.preventDefault();
  if (event.target.getAttribute("aria-busy")) return;
  const mine = sendForm(event.target, event.submitter).finally(() => { if (sending === mine) sending = null; });
  sending = mine;
});

document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (step) {
    const input = $("input", step.closest("[data-stepper]"));
    const size = Number(input.step) || 1;
    const isMore = Number(step.dataset.step) > 0;
    const packs = (Number(input.value || 0) + (isMore ? size : -size)) / size;
    const next = (isMore ? Math.floor(packs) : Math.ceil(packs)) * size;
    const least = Number(input.dataset.least) || Number(input.min);
    // below the smallest quantity there is only 0, which takes the line out of the cart
    const wanted = next < least && !isMore ? Number(input.min) : Math.max(next, least);
    input.value = Math.min(wanted, Number(input.max));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (event.target.closest("[data-close]") || event.target === drawer) drawer.close();
  const link = event.target.closest("[data-cart-link]");
  const plain = !(event.metaKey || event.ctrlKey || event.shiftKey);
  const away = event.target.closest("[data-cart] a[href]");
  if (away && sending && plain) {
    event.preventDefault();
    sending.then(() => { if (!$("[data-cart] [role=alert]")) location.href = away.href; });
  }
  if (link && drawer && plain && !$("[data-cart=page]")) {
    event.preventDefault();
    openDrawer(link.href).catch(() => { location.href = link.href; });
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-cart-form]")) form.requestSubmit();
  if (form?.matches("[data-auto]") && event.target.matches("select")) form.requestSubmit();
});

// Empty filters stay out of the address.
$$("form[data-auto]").forEach((form) => form.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
}));

// A menu or filter panel closes with Escape and with a click elsewhere.
const popups = "details.menu[open], details.filters[open]";
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && $(popups);
  if (open) { open.open = false; $("summary", open).focus(); }
});
document.addEventListener("click", (event) => {
  $$(popups).filter((popup) => !popup.contains(event.target)).forEach((popup) => { popup.open = false; });
});

// A page that comes back from the browser's cache may show an old cart.
addEventListener("pageshow", (event) => {
  const kept = document.cookie.match(/(?:^|; )cart_count=(\d+)/);
  if (event.persisted) showCount(Number(kept?.[1] ?? 0));
});
