// What is remembered for files with the same headings: a line for each, with the way to forget it.

import * as api from "./api.js";
import { announce } from "./announce.js";
import { confirm } from "./confirm.js";
import { h, fill, focusOn } from "./dom.js";
import { problem } from "./problem.js";
import { counted } from "./words.js";

// Returns the section; it fills itself, and is empty where nothing is remembered.
export function remembered(signal) {
  const place = h("div", { class: "slot" });
  load(place, signal);
  return place;
}

async function load(place, signal) {
  try {
    const all = await api.remembered();
    if (!signal.aborted) draw(place, all);
  } catch (error) {
    if (error.name !== "AbortError" && !signal.aborted) fill(place, problem(error));
  }
}

function draw(place, all) {
  if (all.length === 0) return fill(place);
  const forget = async (what, isSure, ask, left) => {
    if (!(await isSure)) return;
    try {
      await ask();
      draw(place, left);
      announce(`${what} forgotten.`);
      focusOn(document.getElementById("remembered-title") ?? document.querySelector("#main h1"));
    } catch (error) {
      place.prepend(problem(error));
    }
  };
  const one = (entry) =>
    forget(
      "It is",
      confirm({ title: "Forget this?", text: `${nameOf(entry)}: ${whatOf(entry)}. ${LATER}`, yes: "Forget" }),
      () => api.forget(entry.id),
      all.filter((other) => other.id !== entry.id),
    );
  const every = () =>
    forget(
      "Everything is",
      confirm({
        title: "Forget everything?",
        text: `What is remembered for ${counted(all.length, "kind")} of files. ${LATER}`,
        yes: "Forget everything",
      }),
      api.forgetAll,
      [],
    );
  return fill(
    place,
    h(
      "section",
      { class: "card", "aria-labelledby": "remembered-title" },
      h("h2", { id: "remembered-title" }, "Remembered for your next files"),
      h("p", { class: "muted" }, "A file with the same headings begins with what you chose and put right before."),
      h(
        "ul",
        { class: "word-list" },
        all.map((entry) => line(entry, () => one(entry))),
      ),
      all.length > 1 &&
        h(
          "div",
          { class: "actions" },
          h("button", { type: "button", class: "danger", id: "forget-all", onclick: every }, "Forget everything"),
        ),
    ),
  );
}

const LATER = "Results that are here stay as they are; the next file begins without it.";

function line(entry, forget) {
  return h(
    "li",
    { class: "word" },
    h(
      "div",
      { class: "word-what" },
      h("strong", { class: "word-written" }, nameOf(entry)),
      entry.columns.length > 0 && h("span", { class: "muted block" }, `columns ${entry.columns.join(", ")}`),
      h("span", { class: "muted block" }, whatOf(entry)),
    ),
    h(
      "button",
      {
        type: "button",
        class: "small",
        onclick: forget,
        "aria-label": `Forget what is remembered for ${nameOf(entry)}`,
      },
      "Forget",
    ),
  );
}

const nameOf = (entry) => (entry.name ? `Files like ${entry.name}` : "Files of an earlier version");

const whatOf = ({ settings, fixes }) =>
  [settings && "how the file is read", fixes > 0 && counted(fixes, "fix", "fixes")].filter(Boolean).join(" and ");
