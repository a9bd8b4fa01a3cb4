// Sends what happened in batches: soon after each swipe while the page is open (and acknowledged), by beacon when the
// page goes away (and sent again, with the same ids, when it comes back).
import { uuid7 } from "ui/uuid7";
import { Outbox } from "feed/outbox";

const SOON = 250;
const BATCH = 50;
const LONGEST_WAIT = 60_000;

export class Reporter {
  #timer = 0;
  #sending = false;
  #failures = 0;

  constructor(url) {
    this.url = url;
    this.outbox = new Outbox();
    addEventListener("pagehide", () => this.beacon());
    addEventListener("online", () => this.#plan(0));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.beacon() : this.#plan(0)));
    if (this.outbox.events.length) this.#plan(SOON);
  }

  /** `item`: what was shown; `kind`: watch, skip, share, not-interested, undo (of that); `measure`: {watched_ms, loops}. */
  report(item, kind, measure = { watched_ms: 0, loops: 0 }) {
    const { clip, slate, position } = item;
    this.outbox.add({ id: uuid7(), slate, position, clip: clip.id, kind, ...measure, at_ms: Date.now() });
    this.#plan(SOON);
  }

  /** The page may vanish: hand the browser what is left. Nobody hears whether it arrived, so nothing is crossed out. */
  beacon() {
    const events = this.outbox.events.slice(0, BATCH);
    if (events.length) navigator.sendBeacon(this.url, body(events));
  }

  #plan(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), wait);
  }

  async #send() {
    const events = this.outbox.events.slice(0, BATCH);
    if (this.#sending || !events.length) return;
    this.#sending = true;
    const stored = await this.#post(events);
    this.#sending = false;
    this.#failures = stored ? 0 : this.#failures + 1;
    if (stored) this.outbox.acknowledge(events);
    if (this.outbox.events.length) this.#plan(stored ? SOON : Math.min(1000 * 2 ** this.#failures, LONGEST_WAIT));
  }

  async #post(events) {
    try {
      const answer = await fetch(this.url, { method: "POST", body: body(events), keepalive: true });
      // What the server will never take (4xx, but not "later") is crossed out too: it would block the rest for ever.
      return answer.ok || (answer.status >= 400 && answer.status < 500 && ![401, 403, 408, 429].includes(answer.status));
    } catch {
      return false;
    }
  }
}

const body = (events) => new Blob([JSON.stringify({ events })], { type: "application/json" });
