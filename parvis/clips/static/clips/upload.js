// One resumable upload (tus 1.0). Events: "began" (detail: clip id), "progress", "offline", "done", "cancelled", "failed" (detail: sentence).
import { Upload } from "tus-js-client";

const PAUSES = [0, 1000, 2000, 4000, 8000, 15000, 30000];

export class ClipUpload extends EventTarget {
  /** `from`: the address of an unfinished upload of the same file; `clip`: a draft that waits for this file. */
  constructor(file, { endpoint, clip, from }) {
    super();
    this.file = file;
    this.sent = 0;
    this.clip = null;
    this.state = "sending";
    /** Resolves with the clip's id once the server has opened the upload; rejects if it never will. */
    this.opened = new Promise((resolve, reject) => {
      this.addEventListener("began", ({ detail }) => resolve(detail), { once: true });
      for (const end of ["failed", "cancelled"]) this.addEventListener(end, ({ detail }) => reject(new Error(detail ?? "")), { once: true });
    });
    this.opened.catch(() => {});
    const metadata = { filename: file.name, filetype: file.type };
    if (clip) metadata.clip = clip;
    this.tus = new Upload(file, {
      endpoint,
      metadata,
      uploadUrl: from ?? null,
      retryDelays: PAUSES,
      storeFingerprintForResuming: false,
      onAfterResponse: (request, response) => this.#learn(response.getHeader("Parvis-Clip")),
      onShouldRetry: (error) => this.#mayRetry(error),
      onProgress: (sent) => this.#moved(sent),
      onSuccess: () => { this.state = "done"; this.#tell("done"); },
      onError: (error) => this.#failed(error),
    });
    this.back = () => { if (this.state === "offline") this.start(); };
    window.addEventListener("online", this.back);
  }

  start() {
    this.state = "sending";
    this.tus.start();
  }

  async pause() {
    this.state = "paused";
    await this.tus.abort();
  }

  /** End it for good: the server forgets what arrived. */
  async cancel() {
    this.state = "cancelled";
    window.removeEventListener("online", this.back);
    this.#tell("cancelled");
    await this.tus.abort(true).catch(() => {});
  }

  get isUnfinished() { return ["sending", "paused", "offline"].includes(this.state); }

  #learn(clip) {
    if (!clip || this.clip) return;
    this.clip = clip;
    this.#tell("began", clip);
  }

  #moved(sent) {
    this.sent = sent;
    if (this.state === "offline") this.state = "sending";
    this.#tell("progress");
  }

  #mayRetry(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    if (status === 0) this.#tell("offline");
    return status === 0 || status === 409 || status === 423 || status === 429 || status === 460 || status >= 500;
  }

  #failed(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    if (status === 0 || status >= 500) {
      // Retries are used up, but nothing is lost: it goes on when the network is back, or later by hand.
      this.state = "offline";
      this.#tell("offline");
      setTimeout(this.back, 30000);
      return;
    }
    this.state = "failed";
    this.#tell("failed", sentence(error.originalResponse?.getBody()));
  }

  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}

function sentence(body) {
  try { return JSON.parse(body).error.message; } catch { return ""; }
}
