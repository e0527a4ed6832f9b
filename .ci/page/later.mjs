// What comes after the first result: several files, history, comparing, another policy, cancelling, deleting.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { check, download, result } from "./browser.mjs";
import { chosen } from "./mouse.mjs";
import { large } from "./rosters.mjs";

const MANY_ROWS = 1_500_000;

export const journeys = {
  "several files, one after the other": several,
  "history, compare, another policy": history,
  "a run that fails": fails,
  "cancel a run": cancel,
  "delete now": remove,
  "what is remembered is listed and forgotten": forget,
  "log out": logOut,
};

async function several({ page, world }) {
  const files = [
    "exports/salesforce-accounts.csv",
    "exports/dynamics-accounts.csv",
    "exports/admin-center-licenses.csv",
  ];
  await chosen(page, ...files.map((file) => path.join(world.samples, file)));
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll(".strip .state")].map((state) => state.textContent).join() ===
      "done,done,needs your choice",
  );
  await result(page);
  await check(page, "one of several files");
  await page.click('.strip a:has-text("dynamics")');
  await page.waitForFunction(() => document.querySelector("h1").textContent === "dynamics-accounts.csv");
  assert.match(await result(page), /^10 customers/);
}

async function history({ page, world }) {
  for (const file of ["salesforce-accounts.csv", "dynamics-accounts.csv"]) {
    await chosen(page, path.join(world.samples, "exports", file));
    await result(page);
    await page.click("[data-place=start]");
    await page.waitForSelector("#choose");
  }
  await page.click("[data-place=history]");
  await page.waitForFunction(() => document.querySelectorAll(".history .mini").length > 1);
  await check(page, "history");
  await page.locator('.history tr:has-text("salesforce-accounts.csv") .pick').first().check();
  await page.locator('.history tr:has-text("dynamics-accounts.csv") .pick').first().check();
  await page.click("#compare");
  await page.waitForSelector("#compare-customers");
  await check(page, "two uploads compared");
  await page.click("#compare-customers");
  await page.waitForSelector("#since-title");
  assert.match(await page.textContent(".since"), /Compared with salesforce-accounts\.csv/);
  await page.click("[data-place=history]");
  await page.waitForSelector(".history .mini");
  const upload = page.locator('.history tr:has-text("salesforce-accounts.csv")').first();
  await upload.locator("select").selectOption("fasttrack-docs-2021");
  await upload.locator("button:enabled", { hasText: "Run" }).click();
  await page.waitForFunction(() =>
    /Judged by fasttrack-docs-2021/.test(document.querySelector(".made")?.textContent ?? ""),
  );
}

// What a run fails for takes no earlier result away.
async function fails({ page, world }) {
  await chosen(page, world.sample);
  const before = await result(page);
  const failed = await page.evaluate(async () => {
    const upload = location.hash.split("/")[1];
    const headers = { "X-Fasttrack": "1", "Content-Type": "application/json" };
    const body = JSON.stringify({ settings: { map: { seats: "No such heading" } } });
    const run = await (await fetch(`/api/v1/uploads/${upload}/runs`, { method: "POST", headers, body })).json();
    return (await (await fetch(`/api/v1/runs/${run.id}?wait=20`)).json()).id;
  });
  await page.reload();
  await page.waitForSelector("#ended-title");
  await page.waitForSelector("#review-title");
  assert.match(await page.textContent("#ended-title"), /No workbook was made/);
  assert.equal(await page.textContent("#result-title"), "The last result");
  assert.equal(await page.textContent(".sentence"), before);
  assert.ok(!(await page.getAttribute("#download", "href")).includes(failed), "the workbook of a run without one");
  await check(page, "a run that failed, above the last result");
  await page.click("[data-place=history]");
  await page.waitForSelector(".history .tag-wrong");
  assert.match(await page.textContent(".history .tag-wrong"), /The last run failed/);
}

async function cancel({ page, world }) {
  await chosen(page, large(world.work, MANY_ROWS));
  await cancelled(page);
  await check(page, "a run that was cancelled");
  // Held back in the browser, the answer that the run is over leaves the time to look.
  const held = [];
  const isWaited = (url) => url.searchParams.has("wait");
  await page.route(isWaited, (route) => held.push(route));
  await page.click("#run-again");
  await page.waitForSelector("#cancel");
  await check(page, "a run at work");
  for (const route of held.splice(0)) await route.continue();
  await page.unroute(isWaited);
  await cancelled(page);
}

async function cancelled(page) {
  await page.click("#cancel");
  await page.waitForFunction(() => /^Cancelled/.test(document.getElementById("ended-title")?.textContent ?? ""));
}

async function remove({ page, world }) {
  await chosen(page, world.sample);
  await result(page);
  const address = await page.getAttribute("#download", "href");
  await page.click("#delete");
  await page.waitForSelector("dialog[open]");
  await check(page, "question before deleting");
  await page.click("dialog .danger");
  await page.waitForFunction(() => document.querySelector("h1").textContent === "History");
  assert.equal(
    (await page.request.get(new URL(address, page.url()).href)).status(),
    404,
    "the workbook is still there",
  );
}

// All that is remembered is listed, and forgotten one by one or all at once.
async function forget({ page, world }) {
  // What a plan means is known for all files, so each has one of its own.
  for (const [name, headings, plan] of [
    ["west.csv", "Customer,Plan,Paid seats", "West bundle"],
    ["east.csv", "Tenant,Product,Seats", "East bundle"],
  ]) {
    const file = path.join(world.work, name);
    writeFileSync(file, `${headings}\nContoso,${plan},480\n`);
    await chosen(page, file);
    await result(page);
    await page.click('.word button:has-text("Does not count")');
    await page.click("#run-fixes");
    await page.waitForFunction(() => /nothing needs review/.test(document.querySelector(".sentence")?.textContent));
    await page.click("[data-place=start]");
    await page.waitForSelector("#choose");
  }
  await page.click("[data-place=history]");
  await page.waitForSelector("#remembered-title");
  const names = () => page.$$eval(".word-written", (all) => all.map((one) => one.textContent));
  assert.deepEqual(await names(), ["Files like east.csv", "Files like west.csv"]);
  await check(page, "history with what is remembered");
  await page.click('[aria-label="Forget what is remembered for Files like east.csv"]');
  await page.click("dialog[open] .danger");
  await page.waitForFunction(() => document.querySelectorAll(".word-written").length === 1);
  assert.deepEqual(await names(), ["Files like west.csv"]);
  await page.reload();
  await page.waitForSelector("#remembered-title");
  assert.deepEqual(await names(), ["Files like west.csv"]);
}

async function logOut({ page, world }) {
  await chosen(page, world.sample);
  await result(page);
  await page.click("#log-out");
  await page.waitForSelector("dialog[open]");
  assert.match(await page.textContent("#confirm-text"), /^1 upload and all .* results are deleted now\./);
  await check(page, "question before logging out");
  const { name } = await download(page, () => page.click("dialog .download"));
  assert.equal(name, "roster.fasttrack.xlsx");
  await page.click("dialog .danger, dialog button[value=yes]");
  await page.waitForFunction(() => document.querySelector("h1").textContent === "Logged out");
  assert.equal(
    (await page.request.get(new URL("/api/v1", page.url()).href)).status(),
    401,
    "the session is still open",
  );
}
