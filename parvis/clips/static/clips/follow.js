// <button data-follow="/@handle/follow" aria-pressed>: follow, or follow no more.
import { getJSON } from "ui/http";
import { failed, toast } from "ui/toast";

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-follow]");
  if (!button || button.disabled) return;
  const follows = button.getAttribute("aria-pressed") === "true";
  button.disabled = true;
  try {
    const answer = await getJSON(button.dataset.follow, { method: follows ? "DELETE" : "PUT" });
    button.setAttribute("aria-pressed", String(answer.following));
    button.classList.toggle("button-primary", !answer.following);
    if (answer.requested) toast(button.dataset.requested);
  } catch (error) {
    failed(error.message);
  } finally {
    button.disabled = false;
  }
});
