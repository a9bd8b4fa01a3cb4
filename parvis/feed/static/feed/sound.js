// Sound or silence, one choice for all clips, remembered on this device. Browsers refuse sound before the first touch:
// then clips play silently and the page offers "tap for sound".

const KEY = "parvis.muted";

/** Event "change": `muted` or `refused` is different. */
export class Sound extends EventTarget {
  refused = false;
  muted = localStorage.getItem(KEY) === "yes";

  /** Start `video` with sound if that is wanted and allowed; quietly gives up when it is replaced meanwhile. */
  async play(video) {
    video.muted = this.muted || this.refused;
    try {
      await video.play();
    } catch (error) {
      if (error.name !== "NotAllowedError" || video.muted) return;
      this.refused = true;
      this.dispatchEvent(new Event("change"));
      video.muted = true;
      await video.play().catch(() => {});
    }
  }

  toggle(videos) {
    this.muted = this.refused ? false : !this.muted;
    this.refused = false;
    localStorage.setItem(KEY, this.muted ? "yes" : "no");
    for (const video of videos) video.muted = this.muted;
    this.dispatchEvent(new Event("change"));
  }
}
