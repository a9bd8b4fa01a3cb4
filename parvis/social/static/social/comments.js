// Comments beside a feed: opens for a clip, loads, posts (shown at once), deletes. The words come from social/panel.html.
// On a clip's own page (social/talk.html) they are there from the beginning: `data-clip` names it.
import { fragment, getFragment, send } from "ui/http";
import { failed, toast } from "ui/toast";
import { showTimes } from "ui/times";
import { uuid7 } from "ui/uuid7";
import { enterSends, escapeCloses } from "social/keys";

const panel = document.getElementById("comments");
const body = panel.querySelector("[data-part=body]");
const form = panel.querySelector("form");
const wide = matchMedia("(min-width: 64rem)");
let clip = panel.dataset.clip ? { id: panel.dataset.clip } : null;
const unsent = new Map(); // rows that are not acknowledged yet, with their clip: they outlive a list that loads anew

const copy = (name) => panel.querySelector(`template[data-${name}]`).content.cloneNode(true);
const list = () => body.querySelector(".comments-list");
const address = (id) => `/c/${id}/comments`;

document.addEventListener("parvis:comments", ({ detail }) => {
  if (panel.open && clip?.id === detail.clip.id) return panel.close();
  if (!panel.open) {
    if (wide.matches) panel.show();
    else panel.showModal();
  }
  load(detail.clip);
});

// The column beside the film follows the film.
document.addEventListener("parvis:clip", ({ detail }) => {
  if (!panel.open) return;
  if (detail.clip?.allow.comments) load(detail.clip);
  else panel.close();
});

async function load(next) {
  clip = next;
  body.replaceChildren(copy("loading"));
  body.setAttribute("aria-busy", "true");
  try {
    const loaded = await getFragment(address(next.id));
    if (clip !== next) return;
    body.replaceChildren(loaded);
    showTimes(body);
    if (form) form.hidden = list().hasAttribute("data-closed");
    const waiting = [...unsent.keys()].filter((row) => unsent.get(row) === next.id).reverse();
    list().prepend(...waiting);
    count(waiting.length);
  } catch {
    if (clip === next) body.replaceChildren(copy("lost"));
  } finally {
    body.removeAttribute("aria-busy");
  }
}

function count(change) {
  if (!list()) return;
  const total = Math.max(0, Number(list().dataset.count) + change);
  list().dataset.count = total;
  document.dispatchEvent(new CustomEvent("parvis:commented", { detail: { clip: clip.id, count: total } }));
  const empty = body.querySelector(":scope > .empty");
  if (total && empty) empty.remove();
  if (!total && !empty) body.append(copy("nothing"));
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = form.elements.text.value.trim();
  if (!text || !clip) return;
  form.reset();
  const row = copy("new").firstElementChild;
  row.querySelector("[data-part=text]").textContent = text;
  row.dataset.nonce = uuid7(); // the same for every try, so that a comment whose answer was lost is not there twice
  unsent.set(row, clip.id);
  list()?.prepend(row); // else it is put there when the list has come
  body.scrollTo({ top: 0 });
  count(1);
  post(row, clip.id, text);
});

if (form) enterSends(form);

async function post(row, id, text) {
  row.toggleAttribute("data-sending", true);
  row.querySelector(".comment-failed").hidden = true;
  const data = new FormData();
  data.set("text", text);
  data.set("nonce", row.dataset.nonce);
  try {
    const answer = await send(address(id), { method: "POST", form: data, accept: "text/html" });
    const made = fragment(await answer.text()).firstElementChild;
    unsent.delete(row);
    if (body.querySelector(`[data-comment="${made.dataset.comment}"]`)) remove(row); // the list came after it was stored
    else if (row.isConnected) row.replaceWith(made);
    else if (clip?.id === id) load({ ...clip }); // no list was there: the one on its way may be older than the comment
    showTimes(body);
  } catch (error) {
    row.removeAttribute("data-sending");
    row.querySelector(".comment-failed").hidden = false;
    row.querySelector("[data-part=why]").textContent = refusal(error) || panel.dataset.notSent;
  }
}

const remove = (row) => (row.remove(), count(-1));

const refusal = (error) => error.message || fragment(error.body).querySelector("[data-error]")?.textContent.trim();

const does = {
  reload: () => load(clip),
  resend: (row) => post(row, clip.id, row.querySelector("[data-part=text]").textContent),
  discard: (row) => {
    if (form && !form.elements.text.value) form.elements.text.value = row.querySelector("[data-part=text]").textContent;
    unsent.delete(row);
    remove(row);
  },
  async delete(row) {
    row.hidden = true;
    count(-1);
    try {
      await send(`/comments/${row.dataset.comment}`, { method: "DELETE" });
      row.remove();
      toast(panel.dataset.deleted, { seconds: 3 });
    } catch (error) {
      row.hidden = false;
      count(1);
      failed(error.message);
    }
  },
  async more(row, button) {
    button.setAttribute("aria-busy", "true");
    try {
      const loaded = await getFragment(`${address(clip.id)}?after=${encodeURIComponent(button.dataset.after)}`);
      row.replaceWith(...loaded.querySelector(".comments-list").children);
      showTimes(body);
    } catch (error) {
      button.removeAttribute("aria-busy");
      failed(error.message);
    }
  },
};

escapeCloses(panel);

panel.addEventListener("click", (event) => {
  const button = event.target.closest("[data-comments]");
  if (!button) return;
  event.preventDefault();
  does[button.dataset.comments](button.closest("li"), button);
});
