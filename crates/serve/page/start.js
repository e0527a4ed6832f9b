// The view that a visit begins with: where to put a file, and what becomes of it.

import * as batch from "./batch.js";
import { h, fill } from "./dom.js";
import { askForCells, chooser } from "./upload.js";
import { transfers } from "./transfers.js";
import { count, moment, size } from "./words.js";

// A roster, as people have it in Excel.
const EXAMPLE = [
  ["Contoso", "Microsoft 365 E5", 4200],
  ["Adventure Works", "O365 E3 (NCE COM MTH)", 151],
  ["Bellows College", "Microsoft 365 A3 for faculty", 600],
];

// Shows the view; returns what ends it.
export function start(main, { about, recent, open }) {
  const under = h("div", { class: "under" });
  const show = () => {
    const all = batch.all();
    fill(under, all.length > 0 && transfers(all));
  };
  fill(
    main,
    h(
      "div",
      { class: "hero" },
      h("h1", {}, "Find out which FastTrack help each customer gets"),
      h(
        "p",
        { class: "lead" },
        "Upload a list of your customers. You get it back as an Excel workbook that says for every row which help from Microsoft FastTrack it is entitled to, and why.",
      ),
    ),
    dropZone(about, open),
    under,
    h("div", { class: "pair" }, example(), recent.length > 0 ? recently(recent) : whatComes(about)),
  );
  show();
  return batch.onChange(show);
}

function dropZone(about, open) {
  const largest = about.limits?.upload_bytes;
  return h(
    "section",
    { class: "drop", "aria-labelledby": "drop-title" },
    sheetMark(),
    h("h2", { id: "drop-title" }, "Drop a file anywhere on this page"),
    h(
      "div",
      { class: "actions" },
      chooser(open),
      h("button", { type: "button", id: "paste", onclick: () => askForCells(open) }, "Paste cells"),
    ),
    h(
      "p",
      { class: "muted" },
      `Excel workbooks, ODS, CSV and other text${largest ? `, up to ${size(largest)}` : ""}. Several files are read one after the other.`,
    ),
  );
}

function sheetMark() {
  const mark = document.querySelector(".mark").cloneNode(true);
  mark.setAttribute("class", "drop-mark");
  return mark;
}

function example() {
  return h(
    "section",
    { class: "card", "aria-labelledby": "example-title" },
    h("h2", { id: "example-title" }, "What a roster looks like"),
    h(
      "p",
      { class: "muted" },
      "One heading row, and one row for each plan that a customer bought. Other columns may stay; they come back unchanged.",
    ),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Example of a roster" },
      h(
        "table",
        { class: "grid" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "Customer"),
            h("th", { scope: "col" }, "Plan"),
            h("th", { scope: "col", class: "number" }, "Paid seats"),
          ),
        ),
        h(
          "tbody",
          {},
          EXAMPLE.map(([customer, plan, seats]) =>
            h("tr", {}, h("td", {}, customer), h("td", {}, plan), h("td", { class: "number" }, count(seats))),
          ),
        ),
      ),
    ),
  );
}

function whatComes(about) {
  const hours = about.limits?.kept_hours;
  const steps = [
    "See which column was taken for what, and change it where it is wrong.",
    "Read the result: who gets migration, a specialist, or answers to questions.",
    "Settle what was not understood, once for all of its rows.",
    "Download the workbook, or CSV and Parquet for other programs.",
  ];
  return h(
    "section",
    { class: "card", "aria-labelledby": "steps-title" },
    h("h2", { id: "steps-title" }, "What happens next"),
    h(
      "ol",
      { class: "steps" },
      steps.map((step) => h("li", {}, step)),
    ),
    hours &&
      h("p", { class: "muted" }, `Files are deleted after ${count(hours)} hours, or as soon as you delete them.`),
  );
}

function recently(recent) {
  return h(
    "section",
    { class: "card", "aria-labelledby": "recent-title" },
    h("h2", { id: "recent-title" }, "Recent uploads"),
    h(
      "ul",
      { class: "recent" },
      recent
        .slice(0, 4)
        .map((upload) =>
          h(
            "li",
            {},
            h("a", { href: `#file/${encodeURIComponent(upload.id)}` }, upload.name),
            h("span", { class: "muted" }, moment(upload.uploaded)),
          ),
        ),
    ),
    h("p", {}, h("a", { href: "#history" }, "All uploads")),
  );
}
