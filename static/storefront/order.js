// The order's page follows what the bank says: it looks again while something is moving, and stops when nothing is.
// Without this file a page that waits for the bank reloads itself.
import { announce, released } from "./store.js";

const place = document.querySelector("[data-order]");
const FIRST = 3000;
const LONGEST = 30000;
const GIVE_UP_AFTER = 60 * 60 * 1000;
const begun = Date.now();
let pause = FIRST;

function later() {
  if (!("moving" in place.dataset) || Date.now() - begun > GIVE_UP_AFTER) return;
  setTimeout(look, pause);
  pause = Math.min(pause * 1.25, LONGEST);
}

async function look() {
  if (document.hidden) return document.addEventListener("visibilitychange", look, { once: true });
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.ok) await show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch { /* the next look may succeed */ }
  later();
}

// Only news replaces the page: a buyer who reads or presses a button is not disturbed.
async function show(page) {
  const fresh = page.querySelector("[data-order]");
  if (!fresh || fresh.dataset.order === place.dataset.order) return;
  await released();
  place.innerHTML = fresh.innerHTML;
  for (const name of ["order", "say"]) place.dataset[name] = fresh.dataset[name];
  if ("moving" in fresh.dataset) pause = FIRST;
  else delete place.dataset.moving;
  announce(place.dataset.say);
}

if (place) later();
