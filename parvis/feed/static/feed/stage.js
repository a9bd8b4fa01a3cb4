// What plays: starts the film on arrival, measures it, reports it when it is left, and warms its neighbours.
import { announce } from "ui/live";
import { Watch } from "feed/watch";
import { fill } from "feed/words";

const GLIMPSE_MS = 2000; // watched for less than this, or than a third of the clip, is a skip
const WARM_ANYWAY = 1500; // a slow clip does not keep the next one from loading for ever

export class Stage {
  #watch = null;
  #total = 0;
  #timer = 0;

  constructor({ deck, queue, sound, reporter, texts }) {
    Object.assign(this, { deck, queue, sound, reporter, texts });
    deck.addEventListener("leave", (event) => this.#leave(event.detail.slide));
    deck.addEventListener("arrive", (event) => this.arrive(event.detail));
    queue.addEventListener("change", () => this.#changed());
    for (const { film } of deck.slides) film.addEventListener("state", () => film === this.film && this.#state(film));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#hide() : this.#return()));
    addEventListener("pagehide", () => this.#hide());
    addEventListener("pageshow", (event) => event.persisted && this.#return());
  }

  get film() { return this.deck.current.film; }
  get item() { return this.deck.current.item; }

  arrive({ slide, direction }) {
    this.queue.want(this.deck.index);
    this.#total = 0;
    this.#warmLater();
    document.dispatchEvent(new CustomEvent("parvis:clip", { detail: { clip: slide.item?.clip ?? null } }));
    if (slide.item?.kind !== "clip") return;
    const { clip } = slide.item;
    slide.film.load(clip);
    this.#watch = new Watch(slide.film.video);
    slide.film.play(this.sound);
    if (direction) announce(fill(this.texts.announce, { creator: clip.creator.name, caption: clip.caption || clip.title }));
  }

  /** Tap: pause, or go on; on a broken film: try again. */
  toggle() {
    if (this.film.state === "broken") this.film.retry(this.sound);
    else if (this.film.video.paused) this.film.play(this.sound);
    else this.film.pause();
  }

  /** Closes the measure without a report of its own: it goes into the report of what the viewer does now. */
  take() {
    const measure = this.#watch?.stop();
    this.#watch = null;
    return measure;
  }

  /** Closes the measure so far and reports it. The rest of the showing becomes an event of its own. */
  #report(leaving) {
    if (!this.#watch || this.item?.kind !== "clip") return;
    const measure = this.#watch.stop();
    this.#watch = null;
    this.#total += measure.watched_ms;
    if (this.film.state === "broken" || (!leaving && !measure.watched_ms)) return;
    const glimpse = this.#total < Math.min(GLIMPSE_MS, this.item.clip.duration_ms / 3);
    this.reporter.report(this.item, leaving && glimpse ? "skip" : "watch", measure);
  }

  #leave(slide) {
    this.#report(true);
    slide.film.pause();
    const { item } = slide;
    // Back at its beginning for a return, but only once it is out of sight.
    setTimeout(() => slide.item === item && slide !== this.deck.current && slide.film.rewind(), 450);
  }

  #hide() {
    this.resume = this.#watch && !this.film.video.paused;
    this.#report(false);
    this.film.pause();
    this.reporter.beacon();
  }

  #return() {
    if (this.item?.kind !== "clip" || this.#watch) return;
    this.#watch = new Watch(this.film.video);
    if (this.resume !== false) this.film.play(this.sound);
  }

  #changed() {
    const before = this.item;
    this.deck.refresh();
    if (this.item !== before && this.item?.kind === "clip") this.arrive({ slide: this.deck.current, direction: 1 });
    else if (this.film.state === "playing") this.#warm();
  }

  #state(film) {
    if (film.state !== "playing") return;
    performance.clearMarks("playing");
    performance.mark("playing");
    this.#warm();
  }

  #warmLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#warm(), WARM_ANYWAY);
  }

  #warm() {
    clearTimeout(this.#timer);
    for (const slide of [this.deck.next, this.deck.previous]) {
      if (slide.item?.kind === "clip") slide.film.load(slide.item.clip);
    }
  }
}
