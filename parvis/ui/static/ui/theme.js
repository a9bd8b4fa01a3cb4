// data-theme-choice="light|dark|auto": a button or radio that sets the theme at once and for later visits.
const YEAR = 365 * 24 * 3600;

const mark = (chosen) => {
  for (const choice of document.querySelectorAll("[data-theme-choice]")) {
    const on = choice.dataset.themeChoice === chosen;
    if (choice instanceof HTMLInputElement) choice.checked = on;
    else choice.setAttribute("aria-pressed", on);
  }
};

document.addEventListener("click", (event) => {
  const theme = event.target.closest?.("[data-theme-choice]")?.dataset.themeChoice;
  if (!theme) return;
  document.documentElement.dataset.theme = theme;
  document.cookie = `parvis_theme=${theme}; path=/; max-age=${YEAR}; samesite=lax`;
  mark(theme);
});
mark(document.documentElement.dataset.theme);
