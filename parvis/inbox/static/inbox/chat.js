// One conversation: asks every few seconds whether anything changed, sends without leaving the page, marks as read.
import { fragment, getFragment, send } from "ui/http";
import { failed } from "ui/toast";
import { uuid7 } from "ui/uuid7";
import { merge, older, showClocks } from "inbox/log";
import { pickedPicture } from "inbox/picture";

const SOON = 3000; // while something happens
const LATER = 12_000; // after two minutes without
const CALM_AFTER = 120_000;

const scroll = document.querySelector("[data-part=scroll][data-url]");
const form = document.querySelector("[data-part=composer]");
const picture = form && pickedPicture(form);
const list = () => scroll.querySelector(".chat-log");
const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
const toEnd = () => scroll.scrollTo({ top: scroll.scrollHeight });
let lively = Date.now();

if (form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.tagName !== "TEXTAREA") return;
    if (matchMedia("(pointer: coarse)").matches) return; // there the key makes a line
    event.preventDefault();
    form.requestSubmit();
  });
}
if (scroll) begin();

function begin() {
  showClocks(scroll);
  toEnd();
  markRead();
  form?.addEventListener("submit", submit);
  scroll.addEventListener("click", pressed);
  document.getElementById("message-menu").addEventListener("click", act);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  scroll.addEventListener("parvis:refresh", refresh);
  next();
}

function next() {
  setTimeout(async () => {
    if (!document.hidden && navigator.onLine) await refresh();
    next();
  }, Date.now() - lively > CALM_AFTER ? LATER : SOON);
}

async function refresh() {
  try {
    const answer = await send(`${scroll.dataset.url}/log?version=${list().dataset.version}`, { accept: "text/html" });
    if (answer.status === 204) return;
    lively = Date.now();
    take(fragment(await answer.text()));
  } catch (error) {
    if (error.status === 404) location.assign("/messages"); // it was left, or taken away
  }
}

/** Put the newest messages into the page; stay at the end if that is where the reader is. */
function take(newest, stays = atEnd()) {
  const strangers = merge(list(), newest.querySelector(".chat-log"));
  if (stays) toEnd();
  if (strangers) scroll.dataset.unread = "";
  markRead();
}

function markRead() {
  if (document.hidden || !("unread" in scroll.dataset)) return;
  delete scroll.dataset.unread;
  send(`${scroll.dataset.url}/read`, { method: "PUT" }).catch(() => {});
}

function submit(event) {
  event.preventDefault();
  const text = form.elements.text.value.trim();
  if (!text && !picture.file()) return;
  const data = new FormData(form);
  data.delete("plain");
  data.set("text", text);
  data.set("nonce", uuid7()); // the same for every try
  if (!picture.file()) data.delete("picture");
  const row = document.querySelector("template[data-new]").content.cloneNode(true).firstElementChild;
  row.querySelector("[data-part=text]").textContent = text || picture.file().name;
  list().append(row);
  form.elements.text.value = "";
  picture.clear();
  toEnd();
  post(row, data);
}

async function post(row, data) {
  const again = row.querySelector("[data-part=failed]");
  again.hidden = true;
  row.toggleAttribute("data-sending", true);
  lively = Date.now();
  try {
    const answer = await send(scroll.dataset.url, { method: "POST", form: data, accept: "text/html" });
    const newest = fragment(await answer.text());
    row.remove();
    take(newest, true);
  } catch (error) {
    row.removeAttribute("data-sending");
    again.textContent = error.message || fragment(error.body ?? "").querySelector("[data-error]")?.textContent || scroll.dataset.notSent;
    again.hidden = false;
    again.onclick = () => post(row, data);
  }
}

async function pressed(event) {
  const more = event.target.closest("[data-message-menu]");
  if (more) {
    const menu = document.getElementById("message-menu");
    menu.dataset.item = more.dataset.messageMenu;
    menu.querySelector("[data-message-act=unsend]").hidden = !("own" in more.dataset);
    const report = menu.querySelector("[data-part=report]");
    report.hidden = !more.dataset.report;
    report.href = more.dataset.report ?? "/";
    return menu.showModal();
  }
  const earlier = event.target.closest("[data-part=earlier]");
  if (!earlier) return;
  earlier.setAttribute("aria-busy", "true");
  const height = scroll.scrollHeight;
  try {
    older(list(), await getFragment(`${scroll.dataset.url}/log?before=${list().dataset.before}`));
    scroll.scrollTop += scroll.scrollHeight - height;
  } catch (error) {
    earlier.removeAttribute("aria-busy");
    failed(error.message);
  }
}

async function act(event) {
  const what = event.target.closest("[data-message-act]")?.dataset.messageAct;
  if (!what) return;
  const menu = event.currentTarget;
  menu.close();
  try {
    await send(`${menu.dataset.item}${what === "unsend" ? "?from=everybody" : ""}`, { method: "DELETE" });
    refresh();
  } catch (error) {
    failed(error.message);
  }
}
