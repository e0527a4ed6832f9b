// The upload page in a browser, against the program's own server.
//
// usage: node test.mjs FASTTRACK WORK [NAME]   the program, a folder to write to, a part of a journey's name
//
// `CHROMIUM` is the browser (default: /usr/bin/chromium); `PICTURES` a folder for a picture of each state.

import assert from "node:assert/strict";
import { copyFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { launch, open, signIn } from "./browser.mjs";
import { journeys as hostile, refusals } from "./hostile.mjs";
import { journeys as keyboard } from "./keyboard.mjs";
import { journeys as later } from "./later.mjs";
import { journeys as mouse } from "./mouse.mjs";
import { serve } from "./program.mjs";

const [fasttrack, work, wanted = ""] = process.argv
  .slice(2)
  .map((given, place) => (place < 2 ? path.resolve(given) : given));
const samples = path.resolve(import.meta.dirname, "../../samples");

mkdirSync(work, { recursive: true });
const world = { fasttrack, work, samples, sample: path.join(work, "roster.csv") };
copyFileSync(path.join(samples, "roster.csv"), world.sample);

let failed = 0;
let passed = 0;
const browser = await launch(process.env.CHROMIUM ?? "/usr/bin/chromium");
try {
  const all = [
    ...[mouse, keyboard, hostile, later]
      .flatMap((journeys) => Object.entries(journeys))
      .map(([name, journey]) => [name, journey, false]),
    ...Object.entries(refusals).map(([name, journey]) => [name, journey, true]),
  ];
  for (const [name, journey, isRefused] of all.filter(([name]) => name.includes(wanted)))
    await walk(name, journey, isRefused);
} finally {
  await browser.close();
}
console.log(`${passed} journeys passed, ${failed} failed`);
assert.ok(passed + failed > 0, `no journey is called ${wanted}`);
process.exitCode = failed > 0 ? 1 : 0;

// Each journey has a server and a history of its own.
async function walk(name, journey, isRefused) {
  const began = Date.now();
  const server = await serve(fasttrack, work);
  let visit = null;
  try {
    const cookies = await signIn(browser, server.address);
    visit = await open(browser, cookies, server.address, { isRefused });
    await journey({ page: visit.page, world });
    assert.deepEqual(visit.seen, { elsewhere: [], errors: [] }, "requests elsewhere, or errors");
    passed += 1;
    console.log(`passed  ${name}, ${((Date.now() - began) / 1000).toFixed(1)} s`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${error.stack ?? error}\n${server.log()}`);
    await visit?.page
      .screenshot({ path: path.join(work, `${name.replaceAll(/\W+/g, "-")}.png`), fullPage: true })
      .catch(() => {});
  } finally {
    await visit?.close().catch(() => {});
    await server.stop();
  }
}
