// Which column of the file is what: a line for each field, with its samples and the choice of another column.

import { h } from "./dom.js";
import { quoted } from "./quoted.js";
import { withColumn, withIgnored, withTenant } from "./settings.js";
import { because, counted, fieldMeaning, fieldName, letters } from "./words.js";

const NONE = "-";
const ONE_FOR_ALL = "=";
const SAMPLES = 3;

// Returns the list of the fields: those that are needed, then those that were found, then the others.
export function columns(state, tell) {
  const { preview, settings } = state;
  const isChosen = (field) => settings.map?.[field.field] !== undefined;
  const shown = preview.fields.filter((field) => field.is_needed || field.heading !== null || isChosen(field));
  const others = preview.fields.filter((field) => !shown.includes(field));
  return h(
    "div",
    { class: "fields" },
    h(
      "ul",
      { class: "field-list" },
      shown.map((field) => line(field, state, tell)),
    ),
    others.length > 0 &&
      h(
        "details",
        { class: "more", open: state.isMoreOpen, ontoggle: (event) => tell.more(event.target.open) },
        h("summary", {}, `${counted(others.length, "more field")} that this file does not seem to have`),
        h(
          "ul",
          { class: "field-list" },
          others.map((field) => line(field, state, tell)),
        ),
      ),
  );
}

// Returns the columns that are not read, each with the choice to say that it means nothing for the verdict.
export function otherColumns(state, tell) {
  const { preview, settings } = state;
  const used = new Set(preview.fields.map((field) => field.column));
  const rest = preview.headings.filter((heading) => !used.has(heading.column));
  if (rest.length === 0) return null;
  return h(
    "details",
    { class: "more", open: state.isRestOpen, ontoggle: (event) => tell.rest(event.target.open) },
    h("summary", {}, `${counted(rest.length, "other column")} ${rest.length === 1 ? "comes" : "come"} back unchanged`),
    h(
      "p",
      { class: "muted" },
      "If a column looks like a status, a trial or a segment but says nothing of them, ignore it: its rows are then not sent to review because of it.",
    ),
    h(
      "ul",
      { class: "rest" },
      rest.map((heading) =>
        h(
          "li",
          {},
          h("span", { class: "letter", "aria-hidden": "true" }, letters(heading.column)),
          h("span", { class: "rest-name" }, heading.heading || "(no heading)"),
          samples(heading),
          heading.heading !== "" &&
            h(
              "label",
              { class: "check" },
              h("input", {
                type: "checkbox",
                id: `ignore-${heading.column}`,
                checked: (settings.ignore ?? []).includes(heading.heading),
                onchange: (event) => tell.choose(withIgnored(settings, heading.heading, event.target.checked)),
              }),
              "Ignore",
              h("span", { class: "unseen" }, ` ${heading.heading}`),
            ),
        ),
      ),
    ),
  );
}

function line(field, state, tell) {
  const { preview, settings } = state;
  const id = `column-${field.field}`;
  const heading = preview.headings.find((one) => one.column === field.column);
  const isOpen = field.heading === null && field.is_needed;
  return h(
    "li",
    { class: isOpen ? "field field-open" : "field" },
    h(
      "div",
      { class: "field-name" },
      h("label", { for: id }, fieldName(field.field)),
      h("span", { class: "muted", id: `${id}-about` }, fieldMeaning(field.field)),
    ),
    h(
      "div",
      { class: "field-choice" },
      choice(field, state, tell, id),
      field.field === "tenant" && (state.isOneTenant || settings.tenant !== undefined) && oneTenant(state, tell),
    ),
    h("div", { class: "field-why", id: `${id}-why` }, why(field)),
    heading ? samples(heading) : h("span", { class: "samples" }),
  );
}

function choice(field, state, tell, id) {
  const { preview, settings } = state;
  const isOneTenant = field.field === "tenant" && (state.isOneTenant || settings.tenant !== undefined);
  const value = isOneTenant ? ONE_FOR_ALL : field.column !== null ? String(field.column) : field.is_needed ? "" : NONE;
  const choose = (event) => {
    const chosen = event.target.value;
    if (chosen === ONE_FOR_ALL) tell.oneTenant();
    else if (chosen !== "")
      tell.choose(withColumn(settings, preview.headings, field.field, chosen === NONE ? null : Number(chosen)));
  };
  return h(
    "select",
    { id, value, onchange: choose, "aria-describedby": `${id}-about ${id}-why` },
    value === "" && h("option", { value: "" }, "Choose a column\u2026"),
    preview.headings.map((heading) =>
      h(
        "option",
        { value: String(heading.column) },
        `${letters(heading.column)}: ${heading.heading || "(no heading)"}`,
      ),
    ),
    field.field === "tenant" && h("option", { value: ONE_FOR_ALL }, "One customer for the whole file\u2026"),
    !field.is_needed && h("option", { value: NONE }, "Not in this file"),
  );
}

function oneTenant(state, tell) {
  return h(
    "div",
    { class: "one-tenant" },
    h("label", { for: "one-tenant" }, "Name of the customer"),
    h("input", {
      id: "one-tenant",
      type: "text",
      value: state.settings.tenant ?? "",
      autocomplete: "off",
      onchange: (event) =>
        event.target.value.trim() !== "" && tell.choose(withTenant(state.settings, event.target.value.trim())),
    }),
  );
}

function why(field) {
  if (field.heading === null)
    return h(
      "span",
      { class: field.is_needed ? "tag tag-wrong" : "tag" },
      field.is_needed ? "Not found: choose one" : "Not in this file",
    );
  return [
    h("span", { class: field.is_certain ? "tag tag-good" : "tag tag-check" }, field.is_certain ? "Certain" : "A guess"),
    h("span", { class: "muted" }, quoted(because(field.because))),
    field.would_fit_too.length > 0 && h("span", { class: "muted" }, `also possible: ${field.would_fit_too.join(", ")}`),
  ];
}

function samples(heading) {
  const some = heading.samples.slice(0, SAMPLES);
  return h(
    "ul",
    { class: "samples", "aria-label": `Values of ${heading.heading || `column ${letters(heading.column)}`}` },
    some.map((sample) => h("li", { title: sample }, sample)),
  );
}
