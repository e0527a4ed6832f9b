// Markup where text belongs, and files that are no rosters.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { check, result } from "./browser.mjs";
import { chosen } from "./mouse.mjs";
import { MARKUP, marked, markedWorkbook } from "./rosters.mjs";

export const journeys = { "markup stays text": markup, "a sheet called like markup": sheet };

// Those in which the server refuses something, which the browser notes as an error.
export const refusals = { "a file that is no roster": noRoster, "what is gone": gone };

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

async function noRoster({ page, world }) {
  const file = path.join(world.work, "empty.csv");
  writeFileSync(file, "");
  await chosen(page, file);
  await page.waitForSelector(".problem");
  const words = await page.textContent(".problem");
  assert.ok(words.length > 20 && !/--[a-z]|\/tmp|undefined|\[object/.test(words), words);
  await check(page, "a file that is no roster");
}

async function gone({ page }) {
  await page.goto(new URL("/#file/00000000000000000000000000000000", page.url()).href);
  await page.waitForSelector(".problem");
  await check(page, "an upload that is gone");
}

async function nothingRan(page) {
  assert.equal(await page.locator("main img, main script").count(), 0, "markup became an element");
}
