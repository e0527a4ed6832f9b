// The page: its frame, and which view is in it. The part of the address after `#` says which.

import * as api from "./api.js";
import { announce } from "./announce.js";
import * as batch from "./batch.js";
import { compare } from "./compare.js";
import { confirm } from "./confirm.js";
import { workbookLink } from "./downloads.js";
import { h, fill, focusOn } from "./dom.js";
import { file } from "./file.js";
import { history } from "./history.js";
import { problem } from "./problem.js";
import { start } from "./start.js";
import { takeEverywhere } from "./upload.js";
import { count, counted } from "./words.js";

const main = document.getElementById("main");
let about = { policies: [], limits: {} };
let leave = () => {};
let isFollowing = false;
let shown = 0;

const go = (address) => {
  if (location.hash === address || (address === "#" && location.hash === "")) show();
  else location.hash = address;
};

// Shows the start while files are on their way; when the first of them was read, its own view.
function follow() {
  isFollowing = true;
  go("#");
}

function followed(entry) {
  const isRead = entry?.upload && (entry.preview || entry.error);
  if (!isFollowing || !isRead) return;
  isFollowing = false;
  if (place()[0] === "") go(`#file/${encodeURIComponent(entry.upload.id)}`);
}

function place() {
  try {
    return location.hash.replace(/^#/, "").split("/").map(decodeURIComponent);
  } catch {
    // An address that was cut off somewhere.
    return [""];
  }
}

async function show() {
  const [view, ...rest] = place();
  shown += 1;
  const mine = shown;
  leave();
  leave = () => {};
  mark(view);
  if (view === "file" && rest[0]) leave = file(main, { id: rest[0], runId: rest[1], about, go });
  else if (view === "history") leave = history(main, { about, go });
  else if (view === "compare" && rest.length === 2) leave = compare(main, { ids: rest, go });
  else {
    const earlier = await recent();
    // Somebody may have gone on meanwhile.
    if (mine !== shown) return;
    leave = start(main, { about, recent: earlier, open: follow });
  }
  window.scrollTo(0, 0);
  if (mine > 1) focusOn(main.querySelector("h1"));
}

async function recent() {
  try {
    return await api.uploads();
  } catch {
    // The start is of use without them.
    return [];
  }
}

function mark(view) {
  const here = view === "history" || view === "compare" ? "history" : view === "" ? "start" : "";
  for (const link of document.querySelectorAll("[data-place]")) {
    if (link.dataset.place === here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = here === "history" ? "History \u2013 FastTrack roster" : "FastTrack roster";
}

function frame() {
  const hours = about.limits?.kept_hours;
  const end = about.keeps_history === false ? ", or when fasttrack stops" : "";
  fill(
    document.getElementById("about"),
    [about.program, hours ? `files are deleted after ${count(hours)} hours${end}` : ""]
      .filter(Boolean)
      .join(" \u00b7 "),
  );
  fill(
    document.getElementById("who"),
    about.user && h("span", { class: "user" }, about.user),
    about.may_log_out && h("button", { type: "button", class: "small", id: "log-out", onclick: logOut }, "Log out"),
  );
}

async function logOut() {
  // Whatever keeps the list from being read does not keep anybody in.
  const all = { title: "Log out?", text: "All files that you uploaded are deleted.", yes: "Log out and delete" };
  if (!(await confirm(await whatGoes().catch(() => all)))) return;
  try {
    await api.logOut();
    leave();
    leave = () => {};
    fill(document.getElementById("who"));
    fill(
      main,
      h("h1", {}, "Logged out"),
      h(
        "p",
        {},
        "Your files were deleted. To go on, open the address that the program now shows in its window, or sign in again.",
      ),
    );
    announce("Logged out. Your files were deleted.");
    focusOn(main.querySelector("h1"));
  } catch (error) {
    main.prepend(problem(error));
  }
}

// Says what is deleted with the session, and offers what can still be downloaded.
async function whatGoes() {
  const here = (await api.uploads()).filter((upload) => upload.files !== "deleted");
  const results = here.flatMap((upload) => {
    const done = upload.runs.find((run) => run.state === "done" && run.files.length > 0);
    return done ? [{ upload, done }] : [];
  });
  const title = "Log out?";
  if (here.length === 0) return { title, text: "None of your files are here, so nothing is deleted.", yes: "Log out" };
  const kept = about.keeps_history
    ? "The history, and what is remembered for your next files, stay."
    : "The history, and what is remembered for your next files, stay until fasttrack stops.";
  return {
    title,
    text: `${counted(here.length, "upload")} and all ${here.length === 1 ? "its" : "their"} results are deleted now. This cannot be undone. ${kept}`,
    yes: "Log out and delete",
    more: results.length > 0 && [
      h("p", {}, "Download first what you still need:"),
      h(
        "ul",
        { class: "last-downloads" },
        results.map(({ upload, done }) => h("li", {}, workbookLink(done, upload.name))),
      ),
    ],
  };
}

async function begin() {
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault();
    focusOn(main);
  });
  try {
    about = await api.about();
  } catch (error) {
    fill(main, h("h1", {}, "FastTrack roster"), problem(error));
    return;
  }
  frame();
  batch.limit(about.limits?.upload_bytes);
  takeEverywhere(follow);
  batch.onChange(followed);
  window.addEventListener("hashchange", show);
  await show();
}

begin();
