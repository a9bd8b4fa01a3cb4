// What the buttons under a comment do (data-act, see social/comment.html): like, answer, show the answers, and for the
// clip's creator pin and hide.
import { fragment, getFragment, getJSON, send } from "ui/http";
import { compact } from "ui/numbers";
import { failed } from "ui/toast";
import { showTimes } from "ui/times";
import { uuid7 } from "ui/uuid7";
import { enterSends } from "social/keys";

const panel = document.getElementById("comments");
const clipOf = () => panel.querySelector(".comments-list").dataset.clip;
const topOf = (row) => row.parentElement.closest(".comment") ?? row;
const address = (row, what) => `/comments/${row.dataset.comment}/${what}`;

/** Press or release a button at once, ask the server, and undo it with a word if it refuses. */
async function toggle(row, button, what) {
  const on = button.getAttribute("aria-pressed") !== "true";
  const press = (state) => button.setAttribute("aria-pressed", String(state));
  press(on);
  try {
    return { on, ...await getJSON(address(row, what), { method: on ? "PUT" : "DELETE" }) };
  } catch (error) {
    press(!on);
    failed(error.message);
    return null;
  }
}

/** Make a comment the first. What is moved loses the focus, so it is given back. */
function moveFirst(row) {
  const focused = document.activeElement;
  row.parentElement.prepend(row);
  if (row.contains(focused)) focused.focus();
}

const does = {
  async like(row, button) {
    const answer = await toggle(row, button, "like");
    if (answer) button.querySelector("[data-part=likes]").textContent = answer.count ? compact(answer.count) : "";
  },
  async pin(row, button) {
    const answer = await toggle(row, button, "pin");
    if (!answer) return;
    for (const other of panel.querySelectorAll(".comment[data-pinned]")) {
      other.removeAttribute("data-pinned");
      if (other !== row) other.querySelector("[data-act=pin]")?.setAttribute("aria-pressed", "false");
    }
    row.toggleAttribute("data-pinned", answer.on);
    if (answer.on) moveFirst(row);
  },
  async hidden(row, button) {
    const answer = await toggle(row, button, "hidden");
    if (answer) row.toggleAttribute("data-hidden", answer.on);
  },
  async replies(row, button) {
    const top = topOf(row);
    const place = top.querySelector(".comment-replies");
    const after = button.dataset.after ? `?after=${encodeURIComponent(button.dataset.after)}` : "";
    button.setAttribute("aria-busy", "true");
    try {
      const loaded = await getFragment(address(top, "replies") + after);
      (button.closest(".comments-more") ?? button).remove();
      const known = new Set([...place.children].map((one) => one.dataset.comment));
      place.append(...[...loaded.querySelector("ul").children].filter((one) => !known.has(one.dataset.comment)));
      showTimes(place);
    } catch (error) {
      button.removeAttribute("aria-busy");
      failed(error.message);
    }
  },
  reply(row, { dataset: { handle } }) {
    const top = topOf(row);
    panel.querySelector(".comment-answer")?.remove();
    const form = panel.querySelector("template[data-answer]").content.firstElementChild.cloneNode(true);
    top.querySelector(".comment-replies").after(form);
    if (top !== row) form.elements.text.value = `@${handle} `;
    form.dataset.nonce = uuid7();
    form.addEventListener("submit", (event) => { event.preventDefault(); answer(top, form); });
    enterSends(form);
    form.elements.text.focus();
  },
};

async function answer(top, form) {
  const data = new FormData();
  data.set("text", form.elements.text.value.trim());
  data.set("nonce", form.dataset.nonce); // the same for every try
  data.set("reply_to", top.dataset.comment);
  form.setAttribute("aria-busy", "true");
  try {
    const made = fragment(await (await send(`/c/${clipOf()}/comments`, { method: "POST", form: data, accept: "text/html" })).text());
    top.querySelector(".comment-replies").append(...made.children);
    showTimes(top);
    form.remove();
  } catch (error) {
    form.removeAttribute("aria-busy");
    failed(error.message || fragment(error.body).querySelector("[data-error]")?.textContent.trim());
  }
}

panel.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) does[button.dataset.act](button.closest(".comment"), button);
});
