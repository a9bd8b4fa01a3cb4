// The clips to come: the first slate from the page, more fetched ahead of need, and what stands at the end of them.
import { getJSON } from "ui/http";

const AHEAD = 5; // fetch more when fewer clips than this are left
const KEPT_BEHIND = 60; // older ones are let go, so that a long evening does not fill the memory
const SIZE = 8;

export class SlateQueue extends EventTarget {
  #next = null;
  #end; // why the feed ends here: "time", or nothing said
  #loading = false;
  #failures = 0;

  /** `address`: the slate address with its feed; `saved`: {items, next, liked, following} of an earlier visit, or null. */
  constructor(address, first, saved = null) {
    super();
    this.address = address;
    this.items = saved?.items ?? [];
    this.liked = new Set(saved?.liked);
    this.following = new Set(saved?.following);
    this.ending = "waiting"; // waiting | end | empty | failed | offline | time
    if (saved) this.#ends(saved.next, saved.end);
    else if (first) this.#add(first);
    addEventListener("online", () => this.ending === "offline" && this.retry());
  }

  /** The item at `index`: {kind: "clip", clip, slate, position}, the ending after the last one, or null. */
  at(index) {
    if (index === this.items.length) return { kind: this.ending };
    return this.items[index] ?? null;
  }

  /** The viewer is at `index`: see that enough is ahead and little behind. */
  async want(index) {
    if (index > KEPT_BEHIND) delete this.items[index - KEPT_BEHIND];
    if (this.items.length - index >= AHEAD || this.ending !== "waiting" || this.#loading) return;
    this.#loading = true;
    try {
      this.#add(await getJSON(this.#url()));
      this.#failures = 0;
    } catch {
      this.#failures += 1;
      this.ending = navigator.onLine ? "failed" : "offline";
      setTimeout(() => this.retry(), 2000 * 2 ** Math.min(this.#failures, 5));
    } finally {
      this.#loading = false;
    }
    this.dispatchEvent(new Event("change"));
    if (this.ending === "waiting") this.want(index);
  }

  retry() {
    if (this.ending !== "failed" && this.ending !== "offline") return;
    this.ending = "waiting";
    this.dispatchEvent(new Event("change"));
    this.want(this.items.length);
  }

  /** Take a creator's clips out that are still to come after `index`. */
  dropAhead(handle, index) {
    const ahead = this.items.slice(index + 1).filter(({ clip }) => clip.creator.handle !== handle);
    this.items = this.items.slice(0, index + 1).concat(ahead);
    this.dispatchEvent(new Event("change"));
  }

  /** Forget a creator's clips before `index`: nothing is behind them any more. */
  dropBehind(handle, index) {
    const last = this.items.findLastIndex((item, at) => at < index && item?.clip.creator.handle === handle);
    for (let at = 0; at <= last; at += 1) delete this.items[at];
    this.dispatchEvent(new Event("change"));
  }

  /** What to keep for a return to this page around `index`. */
  save(index) {
    const from = Math.max(0, index - 3);
    const items = this.items.slice(from).filter(Boolean);
    return { items, index: index - from, next: this.#next, end: this.#end, liked: [...this.liked], following: [...this.following] };
  }

  #url() {
    const url = new URL(this.address, location.href);
    url.searchParams.set("n", SIZE);
    if (this.#next) url.searchParams.set("after", this.#next);
    return url;
  }

  #add(slate) {
    slate.clips.forEach((clip, place) => {
      this.items.push({ kind: "clip", clip, slate: slate.slate, position: slate.places[place] });
    });
    if (slate.mine) this.#own(slate.mine);
    else if (slate.clips.length) this.#askOwn(slate.clips);
    this.#ends(slate.clips.length ? slate.next : null, slate.end);
  }

  #own({ liked, following }) {
    for (const id of liked) this.liked.add(id);
    for (const handle of following) this.following.add(handle);
  }

  /** A slate that was made without looking at the viewer does not say what the viewer likes: asked for the page only. */
  async #askOwn(clips) {
    try {
      this.#own(await getJSON(`/feed/mine?${new URLSearchParams(clips.map(({ id }) => ["clip", id]))}`));
      this.dispatchEvent(new Event("own"));
    } catch {
      // The hearts stay empty; a tap on one still likes the clip.
    }
  }

  #ends(next, end) {
    this.#next = next;
    this.#end = end;
    if (end) this.ending = end;
    else if (next) this.ending = "waiting";
    else this.ending = this.items.length ? "end" : "empty";
  }
}
