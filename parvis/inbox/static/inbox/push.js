// "This device": asks the browser for leave, subscribes it, and tells the server; or ends it.
import { send } from "ui/http";
import { failed } from "ui/toast";

const card = document.querySelector("[data-part=push]");
const button = card.querySelector("button");
const says = card.querySelector("[data-part=says]");

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) begin();
else says.textContent = card.dataset.cannot;

async function begin() {
  const ready = await navigator.serviceWorker.ready;
  show(await ready.pushManager.getSubscription());
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    try {
      const now = await ready.pushManager.getSubscription();
      await (now ? end(now) : subscribe(ready));
    } catch (error) {
      failed(Notification.permission === "denied" ? card.dataset.denied : error.status === undefined ? card.dataset.cannot : error.message);
    }
    button.removeAttribute("aria-busy");
    show(await ready.pushManager.getSubscription());
  });
}

async function subscribe(ready) {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("denied");
  const made = await ready.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: card.dataset.key });
  await send(card.dataset.url, { method: "PUT", json: { ...made.toJSON(), zone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? "" } });
}

async function end(subscription) {
  await send(card.dataset.url, { method: "DELETE", json: { endpoint: subscription.endpoint } });
  await subscription.unsubscribe();
}

function show(subscription) {
  button.hidden = false;
  button.textContent = subscription ? button.dataset.off : button.dataset.on;
  button.setAttribute("aria-pressed", String(Boolean(subscription)));
  says.textContent = Notification.permission === "denied" ? card.dataset.denied : subscription ? card.dataset.is : card.dataset.isNot;
}
