// The view of one upload: how it was understood, its run, what to review, its files.

import * as api from "./api.js";
import { announce } from "./announce.js";
import * as batch from "./batch.js";
import { confirm } from "./confirm.js";
import { h, fill, focusOn } from "./dom.js";
import { downloads } from "./downloads.js";
import { asSent, fixesOf, total } from "./fixes.js";
import { problem } from "./problem.js";
import { result } from "./result.js";
import { review } from "./review.js";
import { running, runningWords } from "./running.js";
import { confirmed, isReadSame, isSame } from "./settings.js";
import { since } from "./since.js";
import { strip } from "./transfers.js";
import { understood } from "./understood.js";
import { moment, size } from "./words.js";

// Shows the view; returns what ends it.
export function file(main, { id, runId, about, go }) {
  const control = new AbortController();
  const slots = Object.fromEntries(["strip", "head", "notice", "understood", "outcome", "since", "review", "downloads"].map((name) => [name, h("div", { class: `slot slot-${name}` })]));
  fill(main, Object.values(slots));
  const state = { id, about, go, slots, signal: control.signal, settings: {}, chosen: null, fixes: fixesOf(null), asked: 0 };
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
    drawStrip(state);
    if (state.upload.files !== "deleted") await readAgain(state, batch.ofUpload(id)?.preview);
    else fill(slots.notice, h("p", { class: "notice" }, "The files of this upload were deleted. Its figures are kept; to run it again, upload the file again."));
    if (state.run) await outcome(state);
    else focusOn(slots.understood.querySelector("h2") ?? slots.head.querySelector("h1"));
  } catch (error) {
    fail(state, error);
  }
}

// The batch started a run of this file, or a file beside it is further.
function fromBatch(state, entry) {
  drawStrip(state);
  if (!state.upload || entry?.upload?.id !== state.id || !entry.run || state.run) return;
  state.run = entry.run;
  outcome(state).catch((error) => fail(state, error));
}

function fail(state, error) {
  if (error.name !== "AbortError" && !state.signal.aborted) fill(state.slots.notice, problem(error));
}

function drawStrip(state) {
  fill(state.slots.strip, strip(batch.all(), state.id));
}

function drawHead(state) {
  const { upload, slots } = state;
  fill(
    slots.head,
    h(
      "div",
      { class: "page-head" },
      h("div", {}, h("h1", { class: "file-name" }, upload.name), h("p", { class: "muted" }, `${size(upload.bytes)}, uploaded ${moment(upload.uploaded)}`)),
      h("button", { type: "button", class: "small danger", id: "delete", onclick: () => remove(state) }, "Delete now"),
    ),
  );
}

async function remove(state) {
  const isSure = await confirm({ title: "Delete this upload?", text: `${state.upload.name}, its results and its line in the history are deleted now. This cannot be undone.`, yes: "Delete now" });
  if (!isSure) return;
  try {
    await api.deleteUpload(state.id);
    batch.remove(state.id);
    announce(`${state.upload.name} was deleted.`);
    state.go("#history");
  } catch (error) {
    fail(state, error);
  }
}

// Reads the file anew with what was chosen; an answer that comes after a newer question is passed over.
async function readAgain(state, known) {
  state.asked += 1;
  const mine = state.asked;
  try {
    const read = known ?? (await api.preview(state.id, state.settings));
    if (mine !== state.asked || state.signal.aborted) return;
    state.preview = read;
    state.isRemembered = read.remembered || state.upload.remembered || total(fixesOf(state.upload.fixes)) > 0;
    state.readError = null;
    state.isOpen ??= !read.is_certain || read.diagnostics.length > 0;
  } catch (error) {
    if (mine !== state.asked || state.signal.aborted) return;
    state.readError = error;
  }
  state.isBusy = false;
  drawUnderstood(state);
}

function drawUnderstood(state) {
  const { slots, preview, readError } = state;
  const focused = document.activeElement?.id;
  const undo = () => h("button", { type: "button", onclick: () => choose(state, baseSettings(state)) }, "Undo my changes");
  fill(slots.understood, readError && problem(readError, isChanged(state) && undo()), preview && understood(viewOf(state), tellOf(state)));
  // What was redrawn keeps the focus where it was.
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
}

const baseSettings = (state) => state.run?.settings ?? state.upload.settings ?? {};
const isChanged = (state) => !isSame(state.settings, baseSettings(state));

const viewOf = (state) => ({
  preview: state.preview,
  settings: state.settings,
  about: state.about,
  isOpen: state.isOpen,
  isBusy: state.isBusy,
  isChanged: isChanged(state),
  hasRun: state.run !== null,
  isRemembered: state.isRemembered,
  isOneTenant: state.isOneTenant,
  isMoreOpen: state.isMoreOpen,
  isRestOpen: state.isRestOpen,
});

function tellOf(state) {
  return {
    choose: (settings) => choose(state, settings),
    oneTenant: () => {
      state.isOneTenant = true;
      drawUnderstood(state);
      document.getElementById("one-tenant")?.focus();
    },
    more: (isOpen) => {
      state.isMoreOpen = isOpen;
    },
    rest: (isOpen) => {
      state.isRestOpen = isOpen;
    },
    toggle: () => {
      state.isOpen = !state.isOpen;
      drawUnderstood(state);
    },
    run: () => start(state, { fixes: asSent(state.fixes), settings: confirmed(state.settings, state.preview) }),
    undo: () => choose(state, baseSettings(state)),
    forget: () => forget(state),
  };
}

