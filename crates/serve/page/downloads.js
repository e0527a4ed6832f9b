// The files of a run: each under the name that the program gives it.

import * as api from "./api.js";
import { h } from "./dom.js";
import { announce } from "./announce.js";
import { problem } from "./problem.js";
import { size } from "./words.js";

const KINDS = {
  workbook: ["Excel workbook", "every sheet: summary, roster, next steps, review"],
  csv: ["CSV", "the annotated rows, for other programs"],
  jsonl: ["JSON lines", "the annotated rows, one object for each row"],
  parquet: ["Parquet", "the annotated rows, for data tools"],
  "tables-csv.zip": ["All tables as CSV", "a zip file with a CSV for each sheet"],
  "split-owner.zip": ["A workbook for each account owner", "a zip file"],
  "split-tier.zip": ["A workbook for each tier", "a zip file"],
  "split-segment.zip": ["A workbook for each segment", "a zip file"],
  "overrides.csv": ["Your fixes", "an overrides file, which scheduled runs take as well"],
};

// Returns the link to the workbook, which most people came for.
export function mainDownload(run) {
  const file = (run.files ?? []).find((one) => one.kind === "workbook");
  if (!file) return h("p", { class: "muted" }, "The files of this run were deleted.");
  return link(run, file, { class: "primary button", id: "download" }, [
    "Download the workbook",
    file.bytes !== null && h("span", { class: "on-button" }, size(file.bytes)),
  ]);
}

// Returns a link to the workbook of a run, called as its roster.
export function workbookLink(run, name) {
  const file = run.files.find((one) => one.kind === "workbook") ?? run.files[0];
  return link(run, file, { class: "download file-name" }, [`Workbook of ${name}`]);
}

// Returns the section with all files; nothing where they are deleted.
export function downloads(run) {
  const files = run.files ?? [];
  if (files.length === 0) return null;
  return h(
    "section",
    { class: "card downloads", "aria-labelledby": "downloads-title" },
    h("h2", { id: "downloads-title" }, "Downloads"),
    h(
      "ul",
      { class: "download-list" },
      files.map((file) => line(run, file)),
    ),
  );
}

function line(run, file) {
  const [title, what] = KINDS[file.kind] ?? [file.kind, ""];
  return h(
    "li",
    {},
    h(
      "div",
      { class: "download-what" },
      link(run, file, { class: "download" }, [title]),
      h("span", { class: "muted" }, what),
    ),
    h("span", { class: "file-name muted" }, file.name),
    h("span", { class: "number muted" }, file.ready ? size(file.bytes) : "made when you ask"),
  );
}

function link(run, file, properties, children) {
  const address = api.fileAddress(run.id, file.kind);
  let isReady = file.ready;
  let isBusy = false;
  const fetchFirst = async (event) => {
    if (isReady) return;
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    const note = h("span", { class: "muted" }, "Being made\u2026");
    anchor.after(note);
    announce(`${file.name} is being made.`);
    try {
      await api.ready(address);
      isReady = true;
      note.remove();
      anchor.click();
    } catch (error) {
      note.replaceWith(problem(error));
    } finally {
      isBusy = false;
    }
  };
  const anchor = h("a", { ...properties, href: address, download: file.name, onclick: fetchFirst }, children);
  return anchor;
}
