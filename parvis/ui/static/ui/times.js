// <time datetime="..." data-ago>: how long ago, in the page's language; the full date stays as the title.
const UNITS = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
const language = document.documentElement.lang;

function formats(make) {
  try { return make(language); } catch { return make("en"); }
}
const relative = formats((code) => new Intl.RelativeTimeFormat(code, { numeric: "auto", style: "short" }));
const full = formats((code) => new Intl.DateTimeFormat(code, { dateStyle: "long", timeStyle: "short" }));

/** "3 h ago" for an ISO date, in the page's language. */
export function ago(iso) {
  const seconds = (Date.parse(iso) - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return relative.format(unit === "second" ? 0 : Math.round(seconds / size), unit);
}

/** Fill every such element below `root`. */
export function showTimes(root = document) {
  for (const time of root.querySelectorAll("time[data-ago]")) {
    time.textContent = ago(time.dateTime);
    time.title = full.format(new Date(time.dateTime));
  }
}
showTimes();
