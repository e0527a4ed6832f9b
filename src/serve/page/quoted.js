// The program quotes what a file or a person wrote with backticks; here it is set apart instead.

import { h } from "./dom.js";

// Returns the parts of a message, with what was quoted as elements of their own.
export function quoted(text) {
  const parts = (text ?? "").split("`");
  // A backtick without its partner is a mark like any other.
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, place) => (place % 2 === 1 ? h("span", { class: "quoted" }, part) : part));
}
