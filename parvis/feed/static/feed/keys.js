// Keys of the feed, wherever the focus is, unless somebody is typing or a dialog is open.

const TYPING = "input:not([type=range]), textarea, select, [contenteditable]";

/** `on`: {step(direction), pause(), mute(), like(), comments(), captions()}. */
export function bindKeys(on) {
  const keys = {
    ArrowDown: () => on.step(1), j: () => on.step(1), PageDown: () => on.step(1),
    ArrowUp: () => on.step(-1), k: () => on.step(-1), PageUp: () => on.step(-1),
    " ": () => on.pause(), m: () => on.mute(), l: () => on.like(), c: () => on.captions(), o: () => on.comments(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest(TYPING) || document.querySelector("dialog:modal")) return;
    if (event.key === " " && event.target.closest("a, button, summary")) return;
    const run = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!run) return;
    event.preventDefault();
    run();
  });
}
