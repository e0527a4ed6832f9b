// Bars of customers and paid seats by tier: a drawing, in the width that it has. The table beside it has the figures.

import { h, svg } from "./dom.js";
import { count } from "./words.js";

const LINE = 34;
const BAR = 18;
const LABEL = 104;
const VALUE = 62;
const LEAST = 240;

// Returns a figure with a bar for each tier. `tiers` are `{name, className, amount}`; `title` says what is counted.
export function bars(title, tiers) {
  const holder = h("div", { class: "chart" });
  const figure = h("figure", {}, h("figcaption", {}, title), holder);
  const draw = () => {
    const width = Math.max(LEAST, Math.floor(holder.clientWidth));
    if (holder.dataset.width === String(width)) return;
    holder.dataset.width = String(width);
    holder.replaceChildren(drawing(title, tiers, width));
  };
  new ResizeObserver(draw).observe(holder);
  return figure;
}

function drawing(title, tiers, width) {
  const height = tiers.length * LINE + 4;
  const room = width - LABEL - VALUE;
  const most = Math.max(1, ...tiers.map((tier) => tier.amount));
  const words = `${title}: ${tiers.map((tier) => `${tier.name} ${count(tier.amount)}`).join(", ")}`;
  return svg(
    "svg",
    { role: "img", "aria-label": words, width, height, viewBox: `0 0 ${width} ${height}` },
    svg("line", { class: "axis", x1: LABEL, x2: LABEL, y1: 0, y2: height }),
    tiers.map((tier, place) => {
      const top = place * LINE + (LINE - BAR) / 2 + 2;
      const middle = top + BAR / 2;
      const length = tier.amount === 0 ? 0 : Math.max(2, (tier.amount / most) * room);
      return svg(
        "g",
        {},
        svg("text", { class: "bar-label", x: LABEL - 10, y: middle }, tier.name),
        length > 0 && svg("rect", { class: `bar ${tier.className}`, x: LABEL, y: top, width: length, height: BAR }),
        svg("text", { class: "bar-value", x: LABEL + length + 8, y: middle }, count(tier.amount)),
      );
    }),
  );
}
