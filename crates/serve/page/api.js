// Asks the server. Every answer that is not a success becomes a `Refusal`, which says in words what happened.

import { size } from "./words.js";

const GRACE_SECONDS = 2;

// What went wrong: `message` says what happened, `help` what to do; `diagnostics` are the program's own, place by place.
export class Refusal extends Error {
  constructor({ code, message, help, diagnostics }, status, retryAfter) {
    super(message);
    // Seconds after which the server asks to try again; 0 = it does not.
    this.retryAfter = Number(retryAfter) || 0;
    this.code = code ?? "unknown";
    this.help = help ?? "";
    this.diagnostics = diagnostics ?? [];
    this.status = status;
  }
}

export const about = () => ask("GET", "/api/v1");
export const uploads = async () => (await ask("GET", "/api/v1/uploads")).uploads;
export const upload = (id) => ask("GET", `/api/v1/uploads/${part(id)}`);
export const deleteUpload = (id) => ask("DELETE", `/api/v1/uploads/${part(id)}`);
export const preview = (id, settings) => ask("POST", `/api/v1/uploads/${part(id)}/preview`, { settings });
export const remembered = async () => (await ask("GET", "/api/v1/remembered")).remembered;
export const forgetAll = () => ask("DELETE", "/api/v1/remembered");
export const forget = (id) => ask("DELETE", `/api/v1/remembered/${part(id)}`);
export const logOut = () => ask("POST", "/api/v1/log-out");
export const run = (id) => ask("GET", `/api/v1/runs/${part(id)}`);
export const deleteRun = (id) => ask("DELETE", `/api/v1/runs/${part(id)}`);

// What is to be reviewed of a run; with a code, the rows of that kind.
export async function review(id, code) {
  const found = await ask("GET", `/api/v1/runs/${part(id)}/review${code ? `?code=${encodeURIComponent(code)}` : ""}`);
  return { words: [], groups: [], rows: [], rows_total: 0, ...found };
}

export const changes = (id) => ask("GET", `/api/v1/runs/${part(id)}/changes`);
export const nextSteps = (id) => ask("GET", `/api/v1/runs/${part(id)}/next-steps`);
export const atRisk = (id) => ask("GET", `/api/v1/runs/${part(id)}/at-risk`);
export const fileAddress = (id, kind) => `/api/v1/runs/${part(id)}/files/${part(kind)}`;
export const plans = async (words, signal) =>
  (await ask("GET", `/api/v1/plans?q=${encodeURIComponent(words)}`, undefined, signal)).plans;

// Looks whether a run could have fixes; a refusal says of each that it could not which one it is, and why.
export const checkFixes = (fixes, policy) => ask("POST", "/api/v1/fixes", { fixes, policy: policy ?? null });

// Queues a run. `since` is a run to compare with, `"last"`, or nothing.
export const startRun = (id, { settings, fixes, since }) =>
  ask("POST", `/api/v1/uploads/${part(id)}/runs`, { settings, fixes, since: since ?? null });

// Waits until a run ends, telling each state on the way; an aborted signal ends the waiting with an `AbortError`.
export async function follow(id, tell, signal) {
  for (;;) {
    const now = await ask("GET", `/api/v1/runs/${part(id)}?wait=20`, undefined, signal);
    tell(now);
    if (!["queued", "running"].includes(now.state)) return now;
  }
}

// Waits until a file that is made on demand is there; its bytes are then downloaded by the browser.
export async function ready(address) {
  for (;;) {
    const control = new AbortController();
    const answer = await reach(address, { signal: control.signal, headers: headers() });
    if (answer.status !== 202) {
      if (!answer.ok) throw await refusal(answer);
      control.abort();
      return;
    }
    await pause(Number(answer.headers.get("Retry-After")) || 1);
  }
}

// Sends a file, telling how many bytes have gone. `XMLHttpRequest`, since `fetch` does not tell.
export function send(file, tell, signal) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    const modified = file.lastModified ? `&modified=${file.lastModified}` : "";
    request.open("POST", `/api/v1/uploads?name=${encodeURIComponent(file.name)}${modified}`);
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "text";
    request.upload.addEventListener("progress", (event) => tell(event.loaded, file.size));
    request.addEventListener("load", () => {
      const said = parsed(request.responseText);
      if (request.status === 201 && said) done(said);
      else fail(refusalOf(request.status, said, request.getResponseHeader("Retry-After")));
    });
    request.addEventListener("error", () => fail(unreachable()));
    request.addEventListener("abort", () => fail(new DOMException("cancelled", "AbortError")));
    signal?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

async function ask(method, address, body, signal) {
  const has = body !== undefined;
  const answer = await reach(address, {
    method,
    signal,
    headers: has ? { ...headers(), "Content-Type": "application/json" } : headers(),
    body: has ? JSON.stringify(body) : undefined,
  });
  if (!answer.ok) throw await refusal(answer);
  return answer.status === 204 ? null : answer.json();
}

async function reach(address, options) {
  try {
    return await fetch(address, { ...options, cache: "no-store", credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
}

const headers = () => ({ "X-Fasttrack": "1", Accept: "application/json" });
const part = encodeURIComponent;
const pause = (time) => new Promise((go) => setTimeout(go, Math.min(time, GRACE_SECONDS) * 1000));

const refusal = async (answer) =>
  refusalOf(answer.status, parsed(await answer.text()), answer.headers.get("Retry-After"));

function refusalOf(status, said, retryAfter) {
  const error = said?.error
    ? { ...said.error, diagnostics: said.error.diagnostics ?? said.diagnostics }
    : general(status);
  return new Refusal(error, status, retryAfter);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// What is said of a file that is larger than the server takes.
export const tooLarge = (largest) =>
  new Refusal({
    code: "too-large",
    message: `The file is larger than ${size(largest)}.`,
    help: "Save it as CSV or XLSX without the columns that are not needed, or split it.",
  });

const unreachable = () =>
  new Refusal({
    code: "unreachable",
    message: "The program does not answer.",
    help: "Check that fasttrack is still running and that you are connected, then try again.",
  });

// For an answer that is not the program's own, such as that of a proxy in front of it.
function general(status) {
  const [message, help] = {
    401: ["Your session has ended.", "Open the address that the program prints in its window, or sign in again."],
    403: ["The server refused this request.", "Reload the page and try again."],
    404: ["This is not here any more.", "It may have been deleted. Upload the file again."],
    408: ["The upload took too long.", "Try again on a faster connection."],
    413: ["The file is too large.", "Leave out sheets or columns that are not needed, or split the roster."],
    502: ["The program behind this page does not answer.", "Wait a minute and try again."],
    503: ["There is too much to do at the moment.", "Wait a minute and try again."],
    507: ["There is not enough free space for this file.", "Delete uploads that you do not need, then try again."],
  }[status] ?? [
    `Something went wrong (status ${status}).`,
    "Try again. If it happens again, tell whoever runs this page.",
  ];
  return { code: `status-${status}`, message, help };
}
