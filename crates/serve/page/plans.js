// The search for the plan that a name means: a text field with suggestions from the catalogue, usable by keyboard.

import * as api from "./api.js";
import { h, fill, freshId } from "./dom.js";
import { announce } from "./announce.js";
import { Refusal } from "./api.js";
import { quoted } from "./quoted.js";
import { counted, sentence } from "./words.js";

const PAUSE_MILLISECONDS = 160;
// Plans that are offered in place of one that there is not.
const NEAR = 4;

// The list of plans: how large it is at most, how far it stays from the window's edges, and from its field.
const LIST_HEIGHT = 272;
const LIST_WIDTH = 352;
const EDGE = 8;
const GAP = 2;

// What a plan means that counts nowhere, such as an add-on or a service of the seller's own.
export const NOT_COUNTED = "not counted";

// How a choice is shown.
const shownAs = (name) => (name === NOT_COUNTED ? "It does not count: an add-on or a service of your own" : name);

// A name that the field cuts is shown whole below it.
function showWhole({ input, whole }) {
  fill(whole, input.scrollWidth > input.clientWidth && input.value);
}

// Returns a field with its label. `first` are names that are offered before anything is typed; `choose` is called with
// the name of a plan, or with an empty text; `refuse` with the id of the field and why it cannot be used, or with nothing.
export function planFinder({
  label,
  isLabelSeen = true,
  id = freshId("plan"),
  value = "",
  first = [],
  choose,
  refuse = () => {},
}) {
  const state = { options: [], active: -1, chosen: value, known: new Set([value, ...first]), control: null, later: 0 };
  const list = h("ul", {
    class: "options",
    role: "listbox",
    id: `${id}-list`,
    "aria-label": label,
    hidden: true,
    popover: "manual",
  });
  const input = h("input", {
    id,
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    value,
    placeholder: "Search plans",
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    "aria-controls": `${id}-list`,
  });
  const wrong = h("div", { class: "box-wrong", id: `${id}-wrong`, role: "alert" });
  const whole = h("p", { class: "whole-name", "aria-hidden": "true" });
  const finder = { input, list, state, first, choose, refuse, wrong, whole };
  input.addEventListener(
    "focus",
    () =>
      input.value === state.chosen &&
      offer(
        finder,
        first.map((name) => ({ name })),
      ),
  );
  input.addEventListener("input", () => search(finder));
  input.addEventListener("keydown", (event) => key(finder, event));
  input.addEventListener("blur", () => leave(finder));
  // How wide it is, is known when it is on the page.
  if (value !== "") requestAnimationFrame(() => showWhole(finder));
  return h(
    "div",
    { class: "plan-finder" },
    h("label", { for: id, class: isLabelSeen ? null : "unseen" }, label),
    h("div", { class: "plan-field" }, input, list),
    whole,
    wrong,
  );
}

function search(finder) {
  const { input, state, first } = finder;
  const words = input.value.trim();
  clearTimeout(state.later);
  state.control?.abort();
  if (words === "") {
    offer(
      finder,
      first.map((name) => ({ name })),
    );
    return;
  }
  state.later = setTimeout(async () => {
    state.control = new AbortController();
    try {
      const plans = await api.plans(words, state.control.signal);
      offer(finder, plans);
      announce(
        plans.length === 0
          ? "No plan has these words."
          : `${counted(plans.length, "plan")}; choose with the arrow keys.`,
      );
    } catch (error) {
      if (error.name !== "AbortError") offer(finder, []);
    }
  }, PAUSE_MILLISECONDS);
}

function offer(finder, plans) {
  const { input, list, state } = finder;
  state.options = plans.map((plan) => plan.name);
  state.active = -1;
  fill(
    list,
    plans.map((plan, place) =>
      h(
        "li",
        {
          role: "option",
          id: `${list.id}-${place}`,
          "aria-selected": "false",
          // Before the field loses the focus.
          onpointerdown: (event) => (event.preventDefault(), take(finder, plan.name)),
        },
        h("span", {}, shownAs(plan.name)),
        plan.id && h("span", { class: "muted" }, [plan.id, plan.segment].filter(Boolean).join(" \u00b7 ")),
      ),
    ),
  );
  if (plans.length === 0) close(finder);
  else show(finder);
  input.removeAttribute("aria-activedescendant");
}

