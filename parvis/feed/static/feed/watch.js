// How much of a clip was really watched: played time only, counted from the film's own clock, so that pauses, seeks and
// waiting for the network do not count.

export class Watch {
  watched = 0;
  loops = 0;
  #last;

  constructor(video) {
    this.video = video;
    this.began = Date.now();
    this.#last = video.currentTime;
    this.tick = () => this.#tick();
    video.addEventListener("timeupdate", this.tick);
    video.addEventListener("seeking", this.tick);
  }

  /** End the count: {watched_ms, loops}. */
  stop() {
    this.#tick();
    this.video.removeEventListener("timeupdate", this.tick);
    this.video.removeEventListener("seeking", this.tick);
    return { watched_ms: Math.round(this.watched * 1000), loops: this.loops };
  }

  #tick() {
    const { currentTime, duration } = this.video;
    const step = currentTime - this.#last;
    const wrapped = step < 0 && this.#last > duration - 1 && currentTime < 1;
    if (wrapped) {
      this.loops += 1;
      this.watched += duration - this.#last + currentTime;
    } else if (step > 0 && step < 1) {
      this.watched += step;
    }
    this.#last = currentTime;
  }
}
