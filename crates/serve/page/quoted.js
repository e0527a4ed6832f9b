// The program quotes what a file or a person wrote with backticks; here it is set apart instead.

import { h } from "./dom.js";

// Fixes go to the program as a file, which nobody here has seen.
const FIXES = [
  [/, as lines? \d+ of `overrides\.csv` says/g, ", as you said here"],
  [/set by `overrides\.csv`/g, "set by your fixes"],
  [
    /^there was no overrides file then: some changes may be due to it/i,
    "There were no fixes then: some changes may be due to them",
  ],
  [/^there was an overrides file then but not now/i, "There were fixes then but not now"],
  [
    /^the overrides file has changed: some changes may be due to it/i,
    "The fixes have changed: some changes may be due to them",
  ],
];

// Returns the parts of a message, with what was quoted as elements of their own.
export function quoted(text) {
  const said = FIXES.reduce((words, [from, to]) => words.replace(from, to), text ?? "");
  const parts = said.split("`");
  // A backtick without its partner is a mark like any other.
  if (parts.length % 2 === 0) return [said];
  return parts.map((part, place) => (place % 2 === 1 ? h("span", { class: "quoted" }, part) : part));
}
