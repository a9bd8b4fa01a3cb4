// <a data-more="list" href="...">: puts the next page's list after the one that is here, instead of going there.
// Event "parvis:more" on the list when it has grown.
import { getFragment } from "ui/http";
import { showTimes } from "ui/times";
import { failed } from "ui/toast";

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-more]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.getAttribute("aria-busy") === "true") return;
  link.setAttribute("aria-busy", "true");
  try {
    grow(link, await getFragment(link.href));
  } catch (error) {
    link.removeAttribute("aria-busy");
    failed(error.message);
  }
});

function grow(link, page) {
  const list = document.getElementById(link.dataset.more);
  const more = page.getElementById(link.dataset.more);
  if (!more) return location.assign(link.href); // something else was answered: let it be seen
  const rows = [...more.children];
  const next = page.querySelector("a[data-more]");
  list.append(...rows);
  if (next) link.replaceWith(next);
  else link.remove();
  showTimes(list);
  list.dispatchEvent(new Event("parvis:more", { bubbles: true }));
  // Whoever goes on by keyboard stands at the first new row, not at a button that is further down now.
  rows[0]?.querySelector("a:not([tabindex])")?.focus({ preventScroll: true });
}
