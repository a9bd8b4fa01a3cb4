// <button data-share="address" data-title data-copied>: the device's own sharing, or else a copied link.
import { toast } from "ui/toast";

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-share]");
  if (!button) return;
  const { share: url, title, copied } = button.dataset;
  try {
    if (navigator.share && matchMedia("(pointer: coarse)").matches) await navigator.share({ url, title });
    else {
      await navigator.clipboard.writeText(url);
      toast(copied);
    }
  } catch (error) {
    if (error.name !== "AbortError") prompt("", url);
  }
});
