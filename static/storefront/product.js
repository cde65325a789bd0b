// Variant buttons and the gallery. Without this file the plain select and the links to pictures do the work.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

function startPicker(picker) {
  const variants = JSON.parse($("#variants").textContent);
  const groups = $$("[data-option]", picker);
  const select = $("[data-variant]");
  const chosenValues = () => groups.map((group) => $("input:checked", group)?.value ?? "");
  const find = (values) => variants.find((variant) => variant.values.every((value, i) => value === values[i]));

  function show() {
    const values = chosenValues();
    groups.forEach((group, i) => {
      $("[data-chosen]", group).textContent = values[i];
      $$("input", group).forEach((input) => {
        const other = find(values.map((value, j) => (j === i ? input.value : value)));
        const gone = !other?.buy;
        input.closest("label").classList.toggle("gone", gone);
        $("[data-gone]", input.parentElement).hidden = !gone;
      });
    });
    const variant = find(values);
    if (variant) showVariant(variant, select);
    else showNothing();
  }

  // A combination that can't be had gives way to the nearest one with the value chosen last.
  function settle(input) {
    const values = chosenValues();
    if (find(values)?.buy) return;
    const place = groups.findIndex((group) => group.contains(input));
    const alike = (variant) => variant.values.filter((value, i) => value === values[i]).length;
    const [nearest] = variants.filter((variant) => variant.buy && variant.values[place] === input.value).sort((a, b) => alike(b) - alike(a));
    nearest?.values.forEach((value, i) => $$("input", groups[i]).forEach((other) => (other.checked = other.value === value)));
  }
  picker.addEventListener("change", (event) => {
    settle(event.target);
    show();
  });
}

function showVariant(variant, select) {
  select.value = variant.id;
  $$("[data-now]").forEach((price) => { price.textContent = variant.price; });
  const was = $("[data-was]");
  was.hidden = !variant.was;
  was.lastElementChild.textContent = variant.was;
  $("[data-price]").classList.toggle("reduced", Boolean(variant.was) && variant.buy);
  showStock(variant.stock, variant.state);
  showPrices(variant);
  if (variant.photo !== null) $("[data-gallery]")?.dispatchEvent(new CustomEvent("show-photo", { detail: variant.photo }));
  showPromise(variant.buy && variant.state !== "later");
  setBuyable(variant.buy, variant.buy ? "Add to cart" : "Sold out");
  const quantity = $("#quantity");
  quantity.min = variant.first;
  quantity.max = variant.most;
  quantity.step = variant.step;
  if (!quantity.checkValidity()) quantity.value = variant.first;
  const packs = $("[data-packs]");
  packs.hidden = !variant.packs;
  packs.textContent = variant.packs;
  const address = new URL(location);
  address.searchParams.set("variant", variant.id);
  history.replaceState(null, "", address);
}

function showPrices(variant) {
  const prior = $("[data-prior]");
  prior.hidden = !variant.prior;
  prior.textContent = variant.prior;
  const table = $("[data-tiers]");
  table.hidden = !variant.tiers.length;
  table.tBodies[0].replaceChildren(...variant.tiers.map(([quantity, price]) => {
    const row = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = quantity;
    row.append(head);
    row.insertCell().textContent = price;
    return row;
  }));
}

function showNothing() {
  showStock("Not made in this combination", "none");
  showPromise(false);
  setBuyable(false, "Not available");
}

function showStock(words, state) {
  const stock = $("[data-stock]");
  stock.textContent = words;
  stock.className = `stock ${state === "in" ? "" : state}`;
}

// The answer for a postal code takes the place of the promise for the whole country.
function showPromise(isThere) {
  const promise = $("[data-promise]");
  if (!promise) return;
  promise.dataset.promise = isThere ? "here" : "gone";
  promise.hidden = !isThere || Boolean($("[data-answered]"));
}

function setBuyable(can, words) {
  $$("[data-buy]").forEach((button) => {
    button.disabled = !can;
    button.textContent = words;
  });
  $(".buy-form [data-stepper]").hidden = !can;
}

function startGallery(gallery) {
  const slides = $("[data-slides]", gallery);
  const links = $$(".thumbs a", gallery);
  if (!slides || links.length < 2) return;
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const now = () => links.findIndex((link) => link.hasAttribute("aria-current"));
  const go = (index) => {
    const slide = slides.children[Math.max(0, Math.min(index, links.length - 1))];
    slides.scrollTo({ left: slide.offsetLeft - slides.offsetLeft, behavior });
  };
  gallery.addEventListener("show-photo", (event) => go(event.detail));
  links.forEach((link, index) => link.addEventListener("click", (event) => { event.preventDefault(); go(index); }));
  slides.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) { event.preventDefault(); go(now() + step * (document.dir === "rtl" ? -1 : 1)); }
  });
  const watcher = new IntersectionObserver((entries) => {
    const seen = entries.find((entry) => entry.isIntersecting);
    if (!seen) return;
    const index = [...slides.children].indexOf(seen.target);
    links.forEach((link, i) => (i === index ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
  }, { root: slides, threshold: 0.6 });
  [...slides.children].forEach((slide) => watcher.observe(slide));
}

// On a phone the button is often out of sight: a bar at the foot of the screen has another one meanwhile.
function startBar(bar) {
  const button = $(".buy-form [data-buy]");
  new IntersectionObserver(([entry]) => { bar.hidden = entry.isIntersecting || button.disabled; }).observe(button);
}

// The postal code is checked without leaving the page, and the one that was checked last at once.
function startDelivery(form) {
  const code = form.elements.postal_code;
  async function check() {
    form.elements.variant.value = $("[data-variant]")?.value ?? form.elements.variant.value;
    const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
    try {
      const answer = await fetch(address, { headers: { "X-Part": "delivery" } });
      const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-delivery-answer]");
      if (part) $("[data-delivery-answer]").replaceChildren(...part.childNodes);
      const promise = $("[data-promise]");
      if (promise) showPromise(promise.dataset.promise ? promise.dataset.promise === "here" : !promise.hidden);
    } catch {
      form.submit();
    }
  }
  form.addEventListener("submit", (event) => { event.preventDefault(); check(); });
  // The answer is for one variant.
  $("[data-picker]")?.addEventListener("change", () => { if ($("[data-answered]")) check(); });
  const known = document.cookie.split("; ").find((each) => each.startsWith("postal_code="));
  if (known && !code.value) {
    const [last, abroad] = decodeURIComponent(known.slice(12)).replaceAll("_", " ").split(".").reverse();
    const country = form.elements.country;
    if (abroad && country.value !== abroad) {
      if (![...(country.options ?? [])].some((each) => each.value === abroad)) return;
      country.value = abroad;
    }
    code.value = last;
    check();
  }
}

const delivery = $("[data-delivery]");
if (delivery) startDelivery(delivery);
const bar = $("[data-buy-bar]");
if (bar) startBar(bar);
const picker = $("[data-picker]");
if (picker) startPicker(picker);
const gallery = $("[data-gallery]");
if (gallery) startGallery(gallery);
