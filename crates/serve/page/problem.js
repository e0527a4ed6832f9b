// What went wrong, in a box: what happened, what to do, and each place of the roster that is concerned.

import { Refusal } from "./api.js";
import { h } from "./dom.js";
import { quoted } from "./quoted.js";
import { counted, sentence } from "./words.js";

// Places of one kind that are shown; the others are counted.
const SHOWN = 5;

// What to do on the page, where the program's own help names flags of its command line.
const ON_THE_PAGE = {
  "column-uncertain": "check the column below, and choose another one if it is wrong",
  "sheet-uncertain": "choose the sheet below",
};

const CHOOSE_COLUMN = "choose the column below";
const CHOOSE_TENANT = "choose the column below, or say that the whole file is about one customer";

// Returns the box for an error that was thrown; `actions` are buttons under it.
export function problem(error, ...actions) {
  const known = error instanceof Refusal;
  // For whoever fixes the page.
  if (!known) console.error(error);
  const message = known ? error.message : "Something went wrong on this page.";
  const help = known ? error.help : "Reload the page and try again.";
  // The first of the program's own messages may be that of the whole.
  const isSaid = known && error.diagnostics.some((one) => one.message === message);
  return h(
    "div",
    { class: "problem", role: "alert" },
    !isSaid && h("p", { class: "problem-what" }, quoted(stopped(message))),
    known && error.diagnostics.length > 0
      ? diagnostics(error.diagnostics)
      : help && h("p", {}, quoted(stopped(inWords({ help, message, code: error.code })))),
    actions.some(Boolean) && h("div", { class: "actions" }, actions),
  );
}

// Returns diagnostics as a list: those of one kind together, each with its places.
export function diagnostics(all) {
  const kinds = new Map();
  for (const one of all) kinds.set(one.code, [...(kinds.get(one.code) ?? []), one]);
  return h(
    "ul",
    { class: "diagnostics" },
    [...kinds.values()].flatMap((same) => kind(same)),
  );
}

function kind(same) {
  const beyond = same.length - SHOWN;
  return [
    ...same
      .slice(0, SHOWN)
      .map((one) =>
        h(
          "li",
          {},
          h("span", { class: "diagnostic-what" }, quoted(stopped(one.message))),
          whereOf(one) && h("span", { class: "diagnostic-where" }, " (", quoted(whereOf(one)), ")"),
          inWords(one) && h("span", { class: "diagnostic-help" }, " ", quoted(stopped(inWords(one)))),
        ),
      ),
    beyond > 0 && h("li", {}, `${counted(beyond, "more place")} of the same kind.`),
  ];
}

// A fix is called by what it is about, since nobody sees its file.
function whereOf({ fix, place }) {
  if (fix?.word) return `your answer for \`${fix.word.as_written}\``;
  if (fix?.row) return `your fix for \`${[fix.row.tenant, fix.row.plan].filter(Boolean).join(", ")}\``;
  return place;
}

// The help without flags: nobody types a command here.
export function inWords({ code, help, message }) {
  if (code === "column-missing") return /tenant/.test(message) ? CHOOSE_TENANT : CHOOSE_COLUMN;
  if (ON_THE_PAGE[code]) return ON_THE_PAGE[code];
  const parts = (help ?? "").split("; ").filter((part) => !/--[a-z]|`fasttrack |overrides file/.test(part));
  return parts.join("; ").replace(/ on Review$/, " below");
}

// The program writes its messages in lower case and without a full stop.
const stopped = (text) => (text ? sentence(text).replace(/([^.!?:])$/, "$1.") : "");
