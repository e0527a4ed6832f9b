// A list of customers that is asked for when somebody opens it.

import { h, fill } from "./dom.js";
import { listing } from "./listing.js";
import { problem } from "./problem.js";
import { count, counted } from "./words.js";

// Returns the list, folded. `ask` answers with `{columns, rows, total}`; the sheet of the workbook has all of them.
export function lazyListing(title, sheet, ask) {
  const place = h("div", {});
  let isAsked = false;
  const show = async () => {
    if (isAsked) return;
    isAsked = true;
    fill(place, h("p", { class: "muted" }, "Reading\u2026"));
    try {
      fill(place, content(title, sheet, await ask()));
    } catch (error) {
      isAsked = false;
      fill(place, problem(error));
    }
  };
  const toggled = (event) => event.target.open && show();
  return h("details", { class: "more", ontoggle: toggled }, h("summary", {}, title), place);
}

function content(title, sheet, { columns, rows, total }) {
  if (total === 0) return h("p", { class: "muted" }, "No customer is listed.");
  const beyond = `The first ${count(rows.length)} of ${counted(total, "customer")}; all are on the sheet ${sheet}.`;
  return [rows.length < total && h("p", { class: "muted" }, beyond), listing(title, columns, rows)];
}
