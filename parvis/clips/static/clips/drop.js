// Where a file may come from: a picker, the camera, or dropped from the desktop.

/** Calls `choose(file, row)`; `row` is the unfinished upload whose own picker was used. */
export function bindFiles(root, drop, choose) {
  root.addEventListener("change", ({ target }) => {
    if (target.type !== "file" || !target.files[0]) return;
    choose(target.files[0], target.closest("[data-upload]"));
    target.value = "";
  });
  const over = (event, is) => {
    event.preventDefault();
    drop.toggleAttribute("data-over", is);
  };
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => over(event, true));
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, (event) => over(event, false));
  drop.addEventListener("drop", (event) => { if (event.dataTransfer.files[0]) choose(event.dataTransfer.files[0]); });
}
