// The words of a clip: its caption with #tags and @people as links. Text only goes in as text.

const PARTS = /([#@])([\p{L}\p{M}\p{N}_.]+)/gu;

/** Fill `line` with `caption`; only tags and mentions which the server confirmed become links. */
export function showCaption(line, { caption, tags, mentions }) {
  const known = { "#": new Set(tags.map(fold)), "@": new Set(mentions.map(fold)) };
  const nodes = [];
  let at = 0;
  for (const part of caption.matchAll(PARTS)) {
    const [whole, sign, name] = part;
    if (!known[sign].has(fold(name))) continue;
    nodes.push(caption.slice(at, part.index), link(sign === "#" ? `/tag/${encodeURIComponent(fold(name))}` : `/@${name}`, whole));
    at = part.index + whole.length;
  }
  line.replaceChildren(...nodes, caption.slice(at));
}

const fold = (name) => name.toLowerCase();
const link = (href, text) => Object.assign(document.createElement("a"), { href, textContent: text });

/** Put `values` into a sentence such as "Clip by {creator}". */
export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
