// form[data-passkey-use]: its button uses a passkey and sends the answer. With data-conditional, passkeys are also
// offered inside the handle field (autocomplete="… webauthn") as soon as the page is open.
import { RequestFailed, getJSON } from "ui/http";
import { offersInField, supported, use } from "accounts/webauthn";
import { failed } from "ui/toast";

const options = (form) => getJSON(form.dataset.options, { method: "POST", form: new FormData(form) });
let waiting = null;

function send(form, credential) {
  form.elements.credential.value = credential;
  form.submit();
}

async function offer(form) {
  if (!(await offersInField())) return;
  waiting = new AbortController();
  try {
    send(form, await use(await options(form), { mediation: "conditional", signal: waiting.signal }));
  } catch {
    // Nobody chose one, or the button was pressed: the page stays as it is.
  }
}

async function press(form, button) {
  button.setAttribute("aria-busy", "true");
  waiting?.abort();
  try {
    send(form, await use(await options(form)));
  } catch (error) {
    button.removeAttribute("aria-busy");
    failed(error instanceof RequestFailed ? error.message : form.dataset.failed);
  }
}

for (const form of document.querySelectorAll("form[data-passkey-use]")) {
  if (!supported()) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter.getAttribute("aria-busy") !== "true") press(form, event.submitter);
  });
  if ("conditional" in form.dataset) offer(form);
}
for (const part of document.querySelectorAll("[data-with-passkeys]")) part.hidden = !supported();
