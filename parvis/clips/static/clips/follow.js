// <button data-follow="/@handle/follow" data-requested aria-pressed>: follow, ask to follow, or end it.
// The page knows accepted follows only; whether one is still asked for is read from the address itself.
import { getJSON } from "ui/http";
import { compact } from "ui/numbers";
import { failed } from "ui/toast";

function show(button, { following, requested, count }) {
  const label = button.querySelector(".when-off");
  label.dataset.words ??= label.textContent;
  label.textContent = requested ? button.dataset.requested : label.dataset.words;
  button.toggleAttribute("data-asked", requested);
  button.setAttribute("aria-pressed", String(following));
  button.classList.toggle("button-primary", !following && !requested);
  const followers = document.querySelector("[data-count=followers]");
  if (followers) followers.textContent = compact(count);
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("button[data-follow]");
  if (!button || button.disabled) return;
  const ends = button.getAttribute("aria-pressed") === "true" || button.hasAttribute("data-asked");
  button.disabled = true;
  try {
    show(button, await getJSON(button.dataset.follow, { method: ends ? "DELETE" : "PUT" }));
  } catch (error) {
    failed(error.message);
  } finally {
    button.disabled = false;
  }
});

for (const button of document.querySelectorAll("button[data-follow]")) {
  getJSON(button.dataset.follow).then((state) => show(button, state), () => {}); // the click still works
}
