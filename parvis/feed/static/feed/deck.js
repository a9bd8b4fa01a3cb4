// Three slides which stand one above the other and take turns: slide i shows item i, i+3, i+6 ... Nothing is created
// after the start, whatever number of clips goes by.

const DAMPING = 0.28; // how far the deck gives at an end of the feed

export class Deck extends EventTarget {
  index = 0;

  /** `slides`: three Slide objects; `itemAt(index)`: the item to show there, or null for nothing. */
  constructor(root, slides, itemAt) {
    super();
    this.root = root;
    this.slides = slides;
    this.itemAt = itemAt;
  }

  get current() { return this.#slide(this.index); }
  get next() { return this.#slide(this.index + 1); }
  get previous() { return this.#slide(this.index - 1); }
  has(index) { return this.itemAt(index) !== null; }

  /** Show `index` at once, without movement. */
  start(index) {
    this.index = index;
    this.refresh();
    this.#arrive(null, 0);
  }

  /** Move by one, forwards (1) or backwards (-1); says whether there was somewhere to go. */
  step(direction, milliseconds = 280) {
    if (!this.has(this.index + direction)) {
      this.#bounce(direction);
      return false;
    }
    performance.clearMarks("swipe");
    performance.mark("swipe");
    const left = this.current;
    this.dispatchEvent(new CustomEvent("leave", { detail: { slide: left } }));
    this.index += direction;
    this.refresh();
    this.root.style.setProperty("--settle", `${Math.round(milliseconds)}ms`);
    this.#arrive(left, direction);
    return true;
  }

  /** A finger takes hold: returns how far (px) the deck is from rest, so that it stays under the finger. */
  grab() {
    const offset = this.current.element.getBoundingClientRect().top - this.root.getBoundingClientRect().top;
    this.root.toggleAttribute("data-dragging", true);
    this.drag(offset);
    return offset;
  }

  drag(offset) {
    const free = this.has(this.index - Math.sign(offset));
    this.root.style.setProperty("--drag", `${free ? offset : offset * DAMPING}px`);
  }

  /** The finger lets go: on to the neighbour in `direction`, or back (0). */
  release(direction, milliseconds) {
    this.root.toggleAttribute("data-dragging", false);
    this.root.style.setProperty("--settle", `${Math.round(milliseconds)}ms`);
    this.root.style.setProperty("--drag", "0px");
    if (direction) this.step(direction, milliseconds);
  }

  /** Give each slide the item it should show now; called again when the queue has changed. */
  refresh() {
    for (const index of [this.index, this.index + 1, this.index - 1]) {
      const slide = this.#slide(index);
      const moved = slide.index !== index;
      slide.element.toggleAttribute("data-jump", moved && Math.abs(slide.index - index) > 2);
      slide.index = index;
      slide.show(this.itemAt(index));
      slide.element.style.setProperty("--offset", index - this.index);
      slide.setCurrent(index === this.index);
    }
  }

  #slide(index) { return this.slides[((index % 3) + 3) % 3]; }

  #arrive(from, direction) {
    this.dispatchEvent(new CustomEvent("arrive", { detail: { slide: this.current, from, direction } }));
  }

  #bounce(direction) {
    this.root.dataset.bounce = direction > 0 ? "end" : "start";
    setTimeout(() => delete this.root.dataset.bounce, 260);
  }
}
