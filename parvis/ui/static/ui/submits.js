// Forms: data-submit-on-change sends a form when its control changes; every form shows that it is being sent and
// cannot be sent twice.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-submit-on-change]")) event.target.form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  const button = event.submitter ?? event.target.querySelector("button:not([type=button])");
  if (event.defaultPrevented || !button) return;
  if (button.getAttribute("aria-busy") === "true") return event.preventDefault();
  button.setAttribute("aria-busy", "true");
});

// A page that comes back from the back/forward cache starts fresh.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form [aria-busy]")) button.removeAttribute("aria-busy");
});