async function choose(state, settings) {
  const isRead = isReadSame(settings, state.settings);
  state.settings = settings;
  if (settings.tenant === undefined && settings.map?.tenant !== undefined) state.isOneTenant = false;
  if (!isRead) state.isBusy = true;
  drawUnderstood(state);
  if (!isRead) await readAgain(state);
  if (!isRead && !state.readError) announce(state.preview.diagnostics.length > 0 ? "Read again. Something is still to be decided." : "Read again.");
}

async function forget(state) {
  try {
    await api.forget(state.id);
    state.isRemembered = false;
    Object.assign(state.upload, { remembered: false, fixes: null });
    const { remember, ...rest } = state.settings;
    state.settings = rest;
    drawUnderstood(state);
    announce("What was remembered for these headings is forgotten.");
  } catch (error) {
    fail(state, error);
  }
}

// Starts a run with what is chosen; it is compared with the run in sight, or with the last one of the same headings.
async function start(state, { fixes, settings = state.settings }) {
  const since = state.run?.state === "done" ? state.run.id : "last";
  fill(state.slots.notice);
  try {
    state.run = await api.startRun(state.id, { settings, fixes, since });
    // What was only seen and not corrected is settled now, too.
    state.settings = state.run.settings ?? settings;
    state.isOpen = false;
    batch.update(state.id, { state: "running", run: state.run });
    drawUnderstood(state);
    await outcome(state, true);
  } catch (error) {
    fail(state, error);
    focusOn(state.slots.notice.querySelector(".problem"));
  }
}

// Shows what became of the run, waiting for its end if it has none yet.
async function outcome(state, isAsked = false) {
  const { slots } = state;
  const wasWaiting = ["queued", "running"].includes(state.run.state);
  if (wasWaiting) {
    fill(slots.review);
    fill(slots.since);
    fill(slots.downloads);
    let told = "";
    drawRunning(state);
    if (isAsked) focusOn(slots.outcome.querySelector("h2"));
    const mine = state.run.id;
    const tell = (now) => {
      if (state.run.id !== mine) return;
      state.run = now;
      if (told !== runningWords(now)) announce((told = runningWords(now)));
      if (["queued", "running"].includes(now.state)) drawRunning(state);
    };
    await api.follow(mine, tell, state.signal);
    if (state.run.id !== mine) return;
    batch.update(state.id, { state: state.run.state, run: state.run });
    state.upload = await api.upload(state.id);
  }
  drawUnderstoodIfThere(state);
  drawEnd(state, wasWaiting);
}

const drawUnderstoodIfThere = (state) => state.preview && drawUnderstood(state);

function drawRunning(state) {
  const stop = async (event) => {
    event.target.disabled = true;
    await api.deleteRun(state.run.id).catch((error) => fail(state, error));
  };
  const hadFocus = state.slots.outcome.contains(document.activeElement) ? document.activeElement.id : "";
  fill(state.slots.outcome, running(state.run, stop));
  if (hadFocus) focusOn(document.getElementById(hadFocus));
}

function drawEnd(state, isNew) {
  const { slots, run } = state;
  state.fixes = fixesOf(run.fixes);
  if (run.state === "done") drawDone(state);
  else fill(slots.outcome, ended(state));
  if (!isNew) return;
  announce(run.state === "done" ? `Done. ${run.sentence}` : run.state === "cancelled" ? "The run was cancelled." : "The run failed.");
  focusOn(slots.outcome.querySelector("h2"));
}

function drawDone(state) {
  const { slots, run, upload, about, id } = state;
  const tell = {
    open: (runId) => state.go(`#file/${encodeURIComponent(id)}/${encodeURIComponent(runId)}`),
    policy: (policy) => start(state, { fixes: asSent(state.fixes), settings: { ...run.settings, policy } }),
  };
  fill(slots.outcome, result(run, { about, runs: upload.runs.filter((one) => one.state === "done") }, tell));
  fill(slots.since, since(run));
  fill(slots.downloads, downloads(run));
  if (upload.files !== "deleted") showReview(state);
}

function ended(state) {
  const { run } = state;
  const again = h("button", { type: "button", class: "primary", id: "run-again", onclick: () => start(state, { fixes: asSent(state.fixes) }) }, "Run again");
  if (run.state === "cancelled") {
    return h("section", { class: "card", "aria-labelledby": "ended-title" }, h("h2", { id: "ended-title" }, "Cancelled"), h("p", {}, "The run was stopped. No workbook was made."), h("div", { class: "actions" }, again));
  }
  const error = run.error ?? { message: "The run ended without a result.", help: "Run it again. If it happens again, tell whoever runs this page." };
  return h("section", { class: "card", "aria-labelledby": "ended-title" }, h("h2", { id: "ended-title" }, "No workbook was made"), problem(new api.Refusal(error, 422)), h("div", { class: "actions" }, again));
}

async function showReview(state) {
  const mine = state.run.id;
  try {
    const found = await api.review(mine);
    if (state.run.id !== mine || state.signal.aborted) return;
    const tell = {
      run: () => start(state, { fixes: asSent(state.fixes) }),
      drop: () => {
        state.fixes = fixesOf(state.run.fixes);
        draw();
        focusOn(document.getElementById("review-title"));
      },
      changed: () => {},
    };
    const draw = () => fill(state.slots.review, review({ review: found, fixes: state.fixes }, tell));
    draw();
  } catch (error) {
    fill(state.slots.review, problem(error));
  }
}
