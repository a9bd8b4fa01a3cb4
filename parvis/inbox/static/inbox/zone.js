// Quiet hours are meant in the time of the place where the browser is.
const field = document.querySelector("[name=zone]");
if (field) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? field.value;
