// A return to the feed by the back button finds the clip that was left, also when the browser did not keep the page.

const key = (address) => `parvis.feed ${address}`;

/** What an earlier visit to this page left, or null. */
export function earlierVisit(address) {
  if (performance.getEntriesByType("navigation")[0]?.type !== "back_forward") return null;
  try {
    return JSON.parse(sessionStorage.getItem(key(address)));
  } catch {
    return null;
  }
}

/** Keep `state()` whenever the page goes away. */
export function rememberVisit(address, state) {
  addEventListener("pagehide", () => {
    try {
      sessionStorage.setItem(key(address), JSON.stringify(state()));
    } catch {
      // No room: the feed will start at its beginning.
    }
  });
}
