// Makes elements. The only way that text gets onto the page: as text nodes and attributes, never as markup.

const SVG = "http://www.w3.org/2000/svg";

// Returns an element. A property that begins with `on` is a listener; `true` sets an attribute without a value; `false`,
// `null` and `undefined` leave it out. Children are nodes, texts, numbers, or lists of them.
export function h(tag, properties, ...children) {
  return filled(document.createElement(tag), properties, children);
}

// Returns an element of a drawing.
export function svg(tag, properties, ...children) {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

// Replaces what is in an element.
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

// Moves the focus to something that cannot be reached with Tab, such as a heading that is new.
export function focusOn(element) {
  if (!element) return;
  if (!element.matches("a, button, input, select, textarea")) element.setAttribute("tabindex", "-1");
  element.focus({ preventScroll: false });
}

let last = 0;

// Returns an id that no other element has.
export function freshId(stem) {
  last += 1;
  return `${stem}-${last}`;
}

function filled(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name !== "value") element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...nodes(children));
  // A list has no value before it has its options.
  if (properties?.value !== null && properties?.value !== undefined) element.value = properties.value;
  return element;
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}
