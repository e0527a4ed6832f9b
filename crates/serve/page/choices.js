// What else can be chosen about a file: its sheet, row of headings, encoding, delimiter, numbers, date, and the policy.

import { h } from "./dom.js";
import { withChoice, withHeadingRow, withSheet } from "./settings.js";
import { day, delimiterName } from "./words.js";

// Characters of a row that are shown.
const ROW_LETTERS = 70;

const ENCODINGS = [
  "UTF-8",
  "windows-1252",
  "windows-1250",
  "windows-1251",
  "ISO-8859-2",
  "macintosh",
  "UTF-16LE",
  "UTF-16BE",
  "Shift_JIS",
  "EUC-JP",
  "GBK",
  "Big5",
  "EUC-KR",
];
const DELIMITERS = [",", ";", "\t", "|"];
const NUMBERS = [
  ["", "As the column shows"],
  ["1,234.56", "1,234.56"],
  ["1.234,56", "1.234,56"],
];

// Returns the choices, and whether they are remembered.
export function fileChoices(state, tell) {
  const { preview, settings, about } = state;
  const { input } = preview;
  const choose = (name) => (event) => tell.choose(withChoice(settings, name, event.target.value));
  const isText = input.kind === "text";
  return h(
    "fieldset",
    { class: "choices" },
    h("legend", {}, "The file and the rules"),
    h(
      "div",
      { class: "choice-grid" },
      (input.sheets ?? []).length > 1 &&
        select(
          "sheet",
          "Sheet",
          settings.sheet ?? input.sheet ?? "",
          input.sheets.map((name) => [name, name]),
          (event) => tell.choose(withSheet(settings, event.target.value)),
        ),
      input.header_row === 0 ? columnNames() : !asksForHeadings(preview) && headingRow(state, tell),
      isText &&
        select(
          "encoding",
          "Encoding",
          settings.encoding ?? "",
          encodings(input, settings),
          choose("encoding"),
          input.encoding_guess,
        ),
      isText &&
        select("delimiter", "Delimiter", settings.delimiter ?? "", delimiters(input, settings), choose("delimiter")),
      select("numbers", "Numbers are written", settings.numbers ?? "", NUMBERS, choose("numbers")),
      date(state, choose("as_of")),
      select(
        "policy",
        "Policy",
        settings.policy ?? about.policies.find((one) => one.is_default)?.name ?? "",
        about.policies.map((one) => [one.name, one.title ?? one.name]),
        choose("policy"),
      ),
    ),
    h(
      "div",
      { class: "remember" },
      h(
        "label",
        { class: "check" },
        h("input", {
          type: "checkbox",
          id: "remember",
          checked: settings.remember === true,
          onchange: (event) => tell.choose({ ...settings, remember: event.target.checked }),
        }),
        "Remember these choices for files with the same headings",
      ),
      state.isRemembered &&
        h(
          "button",
          { type: "button", class: "quiet small", id: "forget", onclick: tell.forget },
          "Forget what is remembered for these headings\u2026",
        ),
    ),
  );
}

// Whether the row of the headings may be another one, since most needed columns are missing: then it is asked for first.
export const asksForHeadings = ({ diagnostics, rows }) =>
  rows.length > 1 && diagnostics.filter(({ code }) => code === "column-missing").length > 1;

// Parquet has no row of headings that could be another one.
const columnNames = () =>
  h(
    "div",
    { class: "choice" },
    h("span", { class: "choice-label" }, "Headings"),
    h("span", { class: "choice-value" }, "the names of the columns"),
  );

// Returns the choice of the row of the headings.
export function headingRow({ preview, settings }, tell) {
  return select(
    "heading-row",
    "Row of the headings",
    settings.heading_row ?? "",
    headingRows(preview, settings, preview.input.kind === "text" ? "Line" : "Row"),
    (event) => tell.choose(withHeadingRow(settings, Number(event.target.value))),
    settings.heading_row ? "chosen here; rows above it are not read" : null,
  );
}

