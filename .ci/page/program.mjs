// The program under test: its page, and its command line for the same files.

import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import readline from "node:readline";

const START_MILLISECONDS = 30_000;

// Starts `fasttrack serve`; the answer is the address that it prints, its log, and what stops it.
export async function serve(fasttrack, work) {
  const state = mkdtempSync(path.join(work, "state-"));
  const child = spawn(fasttrack, ["serve", "--port", "0", "--state", state], { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (text) => {
    log += text;
  });
  const address = await new Promise((found, fail) => {
    const timer = setTimeout(() => fail(new Error("fasttrack serve printed no address")), START_MILLISECONDS);
    child.once("exit", (code) => fail(new Error(`fasttrack serve ended with code ${code}: ${log}`)));
    readline.createInterface({ input: child.stdout }).on("line", (line) => {
      const said = line.match(/https?:\/\/\S+/);
      if (said) found((clearTimeout(timer), said[0]));
    });
  });
  const stop = () =>
    new Promise((done) => {
      child.removeAllListeners("exit");
      child.once("exit", () => (rmSync(state, { recursive: true, force: true }), done()));
      child.kill("SIGTERM");
    });
  return { address, stop, log: () => log };
}

// Runs the command line; the answer is its exit code and what it printed.
export function command(fasttrack, args) {
  return new Promise((done) => {
    execFile(fasttrack, args, { maxBuffer: 256 * 1024 * 1024 }, (error, out, err) =>
      done({ code: error ? error.code : 0, out, err }),
    );
  });
}

// Annotates a file into a folder of its own; the answer is the output's hash and the run report.
export async function annotate(fasttrack, work, file, ...flags) {
  const folder = mkdtempSync(path.join(work, "annotated-"));
  const kind = flags.includes("--format") ? flags[flags.indexOf("--format") + 1] : "xlsx";
  const output = path.join(folder, `${path.parse(file).name}.fasttrack.${kind}`);
  const { code, out, err } = await command(fasttrack, ["annotate", file, "-o", output, "--json", "--quiet", ...flags]);
  if (code !== 0 && code !== 3) throw new Error(`fasttrack annotate ${file} ended with code ${code}: ${err}`);
  return { output, sha256: hash(output), report: JSON.parse(out) };
}

export const hash = (file) => createHash("sha256").update(readFileSync(file)).digest("hex");
