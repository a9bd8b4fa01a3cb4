// Events that wait to be stored by the server. They stay in sessionStorage until the server has acknowledged them, and
// are sent again with the same ids: the server stores an id once.

const KEY = "parvis.outbox";
const MOST = 500; // beyond this the oldest are dropped: the server has been away for hours

export class Outbox {
  constructor() {
    this.events = read();
  }

  add(event) {
    this.events.push(event);
    this.events.splice(0, Math.max(0, this.events.length - MOST));
    this.#write();
  }

  /** The server has stored these. */
  acknowledge(events) {
    const ids = new Set(events.map((event) => event.id));
    this.events = this.events.filter((event) => !ids.has(event.id));
    this.#write();
  }

  #write() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.events));
    } catch {
      // A full or forbidden store: the events live as long as the page does.
    }
  }
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}
