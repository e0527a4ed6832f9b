// The way of most people: drop or choose a file, look, correct, fix, run again, download.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { check, download, result } from "./browser.mjs";
import { annotate, command, hash } from "./program.mjs";
import { bannered, dirty, foreign } from "./rosters.mjs";

export const journeys = {
  "upload by choice, result, download": choose,
  "upload by drop": drop,
  "cells pasted from Excel": paste,
  "columns chosen by hand": correct,
  "the row of the headings chosen by hand": headingRow,
  "one customer for the whole file": oneCustomer,
  "the same bytes for every sample": samples,
  "review, fixes, run again": fix,
  "a cell that was fixed says something else now": outdated,
  "cells without headings": bare,
};

async function choose({ page, world }) {
  await check(page, "start");
  await chosen(page, world.sample);
  await result(page);
  await page.waitForSelector("#review-title");
  await check(page, "result");
  const { sha256, report } = await annotate(world.fasttrack, world.work, world.sample);
  assert.deepEqual(
    await figures(page),
    report.customers.tiers
      .filter((tier) => tier.tier !== "None")
      .map((tier) => [tier.tier, tier.customers, tier.paid_seats]),
  );
  const book = await download(page, () => page.click("#download"));
  assert.equal(book.name, "roster.fasttrack.xlsx");
  assert.equal(hash(book.path), sha256, "the workbook of the page is not that of the command line");
  for (const format of ["csv", "parquet"]) {
    const flat = await download(page, () => page.click(`.downloads a[href$="/files/${format}"]`));
    assert.equal(flat.name, `roster.fasttrack.${format}`);
    assert.equal(
      hash(flat.path),
      (await annotate(world.fasttrack, world.work, world.sample, "--format", format)).sha256,
    );
  }
  await page.click("#understood-toggle");
  await page.waitForSelector(".field");
  await check(page, "how it was understood");
}

async function drop({ page, world }) {
  await drops(page, world.sample);
  await result(page);
  assert.equal(await page.textContent("h1"), "roster.csv");
  assert.equal(await page.locator("#since-title").count(), 0, "there is nothing to compare the first upload with");
  // The next upload with the same headings is compared with it.
  await drops(page, world.sample);
  await page.waitForSelector("#since-title");
  assert.match(await page.textContent(".since"), /Compared with roster\.csv.*No customer changed/);
}

async function paste({ page }) {
  await page.click("#paste");
  await page.waitForSelector("dialog[open]");
  await check(page, "dialog for cells");
  await page.fill("#cells", "no table");
  await page.click("dialog .primary");
  assert.match(await page.textContent("#cells-wrong"), /not cells of a table/);
  await page.fill("#cells", "Customer\tPlan\tPaid seats\nContoso\tMicrosoft 365 E3\t480\n");
  await page.click("dialog .primary");
  assert.match(await result(page), /^1 customer, 480 paid seats/);
  // The same without the dialog, anywhere on the page.
  await page.click("[data-place=start]");
  await page.waitForSelector("#choose");
  await page.evaluate((text) => {
    const cells = new DataTransfer();
    cells.setData("text/plain", text);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: cells, bubbles: true, cancelable: true }));
  }, "Customer\tPlan\tPaid seats\nFabrikam\tMicrosoft 365 E3\t120\n");
  await page.waitForFunction(() =>
    /1 customer, 120 paid seats/.test(document.querySelector(".sentence")?.textContent ?? ""),
  );
}

async function correct({ page, world }) {
  const file = foreign(world.work);
  await chosen(page, file);
  await page.waitForSelector(".ask");
  assert.ok(await page.isDisabled("#run"), "a run could begin before the columns are chosen");
  await check(page, "columns to choose");
  await columnsChosen(page);
  await page.check("#remember");
  await page.click("#run");
  assert.match(await result(page), /^2 customers, 629 paid seats/);
  const { sha256 } = await annotate(world.fasttrack, world.work, file, ...FOREIGN_MAP);
  assert.equal(hash((await download(page, () => page.click("#download"))).path), sha256);
  // A choice after the run: it is asked for again, and undone.
  await page.click("#understood-toggle");
  await page.selectOption("#choice-numbers", "1.234,56");
  await page.waitForSelector("#run:enabled");
  await page.click("#undo");
  await page.waitForFunction(() => document.getElementById("run") === null);
  // The next file with these headings needs no choice, until they are forgotten.
  const again = async () => {
    await page.click("[data-place=start]");
    await page.waitForSelector("#choose");
    await chosen(page, file);
  };
  await again();
  await page.waitForSelector("#since-title");
  await page.click("#understood-toggle");
  await page.click("#forget");
  await page.waitForSelector("dialog[open]");
  assert.match(await page.textContent("#confirm-text"), /with the same headings as this one/);
  await page.click("dialog .danger");
  await page.waitForFunction(() => document.getElementById("forget") === null);
  await again();
  await page.waitForSelector(".ask");
}

