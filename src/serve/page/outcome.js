// The run of the file in view: started, followed to its end, and what came of it.

import * as api from "./api.js";
import { announce } from "./announce.js";
import * as batch from "./batch.js";
import { h, fill, focusOn } from "./dom.js";
import { downloads } from "./downloads.js";
import { asSent, fixesOf } from "./fixes.js";
import { near } from "./near.js";
import { problem } from "./problem.js";
import { result } from "./result.js";
import { review } from "./review.js";
import { running, runningWords } from "./running.js";
import { since } from "./since.js";

// Starts a run with what is chosen; it is compared with the run in sight, or with the last one of the same headings.
export async function start(state, { fixes, settings = state.settings }) {
  const since = state.run?.state === "done" ? state.run.id : "last";
  fill(state.slots.notice);
  try {
    state.run = await api.startRun(state.id, { settings, fixes, since });
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
  drawEnd(state, wasWaiting);
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

function drawEnd(state, isNew) {
  const { slots, run } = state;
  state.fixes = fixesOf(run.fixes);
  if (run.state === "done") drawDone(state);
  else fill(slots.outcome, ended(state));
  if (!isNew) return;
  announce(
    run.state === "done"
      ? `Done. ${run.sentence}`
      : run.state === "cancelled"
        ? "The run was cancelled."
        : "The run failed.",
  );
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
  fill(slots.near, upload.files !== "deleted" && near(run));
  fill(slots.downloads, downloads(run));
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

async function showReview(state) {
  const mine = state.run.id;
  // For a large roster it is collected now.
  fill(state.slots.review, h("p", { class: "muted" }, "Collecting what is to be reviewed\u2026"));
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
    };
    const ask = async (code) => (await api.review(mine, code)).rows;
    const draw = () => fill(state.slots.review, review({ review: found, fixes: state.fixes, ask }, tell));
    draw();
  } catch (error) {
    fill(state.slots.review, problem(error));
  }
}
