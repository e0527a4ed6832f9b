// A table of rows as the program lists them, a page of lines at a time.

import { h, focusOn } from "./dom.js";
import { count } from "./words.js";

const PAGE = 50;

// Returns the table with its first lines, and a button that shows more.
export function listing(title, columns, rows) {
  const body = h("tbody");
  const more = h("button", { type: "button", class: "small", onclick: () => show(true) });
  let shown = 0;
  const show = (isAsked) => {
    const next = rows.slice(shown, shown + PAGE).map((cells) => line(columns, cells));
    body.append(...next);
    shown += next.length;
    more.hidden = shown >= rows.length;
    more.textContent = `Show more (${count(rows.length - shown)})`;
    if (isAsked) focusOn(next[0]);
  };
  show(false);
  const isNumber = (place) =>
    rows.length > 0 &&
    rows.every((cells) => cells[place] === null || cells[place] === "" || typeof cells[place] === "number");
  return h(
    "div",
    { class: "listing" },
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
      h(
        "table",
        { class: "grid" },
        h("caption", { class: "unseen" }, title),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            columns.map((column, place) => h("th", { scope: "col", class: isNumber(place) ? "number" : null }, column)),
          ),
        ),
        body,
      ),
    ),
    more,
  );
}

function line(columns, cells) {
  return h(
    "tr",
    {},
    columns.map((_, place) => cell(cells[place])),
  );
}

// Characters from which a text gets a wide column.
const LONG = 40;

function cell(value) {
  if (typeof value === "number") return h("td", { class: "number" }, count(value));
  const text = value === true ? "Yes" : value === false ? "No" : String(value ?? "");
  return h("td", { class: text.length > LONG ? "wide" : null }, text);
}
