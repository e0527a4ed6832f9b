// The files that were given to the page, one after the other: sent, understood, and run where all is certain.

import * as api from "./api.js";

const listeners = new Set();
let entries = [];
let last = 0;
let busy = false;
let largest = Infinity;

// What is in the batch, in the order in which it was given. An entry is
// `{key, name, bytes, state, sent, upload, preview, run, error}`; its state is `waiting`, `sending`, `reading`, `choose`,
// `running`, `done`, `failed` or `cancelled`.
export const all = () => entries;

// The entry of an upload, if it came with this batch.
export const ofUpload = (id) => entries.find((entry) => entry.upload?.id === id);

// Calls a function whenever an entry changes; returns what ends that.
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// Says how many bytes a file may have: a larger one is not sent, since the server would close the door in its middle.
export function limit(bytes) {
  largest = bytes || Infinity;
}

// Adds files. A batch whose files are all through is replaced by the new one.
export function add(files) {
  if (entries.every(isThrough)) entries = [];
  for (const file of files) {
    last += 1;
    entries.push({
      key: last,
      file,
      name: file.name,
      bytes: file.size,
      state: "waiting",
      sent: 0,
      control: new AbortController(),
    });
  }
  tell();
  work();
}

// Stops a file that is waiting or on its way.
export function cancel(entry) {
  if (!["waiting", "sending", "reading"].includes(entry.state)) return;
  entry.control.abort();
  change(entry, { state: "cancelled" });
}

// Takes what became of an upload elsewhere on the page: a run that was started by hand, or its deletion.
export function update(uploadId, changed) {
  const entry = ofUpload(uploadId);
  if (entry) change(entry, changed);
}

// Takes an upload out of the batch.
export function remove(uploadId) {
  entries = entries.filter((entry) => entry.upload?.id !== uploadId);
  tell();
}

const isThrough = (entry) => ["choose", "done", "failed", "cancelled"].includes(entry.state);

async function work() {
  if (busy) return;
  busy = true;
  for (let next = waiting(); next; next = waiting()) await through(next);
  busy = false;
}

const waiting = () => entries.find((entry) => entry.state === "waiting");

async function through(entry) {
  try {
    if (entry.bytes > largest) throw api.tooLarge(largest);
    change(entry, { state: "sending" });
    const upload = await patiently(entry, () =>
      api.send(entry.file, (sent) => change(entry, { sent }), entry.control.signal),
    );
    entry.file = null;
    change(entry, { state: "reading", upload });
    const preview = await api.preview(upload.id, upload.settings ?? {});
    if (entry.control.signal.aborted) return;
    if (!preview.is_certain || preview.diagnostics.length > 0) {
      change(entry, { state: "choose", preview });
      return;
    }
    const start = { settings: upload.settings ?? {}, fixes: upload.fixes ?? null, since: "last" };
    const run = await patiently(entry, () => api.startRun(upload.id, start));
    change(entry, { state: "running", preview, run });
    const done = await api.follow(run.id, (now) => change(entry, { run: now }), entry.control.signal);
    change(entry, { state: done.state, run: done });
  } catch (error) {
    // A file that was cancelled has said so already.
    if (error.name !== "AbortError")
      change(entry, { state: entry.upload && error.status === 422 ? "choose" : "failed", error });
  }
}

// Tries again for as long as the server says that it only has too much to do.
async function patiently(entry, action) {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (error.status !== 503 || !error.retryAfter || entry.control.signal.aborted) throw error;
      change(entry, { isHeld: true });
      await new Promise((go) => setTimeout(go, Math.min(error.retryAfter, 30) * 1000));
      change(entry, { isHeld: false, sent: 0 });
    }
  }
}

function change(entry, changed) {
  Object.assign(entry, changed);
  tell(entry);
}

function tell(entry) {
  for (const listener of listeners) listener(entry);
}
