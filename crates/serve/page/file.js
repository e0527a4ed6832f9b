// The view of one upload: how it was understood, its run, what to review, its files.

import * as api from "./api.js";
import { announce } from "./announce.js";
import * as batch from "./batch.js";
import { confirm } from "./confirm.js";
import { h, fill, focusOn } from "./dom.js";
import { fixesOf } from "./fixes.js";
import { outcome, start } from "./outcome.js";
import { problem } from "./problem.js";
import { drawUnderstood, readAgain } from "./reading.js";
import { strip } from "./transfers.js";
import { moment, size } from "./words.js";

// Shows the view; returns what ends it.
export function file(main, { id, runId, about, go }) {
  const control = new AbortController();
  const slots = Object.fromEntries(
    ["strip", "head", "notice", "understood", "outcome", "since", "review", "near", "downloads"].map((name) => [
      name,
      h("div", { class: `slot slot-${name}` }),
    ]),
  );
  fill(main, Object.values(slots));
  const state = {
    id,
    about,
    go,
    slots,
    signal: control.signal,
    settings: {},
    fixes: fixesOf(null),
    asked: 0,
    fail: (error) => fail(state, error),
    start: (asked) => start(state, asked),
    redraw: () => state.preview && drawUnderstood(state),
  };
  const stop = batch.onChange((entry) => fromBatch(state, entry));
  load(state, runId);
  return () => {
    stop();
    control.abort();
  };
}

async function load(state, runId) {
  const { id, slots } = state;
  fill(slots.head, h("div", { class: "page-head" }, h("h1", {}, "Upload")));
  fill(slots.notice, h("p", { class: "muted" }, "Reading\u2026"));
  try {
    state.upload = await api.upload(id);
    const chosen = runId ?? batch.ofUpload(id)?.run?.id ?? state.upload.runs[0]?.id;
    state.run = chosen ? await api.run(chosen) : null;
    state.settings = state.run?.settings ?? state.upload.settings ?? {};
    state.fixes = fixesOf(state.run?.fixes ?? state.upload.fixes);
    fill(slots.notice);
    drawHead(state);
    // The heading that had the focus was that of the waiting.
    if (document.activeElement === document.body) focusOn(slots.head.querySelector("h1"));
    drawStrip(state);
    if (state.upload.files !== "deleted") await readAgain(state, batch.ofUpload(id));
    else
      fill(
        slots.notice,
        h(
          "p",
          { class: "notice" },
          "The files of this upload were deleted. Its figures are kept; to run it again, upload the file again.",
        ),
      );
    if (state.run) await outcome(state);
    else focusOn(slots.understood.querySelector("h2") ?? slots.head.querySelector("h1"));
  } catch (error) {
    state.fail(error);
  }
}

// The batch started a run of this file, or a file beside it is further.
function fromBatch(state, entry) {
  drawStrip(state);
  if (!state.upload || entry?.upload?.id !== state.id || !entry.run || state.run) return;
  state.run = entry.run;
  outcome(state).catch((error) => state.fail(error));
}

function drawStrip(state) {
  fill(state.slots.strip, strip(batch.all(), state.id));
}

function drawHead(state) {
  const { upload, slots } = state;
  document.title = `${upload.name} \u2013 FastTrack roster`;
  fill(
    slots.head,
    h(
      "div",
      { class: "page-head" },
      h(
        "div",
        {},
        h("h1", { class: "file-name" }, upload.name),
        h("p", { class: "muted" }, `${size(upload.bytes)}, uploaded ${moment(upload.uploaded)}`),
      ),
      h("button", { type: "button", class: "small danger", id: "delete", onclick: () => remove(state) }, "Delete now"),
    ),
  );
}

async function remove(state) {
  const isSure = await confirm({
    title: "Delete this upload?",
    text: `${state.upload.name}, its results and its line in the history are deleted now. This cannot be undone.`,
    yes: "Delete now",
  });
  if (!isSure) return;
  try {
    await api.deleteUpload(state.id);
    batch.remove(state.id);
    announce(`${state.upload.name} was deleted.`);
    state.go("#history");
  } catch (error) {
    state.fail(error);
  }
}

// Shows what went wrong; what was only left is no error.
function fail(state, error) {
  if (error.name !== "AbortError" && !state.signal.aborted) fill(state.slots.notice, problem(error));
}
