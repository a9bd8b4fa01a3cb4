// <parvis-create>: choose a file, send it while the details are written, then follow the worker's steps.
import "clips/steps";
import { reasonAgainst } from "clips/checks";
import { Details } from "clips/details";
import { bindFiles } from "clips/drop";
import { fromNow, momentOf } from "clips/moment";
import { SendingView } from "clips/sending";
import { ClipUpload } from "clips/upload";
import { send } from "ui/http";
import { failed, toast } from "ui/toast";

class ParvisCreate extends HTMLElement {
  connectedCallback() {
    this.parts = Object.fromEntries([...this.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.details = new Details(this.parts.form);
    this.sending = new SendingView(this, this.parts);
    if (this.dataset.clip) this.details.belongTo(this.dataset.clip);
    fromNow(this.parts.form.elements.at);
    bindFiles(this, this.parts.drop, (file, row) => { this.chosen = this.#choose(file, row); });
    this.addEventListener("click", (event) => this.#pressed(event));
    this.parts.form.addEventListener("change", () => this.#when());
    this.parts.form.addEventListener("submit", (event) => { event.preventDefault(); this.#post(); });
    this.addEventListener("parvis:progress", ({ detail }) => this.#follow(detail));
    window.addEventListener("beforeunload", (event) => { if (this.upload?.isUnfinished) event.preventDefault(); });
  }

  async #choose(file, row) {
    const { preview, video } = this.parts;
    const reason = await reasonAgainst(file, video, { bytes: Number(this.dataset.bytes), seconds: Number(this.dataset.seconds) });
    this.#refuse(reason && this.dataset[`text${reason[0].toUpperCase()}${reason.slice(1)}`]);
    if (reason) return;
    preview.hidden = !video.videoWidth;
    if (!preview.hidden) video.play().catch(() => {});
    const same = row ?? [...this.querySelectorAll("[data-upload]")].find((one) => one.dataset.name === file.name);
    const resumes = same && Number(same.dataset.length) === file.size;
    if (resumes) {
      toast(this.dataset.textResumed);
      await this.details.recall(same.dataset.clip).catch(() => {});
    }
    this.#send(file, resumes ? same.dataset.upload : null);
  }

  #send(file, from) {
    this.dataset.state = "sending";
    if (this.parts.unfinished) this.parts.unfinished.hidden = true;
    this.upload = new ClipUpload(file, { endpoint: this.dataset.endpoint, clip: this.dataset.clip, from });
    this.sending.show(this.upload);
    this.upload.addEventListener("began", ({ detail }) => this.details.belongTo(detail));
    this.upload.addEventListener("failed", ({ detail }) => { this.#refuse(detail || this.dataset.textOffline); this.#reset(); });
    this.upload.addEventListener("done", () => this.#made());
    this.upload.start();
  }

  #made() {
    this.parts.making.hidden = false;
    this.parts.making.querySelector("parvis-steps").watch(`/mine/${this.details.clip}/progress`);
  }

  #refuse(sentence) {
    this.parts.refused.hidden = !sentence;
    this.parts.why.textContent = sentence ?? "";
  }

  #reset() {
    this.dataset.state = "empty";
    this.parts.sending.hidden = this.parts.preview.hidden = true;
    this.parts.video.pause();
  }

  async #pressed(event) {
    const does = event.target.closest("[data-does]")?.dataset.does;
    if (does === "pause") await this.upload.pause();
    if (does === "resume") this.upload.start();
    if (does === "pause" || does === "resume") this.sending.paint();
    if (does === "cancel") {
      await this.upload.cancel();
      this.details.clip = null;
      this.#reset();
      toast(this.dataset.textCanceled);
    }
    if (does === "discard") this.#discard(event.target.closest("[data-upload]"));
  }

  async #discard(row) {
    try {
      await send(row.dataset.upload, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0" } });
      row.remove();
      if (!this.querySelector("[data-upload]")) this.parts.unfinished.remove();
    } catch (error) { failed(error.message); }
  }

  #when() {
    this.parts.later.hidden = this.parts.form.elements.when.value !== "later";
  }

  async #post() {
    const { done, errors, form, post } = this.parts;
    if (post.ariaBusy === "true") return;
    errors.hidden = true;
    try {
      post.ariaBusy = "true";
      await this.#clipIsKnown();
      await this.details.save();
      const when = form.elements.when.value;
      const body = new FormData();
      body.set("to", when === "later" ? "scheduled" : "published");
      body.set("at", form.elements.at.value);
      body.set("moment", momentOf(form.elements.at));
      if (when !== "draft") await send(`/c/${this.details.clip}/publication`, { method: "POST", form: body });
      form.hidden = true;
      done.hidden = false;
      done.focus();
      this.toggleAttribute("data-posted", true);
    } catch (error) {
      errors.textContent = error.message || this.dataset.textOffline;
      errors.hidden = false;
    } finally { post.ariaBusy = null; }
  }

  /** Whoever posts at once after choosing waits until the file was looked at and the server knows of it. */
  async #clipIsKnown() {
    await this.chosen;
    if (this.upload?.isUnfinished) await this.upload.opened;
    if (!this.details.clip) throw new Error(this.dataset.textChoose);
  }

  /** The file cannot be used: another one can be chosen for the same words. */
  #again(message) {
    this.#refuse(message);
    this.dataset.clip = this.details.clip;
    this.#reset();
    this.removeAttribute("data-posted");
    this.parts.form.hidden = false;
    this.parts.done.hidden = this.parts.making.hidden = true;
  }

  #follow(progress) {
    this.parts.message.textContent = this.parts.doneMessage.textContent = progress.message;
    this.parts.see.href = progress.url;
    this.parts.see.hidden = !progress.playable;
    if (progress.playable && progress.publication === "published") {
      this.parts.headline.textContent = progress.message;
      this.parts.doneMessage.textContent = "";
    }
    if (progress.state === "refused") this.#again(progress.message);
  }
}
customElements.define("parvis-create", ParvisCreate);
