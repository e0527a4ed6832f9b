// Markup where text belongs, and files that are no rosters.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { check, result } from "./browser.mjs";
import { chosen } from "./mouse.mjs";
import { dirty, MARKUP, marked, markedWorkbook, unclosed } from "./rosters.mjs";

export const journeys = { "markup stays text": markup, "a sheet called like markup": sheet };

// Those in which the server refuses something, which the browser notes as an error.
export const refusals = {
  "a file that is no roster": noRoster,
  "a file that is read in another way": misread,
  "a plan that there is not": noPlan,
  "a file that is too large": tooLarge,
  "a server that has too much to do": busy,
  "what is gone": gone,
};

async function markup({ page, world }) {
  await chosen(page, marked(world.work));
  await result(page);
  await page.waitForSelector("#review-title");
  await page.click("#understood-toggle");
  await page.waitForSelector(".field");
  for (const details of await page.locator("main details").all())
    await details.evaluate((element) => (element.open = true));
  const text = await page.textContent("main");
  for (const what of [`${MARKUP}.csv`, `${MARKUP}h`, `${MARKUP}t`, `${MARKUP}p`, `${MARKUP}s`])
    assert.ok(text.includes(what), `${what} is not shown`);
  await nothingRan(page);
  await check(page, "markup, everything open");
  await page.click("[data-place=history]");
  await page.waitForSelector(".history .mini");
  assert.ok((await page.textContent(".history")).includes(`${MARKUP}.csv`));
  await nothingRan(page);
}

async function sheet({ page, world }) {
  await chosen(page, markedWorkbook(world.work));
  await page.waitForSelector("#choice-sheet");
  assert.ok(
    (await page.$$eval("#choice-sheet option", (all) => all.map((option) => option.textContent))).includes(MARKUP),
  );
  await page.selectOption("#choice-sheet", MARKUP);
  await page.waitForSelector("#run:enabled");
  await check(page, "a sheet to choose");
  await page.click("#run");
  await result(page);
  await nothingRan(page);
}

// A word that is no plan is refused at its box, plans like it are offered, and the result stays.
async function noPlan({ page, world }) {
  await chosen(page, dirty(world.work, "480", "House bundle"));
  const before = await result(page);
  await page.waitForSelector("#review-title");
  const box = page.locator(".word:has-text('House bundle') input");
  await box.fill("zzzz");
  await box.press("Tab");
  await page.waitForSelector(".word .box-wrong p");
  assert.match(await page.textContent(".word .box-wrong"), /zzzz.*not in the plan catalogue/);
  assert.equal(await box.getAttribute("aria-invalid"), "true");
  await page.waitForFunction(() => /cannot be used/.test(document.getElementById("fixes-count").textContent));
  await check(page, "a word that is no plan");
  await page.click("#run-fixes");
  assert.equal(await page.evaluate(() => document.activeElement.value), "zzzz", "what is wrong is passed over");
  assert.equal(await page.textContent(".sentence"), before);
  await box.fill("Copilot");
  await box.press("Tab");
  await page.click(".word .box-wrong button >> nth=0");
  assert.match(await box.inputValue(), /Copilot/);
  await page.waitForFunction(() => /^1 change/.test(document.getElementById("fixes-count").textContent));
  await page.click("#run-fixes");
  await page.waitForSelector("#since-title");
  assert.notEqual(await page.textContent(".sentence"), before);
}

// It is asked for once, and what may help can be chosen.
async function misread({ page, world }) {
  const asked = [];
  page.on("request", (request) => request.url().endsWith("/preview") && asked.push(request.url()));
  await chosen(page, unclosed(world.work));
  await page.waitForSelector(".problem");
  assert.match(await page.textContent(".problem"), /quote in the headings is opened here/);
  assert.equal(asked.length, 1, "it was asked for again");
  await check(page, "file that cannot be read");
  await page.fill("#choice-heading-row", "2");
  await page.press("#choice-heading-row", "Tab");
  await page.waitForSelector(".fields");
  assert.equal(await page.locator(".problem").count(), 0);
}

async function noRoster({ page, world }) {
  const file = path.join(world.work, "empty.csv");
  writeFileSync(file, "");
  await chosen(page, file);
  await page.waitForSelector(".problem");
  const words = await page.textContent(".problem");
  assert.ok(words.length > 20 && !/--[a-z]|\/tmp|undefined|\[object/.test(words), words);
  await check(page, "a file that is no roster");
}

async function tooLarge({ page, world }) {
  await page.route(isAbout, async (route) => {
    const about = await (await route.fetch()).json();
    await route.fulfill({ json: { ...about, limits: { ...about.limits, upload_bytes: 1000 } } });
  });
  await page.reload();
  await page.waitForSelector("#choose");
  await chosen(page, world.sample);
  await page.waitForSelector(".transfers .wrong");
  assert.match(await page.textContent(".transfers .wrong"), /larger than 1.0 kB\. Save it as CSV/);
  await check(page, "a file that is too large");
}

const isAbout = (url) => url.pathname === "/api/v1";

// The page waits as long as it is asked to, and tries again by itself.
async function busy({ page, world }) {
  let refused = 0;
  await page.route(isRuns, (route) => {
    refused += 1;
    if (refused > 1) return route.continue();
    const error = {
      code: "queue-full",
      message: "too many runs are waiting at this moment",
      help: "try again in a minute",
    };
    return route.fulfill({ status: 503, headers: { "Retry-After": "1" }, json: { error } });
  });
  await chosen(page, world.sample);
  await result(page);
  assert.equal(refused, 2);
}

const isRuns = (url) => /\/uploads\/[^/]+\/runs$/.test(url.pathname);

async function gone({ page }) {
  await page.goto(new URL("/#file/00000000000000000000000000000000", page.url()).href);
  await page.waitForSelector(".problem");
  await check(page, "an upload that is gone");
}

async function nothingRan(page) {
  assert.equal(await page.locator("main img, main script").count(), 0, "markup became an element");
}
