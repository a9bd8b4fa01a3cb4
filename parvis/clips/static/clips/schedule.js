// <form data-schedule>: sends the moment that is meant, beside what was typed.
import { fromNow, momentOf } from "clips/moment";

for (const form of document.querySelectorAll("form[data-schedule]")) {
  const at = form.elements.at;
  if (at.defaultValue) {
    const moment = new Date(`${at.defaultValue}Z`);
    at.value = new Date(moment.getTime() - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  }
  fromNow(at);
  form.addEventListener("submit", () => { form.elements.moment.value = momentOf(at); });
}
