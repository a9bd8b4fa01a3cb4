// One of the three slides: puts an item into the elements of the template and shows the state of its film.
import { compact } from "ui/numbers";
import { ago } from "ui/times";
import { Film } from "feed/film";
import { bindProgress } from "feed/progress";
import { fill, showCaption } from "feed/words";

const CROP = 0.2; // of a clip's width or height may be cut to fill the screen; beyond that it is shown whole

export class Slide {
  index = NaN;
  item = null;

  /** `element`: a copy of the slide template; `shared`: {queue, texts} of the feed. */
  constructor(element, { queue, texts }) {
    this.showsSensitive = element.closest("[data-shows-sensitive]") !== null;
    this.element = element;
    this.queue = queue;
    this.texts = texts;
    this.parts = {};
    for (const part of element.querySelectorAll("[data-part]")) this.parts[part.dataset.part] = part;
    this.film = new Film(this.parts.video);
    this.progress = bindProgress(this.parts.progress, this.parts.video);
    this.film.addEventListener("state", () => this.#state());
    this.parts.poster.addEventListener("load", () => element.toggleAttribute("data-poster", true));
    this.film.addEventListener("frame", () => element.toggleAttribute("data-frame", true));
  }

  /** Show `item` (see SlateQueue.at), or nothing. */
  show(item) {
    if (item === this.item || (item && item.kind !== "clip" && item.kind === this.item?.kind)) return;
    this.item = item;
    this.film.release();
    this.element.dataset.kind = item?.kind ?? "none";
    this.element.removeAttribute("data-frame");
    this.element.removeAttribute("data-open");
    if (item?.kind === "clip") this.#fill(item.clip);
    else this.element.removeAttribute("data-clip");
  }

  /** Cover a sensitive clip, or show it because the viewer wants to. */
  cover(covered) {
    this.film.covered = covered;
    this.element.toggleAttribute("data-covered", covered);
  }

  uncover(stage) {
    this.item.clip.uncovered = true;
    this.cover(false);
    stage.toggle();
  }

  setCurrent(current) {
    this.element.toggleAttribute("data-current", current);
    this.element.inert = !current;
    if (current) this.progress.start();
    else this.progress.stop();
  }

  /** Likes, follows and counts again, after one of them changed. */
  repaint() {
    if (this.item?.kind !== "clip") return;
    const { clip } = this.item;
    const { liked, following } = this.queue;
    for (const count of ["likes", "comments", "shares"]) this.parts[count].textContent = compact(clip.counts[count]);
    this.parts.like.setAttribute("aria-pressed", liked.has(clip.id));
    this.parts.follow.setAttribute("aria-pressed", following.has(clip.creator.handle));
    this.parts.follow.setAttribute("aria-label", fill(this.texts.follow, { creator: clip.creator.name }));
    this.parts.comment.hidden = !clip.allow.comments;
  }

  /** Fill the screen or show the whole picture, by the shapes of both. */
  fit() {
    const { clientWidth, clientHeight } = this.parts.frame;
    if (this.item?.kind !== "clip" || !clientHeight) return;
    const ratio = (clientWidth / clientHeight) * (this.item.clip.height / this.item.clip.width);
    this.element.dataset.fit = 1 - Math.min(ratio, 1 / ratio) <= CROP ? "cover" : "contain";
  }

  #fill(clip) {
    const { element, parts } = this;
    const { creator } = clip;
    element.dataset.clip = clip.id;
    element.setAttribute("aria-label", fill(this.texts.clip, { creator: creator.name }));
    element.toggleAttribute("data-captions", clip.captions.length > 0);
    element.style.setProperty("--ratio", clip.width / clip.height);
    this.progress.reset();
    this.cover(clip.covered && !clip.uncovered && !this.showsSensitive);
    parts.blur.src = parts.glow.src = clip.placeholder;
    // An <img> shows its old picture until the new one is there; this one hides instead, over its blurred likeness.
    element.removeAttribute("data-poster");
    parts.poster.src = clip.poster;
    parts.video.setAttribute("aria-label", clip.alt || clip.title || clip.caption);
    parts.creator.textContent = creator.name;
    for (const link of [parts.creator, parts.avatar]) link.href = creator.url;
    parts.handle.textContent = `@${creator.handle}`;
    parts.title.textContent = clip.title;
    parts.title.hidden = !clip.title;
    showCaption(parts.caption, clip);
    parts.time.dateTime = clip.at;
    parts.time.textContent = ago(clip.at);
    this.#avatar(creator);
    this.repaint();
    this.fit();
    requestAnimationFrame(() => { parts.more.hidden = parts.caption.scrollHeight <= parts.caption.clientHeight + 2; });
  }

  #avatar({ avatar, name }) {
    const letter = Object.assign(document.createElement("span"), { textContent: [...name][0] ?? "?" });
    const picture = avatar ? [Object.assign(new Image(), { src: avatar, alt: "" })] : [];
    this.parts.avatar.querySelector(".avatar").replaceChildren(letter, ...picture);
  }

  #state() {
    this.element.dataset.state = this.film.state;
  }
}
