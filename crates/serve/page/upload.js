// Takes files: dropped anywhere on the page, chosen, or made of cells that were copied in Excel.

import * as batch from "./batch.js";
import { h } from "./dom.js";
import { announce } from "./announce.js";
import { counted, letters } from "./words.js";

const ENDINGS = ".csv,.tsv,.txt,.xlsx,.xlsm,.xlsb,.xls,.ods,.parquet";

// Makes the whole page take what is dropped or pasted; `open` is called when files came.
export function takeEverywhere(open) {
  const cover = document.getElementById("drop-cover");
  const hide = () => {
    cover.hidden = true;
  };
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    cover.hidden = false;
  });
  // Of the events of leaving, only the one out of the window has no element that comes next.
  document.addEventListener("dragleave", (event) => event.relatedTarget === null && hide());
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    hide();
    take([...event.dataTransfer.files], open);
  });
  document.addEventListener("paste", (event) => {
    if (event.target.closest?.("input, textarea, select")) return;
    const files = [...(event.clipboardData?.files ?? [])];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (isTable(text)) takeCells(text, open);
    else if (files.length > 0) take(files, open);
  });
}

// Returns the button that lets a person choose files, with the input behind it.
export function chooser(open, text = "Choose files") {
  const input = h("input", {
    type: "file",
    class: "unseen",
    id: "file",
    multiple: true,
    accept: ENDINGS,
    tabindex: "-1",
    "aria-label": "Roster files",
    onchange: () => {
      take([...input.files], open);
      input.value = "";
    },
  });
  return [h("button", { type: "button", class: "primary", id: "choose", onclick: () => input.click() }, text), input];
}

// Opens the dialog that takes cells.
export function askForCells(open) {
  const cells = h("textarea", {
    id: "cells",
    rows: "9",
    spellcheck: "false",
    autocomplete: "off",
    wrap: "off",
    "aria-describedby": "cells-help cells-wrong",
  });
  const wrong = h("p", { id: "cells-wrong", class: "wrong", role: "alert" });
  const isBare = h("input", { type: "checkbox", id: "cells-bare" });
  const use = () => {
    const text = isBare.checked ? withHeadings(cells.value) : cells.value;
    if (!isTable(text)) {
      wrong.textContent =
        "These are not cells of a table. Copy the heading row and at least one row below it, with at least two columns.";
      cells.focus();
      return;
    }
    dialog.close();
    takeCells(text, open);
  };
  const dialog = h(
    "dialog",
    { "aria-labelledby": "cells-title", onclose: () => dialog.remove() },
    h(
      "form",
      { method: "dialog", onsubmit: (event) => (event.preventDefault(), use()) },
      h("h2", { id: "cells-title" }, "Paste cells from Excel"),
      h(
        "p",
        { id: "cells-help" },
        "In Excel, select the heading row and all rows below it, and copy. Then paste here.",
      ),
      h("label", { for: "cells" }, "Cells"),
      cells,
      h("label", { class: "check" }, isBare, "The first row is a customer, not headings"),
      wrong,
      h(
        "div",
        { class: "actions" },
        h("button", { type: "submit", class: "primary" }, "Use these cells"),
        h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, "Cancel"),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  cells.focus();
}

function take(files, open) {
  if (files.length === 0) return;
  announce(
    files.length === 1 ? `${files[0].name} is being uploaded.` : `${counted(files.length, "file")} are being uploaded.`,
  );
  batch.add(files);
  open();
}

// Cells come with tabs between them, quoted where they need it: a text table like any other.
function takeCells(text, open) {
  const now = new Date();
  const time = [now.getHours(), now.getMinutes()].map((part) => String(part).padStart(2, "0")).join("");
  take(
    [new File([text], `Pasted cells ${time}.tsv`, { type: "text/tab-separated-values", lastModified: now.getTime() })],
    open,
  );
}

// Cells without headings get some, so that the first row is not lost; which column is which is chosen then.
function withHeadings(text) {
  const first = text.split(/\r\n|\r|\n/).find((line) => line.trim() !== "") ?? "";
  const headings = first.split("\t").map((_, place) => `Column ${letters(place + 1)}`);
  return `${headings.join("\t")}\n${text}`;
}

// A table has a tab in its first line that is not blank, and another line under it.
function isTable(text) {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
  return lines.length > 1 && lines[0].includes("\t");
}
