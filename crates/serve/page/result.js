// The result of a run: the sentence, the figures by tier, the checks.

import { h, focusOn } from "./dom.js";
import { bars } from "./chart.js";
import { mainDownload } from "./downloads.js";
import { quoted } from "./quoted.js";
import { count, counted, day, moment, seconds, share, tierClass, tierMeaning } from "./words.js";

// Returns the section. `tell` has `open(runId)` and `policy(name)`.
export function result(run, { about, runs }, tell) {
  const { report } = run;
  const tiers = tiersOf(report.customers ? report.customers.tiers : report.rows.tiers);
  return h(
    "section",
    { class: "card result", "aria-labelledby": "result-title" },
    h(
      "div",
      { class: "card-head" },
      h("h2", { id: "result-title" }, "Result"),
      runs.length > 1 && runChoice(run, runs, tell),
    ),
    h("p", { class: "sentence" }, run.sentence),
    h(
      "p",
      { class: "muted" },
      "The sentence counts a customer for each help that it gets; the bars and the table count it once, on its highest tier.",
    ),
    h("div", { class: "actions" }, mainDownload(run), toReview(report.rows.needs_review)),
    figures(report, tiers),
    h(
      "div",
      { class: "charts" },
      bars(
        `${who(report)} by tier`,
        tiers.map((tier) => ({ ...tier, amount: tier.customers })),
      ),
      bars(
        "Paid seats by tier",
        tiers.map((tier) => ({ ...tier, amount: tier.seats })),
      ),
    ),
    table(report, tiers),
    meanings(tiers),
    checks(run),
    made(run, about, tell),
  );
}

// The way down to what a person has to look at.
function toReview(rows) {
  if (rows === 0) return null;
  const go = () => focusOn(document.getElementById("review-title"));
  return h("button", { type: "button", id: "to-review", onclick: go }, `Review ${counted(rows, "row")}`);
}

// The tiers with their counts and colours: customers where they could be told apart, else rows.
export function tiersOf(source) {
  const ladder = source.filter((tier) => !["None", "Needs review"].includes(tier.tier));
  return source
    .map((tier) => ({
      name: tier.tier,
      customers: tier.customers ?? tier.rows,
      seats: tier.paid_seats,
      className: tierClass(tier.tier, ladder.indexOf(tier), ladder.length),
    }))
    .filter((tier) => tier.name !== "None" || tier.customers > 0);
}

export const who = (report) => (report.customers ? "Customers" : "Rows");

function runChoice(run, runs, tell) {
  const of = (one, place) =>
    h("option", { value: one.id }, `Run ${runs.length - place}: ${moment(one.started)}, ${one.policy}`);
  return h(
    "div",
    { class: "inline-choice" },
    h("label", { for: "which-run" }, "Run"),
    h("select", { id: "which-run", value: run.id, onchange: (event) => tell.open(event.target.value) }, runs.map(of)),
  );
}

function figures(report, tiers) {
  const all = report.customers ?? { customers: report.rows.read, paid_seats: sum(tiers, "seats") };
  const confirm = (report.customers?.entitlements ?? []).reduce((most, one) => most + one.to_confirm, 0);
  const tiles = [
    [count(all.customers), who(report).toLowerCase()],
    [count(all.paid_seats), "paid seats"],
    [count(report.rows.needs_review), report.rows.needs_review === 1 ? "row needs review" : "rows need review"],
    [count(confirm), "to be confirmed"],
  ];
  return h(
    "dl",
    { class: "tiles" },
    tiles.map(([figure, what]) => h("div", { class: "tile" }, h("dt", {}, what), h("dd", {}, figure))),
  );
}

const sum = (tiers, what) => tiers.reduce((all, tier) => all + tier[what], 0);

function table(report, tiers) {
  const customers = sum(tiers, "customers");
  const seats = sum(tiers, "seats");
  const cells = (values) => values.map((value) => h("td", { class: "number" }, value));
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Figures by tier" },
    h(
      "table",
      { class: "grid", id: "tiers" },
      h("caption", { class: "unseen" }, `${who(report)} and paid seats by tier`),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "Tier"),
          [who(report), "Share", "Paid seats", "Share of seats"].map((text) =>
            h("th", { scope: "col", class: "number" }, text),
          ),
        ),
      ),
      h(
        "tbody",
        {},
        tiers.map((tier) =>
          h(
            "tr",
            {},
            h(
              "th",
              { scope: "row" },
              h("span", { class: `swatch ${tier.className}`, "aria-hidden": "true" }),
              tier.name,
            ),
            cells([
              count(tier.customers),
              share(tier.customers, customers),
              count(tier.seats),
              share(tier.seats, seats),
            ]),
          ),
        ),
      ),
      h(
        "tfoot",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "row" }, "Total"),
          cells([count(customers), share(customers, customers), count(seats), share(seats, seats)]),
        ),
      ),
    ),
  );
}

// What the tiers are, folded; a policy may have others.
function meanings(tiers) {
  const known = tiers.filter((tier) => tierMeaning(tier.name));
  if (known.length === 0) return null;
  return h(
    "details",
    { class: "more" },
    h("summary", {}, "What the tiers mean"),
    h("p", { class: "muted" }, "A customer on a tier also has what the tiers before it give."),
    h(
      "dl",
      { class: "meanings" },
      known.map(({ name }) => h("div", {}, h("dt", {}, name), h("dd", {}, tierMeaning(name)))),
    ),
  );
}

// How a check came out: its word here, and its look.
const CHECKED = { holds: ["Yes", "tag tag-good"], look: ["No", "tag tag-check"] };

function checks(run) {
  const all = run.checks ?? [];
  if (all.length === 0) return null;
  return h(
    "div",
    {},
    h("h3", {}, "Checks"),
    h(
      "ul",
      { class: "checks" },
      all.map(({ check, result, figures: words }) =>
        h(
          "li",
          {},
          h("span", { class: CHECKED[result]?.[1] ?? "tag" }, CHECKED[result]?.[0] ?? "Note"),
          h("span", { class: "check-name" }, check.replace("Every override", "Every fix")),
          h("span", { class: "muted" }, quoted(words)),
        ),
      ),
    ),
  );
}

// What made the result, and the choice of another policy.
function made(run, about, tell) {
  const { report } = run;
  const other = report.other_policy;
  const choice = h(
    "select",
    { id: "other-policy", value: report.policy.name },
    about.policies.map((one) => h("option", { value: one.name }, one.title ?? one.name)),
  );
  return h(
    "div",
    { class: "made" },
    h("h3", {}, "Policy"),
    h(
      "p",
      {},
      `Judged by ${report.policy.name}, effective ${report.policy.effective}`,
      report.input.date ? `; roster of ${day(report.input.date)}` : "",
      run.seconds !== null && run.seconds !== undefined ? `; done in ${seconds(run.seconds)}` : "",
      ".",
      other && ` ${other.words}`,
    ),
    about.policies.length > 1 &&
      h(
        "div",
        { class: "inline-choice" },
        h("label", { for: "other-policy" }, "Judge by"),
        choice,
        h(
          "button",
          { type: "button", id: "run-policy", onclick: () => tell.policy(choice.value) },
          "Run again with this policy",
        ),
      ),
  );
}
