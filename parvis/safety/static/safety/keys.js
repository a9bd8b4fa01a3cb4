// Keys for moderators: J and K walk through rows, a key named by `data-key` presses its button or follows its link, and
// the digits choose among the radio buttons of the form in their order. Nothing happens while somebody writes.

const writing = (target) => target.closest("textarea, select, input:not([type=radio], [type=checkbox])");

function walk(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const here = rows.indexOf(document.activeElement);
  rows.at(here < 0 ? (by > 0 ? 0 : -1) : Math.min(Math.max(here + by, 0), rows.length - 1))?.focus();
}

function choose(number) {
  const choices = document.querySelectorAll(".verdict input[type=radio]");
  const one = choices[number - 1];
  one?.click();
  one?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
  const key = event.key.toLowerCase();
  const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (key === "j" || key === "k") walk(key === "j" ? 1 : -1);
  else if (key >= "1" && key <= "9") choose(Number(key));
  else if (button) button.click();
  else return;
  event.preventDefault();
});
