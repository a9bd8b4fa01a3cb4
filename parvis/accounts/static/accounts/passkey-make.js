// form[data-passkey-make]: its button named "with" and valued "passkey" makes a passkey before the form goes out.
// A form that the server would refuse goes out as it is, so that the page shows what is wrong.
import { RequestFailed, getJSON } from "ui/http";
import { make, supported } from "accounts/webauthn";
import { failed } from "ui/toast";

async function begin(form, button) {
  button.setAttribute("aria-busy", "true");
  try {
    const options = await getJSON(form.dataset.options, { method: "POST", form: new FormData(form, button) });
    form.elements.credential.value = await make(options);
  } catch (error) {
    if (!(error instanceof RequestFailed) || !error.status) {
      button.removeAttribute("aria-busy");
      return failed(error instanceof RequestFailed ? "" : form.dataset.failed);
    }
  }
  send(form, button);
}

function send(form, button) {
  const chosen = Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value });
  form.append(chosen);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey-make]")) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.value !== "passkey" || !supported()) return;
    event.preventDefault();
    if (button.getAttribute("aria-busy") !== "true") begin(form, button);
  });
}
