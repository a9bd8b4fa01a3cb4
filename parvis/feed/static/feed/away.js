// Muting or blocking the creator of a clip: their clips leave the feed at once, and come back if the server refuses.
import { send } from "ui/http";
import { failed, toast } from "ui/toast";
import { fill } from "feed/words";

/** Fill what the sheet says of the creator; hidden for one's own clips. */
export function nameCreator(dialog, { creator }, { texts, me }) {
  for (const item of dialog.querySelectorAll("[data-of-others]")) item.hidden = creator.handle === me;
  const say = (part, text) => {
    const place = document.querySelector(`[data-part=${part}]`);
    if (place) place.textContent = fill(text, { creator: creator.name });
  };
  say("mute-creator", texts.mute);
  say("block-creator", texts.block);
  say("block-title", texts.blockQuestion);
}

/** `kind`: "mute" or "block". `leave`: take the creator's clips out of the feed. */
export async function sendAway(kind, { creator }, { texts, leave }) {
  const address = `/@${creator.handle}/${kind}`;
  try {
    await send(address, { method: "PUT" });
  } catch (error) {
    failed(error.message);
    return;
  }
  leave(creator.handle);
  const run = () => send(address, { method: "DELETE" }).catch((error) => failed(error.message));
  const action = { label: texts.undo, run };
  toast(fill(kind === "mute" ? texts.muted : texts.blocked, { creator: creator.name }), { action, seconds: 8 });
}
