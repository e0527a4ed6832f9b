// The rows with one kind of problem: what to do, one fix for all of them, and each row with its own.

import { h, fill, freshId } from "./dom.js";
import { NOT_A_CUSTOMER, rowValue, setRow, setWrong } from "./fixes.js";
import { NOT_COUNTED, planFinder } from "./plans.js";
import { inWords, problem } from "./problem.js";
import { quoted } from "./quoted.js";
import { count, counted, sentence } from "./words.js";

const STATUSES = ["Active", "Suspended", "Cancelled", "Expired", "Trial"];
const LEAVE_OUT = `${NOT_A_CUSTOMER}: leave it out`;
const SEGMENTS = ["Commercial", "Government", "Education", "Nonprofit"];
const MOST_SEATS = 50_000_000;

// What settles a problem in one row, by the begin of its code.
const SETTLED_BY = [
  ["total-doubtful", "leave_out"],
  ["alone-in-row", "leave_out"],
  ["override-outdated", "seats"],
  ["override-plan-outdated", "means_plan"],
  ["override-segment-outdated", "segment"],
  ["override-status-outdated", "status"],
  ["seats", "seats"],
  ["plan", "means_plan"],
  ["segment", "segment"],
  ["status", "status"],
  ["trial", "status"],
  ["payment", "status"],
];

const WHAT = {
  seats: "Right seats",
  means_plan: "Right plan",
  segment: "Right segment",
  status: "Right status",
  leave_out: "What it is",
};

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
    // What was said of another cell is asked for again.
    { class: "group", open: one.code.endsWith("-outdated"), ontoggle: (event) => event.target.open && open() },
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
  const body = h("tbody", { role: "rowgroup" });
  const draw = () => body.replaceChildren(...rows.map((row) => line(row, one, what, fixes, told)));
  draw();
  const fixable = rows.filter((row) => hasKey(row, what));
  return [
    rows.length < one.rows &&
      h("p", { class: "muted" }, `The first ${counted(rows.length, "row")} are listed; all are on the sheet Review.`),
    what && isOneQuestion(what, fixable) && all(what, fixable, one.rows, fixes, () => (draw(), told())),
    rows.length > 0 && table(sentence(one.problem), what, body),
  ];
}

// One answer is right for several rows only where they say the same.
function isOneQuestion(what, rows) {
  const says = (row) => (what === "seats" ? row.seats : what === "means_plan" ? row.plan : row.value) ?? "";
  return rows.length > 1 && new Set(rows.map(says)).size === 1;
}

const COLUMNS = [["Row", "number"], ["Tenant"], ["Plan"], ["Paid seats", "number"], ["Problem"]];

// On a narrow screen each row is a block of lines; what it is for a screen reader is said, since that may go with its look.
function table(title, what, body) {
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
    h(
      "table",
      { class: what ? "grid stacked with-fix" : "grid stacked", role: "table" },
      h("caption", { class: "unseen" }, title),
      h(
        "thead",
        { role: "rowgroup" },
        h(
          "tr",
          { role: "row" },
          COLUMNS.map(([text, name]) => h("th", { scope: "col", role: "columnheader", class: name }, text)),
          what && h("th", { scope: "col", role: "columnheader" }, WHAT[what]),
        ),
      ),
      body,
    ),
  );
}

function line(row, one, what, fixes, told) {
  const cell = (place, ...children) => {
    const [label, name = "wide"] = COLUMNS[place];
    const isBlank = children.every((child) => child === "" || child === null || child === false);
    return h("td", { role: "cell", class: name, "data-label": label }, !isBlank && h("div", {}, children));
  };
  const isNamed = row.name && row.name !== row.tenant;
  return h(
    "tr",
    { role: "row" },
    cell(0, row.source_row ?? ""),
    cell(1, row.tenant, isNamed && h("span", { class: "muted block" }, row.name)),
    cell(2, row.plan),
    cell(3, row.seats ?? ""),
    cell(
      4,
      quoted(sentence(row.problem)),
      help(row) !== help(one) && h("span", { class: "muted block" }, quoted(help(row))),
    ),
    what && h("td", { role: "cell", "data-label": WHAT[what] }, fixOf(row, what, fixes, told)),
  );
}

