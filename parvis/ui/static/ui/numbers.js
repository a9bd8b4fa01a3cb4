// Counts as a person would say them.

const numbers = (() => {
  const options = { notation: "compact", maximumFractionDigits: 1 };
  try {
    return new Intl.NumberFormat(document.documentElement.lang, options);
  } catch {
    return new Intl.NumberFormat("en", options);
  }
})();

/** 12345 -> "12.3K" in the page's language. */
export const compact = (count) => numbers.format(count);
