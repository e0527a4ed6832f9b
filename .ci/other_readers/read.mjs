// Prints the cells of a workbook as JavaScript's readers have them, or the version of one.
//
// usage: node read.mjs exceljs|xlsx|xlsx-populate WORKBOOK.xlsx|--version
//
// One line for each cell that holds something: sheet, row and column from 1, kind, value, with tabs between them.

import { existsSync, readFileSync } from "node:fs";

const NOT_THERE = 77;
const BLOCK = 1 << 16;
const MILLISECONDS_A_DAY = 86_400_000;
// 1970-01-01 as Excel counts days.
const EPOCH = 25_569;
const ESCAPES = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const [name, workbook] = process.argv.slice(2);
let lines = [];

function put(sheet, row, column, kind, value) {
  if (value === "" || value === null || value === undefined) return;
  const fields = [sheet, row, column, kind, value].map((field) =>
    String(field).replace(/[\\\n\r\t]/g, (sign) => ESCAPES[sign]),
  );
  lines.push(fields.join("\t"));
  if (lines.length === BLOCK) flush();
}

function flush() {
  if (lines.length) process.stdout.write(lines.join("\n") + "\n");
  lines = [];
}

// Puts a plain value of JavaScript.
function putPlain(sheet, row, column, value) {
  if (value instanceof Date) put(sheet, row, column, "number", value.getTime() / MILLISECONDS_A_DAY + EPOCH);
  else put(sheet, row, column, { number: "number", boolean: "bool", string: "text" }[typeof value] ?? "unknown", value);
}

// A cell of exceljs holds an object where it has a link, runs of text or an error.
function inside(value) {
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  if ("richText" in value) return value.richText.map((run) => run.text).join("");
  if ("hyperlink" in value) return inside(value.text);
  return value;
}

async function exceljs() {
  const { default: ExcelJs } = await import("exceljs");
  const book = new ExcelJs.Workbook();
  await book.xlsx.readFile(workbook);
  book.eachSheet((sheet) =>
    sheet.eachRow((row, number) =>
      row.eachCell((cell, column) => {
        // What a merged range shows is the value of its first cell.
        if (cell.isMerged && cell.master !== cell) return;
        // A formula that comes to 0 has its result here only.
        const value = inside(cell.formula ? cell.result : cell.value);
        if (value?.error) put(sheet.name, number, column, "error", value.error);
        else putPlain(sheet.name, number, column, value);
      }),
    ),
  );
}

async function xlsx() {
  const { default: XLSX } = await import("xlsx");
  const book = XLSX.readFile(workbook, { dense: true, cellHTML: false, cellText: false });
  const kinds = { s: "text", n: "number", b: "bool", e: "error" };
  for (const name of book.SheetNames)
    book.Sheets[name].forEach((row, number) =>
      row?.forEach((cell, column) => {
        if (cell && cell.t !== "z") put(name, number + 1, column + 1, kinds[cell.t], cell.t === "e" ? cell.w : cell.v);
      }),
    );
}

async function xlsxPopulate() {
  const { default: XlsxPopulate } = await import("xlsx-populate");
  const book = await XlsxPopulate.fromFileAsync(workbook);
  for (const sheet of book.sheets())
    sheet._rows.forEach((row) =>
      row._cells.forEach((cell) => {
        const value = cell.value();
        const [number, column] = [cell.rowNumber(), cell.columnNumber()];
        if (value?.error) put(sheet.name(), number, column, "error", value.error());
        else putPlain(sheet.name(), number, column, value?.text ? value.text() : value);
      }),
    );
}

const READERS = { exceljs, xlsx, "xlsx-populate": xlsxPopulate };

if (workbook === "--version") {
  const about = new URL(`node_modules/${name}/package.json`, import.meta.url);
  if (!existsSync(about)) process.exit(NOT_THERE);
  console.log(JSON.parse(readFileSync(about, "utf8")).version);
} else {
  await READERS[name]();
  flush();
}