async function headingRow({ page, world }) {
  const file = bannered(world.work);
  await chosen(page, file);
  await page.waitForSelector("#choice-heading-row");
  await check(page, "row of the headings to choose");
  const rows = await page.$$eval("#choice-heading-row option", (all) => all.map((option) => option.textContent));
  assert.equal(rows[0], "As found: line 1");
  assert.ok(rows.includes("Line 3: Who \u00b7 What \u00b7 How many"), rows.join("; "));
  await page.selectOption("#choice-heading-row", "3");
  await page.waitForFunction(() => !document.querySelector("[aria-busy]"));
  assert.equal(await page.inputValue("#choice-heading-row"), "3");
  await check(page, "row of the headings chosen");
  await columnsChosen(page);
  await page.check("#remember");
  await page.click("#run");
  assert.match(await result(page), /^2 customers, 629 paid seats/);
  const { sha256 } = await annotate(world.fasttrack, world.work, file, "--heading-row", "3", ...FOREIGN_MAP);
  assert.equal(hash((await download(page, () => page.click("#download"))).path), sha256);
  // The next file of that kind is read in the same way.
  await page.click("[data-place=start]");
  await page.waitForSelector("#choose");
  await chosen(page, file);
  await page.waitForSelector("#since-title");
  assert.match(await page.textContent(".in-short"), /headings in line 3/);
}

async function oneCustomer({ page, world }) {
  const file = path.join(world.samples, "exports/admin-center-licenses.csv");
  await chosen(page, file);
  await page.waitForSelector(".ask");
  await page.selectOption("#column-tenant", "=");
  await page.fill("#one-tenant", "Contoso");
  await page.press("#one-tenant", "Tab");
  await page.waitForSelector("#run:enabled");
  await page.click("#run");
  assert.match(await result(page), /^1 customer,/);
  const { sha256 } = await annotate(world.fasttrack, world.work, file, "--tenant", "Contoso");
  assert.equal(hash((await download(page, () => page.click("#download"))).path), sha256);
}

async function samples({ page, world }) {
  const exports = path.join(world.samples, "exports");
  const files = readdirSync(exports)
    .filter((name) => name.endsWith(".csv"))
    .map((name) => path.join(exports, name));
  let alike = 0;
  for (const file of [path.join(world.samples, "roster.csv"), path.join(world.samples, "roster.xlsx"), ...files]) {
    const { code } = await command(world.fasttrack, ["check", file, "--unattended", "--quiet"]);
    // What asks for a choice has journeys of its own.
    if (code !== 0 && code !== 3) continue;
    await chosen(page, file);
    await result(page);
    const book = await download(page, () => page.click("#download"));
    assert.equal(book.name, `${path.parse(file).name}.fasttrack.xlsx`);
    assert.equal(hash(book.path), (await annotate(world.fasttrack, world.work, file)).sha256, file);
    alike += 1;
    // An upload that is gone is nothing to compare the next one with.
    await page.click("#delete");
    await page.click("dialog[open] .danger");
    await page.waitForFunction(() => document.querySelector("h1").textContent === "History");
    await page.click("[data-place=start]");
    await page.waitForSelector("#choose");
  }
  assert.ok(alike > 8, `only ${alike} samples were compared`);
}

async function fix({ page, world }) {
  await chosen(page, world.sample);
  await result(page);
  await page.waitForSelector("#review-title");
  const before = await reviewed(page);
  await page.click('.word:has-text("Microsoft 365 E33") .candidates button');
  await page.selectOption('.word:has-text("Galactic") select', "Commercial");
  await page.click(".group:has(input.seats) summary");
  const seats = page.locator(".group[open] input.seats").first();
  await seats.fill("130");
  await seats.press("Tab");
  await page.waitForFunction(() => /^3 changes/.test(document.getElementById("fixes-count").textContent));
  await check(page, "fixes chosen");
  await page.click("#run-fixes");
  await page.waitForSelector("#since-title");
  await page.waitForSelector("#review-title");
  assert.equal(await reviewed(page), before - 3, "the three rows still need review");
  await check(page, "result after fixes");
  await page.click(".since summary");
  await page.waitForSelector(".listing tbody tr");
  const kept = await download(page, () => page.click('.downloads a[href$="/files/overrides.csv"]'));
  const { report } = await annotate(world.fasttrack, world.work, world.sample, "--overrides", kept.path);
  assert.deepEqual(
    await figures(page),
    report.customers.tiers
      .filter((tier) => tier.tier !== "None")
      .map((tier) => [tier.tier, tier.customers, tier.paid_seats]),
    "the file of the fixes does not come to the same",
  );
}

