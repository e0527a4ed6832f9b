// The browser: one page at a time, watched for requests elsewhere, errors, and what axe finds.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const LOOKS = [
  { name: "light", media: { colorScheme: "light", forcedColors: "none" } },
  { name: "dark", media: { colorScheme: "dark", forcedColors: "none" } },
  { name: "forced colors", media: { colorScheme: "dark", forcedColors: "active" } },
];
// From the narrowest phone to a wide screen; 640 is a screen of 1,280 at 200 % zoom.
const WIDTHS = [320, 640, 768, 1280, 1920];
const USUAL = { width: 1280, height: 800 };
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const launch = (executablePath) => chromium.launch({ executablePath, args: FLAGS });

// Opens a page in a session of its own. `isRefused` lets the browser note refusals of the server as errors.
export async function open(browser, cookies, address, { isRefused = false } = {}) {
  const context = await browser.newContext({
    acceptDownloads: true,
    viewport: USUAL,
    reducedMotion: "reduce",
    timezoneId: "UTC",
  });
  await context.addCookies(cookies);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const seen = { elsewhere: [], errors: [] };
  context.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(address).origin && !request.url().startsWith("blob:"))
      seen.elsewhere.push(request.url());
  });
  page.on("console", (message) => {
    const isRefusal = /Failed to load resource/.test(message.text());
    if (message.type() === "error" && !(isRefused && isRefusal)) seen.errors.push(message.text());
  });
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  // With somebody who listens, the browser never shows its own window for files.
  page.on("filechooser", () => {});
  page.on("dialog", (dialog) => seen.errors.push(`a dialog: ${dialog.message()}`));
  await page.goto(new URL("/", address).href);
  await page.waitForSelector("#choose");
  return { page, seen, close: () => context.close() };
}

// Changes the token in the address for the cookie of a session.
export async function signIn(browser, address) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForSelector("#choose");
  assert.equal(new URL(page.url()).search, "", "the token stays in the address");
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

// Where a picture of each state goes, if somebody wants to look at them.
const PICTURES = process.env.PICTURES;

async function picture(page, state, look) {
  if (PICTURES) await page.screenshot({ path: path.join(PICTURES, `${state}, ${look}.png`), fullPage: true });
}

// Holds the state of the page against axe in each look, and against each width.
export async function check(page, state) {
  await page.evaluate(AXE);
  for (const { name, media } of LOOKS) {
    await page.emulateMedia({ ...media, reducedMotion: "reduce" });
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const violations = found.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary}`).join(" | ")}`,
    );
    assert.deepEqual(violations, [], `axe on "${state}" in ${name}`);
    await picture(page, state, name);
  }
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none", reducedMotion: "reduce" });
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: USUAL.height });
    const beyond = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(beyond <= 0, `"${state}" is ${beyond} px too wide for ${width} px`);
    if (width === WIDTHS[0]) await picture(page, state, `${width} px`);
  }
  await page.setViewportSize(USUAL);
}

// Presses Tab until an element has the focus, and looks whether the focus can be seen at each stop.
export async function tabTo(page, selector, most = 120) {
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate((wanted) => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return {
        is: element.matches(wanted),
        seen: outlineStyle !== "none" && outlineWidth !== "0px",
        what: element.outerHTML.slice(0, 120),
        isBody: element === document.body,
      };
    }, selector);
    if (!at.isBody) assert.ok(at.seen, `the focus cannot be seen on ${at.what}`);
    if (at.is) return;
  }
  assert.fail(`Tab does not reach ${selector}`);
}

// Clicks what downloads a file; the answer is its name and path.
export async function download(page, action) {
  const [file] = await Promise.all([page.waitForEvent("download"), action()]);
  return { name: file.suggestedFilename(), path: await file.path() };
}

// Waits for the result of a run.
export async function result(page) {
  await page.waitForSelector("#download");
  return page.textContent(".sentence");
}
