// <parvis-steps src="/mine/<clip>/progress">: shows how far a clip is, and asks again while that changes.
// Event "parvis:progress" (detail: the answer) on every answer. A page that showed old words reloads at the end.
import { getJSON } from "ui/http";

const SOON = 1000;
const LATER = 4000;

class ParvisSteps extends HTMLElement {
  connectedCallback() {
    if (this.getAttribute("src")) this.watch(this.getAttribute("src"));
  }

  disconnectedCallback() { clearTimeout(this.timer); }

  /** Follow the clip whose progress is at `address`. */
  watch(address) {
    this.address = address;
    this.began = Date.now();
    this.#ask();
  }

  async #ask() {
    clearTimeout(this.timer);
    let answer = null;
    try {
      answer = await getJSON(this.address);
      this.paint(answer.steps);
      this.dispatchEvent(new CustomEvent("parvis:progress", { bubbles: true, detail: answer }));
    } catch (error) {
      if (error.status && error.status < 500) return;
    }
    if (!answer || answer.moving) this.timer = setTimeout(() => this.#ask(), Date.now() - this.began < 60000 ? SOON : LATER);
  }

  paint(steps) {
    const list = this.querySelector("[data-part=steps]");
    const pattern = this.querySelector("template[data-part=step]").content.firstElementChild;
    while (list.children.length < steps.length) list.append(pattern.cloneNode(true));
    steps.forEach((step, index) => {
      const row = list.children[index];
      row.dataset.state = step.state;
      row.querySelector("[data-part=label]").textContent = step.label;
      const known = step.percent !== null && step.state === "running";
      row.querySelector("[data-part=percent]").textContent = known ? `${step.percent} %` : "";
    });
  }
}
customElements.define("parvis-steps", ParvisSteps);

// Lists and the edit page show state and buttons that the server rendered: they are renewed when a clip has arrived.
document.addEventListener("parvis:progress", ({ detail, target }) => {
  const renews = !target.closest("parvis-create") && !document.querySelector("form :focus");
  const before = target.dataset.was;
  target.dataset.was = `${detail.state}`;
  if (renews && before && before !== detail.state && (detail.playable || !detail.moving)) location.reload();
});
