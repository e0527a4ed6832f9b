// The same way without a mouse, with the focus in sight at each stop.

import assert from "node:assert/strict";
import { download, result, tabTo } from "./browser.mjs";
import { annotate, hash } from "./program.mjs";

export const journeys = { "the whole way by keyboard": whole };

async function whole({ page, world }) {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "skip", "the first stop is not the skip link");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await uploadAndRead(page, world);
  await correct(page);
  await settle(page);
  await historyAndDelete(page);
}

async function uploadAndRead(page, world) {
  await tabTo(page, "#choose");
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
  await chooser.setFiles(world.sample);
  await result(page);
  // What is new has the focus: the heading of the file or of its result.
  assert.match(await page.evaluate(() => document.activeElement.textContent), /^(roster\.csv|Result)/);
  await tabTo(page, "#download");
  const book = await download(page, () => page.keyboard.press("Enter"));
  assert.equal(hash(book.path), (await annotate(world.fasttrack, world.work, world.sample)).sha256);
}

async function correct(page) {
  await page.focus("h1").catch(() => {});
  await tabTo(page, "#understood-toggle");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#column-tenant");
  assert.equal(
    await page.evaluate(() => document.activeElement.id),
    "understood-toggle",
    "the focus is lost when the section opens",
  );
  await tabTo(page, "#column-tenant");
  // `Tenant ID` is column B; the next one is `Customer`.
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.getElementById("run") && !document.querySelector("[aria-busy]"));
  assert.equal(
    await page.evaluate(() => document.activeElement.id),
    "column-tenant",
    "the focus is lost when the file is read again",
  );
  await tabTo(page, "#run");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#since-title");
}

async function settle(page) {
  await page.waitForSelector("#review-title");
  await tabTo(page, ".word:has(.plan-finder) [role=combobox]");
  await page.keyboard.type("Microsoft 365 E3");
  await page.waitForFunction(() =>
    [...document.querySelectorAll("[role=option] span")].some((option) => option.textContent === "Microsoft 365 E3"),
  );
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /^1 change/.test(document.getElementById("fixes-count").textContent));
  await tabTo(page, "#run-fixes");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "result-title");
}

async function historyAndDelete(page) {
  await tabTo(page, "[data-place=history]");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".history .mini");
  await tabTo(page, ".history .file-name");
  await page.keyboard.press("Enter");
  await page.waitForFunction(
    () => document.activeElement.matches("h1") && document.activeElement.textContent === "roster.csv",
  );
  await tabTo(page, "[data-place=history]");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".history .mini");
  await tabTo(page, ".row-actions .danger");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]");
  await page.keyboard.press("Escape");
  assert.ok(await page.isVisible(".history tbody tr"), "Escape deleted the upload");
  const before = await page.locator(".history tbody tr").count();
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]");
  await tabTo(page, "dialog .danger");
  await page.keyboard.press("Enter");
  await page.waitForFunction((many) => document.querySelectorAll(".history tbody tr").length === many - 1, before);
}
