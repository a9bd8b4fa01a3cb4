// Keys of the comments' panel.

/** Enter sends, Shift+Enter makes a line; not while an input method is composing. */
export function enterSends(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.tagName !== "TEXTAREA") return;
    event.preventDefault();
    form.requestSubmit();
  });
}

/** The browser closes only modal dialogs by Escape. */
export function escapeCloses(panel) {
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) panel.close?.();
  });
}