function fixOf(row, what, fixes, told) {
  if (!hasKey(row, what)) return h("span", { class: "muted" }, "Correct it in the roster and upload it again.");
  return control(what, `${WHAT[what]} of row ${row.source_row}`, rowValue(fixes, row, field(what)), {
    choose: (value) => (setRow(fixes, row, field(what), value), told()),
    refuse: (box, reason) => (setWrong(fixes, box, reason), told()),
  });
}

const help = (of) => sentence(inWords({ help: of.what_to_do }));

// A row is found again by its tenant and plan; one that is left out, by either.
const hasKey = (row, what) =>
  what === "leave_out" ? Boolean(row.tenant) || Boolean(row.plan) : Boolean(row.tenant) && Boolean(row.plan);

// What of a fix a choice sets.
const field = (what) => (what === "leave_out" ? "status" : what);

function all(what, rows, inAll, fixes, told) {
  const which =
    rows.length === inAll ? `all ${counted(inAll, "row")}` : `${count(rows.length)} of ${counted(inAll, "row")}`;
  let chosen = "";
  let wrong = null;
  const put = () => {
    if (wrong !== null) return document.getElementById(wrong)?.focus();
    for (const row of rows) setRow(fixes, row, field(what), chosen);
    told();
  };
  const tell = {
    choose: (value) => (chosen = value),
    refuse: (box, reason) => (wrong = reason ? box : null),
  };
  return h(
    "div",
    { class: "for-all" },
    control(what, `${WHAT[what]} for ${which}`, "", tell, true),
    h("button", { type: "button", onclick: put }, `Use for ${which}`),
  );
}

function control(what, label, value, tell, isLabelSeen = false) {
  if (what === "means_plan") return planFinder({ label, isLabelSeen, value, first: [NOT_COUNTED], ...tell });
  const id = freshId("fix");
  const name = h("label", { for: id, class: isLabelSeen ? null : "unseen" }, label);
  if (what === "seats") return seatsBox(id, name, value, tell);
  const options = what === "segment" ? SEGMENTS : what === "leave_out" ? [NOT_A_CUSTOMER] : STATUSES;
  return h(
    "div",
    { class: "fix" },
    name,
    h(
      "select",
      { id, value, onchange: (event) => tell.choose(event.target.value) },
      h("option", { value: "" }, "As it is"),
      options.map((option) => h("option", { value: option }, option === NOT_A_CUSTOMER ? LEAVE_OUT : option)),
    ),
  );
}

// A box for paid seats: what is no count is refused beside it, and is not forgotten.
function seatsBox(id, name, value, { choose, refuse }) {
  const wrong = h("p", { class: "box-wrong", id: `${id}-wrong`, role: "alert" });
  const change = ({ target }) => {
    const [seats, reason] = seatsIn(target.value);
    if (!reason && seats !== "") target.value = String(seats);
    target.setAttribute("aria-invalid", String(reason !== null));
    wrong.textContent = reason ?? "";
    choose(seats);
    refuse(id, reason);
  };
  return h(
    "div",
    { class: "fix" },
    name,
    h("input", {
      id,
      type: "text",
      inputmode: "numeric",
      autocomplete: "off",
      class: "number seats",
      value: String(value),
      "aria-describedby": wrong.id,
      onchange: change,
    }),
    wrong,
  );
}

// What a text says of seats: the count, or why it is none. `1.200` and `1,200` are the same whole number in each country.
function seatsIn(text) {
  const written = text.trim();
  if (written === "") return ["", null];
  const bare = /^\d{1,3}(([.,'\u2019\u00a0\u202f ])\d{3})(\2\d{3})*$/.test(written)
    ? written.replace(/\D/g, "")
    : written;
  if (/^\d+$/.test(bare) && Number(bare) <= MOST_SEATS) return [Number(bare), null];
  if (/^\d+$/.test(bare)) return ["", `At most ${count(MOST_SEATS)} seats.`];
  if (/^[-\u2212(]/.test(written))
    return ["", "Seats cannot be below zero. If it is a credit, write the seats that are paid for now."];
  if (/^\d+[.,]\d+$/.test(written)) return ["", "Seats are whole. Write the count without a fraction."];
  return ["", "Write the paid seats as a number, such as 120."];
}
