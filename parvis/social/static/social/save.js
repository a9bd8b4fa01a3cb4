// <button data-save="/c/<id>/save" aria-pressed>: keep a clip for later, or let it go. In a sheet that serves many clips
// the event "parvis:save" ({button, address}) says which one: then the address is asked how it stands.
import { getJSON } from "ui/http";
import { failed } from "ui/toast";

const show = (button, { saved }) => button.setAttribute("aria-pressed", String(saved));

document.addEventListener("parvis:save", ({ detail: { button, address } }) => {
  button.dataset.save = address;
  show(button, { saved: false });
  getJSON(address).then((state) => button.dataset.save === address && show(button, state), () => {});
});

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("button[data-save]");
  if (!button || button.disabled) return;
  const ends = button.getAttribute("aria-pressed") === "true";
  button.disabled = true;
  try {
    show(button, await getJSON(button.dataset.save, { method: ends ? "DELETE" : "PUT" }));
  } catch (error) {
    failed(error.message);
  } finally {
    button.disabled = false;
  }
});
