// The run of the file in view: started, followed to its end, and what came of it.

import * as api from "./api.js";
import { announce } from "./announce.js";
import * as batch from "./batch.js";
import { h, fill, focusOn } from "./dom.js";
import { downloads } from "./downloads.js";
import { asSent, fixesOfRun, forgetChosen } from "./fixes.js";
import { near } from "./near.js";
import { problem } from "./problem.js";
import { result } from "./result.js";
import { review } from "./review.js";
import { running, runningWords } from "./running.js";
import { since } from "./since.js";

// Starts a run with what is chosen; it is compared with the run in sight, or with the last one of the same headings.
export async function start(state, { fixes, settings = state.settings }) {
  // One run at a time, however often it is asked for.
  if (state.isStarting) return;
  state.isStarting = true;
  const since = state.good?.id ?? "last";
  fill(state.slots.notice);
  try {
    const before = [state.run?.id, state.good?.id];
    state.run = await api.startRun(state.id, { settings, fixes, since });
    before.forEach(forgetChosen);
    // The address may name an earlier run.
    history.replaceState(null, "", `#file/${encodeURIComponent(state.id)}`);
    // What was only seen and not corrected is settled now, too.
    state.settings = state.run.settings ?? settings;
    state.isOpen = false;
    batch.update(state.id, { state: "running", run: state.run });
    state.redraw();
    await outcome(state, true);
  } catch (error) {
    state.fail(error);
    focusOn(state.slots.notice.querySelector(".problem"));
  } finally {
    state.isStarting = false;
  }
}

// Shows what became of the run, waiting for its end if it has none yet.
export async function outcome(state, isAsked = false) {
  const { slots } = state;
  const wasWaiting = ["queued", "running"].includes(state.run.state);
  if (wasWaiting) {
    fill(slots.review);
    fill(slots.since);
    fill(slots.near);
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
  state.redraw();
  await drawEnd(state, wasWaiting);
}

function drawRunning(state) {
  const stop = async (event) => {
    event.target.disabled = true;
    await api.deleteRun(state.run.id).catch((error) => state.fail(error));
  };
  const hadFocus = state.slots.outcome.contains(document.activeElement) ? document.activeElement.id : "";
  fill(state.slots.outcome, running(state.run, stop));
  if (hadFocus) focusOn(document.getElementById(hadFocus));
}

async function drawEnd(state, isNew) {
  const { slots, run } = state;
  const isDone = run.state === "done";
  state.fixes = fixesOfRun(run);
  // A run without a result takes none away: the last one is shown below it, with the fixes of the run to be put right.
  state.good = isDone ? run : await lastGood(state);
  if (state.run !== run || state.signal.aborted) return;
  if (!isDone) fill(slots.outcome, ended(state));
  if (state.good) drawDone(state);
  else showFixes(state);
  if (!isNew) return;
  announce(isDone ? `Done. ${run.sentence}` : run.state === "cancelled" ? "The run was cancelled." : "The run failed.");
  focusOn(slots.outcome.querySelector("h2"));
}

// Returns the newest run with a result.
async function lastGood({ upload }) {
  const good = upload.runs.find((one) => one.state === "done");
  return good ? api.run(good.id).catch(() => null) : null;
}

function drawDone(state) {
  const { slots, run, good, upload, about, id } = state;
  const tell = {
    open: (runId) => state.go(`#file/${encodeURIComponent(id)}/${encodeURIComponent(runId)}`),
    policy: (policy) => start(state, { fixes: asSent(state.fixes), settings: { ...good.settings, policy } }),
  };
  const shown = result(good, { about, runs: upload.runs.filter((one) => one.state === "done") }, tell);
  if (good === run) fill(slots.outcome, shown);
  else {
    shown.querySelector("h2").textContent = "The last result";
    slots.outcome.append(shown);
  }
  fill(slots.since, since(good));
  fill(slots.near, upload.files !== "deleted" && near(good));
  fill(slots.downloads, downloads(good));
  if (upload.files !== "deleted") showReview(state);
}

function ended(state) {
  const { run } = state;
  const again = h(
    "button",
    { type: "button", class: "primary", id: "run-again", onclick: () => start(state, { fixes: asSent(state.fixes) }) },
    "Run again",
  );
  if (run.state === "cancelled") {
    return h(
      "section",
      { class: "card", "aria-labelledby": "ended-title" },
      h("h2", { id: "ended-title" }, "Cancelled"),
      h("p", {}, "The run was stopped. No workbook was made."),
      h("div", { class: "actions" }, again),
    );
  }
  const error = run.error ?? {
    message: "The run ended without a result.",
    help: "Run it again. If it happens again, tell whoever runs this page.",
  };
  return h(
    "section",
    { class: "card", "aria-labelledby": "ended-title" },
    h("h2", { id: "ended-title" }, "No workbook was made"),
    problem(new api.Refusal(error, 422)),
    h("div", { class: "actions" }, again),
  );
}

// The fixes of a run without a result, where there is no earlier one either.
function showFixes(state) {
  fill(state.slots.since);
  fill(state.slots.near);
  fill(state.slots.downloads);
  drawReview(state, { words: [], groups: [], rows: [], rows_total: 0 }, async () => []);
}

function drawReview(state, found, ask) {
  const tell = {
    run: () => start(state, { fixes: asSent(state.fixes) }),
    drop: () => {
      forgetChosen(state.run.id);
      state.fixes = fixesOfRun(state.run);
      draw();
      focusOn(document.getElementById("review-title"));
    },
  };
  const draw = () => fill(state.slots.review, review({ review: found, fixes: state.fixes, ask }, tell));
  draw();
}

async function showReview(state) {
  const mine = state.run.id;
  const shown = state.good.id;
  // For a large roster it is collected now.
  fill(state.slots.review, h("p", { class: "muted" }, "Collecting what is to be reviewed\u2026"));
  try {
    const found = await api.review(shown);
    if (state.run.id !== mine || state.signal.aborted) return;
    drawReview(state, found, async (code) => (await api.review(shown, code)).rows);
  } catch (error) {
    fill(state.slots.review, problem(error));
  }
}
