// How the file in view was understood: read again after each choice, and drawn anew.

import * as api from "./api.js";
import { announce } from "./announce.js";
import { unreadChoices } from "./choices.js";
import { confirm } from "./confirm.js";
import { h, fill } from "./dom.js";
import { asSent, fixesOf, total } from "./fixes.js";
import { problem } from "./problem.js";
import { confirmed, isReadSame, isSame } from "./settings.js";
import { understood } from "./understood.js";

// Reads the file anew with what was chosen; an answer that comes after a newer question is passed over. `known` may be the
// entry of the batch, which has asked already.
export async function readAgain(state, known) {
  state.asked += 1;
  const mine = state.asked;
  try {
    const asked = known && isReadSame(state.settings, known.upload.settings) ? known : null;
    if (asked?.error?.status === 422 && !asked.preview) throw asked.error;
    const read = asked?.preview ?? (await api.preview(state.id, state.settings));
    if (mine !== state.asked || state.signal.aborted) return;
    state.preview = read;
    state.isRemembered = read.remembered || state.upload.remembered || total(fixesOf(state.upload.fixes)) > 0;
    state.readError = null;
    state.isOpen ??= !read.is_certain || read.diagnostics.length > 0;
  } catch (error) {
    if (mine !== state.asked || state.signal.aborted) return;
    state.readError = error;
  }
  state.isBusy = false;
  drawUnderstood(state);
}

// Draws how the file was understood; the focus stays where it was.
export function drawUnderstood(state) {
  const { slots, preview, readError } = state;
  const focused = document.activeElement?.id;
  const another = () => h("a", { href: "#" }, "Upload another file");
  const undo = () =>
    h("button", { type: "button", onclick: () => choose(state, baseSettings(state)) }, "Undo my changes");
  fill(
    slots.understood,
    readError && problem(readError, isChanged(state) ? undo() : another()),
    readError?.status === 422 && !preview && unread(state),
    preview && understood(viewOf(state), tellOf(state)),
  );
  // What was redrawn keeps the focus where it was.
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
}

// A file that could not be read may be read in another way.
function unread(state) {
  const choices = unreadChoices(state, tellOf(state));
  return (
    choices &&
    h(
      "section",
      { class: "card understood", "aria-label": "How to read it", "aria-busy": state.isBusy ? "true" : null },
      choices,
    )
  );
}

const baseSettings = (state) => state.run?.settings ?? state.upload.settings ?? {};
const isChanged = (state) => !isSame(state.settings, baseSettings(state));

const viewOf = (state) => ({
  preview: state.preview,
  settings: state.settings,
  about: state.about,
  isOpen: state.isOpen,
  isBusy: state.isBusy,
  isChanged: isChanged(state),
  hasRun: state.run !== null,
  isRemembered: state.isRemembered,
  isOneTenant: state.isOneTenant,
  isMoreOpen: state.isMoreOpen,
  isRestOpen: state.isRestOpen,
});

function tellOf(state) {
  return {
    choose: (settings) => choose(state, settings),
    oneTenant: () => {
      state.isOneTenant = true;
      drawUnderstood(state);
      document.getElementById("one-tenant")?.focus();
    },
    more: (isOpen) => {
      state.isMoreOpen = isOpen;
    },
    rest: (isOpen) => {
      state.isRestOpen = isOpen;
    },
    toggle: () => {
      state.isOpen = !state.isOpen;
      drawUnderstood(state);
    },
    run: () => state.start({ fixes: asSent(state.fixes), settings: confirmed(state.settings, state.preview) }),
    undo: () => choose(state, baseSettings(state)),
    forget: () => forget(state),
  };
}

async function choose(state, settings) {
  const isRead = isReadSame(settings, state.settings);
  state.settings = settings;
  if (settings.tenant === undefined && settings.map?.tenant !== undefined) state.isOneTenant = false;
  if (!isRead) state.isBusy = true;
  drawUnderstood(state);
  if (!isRead) await readAgain(state);
  if (!isRead && !state.readError && state.preview)
    announce(state.preview.diagnostics.length > 0 ? "Read again. Something is still to be decided." : "Read again.");
}

async function forget(state) {
  const isSure = await confirm({
    title: "Forget it for these headings?",
    text: "The columns and fixes that are remembered for files with the same headings as this one. What you put right in this result stays in it. What is remembered for files with other headings stays, too: History lists all of it.",
    yes: "Forget",
  });
  if (!isSure) return;
  try {
    await api.forget(state.id);
    state.isRemembered = false;
    Object.assign(state.upload, { remembered: false, fixes: null });
    const { remember, ...rest } = state.settings;
    state.settings = rest;
    drawUnderstood(state);
    announce("What was remembered for these headings is forgotten.");
  } catch (error) {
    state.fail(error);
  }
}
