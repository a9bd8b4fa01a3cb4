// The list of messages: what came is put in its place, what changed is replaced, what is gone goes.
const language = document.documentElement.lang;

function format(options) {
  try { return new Intl.DateTimeFormat(language, options); } catch { return new Intl.DateTimeFormat("en", options); }
}
const clock = format({ hour: "2-digit", minute: "2-digit" });
const day = format({ weekday: "long", day: "numeric", month: "long" });

/** Times as the reader's own clock has them. */
export function showClocks(root) {
  for (const time of root.querySelectorAll("time[data-clock]")) time.textContent = clock.format(new Date(time.dateTime));
  for (const time of root.querySelectorAll("time[data-day]")) time.textContent = day.format(new Date(time.dateTime));
}

const rows = (list) => [...list.querySelectorAll(":scope > [data-message]")];

/** Bring a list up to date with its newest page; returns whether messages of others are new in it. */
export function merge(list, newest) {
  showClocks(newest);
  const known = new Map(rows(list).map((row) => [row.dataset.message, row]));
  const came = rows(newest);
  const first = came[0]?.dataset.message;
  const stays = new Set(came.map((row) => row.dataset.message));
  let isInside = !first || !known.has(first);
  for (const [id, row] of known) {
    isInside ||= id === first;
    if (isInside && !stays.has(id) && (!first || known.has(first))) row.remove();
  }
  let strangers = false;
  for (const row of came) {
    const before = known.get(row.dataset.message);
    if (before) {
      if (!before.isEqualNode(row)) before.replaceWith(row);
    } else {
      strangers ||= !row.classList.contains("message-own");
      const waiting = list.querySelector(":scope > [data-sending]");
      if (waiting) waiting.before(row);
      else list.append(row);
    }
  }
  list.dataset.version = newest.dataset.version;
  return strangers;
}

/** Put an earlier page before what is here. */
export function older(list, page) {
  const earlier = page.querySelector(".chat-log");
  showClocks(earlier);
  list.querySelector(":scope > [data-earlier]")?.remove();
  list.prepend(...earlier.children);
  if (earlier.dataset.before) list.dataset.before = earlier.dataset.before;
  else delete list.dataset.before;
}
