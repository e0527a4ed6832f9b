// The files of a batch, each with how far it is.

import * as batch from "./batch.js";
import { h } from "./dom.js";
import { counted, size } from "./words.js";

// Returns the list of the files, with progress and a way to stop each.
export function transfers(entries) {
  return h(
    "section",
    { class: "card transfers", "aria-label": entries.length === 1 ? "Upload" : `${counted(entries.length, "file")}` },
    h("ul", { class: "files" }, entries.map(line)),
  );
}

// Returns the strip on top of a file's view that leads to the other files of its batch; nothing for a single file.
export function strip(entries, uploadId) {
  if (entries.length < 2) return null;
  return h(
    "nav",
    { class: "strip", "aria-label": "Files of this upload" },
    h(
      "ul",
      {},
      entries.map((entry) => {
        const words = [
          h("span", { class: "file-name" }, entry.name),
          h("span", { class: `state state-${entry.state}` }, stateWords(entry)),
        ];
        const isHere = entry.upload?.id === uploadId;
        return h(
          "li",
          {},
          entry.upload
            ? h("a", { href: address(entry), "aria-current": isHere ? "page" : null }, words)
            : h("span", { class: "strip-waiting" }, words),
        );
      }),
    ),
  );
}

function line(entry) {
  const isMoving = ["sending", "reading", "running"].includes(entry.state);
  const canStop = ["waiting", "sending"].includes(entry.state);
  return h(
    "li",
    {},
    h(
      "div",
      { class: "file-line" },
      entry.upload
        ? h("a", { class: "file-name", href: address(entry) }, entry.name)
        : h("span", { class: "file-name" }, entry.name),
      h("span", { class: `state state-${entry.state}` }, stateWords(entry)),
      canStop &&
        h(
          "button",
          {
            type: "button",
            class: "small",
            onclick: () => batch.cancel(entry),
            "aria-label": `Cancel the upload of ${entry.name}`,
          },
          "Cancel",
        ),
    ),
    isMoving && h("progress", { max: "1", value: progress(entry), "aria-label": `Progress of ${entry.name}` }),
    entry.error && h("p", { class: "wrong", role: "alert" }, `${entry.error.message} ${entry.error.help ?? ""}`),
  );
}

// How much has gone; a bar without a value moves to and fro, for what cannot be told.
const progress = (entry) =>
  entry.state === "sending" && entry.sent < entry.bytes ? entry.sent / Math.max(1, entry.bytes) : undefined;

const address = (entry) => `#file/${encodeURIComponent(entry.upload.id)}`;

function stateWords(entry) {
  if (entry.isHeld) return "waiting for a free place";
  switch (entry.state) {
    case "waiting":
      return "waiting";
    case "sending":
      return `${size(entry.sent)} of ${size(entry.bytes)}`;
    case "reading":
      return "reading";
    case "choose":
      return "needs your choice";
    case "running":
      return entry.run?.state === "queued" ? "in the queue" : "running";
    case "done":
      return "done";
    case "cancelled":
      return "cancelled";
    default:
      return "not read";
  }
}
