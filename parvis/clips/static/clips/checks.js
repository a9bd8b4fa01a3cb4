// What is told about a file before it is sent. The server checks again, and better.

const KNOWN = /\.(mp4|m4v|mov|webm|mkv|3gp|3g2|ts|mts|m2ts|avi|gif)$/i;

/** A reason not to send this file ("tooLarge", "tooLong", "wrongType", "empty"), or null. `film` is a <video> that shows it. */
export async function reasonAgainst(file, film, { bytes, seconds }) {
  if (file.size === 0) return "empty";
  if (file.size > bytes) return "tooLarge";
  if (!file.type.startsWith("video/") && file.type !== "image/gif" && !KNOWN.test(file.name)) return "wrongType";
  return (await lengthOf(file, film)) > seconds + 0.5 ? "tooLong" : null;
}

/** Seconds that the browser thinks it lasts; 0 where it cannot tell: then the server decides. */
function lengthOf(file, film) {
  return new Promise((resolve) => {
    const tell = () => resolve(Number.isFinite(film.duration) ? film.duration : 0);
    film.addEventListener("loadedmetadata", tell, { once: true });
    film.addEventListener("error", () => resolve(0), { once: true });
    setTimeout(() => resolve(0), 3000);
    if (film.src) URL.revokeObjectURL(film.src);
    film.src = URL.createObjectURL(file);
  });
}
