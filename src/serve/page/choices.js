// What else can be chosen about a file: its sheet, encoding, delimiter, numbers, date, and the policy.

import { h } from "./dom.js";
import { withChoice } from "./settings.js";
import { day, delimiterName } from "./words.js";

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
          choose("sheet"),
        ),
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
      h(
        "div",
        { class: "choice" },
        h("span", { class: "choice-label" }, "Headings"),
        h("span", { class: "choice-value" }, input.header_row ? `in ${isText ? "line" : "row"} ${input.header_row}` : "the names of the columns"),
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
          "Forget the remembered columns and fixes",
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

// What was found is the first choice, unless something else was chosen; then it is not known any more.
function encodings(input, settings) {
  const found = settings.encoding ? "As found" : `As found: ${input.encoding}`;
  return [["", found], ...ENCODINGS.map((name) => [name, name])];
}

function delimiters(input, settings) {
  const found = settings.delimiter ? "As found" : `As found: ${delimiterName(input.delimiter)}`;
  return [["", found], ...DELIMITERS.map((mark) => [mark, delimiterName(mark)])];
}
