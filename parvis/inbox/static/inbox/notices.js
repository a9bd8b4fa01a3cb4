// A notice that is opened is read. Without a script it stays unread until all are marked.
import { send } from "ui/http";

document.addEventListener("click", (event) => {
  const notice = event.target.closest?.("[data-notice][data-unread]");
  if (!notice) return;
  notice.removeAttribute("data-unread");
  notice.querySelector(".notice-new")?.remove();
  send(notice.dataset.notice, { method: "PUT", keepalive: true }).catch(() => {}); // it stays unread: no harm
});
