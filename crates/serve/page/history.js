// Earlier uploads: open one, compare two, run one again with another policy, delete one now.

import * as api from "./api.js";
import { announce } from "./announce.js";
import * as batch from "./batch.js";
import { confirm } from "./confirm.js";
import { h, fill, focusOn } from "./dom.js";
import { problem } from "./problem.js";
import { remembered } from "./remembered.js";
import { tiersOf } from "./result.js";
import { count, moment } from "./words.js";

// Shows the view; returns what ends it.
export function history(main, { about, go }) {
  const control = new AbortController();
  const place = h("div", {}, h("p", { class: "muted" }, "Reading\u2026"));
  fill(main, h("h1", {}, "History"), place, remembered(control.signal));
  const state = { uploads: [], picked: [], about, go, place, signal: control.signal };
  load(state);
  return () => control.abort();
}

async function load(state) {
  try {
    state.uploads = await api.uploads();
    if (state.signal.aborted) return;
    draw(state);
  } catch (error) {
    if (error.name !== "AbortError") fill(state.place, problem(error));
  }
}

const newest = (upload) => (upload.runs ?? []).find((run) => run.state === "done");

function draw(state) {
  const { uploads, place, about } = state;
  const hours = about.limits?.kept_hours;
  if (uploads.length === 0) {
    fill(
      place,
      h(
        "div",
        { class: "card empty" },
        h("p", {}, "Nothing was uploaded yet."),
        h("p", {}, h("a", { href: "#" }, "Upload a roster")),
      ),
    );
    return;
  }
  const compare = h(
    "button",
    {
      type: "button",
      id: "compare",
      disabled: true,
      onclick: () => state.go(`#compare/${state.picked.map(encodeURIComponent).join("/")}`),
    },
    "Compare the two",
  );
  const hint = h("p", { class: "muted", id: "compare-hint" }, "Tick two uploads to compare them.");
  const pick = (upload, isPicked) => {
    state.picked = isPicked ? [...state.picked, upload.id] : state.picked.filter((id) => id !== upload.id);
    compare.disabled = state.picked.length !== 2;
    hint.textContent =
      state.picked.length === 2
        ? ""
        : state.picked.length > 2
          ? "Only two can be compared: untick the others."
          : "Tick two uploads to compare them.";
  };
  fill(
    place,
    hours && h("p", { class: "lead" }, `Files are deleted ${count(hours)} hours after they were uploaded.`),
    h("div", { class: "compare-bar" }, compare, hint),
    h(
      "section",
      { class: "card flush", "aria-label": "Uploads" },
      h(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": "List of uploads" },
        h(
          "table",
          { class: "grid history" },
          h("caption", { class: "unseen" }, "Uploads, the newest first"),
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              [
                ["Compare", "unseen-head"],
                ["File"],
                ["Rows", "number"],
                ["Customers by tier"],
                ["Policy"],
                ["Actions", "unseen-head"],
              ].map(([text, name]) =>
                h(
                  "th",
                  { scope: "col", class: name === "number" ? name : null },
                  name === "unseen-head" ? h("span", { class: "unseen" }, text) : text,
                ),
              ),
            ),
          ),
          h(
            "tbody",
            {},
            uploads.map((upload) => row(state, upload, pick)),
          ),
        ),
      ),
    ),
  );
}

function row(state, upload, pick) {
  const done = newest(upload);
  const isHere = upload.files !== "deleted";
  const address = `#file/${encodeURIComponent(upload.id)}`;
  return h(
    "tr",
    { "data-upload": upload.id },
    h(
      "td",
      {},
      done &&
        h("input", {
          type: "checkbox",
          class: "pick",
          "aria-label": `Compare ${upload.name}, ${moment(upload.uploaded)}`,
          onchange: (event) => pick(upload, event.target.checked),
        }),
    ),
    h(
      "td",
      { class: "wide" },
      h("a", { href: address, class: "file-name" }, upload.name),
      h("span", { class: "muted block" }, `${moment(upload.uploaded)}${isHere ? "" : ", files deleted"}`),
    ),
    h("td", { class: "number" }, done?.totals ? count(done.totals.rows) : ""),
    h(
      "td",
      { class: "figures" },
      upload.runs?.[0]?.state === "failed" && done && h("span", { class: "tag tag-wrong" }, "The last run failed"),
      done?.totals ? figures(done.totals) : h("span", { class: "muted" }, upload.runs?.[0]?.state ?? "not run yet"),
    ),
    h("td", { class: "policy" }, done?.policy ?? ""),
    h(
      "td",
      { class: "row-actions" },
      isHere && again(state, upload, done),
      h(
        "button",
        {
          type: "button",
          class: "small danger",
          onclick: () => remove(state, upload),
          "aria-label": `Delete ${upload.name} now`,
        },
        "Delete",
      ),
    ),
  );
}

function figures(totals) {
  return h(
    "ul",
    { class: "mini" },
    tiersOf(totals.tiers).map((tier) =>
      h(
        "li",
        {},
        h("span", { class: `swatch ${tier.className}`, "aria-hidden": "true" }),
        h("span", { class: "mini-name" }, tier.name),
        " ",
        h("strong", {}, count(tier.customers)),
      ),
    ),
  );
}

function again(state, upload, done) {
  if (!done || state.about.policies.length < 2) return null;
  const others = state.about.policies.filter((one) => one.name !== done.policy);
  // Moving through the list with the arrow keys begins nothing.
  const start = async () => {
    const policy = choice.value;
    go.disabled = true;
    try {
      const whole = await api.run(done.id);
      const run = await api.startRun(upload.id, {
        settings: { ...whole.settings, policy },
        fixes: whole.fixes,
        since: done.id,
      });
      state.go(`#file/${encodeURIComponent(upload.id)}/${encodeURIComponent(run.id)}`);
    } catch (error) {
      go.disabled = choice.value === "";
      state.place.prepend(problem(error));
    }
  };
  const go = h(
    "button",
    { type: "button", class: "small", disabled: true, onclick: start, "aria-label": `Run ${upload.name} again` },
    "Run",
  );
  const choice = h(
    "select",
    {
      class: "small",
      value: "",
      onchange: () => (go.disabled = choice.value === ""),
      "aria-label": `Policy for another run of ${upload.name}`,
    },
    h("option", { value: "" }, "Run again\u2026"),
    others.map((one) => h("option", { value: one.name }, `with ${one.name}`)),
  );
  return [choice, go];
}

async function remove(state, upload) {
  const isSure = await confirm({
    title: "Delete this upload?",
    text: `${upload.name}, its results and its line in the history are deleted now. This cannot be undone.`,
    yes: "Delete now",
  });
  if (!isSure) return;
  try {
    await api.deleteUpload(upload.id);
    batch.remove(upload.id);
    state.uploads = state.uploads.filter((one) => one.id !== upload.id);
    state.picked = state.picked.filter((id) => id !== upload.id);
    draw(state);
    announce(`${upload.name} was deleted.`);
    focusOn(document.querySelector("#main h1"));
  } catch (error) {
    state.place.prepend(problem(error));
  }
}
