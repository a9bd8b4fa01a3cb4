// Fingers, pens and mouse buttons on the deck: drag and fling (touch only), tap, double tap, hold. One pointer at a time.

const SLOP = 9; // px before a press becomes a drag
const HOLD = 380; // ms before a press becomes a hold
const DOUBLE = 260; // ms in which a second tap makes a double tap
const FLING = 0.3; // px/ms that is a swipe whatever its length
const FAR = 0.22; // of the height that is a swipe whatever its speed
const CONTROLS = "a, button, input, select, textarea, dialog, [data-control]";

/** `on`: {grab() -> px, drag(px), release(direction, ms), tap(), doubleTap(x, y), hold(), letGo()}. */
export function bindGestures(root, on) {
  let press = null;
  let lastTap = null;

  root.addEventListener("pointerdown", (event) => {
    if (press || !event.isPrimary || event.button !== 0 || event.target.matches("input")) return;
    const control = event.target.closest(CONTROLS);
    press = { id: event.pointerId, x: event.clientX, y: event.clientY, touch: event.pointerType !== "mouse", control, trail: [] };
    press.timer = control ? 0 : setTimeout(() => { press.held = true; on.hold(); }, HOLD);
  });

  addEventListener("pointermove", (event) => {
    if (press?.id !== event.pointerId || press.held) return;
    const dy = event.clientY - press.y;
    if (!press.dragging) {
      if (Math.hypot(event.clientX - press.x, dy) < SLOP) return;
      clearTimeout(press.timer);
      if (!press.touch || Math.abs(dy) < Math.abs(event.clientX - press.x)) return void (press = null);
      Object.assign(press, { dragging: true, y: event.clientY, base: on.grab() });
      root.setPointerCapture(event.pointerId);
    }
    press.trail.push({ y: event.clientY, at: event.timeStamp });
    if (press.trail.length > 6) press.trail.shift();
    on.drag(press.base + event.clientY - press.y);
  });

  const end = (event) => {
    if (press?.id !== event.pointerId) return;
    const done = press;
    press = null;
    clearTimeout(done.timer);
    if (done.held) on.letGo();
    else if (done.dragging) on.release(...settle(done, event, root.clientHeight));
    else if (event.type === "pointerup" && !done.control) tapped(event);
  };
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);

  function tapped({ clientX: x, clientY: y, timeStamp: at }) {
    if (lastTap && at - lastTap.at < DOUBLE && Math.hypot(x - lastTap.x, y - lastTap.y) < 60) {
      clearTimeout(lastTap.timer);
      lastTap.at = at; // a third and fourth tap like again, as a burst
      return on.doubleTap(x, y);
    }
    // The single tap waits until it cannot become a double one: a like never makes the film flicker.
    lastTap = { x, y, at, timer: setTimeout(() => on.tap(), DOUBLE) };
  }
}

/** Where to go and how long it takes: [direction, milliseconds], the finger's speed carried on. */
export function settle({ base, y, trail }, event, height) {
  // Judged by the finger alone: a deck that was caught in flight (base) is on its way to where it already belongs.
  const moved = event.clientY - y;
  const first = trail.find(({ at }) => event.timeStamp - at < 100);
  const speed = first ? (event.clientY - first.y) / Math.max(event.timeStamp - first.at, 8) : 0;
  const flung = Math.abs(speed) > FLING && Math.sign(speed) === Math.sign(moved);
  const far = Math.abs(moved) > height * FAR && !(Math.abs(speed) > FLING && Math.sign(speed) !== Math.sign(moved));
  const direction = event.type === "pointerup" && (flung || far) ? -Math.sign(moved) : 0;
  const left = Math.abs(base + moved + direction * height);
  return [direction, Math.min(Math.max(left / Math.max(Math.abs(speed), 1.6), 120), 300)];
}
