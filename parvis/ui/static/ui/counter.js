// data-counts="id": how many characters of the control's maximum are used.
const show = (line) => {
  const control = document.getElementById(line.dataset.counts);
  const most = control.maxLength > 0 ? ` / ${control.maxLength}` : "";
  line.textContent = [...control.value].length + most;
};

for (const line of document.querySelectorAll("[data-counts]")) {
  document.getElementById(line.dataset.counts).addEventListener("input", () => show(line));
  show(line);
}
