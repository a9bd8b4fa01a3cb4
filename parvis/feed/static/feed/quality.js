// Which rendition to play: chosen once, before play, and kept. A clip loops; changing in the middle would show the
// worst part again at every turn.

const HEADROOM = 1.4; // the line must carry this much more than the rendition needs
const GOOD_ENOUGH = 0.85; // of the pixels of the box: finer than this is not seen
let measured = 0; // bits per millisecond of the last loads, 0 while unknown

/** The rendition of `renditions` (ascending) for this box and this line, or undefined when there are none. */
export function choose(renditions, duration, box) {
  const connection = navigator.connection;
  if (connection?.saveData) return renditions[0];
  const pixels = (box.clientWidth || innerWidth) * Math.min(devicePixelRatio, 2) * GOOD_ENOUGH;
  const line = measured || (connection?.downlink ?? 8) * 1000;
  const fits = (rendition) => (rendition.bytes * 8 * HEADROOM) / duration <= line;
  const upTo = renditions.findIndex((rendition) => rendition.width >= pixels);
  const useful = upTo < 0 ? renditions : renditions.slice(0, upTo + 1);
  return useful.findLast(fits) ?? renditions[0];
}

/** Watch how fast `video` fills and remember it for the next choice; returns a function which stops that. */
export function measure(video, rendition) {
  const began = performance.now();
  const look = () => {
    if (!video.buffered.length || !video.duration) return;
    const share = video.buffered.end(video.buffered.length - 1) / video.duration;
    const spent = performance.now() - began;
    if (share * rendition.bytes > 100_000 && spent > 30) {
      const speed = (share * rendition.bytes * 8) / spent;
      measured = measured ? measured * 0.6 + speed * 0.4 : speed;
      stop();
    }
  };
  const stop = () => video.removeEventListener("progress", look);
  video.addEventListener("progress", look);
  return stop;
}
