// Numbers beside entries of the navigation, asked for again while the page is open and seen.
import { getJSON } from "ui/http";

const EVERY = 60_000;
const badge = document.querySelector("[data-badge=inbox]");

/** Show a number beside an entry; 0 hides it. */
export function showBadge(entry, count) {
  for (const mark of document.querySelectorAll(`[data-badge="${entry}"]`)) {
    mark.hidden = !count;
    mark.textContent = count > 99 ? mark.dataset.many : String(count);
  }
}

async function ask() {
  if (document.hidden || !navigator.onLine) return;
  try {
    showBadge("inbox", (await getJSON("/inbox/unread")).unread);
  } catch {
    // The next time will do.
  }
}

if (badge) {
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
  window.addEventListener("pageshow", (event) => event.persisted && ask());
}
