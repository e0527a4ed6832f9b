// What a person has to look at, grouped by what to do: words first, since one answer settles all of their rows.

import { h } from "./dom.js";
import { changed, firstWrong, givenRows, givenWords, rowValue, setRow, total } from "./fixes.js";
import { group } from "./reviewgroup.js";
import { wordLine } from "./reviewword.js";
import { count, counted } from "./words.js";

// Words that are shown at once.
const PAGE = 50;

// Returns the section; nothing where there is nothing to look at and nothing was fixed.
//
// `state` is `{review, fixes, ask}`, of which `ask(code)` fetches the rows of a kind; `tell` has `run()` and `drop()`.
export function review(state, tell) {
  const { review: found, fixes } = state;
  const open = found.words.filter((word) => !word.means);
  const isOpen = ({ kind, as_written }) => open.some((word) => word.kind === kind && word.as_written === as_written);
  const settled = givenWords(fixes).filter((word) => !isOpen(word));
  const kinds = found.groups.filter((one) => one.weight !== "settled");
  if (open.length + kinds.length + total(fixes) === 0) return null;
  const bar = fixBar(state, tell);
  const told = () => bar.refresh();
  return h(
    "section",
    { class: "card review", "aria-labelledby": "review-title" },
    h("h2", { id: "review-title" }, "To review"),
    open.length + kinds.filter(keepsFromVerdict).length === 0 && h("p", {}, "Nothing is left to review."),
    open.length > 0 &&
      words(
        "What do these mean?",
        "Each was not understood. Your answer counts for every row that has it. An add-on or a service of your own does not count.",
        open,
        fixes,
        told,
      ),
    groups(kinds, state, told),
    settled.length > 0 &&
      words("Settled by you", "Change an answer here, or clear it to be asked again.", settled, fixes, told),
    rowsPutRight(fixes, told),
    bar.element,
  );
}

// The words, those with the most rows first, a page of them at a time.
function words(title, about, list, fixes, told) {
  const lines = h("ul", { class: "word-list" });
  const more = h("button", { type: "button", class: "small", onclick: () => show(true) });
  const show = (isAsked) => {
    const from = lines.children.length;
    const next = list.slice(from, from + PAGE).map((word) => wordLine(word, fixes, told));
    lines.append(...next);
    const left = list.length - from - next.length;
    more.hidden = left === 0;
    more.textContent = `Show more (${count(left)})`;
    if (isAsked) next[0].querySelector("input, select").focus();
  };
  show(false);
  return h("div", { class: "review-part" }, h("h3", {}, title), h("p", { class: "muted" }, about), lines, more);
}

// A remark does not.
const keepsFromVerdict = (one) => one.weight !== "remark";

// The kinds of problems: first those that keep a row from a verdict, then those that are only worth a look.
function groups(kinds, { review: found, fixes, ask }, told) {
  const part = (title, about, some) =>
    some.length > 0 &&
    h(
      "div",
      { class: "review-part" },
      h("h3", {}, title),
      h("p", { class: "muted" }, about),
      some.map((one) =>
        group(
          one,
          found.rows.filter((row) => row.code === one.code),
          fixes,
          { told, ask },
        ),
      ),
    );
  return [
    part(
      "Rows to look at",
      "These rows have no verdict until what is wrong is put right.",
      kinds.filter(keepsFromVerdict),
    ),
    part(
      "Remarks",
      "These rows have a verdict. Look whether it is right.",
      kinds.filter((one) => !keepsFromVerdict(one)),
    ),
  ];
}

const SET = { seats: "paid seats", means_plan: "plan", segment: "segment", status: "status" };

// What was put right in single rows, each with the way to take it back.
function rowsPutRight(fixes, told) {
  const rows = givenRows(fixes);
  if (rows.length === 0) return null;
  const line = (row) => {
    const what = Object.keys(SET).filter((name) => rowValue(fixes, row, name) !== "");
    const says = what.map((name) => `${SET[name]}: ${name === "seats" ? count(row[name]) : row[name]}`).join(", ");
    const back = h(
      "button",
      { type: "button", class: "small", "aria-label": `Take back the fix of ${row.tenant || row.plan}` },
      "Take back",
    );
    back.addEventListener("click", () => {
      for (const name of what) setRow(fixes, row, name, "");
      back.disabled = true;
      told();
    });
    return h(
      "li",
      { class: "word" },
      h("span", { class: "word-what" }, h("strong", {}, row.tenant), row.plan, h("span", { class: "muted" }, says)),
      back,
    );
  };
  return h(
    "div",
    { class: "review-part" },
    h("h3", {}, "Rows put right by you"),
    h("ul", { class: "word-list" }, rows.map(line)),
  );
}

// The bar with the number of fixes and the way to run again; it stays in sight while there are any.
function fixBar({ fixes }, tell) {
  const words = h("p", { role: "status", id: "fixes-count" });
  const again = h(
    "button",
    { type: "button", class: "primary", id: "run-fixes", onclick: () => run() },
    "Run again",
    h("span", { class: "if-wide" }, "with these fixes"),
  );
  const drop = h("button", { type: "button", class: "quiet", id: "drop-fixes", onclick: tell.drop }, "Discard");
  const element = h("div", { class: "fix-bar" }, words, h("div", { class: "actions" }, again, drop));
  // What is in a box and cannot be used is not passed over.
  const run = () => {
    const wrong = document.getElementById(firstWrong(fixes) ?? "");
    if (!wrong) return tell.run();
    wrong.closest("details")?.setAttribute("open", "");
    wrong.focus();
  };
  const refresh = () => {
    const many = changed(fixes);
    const wrong = fixes.wrong.size;
    element.classList.toggle("fix-bar-on", many + wrong > 0);
    again.hidden = drop.hidden = many + wrong === 0;
    if (wrong > 0) {
      words.textContent = `${counted(wrong, "answer")} cannot be used. Correct or clear ${wrong === 1 ? "it" : "them"}, then run again.`;
      return;
    }
    words.textContent =
      many > 0
        ? `${counted(many, "change")}, not in the result yet`
        : total(fixes) > 0
          ? `${counted(total(fixes), "fix", "fixes")} in this result, remembered for files with the same headings`
          : "Choose what is right; then run again.";
  };
  refresh();
  return { element, refresh };
}
