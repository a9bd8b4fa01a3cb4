// <button data-share="address" data-title data-copied [data-shares]>: the device's own sharing, or else a copied link.
// `data-shares` is where it is counted: for people with an account. [data-count] shows counts of the clip.
import { getJSON } from "ui/http";
import { compact } from "ui/numbers";
import { toast } from "ui/toast";

function show(name, count) {
  const place = document.querySelector(`[data-count="${name}"]`);
  if (place) place.textContent = compact(count);
}
document.addEventListener("parvis:commented", ({ detail }) => show("comments", detail.count));

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-share]");
  if (!button) return;
  const { share: url, title, copied, shares } = button.dataset;
  try {
    if (navigator.share && matchMedia("(pointer: coarse)").matches) await navigator.share({ url, title });
    else {
      await navigator.clipboard.writeText(url);
      toast(copied);
    }
    if (shares) getJSON(shares, { method: "POST" }).then(({ count }) => show("shares", count), () => {});
  } catch (error) {
    if (error.name !== "AbortError") prompt("", url);
  }
});
