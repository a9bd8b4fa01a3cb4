// The picture that goes with a message: chosen, shown by its name, taken away again.

/** Returns {file, clear} for the form's file field. */
export function pickedPicture(form) {
  const input = form.querySelector("[data-part=picture]");
  const chip = form.querySelector("[data-part=picked]");
  const show = () => {
    const [file] = input.files;
    chip.hidden = !file;
    chip.querySelector("[data-part=name]").textContent = file?.name ?? "";
  };
  const clear = () => {
    input.value = "";
    show();
  };
  input.addEventListener("change", show);
  form.querySelector("[data-part=unpick]").addEventListener("click", clear);
  return { file: () => input.files[0] ?? null, clear };
}
