// The wheel: one notch of a mouse wheel or one fling of a trackpad is one clip, in both directions.
//
// A mouse sends single events with whole notches. A trackpad sends a stream which swells with the fingers and then fades
// for up to a second; that is one step, unless it turns round, rests, or swells again (the next fling before the last has faded).

const REST = 160; // ms without events: the stream is over
const ENOUGH = 24; // px of a stream that is meant
const AGAIN = 220; // ms before a new swell can be a new fling

/** A function (event) -> steps to move (negative: back, 0: none). Keeps what it needs between events. */
export function wheelReader() {
  let stream = null;
  return (event) => {
    const notches = wholeNotches(event);
    if (notches) {
      stream = null;
      return notches;
    }
    const { deltaY: delta, timeStamp: at } = event;
    if (!delta) return 0;
    const size = Math.abs(delta);
    const turned = stream && Math.sign(delta) !== stream.sign;
    if (!stream || turned || at - stream.last > REST) stream = { sign: Math.sign(delta), sum: 0, low: size, stepped: 0 };
    stream.last = at;
    if (stream.stepped && at - stream.stepped > AGAIN && size > stream.low * 2 + 6) Object.assign(stream, { stepped: 0, sum: 0, low: size });
    stream.low = stream.stepped ? Math.min(stream.low, size) : size;
    stream.sum += size;
    if (stream.stepped || stream.sum < ENOUGH) return 0;
    stream.stepped = at;
    return stream.sign;
  };
}

// Whole notches: lines or pages (Firefox), or a wheelDelta in steps of 120 that is not the trackpad's three per pixel.
function wholeNotches(event) {
  if (event.deltaMode !== 0) return Math.sign(event.deltaY);
  const wheel = Math.abs(event.wheelDeltaY ?? 0);
  const pixels = Math.abs(event.deltaY);
  if (!pixels || wheel === pixels * 3) return 0;
  if (wheel && wheel % 120 === 0) return Math.sign(event.deltaY) * Math.min(wheel / 120, 4);
  return pixels >= 100 ? Math.sign(event.deltaY) : 0;
}

/** Call `step(direction)` once for each clip that the wheel asks for. */
export function bindWheel(root, step) {
  const read = wheelReader();
  root.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey || event.target.closest("[data-scrolls]")) return;
      event.preventDefault();
      const steps = read(event);
      for (let i = 0; i < Math.abs(steps); i++) step(Math.sign(steps));
    },
    { passive: false },
  );
}
