// The form of a new store (address, currency, prices), and the progress of an opening. All works without it.
(function () {
  "use strict";

  function read(id) {
    const found = document.getElementById(id);
    return found ? JSON.parse(found.textContent) : {};
  }

  function watchAddress(form) {
    const name = form.elements.name, slug = form.elements.slug;
    const answer = form.querySelector("[data-address-answer]");
    let timer = 0, asked = 0, isOwn = slug.value !== "";

    async function ask() {
      const number = ++asked;
      const query = new URLSearchParams(isOwn ? { slug: slug.value } : { name: name.value });
      let found;
      try {
        const response = await fetch(form.dataset.addressUrl + "?" + query, { headers: { Accept: "application/json" } });
        found = await response.json();
      } catch {
        return; // the form itself checks it again
      }
      if (number !== asked) return;
      if (!isOwn && found.slug !== undefined) slug.value = found.slug;
      answer.textContent = found.sentence;
      slug.setAttribute("aria-invalid", String(found.isFree === false && slug.value !== ""));
    }

    function later() {
      clearTimeout(timer);
      timer = setTimeout(ask, 300);
    }

    name.addEventListener("input", () => { if (!isOwn) later(); });
    slug.addEventListener("input", () => { isOwn = slug.value !== ""; later(); });
  }

  function watchCurrency(form) {
    const country = form.elements.country, currency = form.elements.currency;
    const currencies = read("currencies"), prices = read("prices");
    let isOwn = false;

    function showPrices() {
      const chosen = currency.value || currencies[country.value] || "";
      for (const place of form.querySelectorAll("[data-plan-price]")) {
        const known = prices[place.dataset.planPrice];
        place.textContent = known[chosen] || known[""];
      }
    }

    country.addEventListener("change", () => {
      if (!isOwn) currency.value = currencies[country.value] || "";
      showPrices();
    });
    currency.addEventListener("change", () => { isOwn = currency.value !== ""; showPrices(); });
    showPrices();
  }

  function sendOnce(form) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "true";
      form.querySelector("button:not([name])").setAttribute("aria-busy", "true");
    });
    window.addEventListener("pageshow", (event) => { if (event.persisted) delete form.dataset.sent; });
  }

  function watchProgress(box) {
    const bar = box.querySelector("progress"), message = box.querySelector("[data-message]");

    async function ask() {
      let state;
      try {
        const response = await fetch(box.dataset.progressUrl, { headers: { Accept: "application/json" } });
        if (!response.ok) throw new Error(String(response.status));
        state = await response.json();
      } catch {
        setTimeout(ask, 3000);
        return;
      }
      if (!state.isRunning) {
        location.reload();
        return;
      }
      bar.value = state.progress;
      if (state.message) message.textContent = state.message;
      setTimeout(ask, 700);
    }

    if (box.dataset.running === "true") setTimeout(ask, 400);
  }

  const form = document.querySelector("[data-new-store]");
  if (form) {
    watchAddress(form);
    watchCurrency(form);
    sendOnce(form);
  }
  for (const box of document.querySelectorAll("[data-progress-url]")) watchProgress(box);
})();
