// Says a sentence to screen readers. The region is in the base template.
const region = document.getElementById("live");

/** Announce `text` politely; the same text twice is said twice. */
export function announce(text) {
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = text; });
}