// Opens the list above all else; one that is open has other plans now, and stays. One that is no longer on the page is left.
function show({ input, list, state }) {
  if (!list.isConnected) return;
  list.hidden = false;
  if (list.showPopover && !list.matches(":popover-open")) list.showPopover();
  input.setAttribute("aria-expanded", "true");
  place(input, list);
  state.follow?.abort();
  state.follow = new AbortController();
  const { signal } = state.follow;
  // What it is part of may be made anew while it is open: then there is nothing to follow.
  const put = () => (list.isConnected ? place(input, list) : state.follow.abort());
  window.addEventListener("resize", put, { signal });
  // Whatever is scrolled, but for the list itself, moves the field.
  window.addEventListener("scroll", (event) => event.target !== list && put(), { signal, capture: true });
}

// Puts the list where the window has room for it: below the field, or above it.
function place(input, list) {
  const field = input.getBoundingClientRect();
  const below = window.innerHeight - field.bottom - EDGE;
  const above = field.top - EDGE;
  const isBelow = below >= Math.min(LIST_HEIGHT, above);
  const width = Math.min(Math.max(field.width, LIST_WIDTH), window.innerWidth - 2 * EDGE);
  list.style.maxHeight = `${Math.min(LIST_HEIGHT, isBelow ? below : above)}px`;
  list.style.width = `${width}px`;
  list.style.left = `${Math.max(EDGE, Math.min(field.left, window.innerWidth - width - EDGE))}px`;
  list.style.top = isBelow ? `${field.bottom + GAP}px` : "auto";
  list.style.bottom = isBelow ? "auto" : `${window.innerHeight - field.top + GAP}px`;
}

function key(finder, event) {
  const { list, state } = finder;
  const isOpen = !list.hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (isOpen) point(finder, event.key === "ArrowDown" ? 1 : -1);
    else search(finder);
  } else if (event.key === "Enter" && isOpen && state.active >= 0) {
    event.preventDefault();
    take(finder, state.options[state.active]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    leave(finder);
  } else if (event.key === "Escape" && isOpen) {
    event.preventDefault();
    close(finder);
  }
}

function point(finder, by) {
  const { input, list, state } = finder;
  const many = state.options.length;
  if (many === 0) return;
  state.active = state.active < 0 && by < 0 ? many - 1 : (state.active + by + many) % many;
  [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === state.active)));
  input.setAttribute("aria-activedescendant", `${list.id}-${state.active}`);
  list.children[state.active].scrollIntoView({ block: "nearest" });
}

function take(finder, name) {
  finder.state.known.add(name);
  finder.input.value = name;
  leave(finder);
}

// What is in the field when it is left counts: a name, a product id or a GUID may be typed without the list.
function leave(finder) {
  const { input, state, choose } = finder;
  close(finder);
  const name = input.value.trim();
  if (name === state.chosen) return;
  state.chosen = name;
  showWhole(finder);
  say(finder, null);
  choose(name);
  if (name !== "" && !state.known.has(name)) look(finder, name);
}

// What was typed may be no plan: then it is refused at once, and plans that are like it are offered.
async function look(finder, name) {
  try {
    await api.checkFixes({ words: [{ kind: "plan", as_written: "plan", means: name }] });
    finder.state.known.add(name);
  } catch (error) {
    const reason = error instanceof Refusal && error.status === 422 ? error.diagnostics[0]?.message : null;
    if (!reason || finder.state.chosen !== name) return;
    finder.choose("");
    const near = await api.plans(name).catch(() => []);
    if (finder.state.chosen === name) say(finder, reason, near.slice(0, NEAR));
  }
}

function say(finder, reason, near = []) {
  const { input, wrong, refuse } = finder;
  input.setAttribute("aria-invalid", String(reason !== null));
  if (reason === null) input.removeAttribute("aria-describedby");
  else input.setAttribute("aria-describedby", wrong.id);
  const use = ({ name }) => (take(finder, name), input.focus());
  fill(
    wrong,
    reason && h("p", {}, quoted(`${sentence(reason)}. ${near.length > 0 ? "Is it one of these?" : "Search for it."}`)),
    near.length > 0 &&
      h(
        "div",
        { class: "candidates" },
        near.map((plan) => h("button", { type: "button", class: "small", onclick: () => use(plan) }, plan.name)),
      ),
  );
  refuse(input.id, reason);
}

function close({ input, list, state }) {
  clearTimeout(state.later);
  state.control?.abort();
  state.follow?.abort();
  if (!list.hidden) list.hidePopover?.();
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}
