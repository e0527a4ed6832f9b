// How a file was understood: which column is what, and why; and the choices to change it.

import { h } from "./dom.js";
import { diagnostics } from "./problem.js";
import { columns, otherColumns } from "./columns.js";
import { asksForHeadings, fileChoices, headingRow } from "./choices.js";
import { quoted } from "./quoted.js";
import { delimiterName, fieldName, sentence } from "./words.js";

// Returns the section.
//
// `state` is `{preview, settings, isOpen, isBusy, isChanged, hasRun, about, isRemembered}`; `tell` has `choose(settings)`,
// `toggle()`, `run()`, `undo()` and `forget()`.
export function understood(state, tell) {
  const { preview, isOpen, isBusy } = state;
  const bodyId = "understood-body";
  return h(
    "section",
    { class: "card understood", "aria-labelledby": "understood-title", "aria-busy": isBusy ? "true" : null },
    h(
      "div",
      { class: "card-head" },
      h("h2", { id: "understood-title" }, "How it was understood"),
      verdict(preview),
      h(
        "button",
        {
          type: "button",
          class: "small",
          id: "understood-toggle",
          "aria-expanded": String(isOpen),
          "aria-controls": bodyId,
          onclick: tell.toggle,
        },
        isOpen ? "Hide" : "Show and change",
      ),
    ),
    isOpen ? null : inShort(preview),
    h("div", { id: bodyId, hidden: !isOpen }, isOpen && body(state, tell)),
    (state.isBusy || state.isChanged || !state.hasRun) && actions(state, tell),
  );
}

function verdict(preview) {
  if (preview.diagnostics.length > 0) return h("span", { class: "badge badge-wrong" }, "Needs your choice");
  if (!preview.is_certain) return h("span", { class: "badge badge-check" }, "Please check");
  // The columns are certain; how the letters are written, nobody has said.
  if (preview.input.encoding_guess) return h("span", { class: "badge badge-check" }, "The encoding is a guess");
  return h("span", { class: "badge badge-good" }, "All certain");
}

// What is said while the section is folded.
function inShort(preview) {
  const found = preview.fields.filter((field) => field.heading !== null);
  return h(
    "div",
    { class: "in-short" },
    h("p", { class: "muted" }, aboutFile(preview.input)),
    h(
      "dl",
      { class: "pairs" },
      found.map((field) => h("div", {}, h("dt", {}, fieldName(field.field)), h("dd", {}, field.heading))),
    ),
  );
}

// `Excel workbook, sheet Customers, headings in row 1`
function aboutFile(input) {
  const kinds = { workbook: "Workbook", parquet: "Parquet" };
  const parts = [input.export ?? kinds[input.kind] ?? "Text"];
  if (input.sheet) parts.push(`sheet ${input.sheet}`);
  if (input.encoding) parts.push(input.encoding_guess ? `${input.encoding} (a guess)` : input.encoding);
  if (input.delimiter) parts.push(delimiterName(input.delimiter));
  if (input.header_row) parts.push(`headings in ${input.kind === "workbook" ? "row" : "line"} ${input.header_row}`);
  return parts.join(" \u00b7 ");
}

function body(state, tell) {
  const { preview } = state;
  return [
    preview.diagnostics.length > 0 &&
      h(
        "div",
        { class: "ask", role: "group", "aria-label": "To decide" },
        diagnostics(preview.diagnostics),
        asksForHeadings(preview) && [
          h("p", {}, "If the headings below are not those of your file, first choose the row they are in."),
          headingRow(state, tell),
        ],
      ),
    preview.diagnostics.length === 0 && !preview.is_certain && h("p", { class: "check-first" }, checkFirst(preview)),
    preview.remarks.length > 0 &&
      h(
        "ul",
        { class: "remarks" },
        preview.remarks.map((remark) => h("li", {}, quoted(sentence(remark)))),
      ),
    columns(state, tell),
    otherColumns(state, tell),
    fileChoices(state, tell),
  ];
}

function checkFirst({ fields, input }) {
  const isGuess = fields.some((field) => field.heading !== null && !field.is_certain);
  const what = isGuess
    ? "Some columns are only a guess."
    : `The file has ${input.sheets.length} sheets that could be the roster.`;
  return `${what} Check what is marked, change it where it is wrong, then make the workbook.`;
}

// No choice of columns saves the first customer of a file without headings.
const hasNoHeadings = ({ diagnostics: all }) => all.some(({ code }) => code === "headings-missing");
const ADD_HEADINGS =
  "Add a row of headings above the first customer, such as Customer, Plan and Seats, and upload the file again. For cells that you paste, tick that the first row is a customer.";

function actions(state, tell) {
  const { preview, hasRun, isChanged, isBusy } = state;
  const isStuck = preview.diagnostics.some((one) => one.severity !== "remark");
  const text = hasRun ? "Run again with these choices" : "Make the workbook";
  return h(
    "div",
    { class: "actions actions-line" },
    (isChanged || !hasRun) &&
      h(
        "button",
        { type: "button", class: "primary", id: "run", disabled: isStuck || isBusy, onclick: tell.run },
        text,
      ),
    isStuck && h("p", { class: "muted" }, hasNoHeadings(preview) ? ADD_HEADINGS : "First decide what is asked above."),
    hasRun && isChanged && !isStuck && h("p", { class: "muted" }, "The result below does not have these choices yet."),
    isChanged && h("button", { type: "button", class: "quiet", id: "undo", onclick: tell.undo }, "Undo my changes"),
    h("p", { class: "busy-note", id: "busy-note" }, isBusy ? "Reading again\u2026" : ""),
  );
}
