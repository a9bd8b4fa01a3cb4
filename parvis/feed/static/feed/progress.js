// The progress bar: a range input, so that keyboard, screen reader, pointer and right-to-left come with it.

/** Ties `input` to `video`; returns {start, stop}: drawing happens only while the slide is the current one. */
export function bindProgress(input, video) {
  let frame = 0;
  let scrubbing = false;

  const draw = () => {
    const length = video.duration || 0;
    if (!scrubbing && length) {
      input.max = length.toFixed(2);
      input.value = video.currentTime;
      paint();
    }
    frame = requestAnimationFrame(draw);
  };
  const paint = () => {
    input.style.setProperty("--played", `${(100 * input.value) / (input.max || 1)}%`);
  };
  const say = () => {
    input.setAttribute("aria-valuetext", `${Math.round(input.value)} / ${Math.round(input.max)} s`);
  };

  input.addEventListener("pointerdown", () => { scrubbing = true; });
  input.addEventListener("input", () => { video.currentTime = Number(input.value); paint(); say(); });
  input.addEventListener("change", () => { scrubbing = false; });
  addEventListener("pointerup", () => { scrubbing = false; });
  // Up and down belong to the feed, left and right to the bar.
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowUp" || event.key === "ArrowDown") event.preventDefault();
  });
  return {
    start() { this.stop(); say(); draw(); },
    stop() { cancelAnimationFrame(frame); },
    /** Back to the beginning, for another clip. */
    reset() { input.value = 0; paint(); },
  };
}
