// The customers that are close to a tier: who would gain with a few seats more, and who would lose with a few less.

import * as api from "./api.js";
import { h } from "./dom.js";
import { lazyListing } from "./lazylisting.js";

// Returns the section.
export function near(run) {
  return h(
    "section",
    { class: "card near", "aria-labelledby": "near-title" },
    h("h2", { id: "near-title" }, "Close to a tier"),
    lazyListing("Customers just below the next tier", "Next steps", () => api.nextSteps(run.id)),
    lazyListing("Customers just above the threshold of their tier", "At risk", () => api.atRisk(run.id)),
  );
}
