// Makes the pictures of the page: docs/page-understood.png and docs/page-result.png.
//
// usage: node pictures.mjs FASTTRACK WORK DOCS

import { copyFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { launch, open, result, signIn } from "./browser.mjs";
import { serve } from "./program.mjs";

const WIDTH = 1120;

const [fasttrack, work, docs] = process.argv.slice(2).map((given) => path.resolve(given));
mkdirSync(work, { recursive: true });
const roster = path.join(work, "roster.csv");
copyFileSync(path.resolve(import.meta.dirname, "../../samples/roster.csv"), roster);

const browser = await launch(process.env.CHROMIUM ?? "/usr/bin/chromium");
const server = await serve(fasttrack, work);
try {
  const { page } = await open(browser, await signIn(browser, server.address), server.address);
  await page.setViewportSize({ width: WIDTH, height: 900 });
  await page.setInputFiles("#file", roster);
  await result(page);
  await page.waitForSelector("#review-title");
  await page.locator(".result .charts").scrollIntoViewIfNeeded();
  await picture(page, "page-result.png", ".slot-outcome", "#tiers");
  await page.click("#understood-toggle");
  await page.waitForSelector(".field");
  await picture(page, "page-understood.png", ".slot-understood", ".field-list");
} finally {
  await server.stop();
  await browser.close();
}

// From the top of one element to the end of another, with the card's edges around.
async function picture(page, name, from, to) {
  const [first, last] = await Promise.all([from, to].map((selector) => page.locator(selector).first().boundingBox()));
  const scrolled = await page.evaluate(() => window.scrollY);
  const top = first.y + scrolled - 12;
  const clip = { x: first.x - 12, y: top, width: first.width + 24, height: last.y + scrolled + last.height - top + 16 };
  await page.screenshot({ path: path.join(docs, name), fullPage: true, clip });
}
