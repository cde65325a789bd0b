"use strict";
// A region's list follows its country. Without it the list of the new country comes with the next answer.
document.addEventListener("change", async (event) => {
  const country = event.target;
  if (!country.matches?.("select[name$=country]")) return;
  const box = () => document.querySelector(`[data-region-of="${country.name}"]`);
  const name = box()?.querySelector("[name]")?.name;
  if (!name) return;
  const url = new URL("/admin/regions/", location.href);
  url.search = new URLSearchParams({ country: country.value, name });
  const answer = await fetch(url);
  if (!answer.ok || country.value !== url.searchParams.get("country")) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-region-of]");
  if (fresh) box().replaceWith(fresh);
});
