// Native dialogs by attributes: data-opens="id" opens, data-closes closes (data-after="id": and opens that one), a press
// on the backdrop closes.

/** Open the dialog with this id as a modal; returns it. */
export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog.open) dialog.showModal();
  return dialog;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  if (opener) return openDialog(opener.dataset.opens);
  const closer = event.target.closest?.("[data-closes]");
  if (closer) {
    closer.closest("dialog")?.close();
    return closer.dataset.after && openDialog(closer.dataset.after);
  }
  if (event.target instanceof HTMLDialogElement && event.target.matches(":modal") && outside(event)) event.target.close();
});

function outside(event) {
  const box = event.target.getBoundingClientRect();
  return event.clientX < box.x || event.clientX > box.right || event.clientY < box.y || event.clientY > box.bottom;
}
