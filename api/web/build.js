// Makes elements. Whatever comes from documents goes in as text, never as markup.

export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}

// Offsets of the service count characters, those of this language count UTF-16 units.
export function marked(text, stretches) {
  const characters = /[\ud800-\udfff]/.test(text) ? Array.from(text) : null;
  const part = (start, end) => (characters ? characters.slice(start, end).join("") : text.slice(start, end));
  const nodes = [];
  let at = 0;
  for (const [start, end] of [...stretches].sort((a, b) => a[0] - b[0])) {
    if (start < at) continue;
    nodes.push(part(at, start), make("mark", {}, part(start, end)));
    at = end;
  }
  nodes.push(part(at));
  return nodes;
}

export function linkTo(document, start, end) {
  const place = start === undefined ? "" : `&start=${start}&end=${end}`;
  return `#document?id=${encodeURIComponent(document.id)}${place}`;
}
