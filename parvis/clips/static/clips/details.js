// Saves the details of a draft while they are typed, so that a closed tab loses no word.
import { getJSON, send } from "ui/http";

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

  /** A draft from before: what was written then stands in the form again, where nothing new was typed. */
  async recall(clip) {
    const words = await getJSON(`/c/${clip}/edit`);
    if (this.dirty) return;
    for (const [name, value] of Object.entries(words)) {
      const control = this.form.elements[name];
      if (control?.type === "checkbox") control.checked = value;
      else if (control) control.value = value;
    }
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
