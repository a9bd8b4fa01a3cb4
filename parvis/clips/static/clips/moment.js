// The server gets the moment that a person means by their own clock.

/** The ISO moment of a datetime-local control, or "" for none. */
export function momentOf(control) {
  const at = new Date(control.value);
  return control.value && !Number.isNaN(at.getTime()) ? at.toISOString() : "";
}

/** Let a datetime-local control offer what is possible: from five minutes ahead, by its own clock. */
export function fromNow(control) {
  const soon = new Date(Date.now() + 5 * 60000);
  control.min = new Date(soon.getTime() - soon.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}
