// What a viewer does to a clip: at once on the screen, then at the server, and back with a word if it was refused.
import { openDialog } from "ui/dialogs";
import { getJSON, send } from "ui/http";
import { failed, toast } from "ui/toast";
import { nameCreator } from "feed/away";

export class Actions {
  /** `repaint`: draw likes, follows and counts of all slides again. */
  constructor({ queue, reporter, texts, signedIn, me, repaint }) {
    Object.assign(this, { queue, reporter, texts, signedIn, me, repaint });
  }

  async like({ clip }, on = !this.queue.liked.has(clip.id)) {
    if (on === this.queue.liked.has(clip.id)) return;
    const count = (by) => { clip.counts.likes = Math.max(0, clip.counts.likes + by); };
    const answer = await this.#toggle(this.queue.liked, clip.id, on, `/c/${clip.id}/like`, count);
    if (answer) clip.counts.likes = answer.count;
    this.repaint();
  }

  async follow({ clip: { creator } }) {
    const on = !this.queue.following.has(creator.handle);
    const answer = await this.#toggle(this.queue.following, creator.handle, on, `/@${creator.handle}/follow`, () => {});
    if (answer?.requested) toast(this.texts.requested, { seconds: 3 });
  }

  comment({ clip }) {
    document.dispatchEvent(new CustomEvent("parvis:comments", { detail: { clip } }));
  }

  async share(item) {
    const { clip } = item;
    const url = new URL(clip.url, location.href).href;
    if (navigator.share && matchMedia("(pointer: coarse)").matches) {
      try {
        await navigator.share({ url, title: clip.title || clip.caption });
      } catch {
        return; // closed without sharing
      }
      this.#shared(item);
      return;
    }
    const dialog = openDialog("share-sheet");
    const address = dialog.querySelector("[data-part=address]");
    address.value = url;
    address.select();
    dialog.querySelector("[data-action=copy]").onclick = async () => {
      await navigator.clipboard.writeText(url).catch(() => document.execCommand("copy"));
      dialog.close();
      toast(this.texts.copied, { seconds: 3 });
      this.#shared(item);
    };
  }

  more({ clip }) {
    const dialog = openDialog("clip-sheet");
    dialog.querySelector("[data-part=why]").href = `${clip.url}/why`;
    dialog.querySelector("[data-part=report]").href = `/report/clip/${clip.id}`;
    const sendTo = dialog.querySelector("[data-part=send-to]");
    if (sendTo) sendTo.href = `/messages/share/${clip.id}`;
    const download = dialog.querySelector("[data-part=download]");
    download.hidden = !clip.allow.download;
    download.href = clip.renditions.at(-1)?.url ?? "";
    dialog.querySelector("[data-part=captions]").hidden = !clip.captions.length;
    nameCreator(dialog, clip, this);
    const save = dialog.querySelector("[data-part=save]");
    if (save) document.dispatchEvent(new CustomEvent("parvis:save", { detail: { button: save, address: `${clip.url}/save` } }));
  }

  /** `goBack`: show the clip again, after the viewer has taken it back. */
  notInterested(item, measure, goBack) {
    this.reporter.report(item, "not-interested", measure);
    const run = () => {
      this.reporter.report(item, "undo");
      goBack();
      toast(this.texts.takenBack, { seconds: 3 });
    };
    toast(this.texts.notInterested, { action: { label: this.texts.undo, run }, seconds: 8 });
  }

  signIn() {
    openDialog("sign-in-sheet");
  }

  #shared(item) {
    this.reporter.report(item, "share");
    if (!this.signedIn) return; // only people with an account are counted
    item.clip.counts.shares += 1;
    this.repaint();
    send(`/c/${item.clip.id}/shares`, { method: "POST" }).catch(() => {}); // the count is a courtesy
  }

  /** Put `key` in or out of `set`, tell the server, undo on refusal. Returns the server's answer or null. */
  async #toggle(set, key, on, url, count) {
    if (!this.signedIn) return this.signIn();
    const apply = (state) => {
      if (state) set.add(key);
      else set.delete(key);
      count(state ? 1 : -1);
      this.repaint();
    };
    apply(on);
    try {
      return await getJSON(url, { method: on ? "PUT" : "DELETE" });
    } catch (error) {
      if (set.has(key) === on) apply(!on);
      if (error.status === 401) this.signIn();
      else failed(error.message);
      return null;
    }
  }
}