// What is wrong with a text that may only be taken for something else than it is.
const MISREAD = [
  "delimiter-unknown",
  "encodings-mixed",
  "heading-row-missing",
  "lines-quoted",
  "quote-not-closed",
  "roster-not-text",
  "sep-line-wrong",
];

// Returns the choices for a file that could not be read, if one of them may help; else nothing.
export function unreadChoices({ settings, readError }, tell) {
  const codes = [readError.code, ...readError.diagnostics.map(({ code }) => code)];
  if (!codes.some((code) => MISREAD.includes(code))) return null;
  const choose = (name) => (event) => tell.choose(withChoice(settings, name, event.target.value));
  const nothing = { encoding: null, delimiter: null };
  return h(
    "fieldset",
    { class: "choices" },
    h("legend", {}, "Read the file in another way"),
    h("p", { class: "muted" }, "If the file opens well in Excel, say here how it is written."),
    h(
      "div",
      { class: "choice-grid" },
      select("encoding", "Encoding", settings.encoding ?? "", encodings(nothing, settings), choose("encoding")),
      select("delimiter", "Delimiter", settings.delimiter ?? "", delimiters(nothing, settings), choose("delimiter")),
      h(
        "div",
        { class: "choice" },
        h("label", { for: "choice-heading-row" }, "Row of the headings"),
        h("input", {
          id: "choice-heading-row",
          type: "number",
          min: "1",
          step: "1",
          inputmode: "numeric",
          value: settings.heading_row ?? "",
          onchange: (event) => tell.choose(withHeadingRow(settings, Number(event.target.value))),
        }),
      ),
    ),
  );
}

function select(id, label, value, options, onchange, note) {
  return h(
    "div",
    { class: `choice choice-${id}` },
    h("label", { for: `choice-${id}` }, label),
    h(
      "select",
      { id: `choice-${id}`, value, onchange, "aria-describedby": note ? `choice-${id}-note` : null },
      options.map(([of, text]) => h("option", { value: of }, text)),
    ),
    note && h("span", { class: "muted", id: `choice-${id}-note` }, note),
  );
}

function date({ preview, settings }, onchange) {
  const { input } = preview;
  const note = settings.as_of ? "chosen here" : input.date ? input.date_because : "nothing in the file says so";
  return h(
    "div",
    { class: "choice" },
    h("label", { for: "choice-as-of" }, "Date of the roster"),
    h("input", {
      id: "choice-as-of",
      type: "date",
      value: settings.as_of ?? input.date ?? "",
      onchange,
      "aria-describedby": "choice-as-of-note",
    }),
    h("span", { class: "muted", id: "choice-as-of-note", title: input.date ? day(input.date) : null }, note),
  );
}

// The first rows with their numbers, as Excel shows them.
function headingRows({ rows, input }, settings, word) {
  const found = settings.heading_row ? "As found" : `As found: ${word.toLowerCase()} ${input.header_row}`;
  const shown = ({ row, cells }) => {
    const text = cells.filter((cell) => cell.trim() !== "").join(" \u00b7 ");
    const letters = [...text];
    return `${word} ${row}: ${letters.slice(0, ROW_LETTERS).join("")}${letters.length > ROW_LETTERS ? "\u2026" : ""}`;
  };
  return [["", found], ...rows.map((row) => [row.row, shown(row)])];
}

// What was found is the first choice, unless something else was chosen; then it is not known any more.
function encodings(input, settings) {
  const found = settings.encoding || !input.encoding ? "As found" : `As found: ${input.encoding}`;
  return [["", found], ...ENCODINGS.map((name) => [name, name])];
}

function delimiters(input, settings) {
  const found = settings.delimiter || !input.delimiter ? "As found" : `As found: ${delimiterName(input.delimiter)}`;
  return [["", found], ...DELIMITERS.map((mark) => [mark, delimiterName(mark)])];
}
