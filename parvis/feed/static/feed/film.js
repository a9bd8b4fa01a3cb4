// The <video> of one slide: what it loads, how it starts, what state it is in, and that it lets go of everything.
import { choose, measure } from "feed/quality";
import { addTracks } from "feed/captions";

const SLOW_AFTER = 600;

/** Events: "state" (loading | playing | paused | slow | broken on `state`), "frame" (the first frame of a clip is visible). */
export class Film extends EventTarget {
  clip = null;
  state = "empty";
  covered = false; // a sensitive clip does not play before the viewer chooses to see it
  #slow = 0;
  #retried = false;
  #stopMeasuring = () => {};

  constructor(video) {
    super();
    this.video = video;
    const on = (name, run) => video.addEventListener(name, () => this.clip && run());
    on("playing", () => this.#playing());
    on("pause", () => !video.ended && this.state !== "broken" && this.#become("paused"));
    on("waiting", () => this.#waiting());
    on("error", () => this.#failed());
  }

  /** Begin to fetch `clip`; does nothing if it is there already. */
  load(clip) {
    if (this.clip?.id === clip.id) return;
    this.release();
    this.clip = clip;
    this.#retried = false;
    const rendition = choose(clip.renditions, clip.duration_ms, this.video.parentElement);
    if (!rendition) return this.#become("broken");
    this.video.preload = "auto";
    this.video.src = rendition.url;
    addTracks(this.video, clip.captions);
    this.#stopMeasuring = measure(this.video, rendition);
    this.#become("loading");
  }

  /** Let go of the file, its buffers and its tracks. */
  release() {
    this.#stopMeasuring();
    clearTimeout(this.#slow);
    this.clip = null;
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.replaceChildren();
    this.video.load();
    this.#become("empty");
  }

  async play(sound) {
    if (!this.clip || this.covered || this.state === "broken") return;
    if (this.video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) this.#waiting();
    const { clip } = this;
    await sound.play(this.video);
    if (this.clip === clip && this.video.paused && this.state !== "broken") this.#become("paused");
  }

  pause() { this.video.pause(); }

  rewind() { if (this.video.readyState) this.video.currentTime = 0; }

  retry(sound) {
    const clip = this.clip;
    this.release();
    this.load(clip);
    return this.play(sound);
  }

  #playing() {
    clearTimeout(this.#slow);
    // A codec the machine cannot draw plays its sound without an error event.
    if (this.video.videoWidth === 0) return this.#become("broken");
    this.#become("playing");
    const seen = () => this.dispatchEvent(new Event("frame"));
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(seen);
    else seen();
  }

  #waiting() {
    clearTimeout(this.#slow);
    this.#slow = setTimeout(() => !this.video.paused && this.#become("slow"), SLOW_AFTER);
  }

  #failed() {
    const lost = this.video.error?.code === MediaError.MEDIA_ERR_NETWORK || !navigator.onLine;
    if (lost && !this.#retried) {
      this.#retried = true;
      this.#become("slow");
      const again = () => { if (this.clip) { this.video.load(); this.video.play().catch(() => {}); } };
      if (navigator.onLine) setTimeout(again, 1500);
      else addEventListener("online", again, { once: true });
      return;
    }
    clearTimeout(this.#slow);
    this.#become("broken");
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
