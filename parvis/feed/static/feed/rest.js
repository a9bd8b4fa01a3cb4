// Reminds the viewer of a break after so many minutes in one go. What counts is time in which a film plays and is seen;
// ten minutes without begin anew. It goes on across the pages of the feed, in this tab.
import { openDialog } from "ui/dialogs";

const KEY = "parvis.rest";
const TICK = 1000;
const PAUSE = 10 * 60_000;

/** `stage`: what plays; `minutes`: after how many to remind, 0 for never; `play`: go on after the card. */
export function bindRest(stage, minutes, play) {
  if (!minutes) return;
  const card = document.getElementById("break-dialog");
  let known = read();

  card.querySelector("[data-part=keep-watching]").addEventListener("click", play);
  setInterval(() => {
    if (document.hidden || stage.film.video.paused || card.open) return;
    const now = Date.now();
    const rested = now - known.at > PAUSE;
    known = { at: now, watched: rested ? 0 : known.watched + TICK };
    if (known.watched >= minutes * 60_000) {
      known.watched = 0;
      stage.film.pause();
      openDialog(card.id);
    }
    write(known);
  }, TICK);
}

function read() {
  try {
    const { at, watched } = JSON.parse(sessionStorage.getItem(KEY));
    return { at: Number(at), watched: Number(watched) };
  } catch {
    return { at: 0, watched: 0 };
  }
}

function write(known) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(known));
  } catch {
    // A full or forbidden store: the count lives as long as the page does.
  }
}
