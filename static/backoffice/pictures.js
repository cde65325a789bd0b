"use strict";
// New pictures: too big a file is said before it is sent, and the variants hear which files were chosen.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-pictures]").forEach((part) => {
    const input = part.querySelector("input[type=file]");
    input.addEventListener("change", () => {
      const files = [...input.files];
      input.setCustomValidity(faultOf(files, Number(part.dataset.maxFile), Number(part.dataset.maxSent)));
      input.reportValidity();
      document.dispatchEvent(new CustomEvent("pictures-chosen", { detail: files.map((file) => file.name) }));
    });
  });
});

function faultOf(files, maxFile, maxSent) {
  const megabytes = (bytes) => Math.floor(bytes / 1024 / 1024);
  const big = files.find((file) => file.size > maxFile);
  if (big) return `${big.name} is too big: a picture has at most ${megabytes(maxFile)} MB.`;
  const all = files.reduce((sum, file) => sum + file.size, 0);
  return all > maxSent ? `These files have ${megabytes(all)} MB together; ${megabytes(maxSent)} MB can be sent at once.` : "";
}
