// A run that is waiting or at work, with the way to stop it.

import { h } from "./dom.js";

// Returns the section; `stop` cancels the run.
export function running(run, stop) {
  const isQueued = run.state === "queued";
  const words = isQueued ? place(run.place) : "Reading the roster and judging its rows\u2026";
  return h(
    "section",
    { class: "card running", "aria-labelledby": "running-title" },
    h("h2", { id: "running-title" }, isQueued ? "In the queue" : "Running"),
    h("p", { id: "running-words" }, words),
    h("progress", { max: "1", "aria-label": isQueued ? "Waiting for a free place" : "The run is at work" }),
    h("div", { class: "actions" }, h("button", { type: "button", id: "cancel", onclick: stop }, "Cancel")),
  );
}

// The words of the state, for the live region.
export const runningWords = (run) => (run.state === "queued" ? place(run.place) : "The run is at work.");

const place = (number) =>
  number === null || number === undefined
    ? "Waiting for a free place."
    : `Place ${number} in the queue. It begins by itself.`;