// Fixes of rows: a count as people write it, a total that is not a customer, and the next export with another cell.
async function outdated({ page, world }) {
  await chosen(page, dirty(world.work, "ca. 600"));
  await result(page);
  await page.waitForSelector("#review-title");
  await page.click(".group:has(input.seats) summary");
  const seats = page.locator(".group[open] input.seats").first();
  for (const [typed, words] of [
    ["-5", /below zero/],
    ["12.5", /whole/],
    ["many", /number/],
  ]) {
    await seats.fill(typed);
    await seats.press("Tab");
    assert.match(await page.textContent(".group[open] .box-wrong:not(:empty)"), words);
    assert.match(await page.textContent("#fixes-count"), /1 answer cannot be used/);
  }
  await check(page, "seats that cannot be used");
  await page.click("#run-fixes");
  assert.equal(await page.evaluate(() => document.activeElement.value), "many", "what is wrong is passed over");
  await seats.fill("1.200");
  await seats.press("Tab");
  assert.equal(await seats.inputValue(), "1200");
  await page.click('.group:has-text("looks like a total") summary');
  await page.selectOption('.group:has-text("looks like a total") select', "Not a customer");
  // What is chosen and not run yet is there again after a look at something else.
  await page.click("[data-place=history]");
  await page.waitForFunction(() => document.querySelector("h1").textContent === "History");
  await page.goBack();
  await page.waitForSelector("#fixes-count");
  await page.waitForFunction(() => /^2 changes/.test(document.getElementById("fixes-count").textContent));
  await page.click("#run-fixes");
  await page.waitForSelector("#since-title");
  await page.waitForSelector("#review-title");
  assert.match(await page.textContent(".sentence"), /^2 customers, 1,320 paid seats.*nothing needs review/);
  await page.click("[data-place=start]");
  await page.waitForSelector("#choose");
  await chosen(page, dirty(world.work, "120"));
  await result(page);
  await page.waitForSelector(".group[open] input.seats");
  assert.match(await page.textContent(".sentence"), /^2 customers, 240 paid seats.*nothing needs review/);
  assert.match(await page.textContent(".group[open]"), /the cell said `?ca. 600`?, 1200 paid seats were filled in/i);
}

async function bare({ page }) {
  await page.click("#paste");
  await page.fill("#cells", "Contoso\tMicrosoft 365 E3\t480\nFabrikam\tMicrosoft 365 E3\t120\n");
  await page.click("dialog .primary");
  await page.waitForSelector(".ask");
  assert.match(await page.textContent(".understood .actions"), /Add a row of headings/);
  await page.click("[data-place=start]");
  await page.click("#paste");
  await page.fill("#cells", "Contoso\tMicrosoft 365 E3\t480\nFabrikam\tMicrosoft 365 E3\t120\n");
  await page.check("#cells-bare");
  await page.click("dialog .primary");
  await page.waitForSelector(".understood");
  for (const [place, field] of ["tenant", "plan", "seats"].entries()) {
    await page.waitForSelector(`#column-${field}`);
    await page.selectOption(`#column-${field}`, String(place + 1));
    await page.waitForFunction(() => !document.querySelector("[aria-busy]"));
  }
  await page.click("#run:enabled");
  assert.match(await result(page), /^2 customers, 600 paid seats/);
}

const FOREIGN_MAP = ["tenant=Who", "plan=What", "seats=How many"].flatMap((map) => ["--map", map]);

// Chooses the columns of people's own headings.
async function columnsChosen(page) {
  for (const [field, heading] of [
    ["tenant", "A: Who"],
    ["plan", "B: What"],
    ["seats", "C: How many"],
  ]) {
    await page.selectOption(`#column-${field}`, { label: heading });
    await page.waitForFunction(
      (id) => document.getElementById(id)?.closest(".field:not(.field-open)") && !document.querySelector("[aria-busy]"),
      `column-${field}`,
    );
  }
}

// Chooses a file by the button.
export async function chosen(page, ...files) {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("#choose")]);
  await chooser.setFiles(files);
}

// Drops a file somewhere on the page.
export async function drops(page, file) {
  const bytes = readFileSync(file).toString("base64");
  const dropped = await page.evaluateHandle(
    ([content, name]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], name));
      return data;
    },
    [bytes, path.basename(file)],
  );
  await page.dispatchEvent("footer", "dragover", { dataTransfer: dropped });
  assert.ok(await page.isVisible("#drop-cover"), "nothing shows where to drop");
  await page.dispatchEvent("footer", "drop", { dataTransfer: dropped });
}

// The table of the tiers as numbers, without its last line.
export async function figures(page) {
  const rows = await page.$$eval("#tiers tbody tr", (all) =>
    all.map((row) => [...row.cells].map((cell) => cell.textContent)),
  );
  const number = (text) => Number(text.replaceAll(",", ""));
  return rows.map(([tier, customers, , seats]) => [tier, number(customers), number(seats)]);
}

const reviewed = (page) =>
  page.$$eval(".tile", (tiles) =>
    Number(tiles.find((tile) => /review/.test(tile.textContent)).querySelector("dd").textContent),
  );
