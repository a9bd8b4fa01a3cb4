// <parvis-feed src="/feed/slate?feed=for-you" data-watches="/feed/watches" [data-signed-in] data-text-*="...">
// The feed: ties queue, deck, stage, gestures and actions together. The elements come from feed/feed.html.
import { Actions } from "feed/actions";
import { sendAway } from "feed/away";
import { burst } from "feed/burst";
import { captionsOn, toggleCaptions } from "feed/captions";
import { Deck } from "feed/deck";
import { bindGestures } from "feed/gestures";
import { bindKeys } from "feed/keys";
import { Reporter } from "feed/reporter";
import { bindRest } from "feed/rest";
import { SlateQueue } from "feed/slate";
import { Slide } from "feed/slide";
import { Sound } from "feed/sound";
import { Stage } from "feed/stage";
import { earlierVisit, rememberVisit } from "feed/visit";
import { bindWheel } from "feed/wheel";

const TEXT = /^text([A-Z].*)$/;

class ParvisFeed extends HTMLElement {
  connectedCallback() {
    if (this.deck) return;
    this.texts = {};
    for (const [name, text] of Object.entries(this.dataset)) {
      const found = name.match(TEXT);
      if (found) this.texts[found[1][0].toLowerCase() + found[1].slice(1)] = text;
    }
    const address = this.getAttribute("src");
    const saved = earlierVisit(address);
    this.root = this.querySelector("[data-deck]");
    this.queue = new SlateQueue(address, saved ? null : firstSlate(), saved);
    this.sound = new Sound();
    this.reporter = new Reporter(this.dataset.watches);
    this.slides = Array.from({ length: 3 }, () => this.#slide());
    this.videos = this.slides.map((slide) => slide.film.video);
    this.deck = new Deck(this.root, this.slides, (index) => this.queue.at(index));
    this.stage = new Stage(this);
    const repaint = () => this.slides.forEach((slide) => slide.repaint());
    this.queue.addEventListener("own", repaint);
    this.actions = new Actions({ ...this, repaint, signedIn: this.hasAttribute("data-signed-in"), me: this.dataset.me });
    this.#bind();
    rememberVisit(address, () => this.queue.save(this.deck.index));
    new ResizeObserver(() => this.slides.forEach((slide) => slide.fit())).observe(this.root);
    this.deck.start(saved?.index ?? 0);
    this.#paint();
  }

  get clip() { return this.stage.item?.kind === "clip" ? this.stage.item : null; }

  #slide() {
    const element = this.querySelector("template[data-slide]").content.firstElementChild.cloneNode(true);
    this.root.append(element);
    return new Slide(element, this);
  }

  #bind() {
    const { stage, sound, videos } = this;
    const does = {
      next: () => this.#step(1),
      previous: () => this.#step(-1),
      like: () => this.clip && this.actions.like(this.clip),
      follow: () => this.clip && this.actions.follow(this.clip),
      comment: () => this.clip?.clip.allow.comments && this.actions.comment(this.clip),
      share: () => this.clip && this.actions.share(this.clip),
      more: () => this.clip && this.actions.more(this.clip),
      "not-interested": () => this.#notInterested(),
      "mute-creator": () => this.#sendAway("mute"),
      "block-creator": () => this.#sendAway("block"),
      mute: () => sound.toggle(videos),
      captions: () => { toggleCaptions(videos); this.#paint(); },
      unfold: () => this.deck.current.element.toggleAttribute("data-open"),
      pause: () => this.clip && stage.toggle(),
      uncover: () => this.clip && this.deck.current.uncover(stage),
      retry: () => (this.clip ? stage.toggle() : this.queue.retry()),
      again: () => location.reload(),
    };
    document.addEventListener("click", (event) => {
      const button = event.target.closest?.("[data-action]");
      if (button && (this.contains(button) || button.closest("#clip-sheet, #block-dialog"))) does[button.dataset.action]?.();
    });
    bindKeys({ step: (by) => this.#step(by), pause: does.pause, mute: does.mute, like: does.like, comments: does.comment, captions: does.captions });
    bindWheel(this, (by) => this.#step(by));
    bindGestures(this.root, {
      grab: () => this.deck.grab(),
      drag: (offset) => this.deck.drag(offset),
      release: (direction, time) => this.deck.release(direction, time),
      tap: () => this.clip && stage.toggle(),
      doubleTap: (x, y) => this.#doubleTap(x, y),
      hold: () => { this.toggleAttribute("data-held", true); stage.film.pause(); },
      letGo: () => { this.toggleAttribute("data-held", false); stage.film.play(sound); },
    });
    sound.addEventListener("change", () => this.#paint());
    bindRest(stage, Number(this.dataset.breakAfter), () => stage.film.play(sound));
    document.addEventListener("parvis:commented", ({ detail }) => this.#commented(detail));
  }

  #step(direction) {
    const focused = this.deck.current.element.contains(document.activeElement) && document.activeElement.dataset.action;
    if (this.deck.step(direction) && focused) {
      this.deck.current.element.querySelector(`[data-action="${focused}"]`)?.focus({ preventScroll: true });
    }
  }

  #doubleTap(x, y) {
    if (!this.clip) return;
    if (this.actions.signedIn) burst(this.root, this.querySelector("template[data-burst]"), x, y);
    this.actions.like(this.clip, true);
  }

  #notInterested() {
    const { clip } = this;
    if (!clip) return;
    this.actions.notInterested(clip, this.stage.take(), () => this.deck.previous.item === clip && this.#step(-1));
    this.#step(1);
  }

  #sendAway(kind) {
    const leave = (handle) => {
      this.queue.dropAhead(handle, this.deck.index);
      this.#step(1);
      this.queue.dropBehind(handle, this.deck.index);
    };
    if (this.clip) sendAway(kind, this.clip.clip, { texts: this.texts, leave });
  }

  #commented({ clip, count }) {
    const item = this.queue.items.find((known) => known?.clip.id === clip);
    if (item) item.clip.counts.comments = count;
    this.slides.forEach((slide) => slide.repaint());
  }

  #paint() {
    const press = (action, on) => {
      for (const button of document.querySelectorAll(`[data-action="${action}"]`)) button.setAttribute("aria-pressed", on);
    };
    this.toggleAttribute("data-refused", this.sound.refused);
    press("mute", this.sound.muted || this.sound.refused);
    press("captions", captionsOn());
  }
}

function firstSlate() {
  const embedded = document.getElementById("first-slate");
  return embedded ? JSON.parse(embedded.textContent) : null;
}

customElements.define("parvis-feed", ParvisFeed);
