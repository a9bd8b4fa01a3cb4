// Saves the details of a draft while they are typed, so that a closed tab loses no word.
import { send } from "ui/http";

const PAUSE = 900;

export class Details {
  constructor(form) {
    this.form = form;
    this.clip = null;
    this.dirty = false;
    form.addEventListener("input", () => this.#later());
  }

  /** The clip is known from now on: what was typed before is saved to it. */
  belongTo(clip) {
    this.clip = clip;
    if (this.dirty) this.#later();
  }

  /** Save now; rejects with RequestFailed. */
  async save() {
    clearTimeout(this.timer);
    this.dirty = false;
    await send(`/c/${this.clip}/edit`, { method: "POST", form: new FormData(this.form) });
  }

  #later() {
    this.dirty = true;
    clearTimeout(this.timer);
    if (this.clip) this.timer = setTimeout(() => this.save().catch(() => { this.dirty = true; }), PAUSE);
  }
}
