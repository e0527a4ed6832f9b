// One name or word that was not understood, with the choice of what it means.

import { h, freshId } from "./dom.js";
import { setWord, setWrong, wordMeans } from "./fixes.js";
import { NOT_COUNTED, planFinder } from "./plans.js";
import { count, counted } from "./words.js";

const KINDS = { plan: "Plan", status: "Status", trial: "Trial", segment: "Segment" };
const MEANINGS = {
  status: ["active", "not active"],
  trial: ["trial", "paid"],
  segment: ["Commercial", "Government", "Education", "Nonprofit"],
};

// Returns the line; `told` is called when an answer was given or taken back.
export function wordLine(word, fixes, told) {
  const label = `Meaning of ${word.as_written}`;
  const means = wordMeans(fixes, word) || word.means || "";
  const choose = (value) => {
    setWord(fixes, word, value);
    told();
  };
  const refuse = (box, reason) => (setWrong(fixes, box, reason), told());
  const candidates = word.candidates ?? [];
  return h(
    "li",
    { class: "word" },
    h(
      "div",
      { class: "word-what" },
      h("span", { class: "tag" }, KINDS[word.kind] ?? word.kind),
      h("strong", { class: "word-written" }, word.as_written),
      typeof word.rows === "number" &&
        h("span", { class: "muted" }, `${counted(word.rows, "row")}, ${count(word.seats)} paid seats`),
    ),
    word.kind === "plan"
      ? plan(label, means, candidates, { choose, refuse })
      : meanings(label, means, optionsOf(word), choose),
  );
}

// A policy may have segments of its own.
const optionsOf = ({ kind, candidates }) =>
  kind === "segment" && candidates?.length > 0 ? candidates : MEANINGS[kind];

function plan(label, means, candidates, tell) {
  const names = candidates.filter((name) => name !== NOT_COUNTED).slice(0, 3);
  const first = [...names, NOT_COUNTED];
  const finder = planFinder({ label, isLabelSeen: false, value: means, first, ...tell });
  const input = finder.querySelector("input");
  const use = (name) => {
    input.value = name;
    input.focus();
    input.dispatchEvent(new Event("blur"));
  };
  return h(
    "div",
    { class: "word-means" },
    finder,
    h(
      "div",
      { class: "candidates" },
      first.map((name) =>
        h(
          "button",
          { type: "button", class: "small", onclick: () => use(name) },
          name === NOT_COUNTED ? "Does not count" : name,
        ),
      ),
    ),
  );
}

function meanings(label, means, options, choose) {
  const id = freshId("means");
  return h(
    "div",
    { class: "word-means" },
    h("label", { for: id, class: "unseen" }, label),
    h(
      "select",
      { id, value: means, onchange: (event) => choose(event.target.value) },
      h("option", { value: "" }, "Choose\u2026"),
      options.map((option) => h("option", { value: option }, option)),
    ),
  );
}
