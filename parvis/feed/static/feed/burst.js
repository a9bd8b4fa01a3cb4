// A heart where the finger was. The drawing comes from the page; the movement is in the style sheet.

/** Show `drawing` (a <template>) at the point of the window, then take it away. */
export function burst(root, drawing, x, y) {
  const box = root.getBoundingClientRect();
  const heart = drawing.content.firstElementChild.cloneNode(true);
  heart.style.setProperty("--x", `${document.dir === "rtl" ? box.right - x : x - box.x}px`);
  heart.style.setProperty("--y", `${y - box.y}px`);
  heart.style.setProperty("--tilt", `${Math.round(Math.random() * 40 - 20)}deg`);
  root.append(heart);
  setTimeout(() => heart.remove(), 900);
}
