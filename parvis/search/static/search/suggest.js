// <form data-suggest="address">: shows what the address suggests for what is typed, under the box. Escape closes it.
const form = document.querySelector("form[data-suggest]");
const box = form?.querySelector(".search-suggestions");
const field = form?.elements.q;
let waiting = 0;
let asked = "";

field?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(suggest, 150);
});
form?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || box.hidden) return;
  event.preventDefault();
  show("");
  field.focus();
});
form?.addEventListener("focusout", (event) => {
  if (event.relatedTarget && !form.contains(event.relatedTarget)) show("");
});

async function suggest() {
  const query = field.value.trim();
  asked = query;
  if (!query) return show("");
  try {
    const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(query)}`);
    if (asked === query) show(answer.status === 200 ? await answer.text() : "");
  } catch {
    show(""); // without a network nothing is suggested: the form still says so when it is sent
  }
}

function show(html) {
  const made = new DOMParser().parseFromString(html, "text/html");
  box.replaceChildren(...made.body.childNodes);
  box.hidden = !box.childElementCount;
}
