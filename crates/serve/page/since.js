// What changed since an earlier run: the tiers before and now, the kinds of changes, and the customers.

import * as api from "./api.js";
import { h } from "./dom.js";
import { lazyListing } from "./lazylisting.js";
import { quoted } from "./quoted.js";
import { count, counted, difference, sentence } from "./words.js";

const KINDS = {
  down: "on a lower tier",
  gone: "no longer in the roster",
  to_review: "judged before, to review now",
  up: "on a higher tier",
  new: "new in the roster",
  from_review: "to review before, judged now",
  other_tier: "on another tier",
  other_segment: "in another segment",
  fewer_seats: "with fewer paid seats",
  more_seats: "with more paid seats",
  other_plans: "with other plans",
  other_rows: "on other rows",
};

// Returns the section; nothing for a run that was compared with none.
export function since(run) {
  const compared = run.report?.since;
  if (!compared) return null;
  const moved = Object.entries(compared.changes?.kinds ?? {}).filter(
    ([kind, of]) => kind !== "unchanged" && of.customers > 0,
  );
  return h(
    "section",
    { class: "card since", "aria-labelledby": "since-title" },
    h("h2", { id: "since-title" }, "What changed"),
    h(
      "p",
      { class: "muted" },
      `Compared with ${earlier(run, compared)}${compared.policy !== run.report.policy.name ? `, judged by ${compared.policy}` : ""}.`,
    ),
    compared.remarks.length > 0 &&
      h(
        "ul",
        { class: "remarks" },
        compared.remarks.map((remark) => h("li", {}, quoted(sentence(remark)))),
      ),
    moved.length === 0
      ? h("p", {}, compared.changes ? "No customer changed." : "Only the totals can be compared.")
      : h("ul", { class: "kinds" }, moved.map(kindLine)),
    tierTable(compared),
    moved.length > 0 && lazyListing("Customers that changed", "Changes", () => api.changes(run.id)),
  );
}

// A run before this one of the same file, or another file.
const earlier = ({ since, upload }, compared) =>
  since?.upload === upload ? "the run before" : (since?.name ?? compared.name);

function kindLine([kind, of]) {
  const seats = of.paid_seats_now - of.paid_seats_before;
  return h(
    "li",
    { class: ["down", "gone", "to_review"].includes(kind) ? "kind kind-loss" : "kind" },
    h("strong", {}, count(of.customers)),
    ` ${of.customers === 1 ? "customer" : "customers"} ${KINDS[kind] ?? kind}`,
    seats !== 0 &&
      h("span", { class: "muted" }, ` (${difference(of.paid_seats_now, of.paid_seats_before)} paid seats)`),
  );
}

// The tiers of two runs side by side. `compared` is the `since` of a run report.
export function tierTable(compared) {
  const noun = compared.counted === "rows" ? "Rows" : "Customers";
  const columns = [`${noun} before`, `${noun} now`, "Change", "Seats before", "Seats now", "Change of seats"];
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Tiers before and now" },
    h(
      "table",
      { class: "grid" },
      h("caption", { class: "unseen" }, "Tiers before and now"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "Tier"),
          columns.map((text) => h("th", { scope: "col", class: "number" }, text)),
        ),
      ),
      h(
        "tbody",
        {},
        compared.tiers
          .filter((tier) => tier.before + tier.now > 0 || tier.tier !== "None")
          .map((tier) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, tier.tier),
              [
                count(tier.before),
                count(tier.now),
                difference(tier.now, tier.before),
                count(tier.paid_seats_before),
                count(tier.paid_seats_now),
                difference(tier.paid_seats_now, tier.paid_seats_before),
              ].map((text) => h("td", { class: "number" }, text)),
            ),
          ),
      ),
    ),
  );
}
