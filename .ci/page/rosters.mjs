// Rosters that the tests make: one of people's own headings, one full of markup, and one that takes a while.

import { crc32 } from "node:zlib";
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";

export const MARKUP = "<img src=x onerror=alert(1)>";

// Headings that nobody can know.
export function foreign(folder) {
  return written(
    folder,
    "customers.csv",
    "Who,What,How many\nContoso,Microsoft 365 E3,480\nFabrikam,Office 365 E3,149\n",
  );
}

// Headings that nobody can know, below a line that looks more like headings.
export function bannered(folder) {
  return written(
    folder,
    "west desk.csv",
    "Customer,,\nof the west desk,,\nWho,What,How many\nContoso,Microsoft 365 E3,480\nFabrikam,Office 365 E3,149\n",
  );
}

// A cell that may be no count, a total that does not add up, and a plan that nobody knows, if one is named.
export function dirty(folder, seats, plan = "Microsoft 365 E3") {
  return written(
    folder,
    "export.csv",
    `Customer,Plan,Paid seats\nContoso,Microsoft 365 E3,${seats}\nFabrikam,${plan},120\nTotal,,999\n`,
  );
}

// Headings with a quote that nobody closes.
export function unclosed(folder) {
  return written(folder, "quote.csv", '"Tenant,Plan,Paid seats\nContoso,Microsoft 365 E3,480\n');
}

// Markup as file name, headings, tenants, plans and words.
export function marked(folder) {
  const rows = [
    ["Tenant", "Plan", "Paid seats", "Status", `${MARKUP}h`],
    [`${MARKUP}t`, "Microsoft 365 E3", "480", "Active", "x"],
    ["Contoso", `${MARKUP}p`, "150", `${MARKUP}s`, "x"],
  ];
  return written(folder, `${MARKUP}.csv`, rows.map((row) => row.join(",")).join("\n"));
}

// A workbook with two sheets that could be the roster, one of which has markup as its name.
export function markedWorkbook(folder) {
  const rows = [
    ["Tenant", "Plan", "Paid seats"],
    ["Contoso", "Microsoft 365 E3", "480"],
  ];
  return written(
    folder,
    "sheets.xlsx",
    workbook([
      [MARKUP, rows],
      ["Customers", rows],
    ]),
  );
}

// So many rows that there is time to cancel.
export function large(folder, rows) {
  const file = path.join(folder, "large.csv");
  const handle = openSync(file, "w");
  writeSync(handle, "Tenant,Plan,Paid seats\n");
  for (let row = 0; row < rows; row += 10_000) {
    const lines = Array.from(
      { length: 10_000 },
      (_, place) => `Tenant ${row + place},Microsoft 365 E3,${(row + place) % 900}\n`,
    );
    writeSync(handle, lines.join(""));
  }
  closeSync(handle);
  return file;
}

function written(folder, name, content) {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

// The least that is a workbook: cells with their text in place.
function workbook(sheets) {
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const packaged = "http://schemas.openxmlformats.org/package/2006";
  const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const each = (line) => sheets.map(([name, rows], place) => line(place + 1, name, rows)).join("");
  const parts = [
    [
      "[Content_Types].xml",
      `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/>${each((id) => `<Override PartName="/xl/worksheets/sheet${id}.xml" ContentType="${kind}.worksheet+xml"/>`)}</Types>`,
    ],
    [
      "_rels/.rels",
      `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      "xl/workbook.xml",
      `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>${each((id, name) => `<sheet name="${escaped(name)}" sheetId="${id}" r:id="rId${id}"/>`)}</sheets></workbook>`,
    ],
    [
      "xl/_rels/workbook.xml.rels",
      `<Relationships xmlns="${packaged}/relationships">${each((id) => `<Relationship Id="rId${id}" Type="${relations}/worksheet" Target="worksheets/sheet${id}.xml"/>`)}</Relationships>`,
    ],
    ...sheets.map(([, rows], place) => [
      `xl/worksheets/sheet${place + 1}.xml`,
      `<worksheet xmlns="${main}"><sheetData>${rows.map(line).join("")}</sheetData></worksheet>`,
    ]),
  ];
  return zipped(parts.map(([name, text]) => [name, Buffer.from(head + text)]));
}

const line = (cells) =>
  `<row>${cells.map((cell) => (/^\d+$/.test(cell) ? `<c><v>${cell}</v></c>` : `<c t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`)).join("")}</row>`;
const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

// A zip file of parts that are stored as they are.
function zipped(parts) {
  const locals = [];
  const centrals = [];
  let offset = 0;
  for (const [name, bytes] of parts) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), bytes]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, place, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
