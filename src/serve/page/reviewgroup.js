// The rows with one kind of problem: what to do, one fix for all of them, and each row with its own.

import { h, fill, freshId } from "./dom.js";
import { rowValue, setRow } from "./fixes.js";
import { planFinder } from "./plans.js";
import { inWords, problem } from "./problem.js";
import { quoted } from "./quoted.js";
import { count, counted, sentence } from "./words.js";

const STATUSES = ["Active", "Suspended", "Cancelled", "Expired", "Trial"];
const SEGMENTS = ["Commercial", "Government", "Education", "Nonprofit"];
const MOST_SEATS = 50_000_000;

// What settles a problem in one row, by the begin of its code.
const SETTLED_BY = [
  ["seats", "seats"],
  ["plan", "means_plan"],
  ["segment", "segment"],
  ["status", "status"],
  ["trial", "status"],
  ["payment", "status"],
];

const WHAT = { seats: "Right seats", means_plan: "Right plan", segment: "Right segment", status: "Right status" };

// Returns the group, folded. `rows` are those that are known already; where none is, `ask` fetches them when the group is
// opened. `told` is called when a fix was chosen or taken back.
export function group(one, rows, fixes, { told, ask }) {
  const place = h("div");
  const show = (all) => fill(place, content(one, all, fixes, told));
  let isShown = rows.length > 0;
  if (isShown) show(rows);
  const open = async () => {
    if (isShown) return;
    isShown = true;
    fill(place, h("p", { class: "muted" }, "Reading\u2026"));
    try {
      show(await ask(one.code));
    } catch (error) {
      isShown = false;
      fill(place, problem(error));
    }
  };
  return h(
    "details",
    { class: "group", ontoggle: (event) => event.target.open && open() },
    h(
      "summary",
      {},
      h("span", { class: "group-what" }, quoted(sentence(one.problem))),
      h("span", { class: "group-count" }, counted(one.rows, "row")),
    ),
    help(one) && h("p", { class: "group-help" }, quoted(`${help(one)}.`)),
    place,
  );
}

function content(one, rows, fixes, told) {
  const what = SETTLED_BY.find(([begin]) => one.code.startsWith(begin))?.[1];
  const body = h("tbody");
  const draw = () => body.replaceChildren(...rows.map((row) => line(row, one, what, fixes, told)));
  draw();
  const fixable = rows.filter(hasKey);
  return [
    rows.length < one.rows &&
      h("p", { class: "muted" }, `The first ${counted(rows.length, "row")} are listed; all are on the sheet Review.`),
    what && fixable.length > 1 && all(what, fixable, fixes, () => (draw(), told())),
    rows.length > 0 && table(sentence(one.problem), what, body),
  ];
}

function table(title, what, body) {
  const columns = [["Row", "number"], ["Tenant"], ["Plan"], ["Paid seats", "number"], ["Problem"]];
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
    h(
      "table",
      { class: what ? "grid with-fix" : "grid" },
      h("caption", { class: "unseen" }, title),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          columns.map(([text, name]) => h("th", { scope: "col", class: name }, text)),
          what && h("th", { scope: "col" }, WHAT[what]),
        ),
      ),
      body,
    ),
  );
}

function line(row, one, what, fixes, told) {
  return h(
    "tr",
    {},
    h("td", { class: "number" }, row.source_row ?? ""),
    h(
      "td",
      { class: "wide" },
      row.tenant,
      row.name && row.name !== row.tenant && h("span", { class: "muted block" }, row.name),
    ),
    h("td", { class: "wide" }, row.plan),
    h("td", { class: "number" }, row.seats ?? ""),
    h(
      "td",
      { class: "wide" },
      quoted(sentence(row.problem)),
      help(row) !== help(one) && h("span", { class: "muted block" }, quoted(help(row))),
    ),
    what &&
      h(
        "td",
        {},
        hasKey(row)
          ? control(
              what,
              `${WHAT[what]} of row ${row.source_row}`,
              rowValue(fixes, row, what),
              (value) => (setRow(fixes, row, what, value), told()),
            )
          : h("span", { class: "muted" }, "Correct it in the roster and upload it again."),
      ),
  );
}

const help = (of) => sentence(inWords({ help: of.what_to_do }));

// A row is found again by its tenant and plan.
const hasKey = (row) => Boolean(row.tenant) && Boolean(row.plan);

function all(what, rows, fixes, told) {
  let chosen = "";
  const put = () => {
    for (const row of rows) setRow(fixes, row, what, chosen);
    told();
  };
  return h(
    "div",
    { class: "for-all" },
    control(what, `${WHAT[what]} for all ${counted(rows.length, "row")}`, "", (value) => (chosen = value), true),
    h("button", { type: "button", onclick: put }, `Use for all ${counted(rows.length, "row")}`),
  );
}

function control(what, label, value, choose, isLabelSeen = false) {
  if (what === "means_plan") return planFinder({ label, isLabelSeen, value, choose });
  const id = freshId("fix");
  const name = h("label", { for: id, class: isLabelSeen ? null : "unseen" }, label);
  if (what === "seats") {
    const change = (event) =>
      choose(event.target.checkValidity() && event.target.value !== "" ? Number(event.target.value) : "");
    return h(
      "div",
      { class: "fix" },
      name,
      h("input", {
        id,
        type: "number",
        min: "0",
        max: String(MOST_SEATS),
        step: "1",
        inputmode: "numeric",
        class: "number",
        value: String(value),
        onchange: change,
      }),
    );
  }
  const options = what === "segment" ? SEGMENTS : STATUSES;
  return h(
    "div",
    { class: "fix" },
    name,
    h(
      "select",
      { id, value, onchange: (event) => choose(event.target.value) },
      h("option", { value: "" }, "As it is"),
      options.map((option) => h("option", { value: option }, option)),
    ),
  );
}
