// Short messages at the foot of the page. The region is in the base template; it is a popover so that it also shows
// above a modal dialog.
const region = document.getElementById("toasts");

/** Show `text`; `action` is {label, run} for one button. Returns a function which takes it away early. */
export function toast(text, { action, seconds = 5 } = {}) {
  const box = document.createElement("div");
  box.className = "toast";
  box.append(Object.assign(document.createElement("span"), { textContent: text }));
  const close = () => {
    box.remove();
    if (!region.childElementCount) region.hidePopover?.();
  };
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: action.label });
    button.addEventListener("click", () => { close(); action.run(); });
    box.append(button);
  }
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover?.();
  region.append(box);
  setTimeout(close, seconds * 1000);
  return close;
}

/** The general failure sentence, for when the server gave none. */
export function failed(message) {
  return toast(message || (navigator.onLine ? region.dataset.failed : region.dataset.offline));
}
