// Two uploads side by side: their tiers, and on demand customer by customer.

import * as api from "./api.js";
import { h, fill } from "./dom.js";
import { problem } from "./problem.js";
import { tierTable } from "./since.js";
import { moment } from "./words.js";

// Shows the view for the ids of two uploads; returns what ends it.
export function compare(main, { ids, go }) {
  const place = h("div", {}, h("p", { class: "muted" }, "Reading\u2026"));
  let isOver = false;
  fill(
    main,
    h("p", { class: "crumb" }, h("a", { href: "#history" }, "History")),
    h("h1", {}, "Compare two uploads"),
    place,
  );
  load(ids).then(
    (two) => !isOver && draw(place, two, go),
    (error) => !isOver && fill(place, problem(error)),
  );
  return () => {
    isOver = true;
  };
}

async function load(ids) {
  const two = await Promise.all(
    ids.map(async (id) => {
      const upload = await api.upload(id);
      const done = upload.runs.find((run) => run.state === "done");
      return { upload, run: await api.run(done.id) };
    }),
  );
  return two.sort((one, other) => (one.upload.uploaded < other.upload.uploaded ? -1 : 1));
}

function draw(place, [before, now], go) {
  const isHere = [before, now].every(({ upload }) => upload.files !== "deleted");
  const wrong = h("div");
  const start = async (event) => {
    event.target.disabled = true;
    try {
      const { settings, fixes } = now.run;
      const run = await api.startRun(now.upload.id, { settings, fixes, since: before.run.id });
      go(`#file/${encodeURIComponent(now.upload.id)}/${encodeURIComponent(run.id)}`);
    } catch (error) {
      event.target.disabled = false;
      fill(wrong, problem(error));
    }
  };
  fill(
    place,
    h(
      "section",
      { class: "card", "aria-label": "Tiers of both" },
      h(
        "dl",
        { class: "pairs" },
        [
          ["Before", before],
          ["Now", now],
        ].map(([word, { upload, run }]) =>
          h(
            "div",
            {},
            h("dt", {}, word),
            h(
              "dd",
              {},
              h("a", { href: `#file/${encodeURIComponent(upload.id)}` }, upload.name),
              h("span", { class: "muted block" }, `${moment(upload.uploaded)}, ${run.policy}`),
            ),
          ),
        ),
      ),
      tierTable(sideBySide(before.run.report, now.run.report)),
      isHere
        ? h(
            "div",
            { class: "actions actions-line" },
            h(
              "button",
              { type: "button", class: "primary", id: "compare-customers", onclick: start },
              "Compare customer by customer",
            ),
            h("p", { class: "muted" }, "Runs the newer one again and lists who changed."),
          )
        : h("p", { class: "muted" }, "The files of one of them were deleted, so only the totals can be compared."),
      wrong,
    ),
  );
}

// The tiers of two reports in the form that the `since` of one report has.
function sideBySide(before, now) {
  const both = before.customers && now.customers;
  const of = (report) => (both ? report.customers.tiers : report.rows.tiers);
  const amount = (tier) => tier?.customers ?? tier?.rows ?? 0;
  const names = [...new Set([...of(before), ...of(now)].map((tier) => tier.tier))];
  const tiers = names.map((name) => {
    const [one, other] = [before, now].map((report) => of(report).find((tier) => tier.tier === name));
    return {
      tier: name,
      before: amount(one),
      now: amount(other),
      paid_seats_before: one?.paid_seats ?? 0,
      paid_seats_now: other?.paid_seats ?? 0,
    };
  });
  return {
    counted: both ? "customers" : "rows",
    tiers: tiers.filter((tier) => tier.tier !== "None" || tier.before + tier.now > 0),
  };
}
