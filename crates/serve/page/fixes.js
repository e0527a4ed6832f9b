// The fixes that a person chose on the page: what a word means in all rows, and what is right for one row.

// A row that is left out, such as a total.
export const NOT_A_CUSTOMER = "Not a customer";

// Where a line tells what the roster says in place of a value; of a blank cell it tells an empty text.
const SAID = { seats: "seats", segment: "segment_in_roster", status: "status_in_roster" };

// Returns fixes to add to, beginning with those that a run had.
export function fixesOf(given) {
  const words = new Map((given?.words ?? []).map((word) => [wordKey(word), word]));
  const rows = new Map((given?.rows ?? []).map((row) => [rowKey(row), row]));
  return { words, rows, given: { words: new Map(words), rows: new Map(rows) }, wrong: new Map() };
}

// What was chosen and is in no run yet, by the run that it was chosen for: it is there again when the run is.
const chosen = new Map();

// Returns the fixes of a run with what was chosen since.
export function fixesOfRun({ id, fixes }) {
  if (!chosen.has(id)) chosen.set(id, fixesOf(fixes));
  return chosen.get(id);
}

// Forgets what was chosen for a run: it was taken back, or another run has it.
export const forgetChosen = (runId) => chosen.delete(runId);

// Notes that what is in a box cannot be used, and why; without a reason, that it can.
export function setWrong(fixes, box, reason) {
  if (reason) fixes.wrong.set(box, reason);
  else fixes.wrong.delete(box);
}

// The first box with something that cannot be used.
export const firstWrong = (fixes) => fixes.wrong.keys().next().value;

// Says what a word means; an empty meaning leaves it open.
export function setWord(fixes, { kind, as_written }, means) {
  const key = wordKey({ kind, as_written });
  if (means === "") fixes.words.delete(key);
  else fixes.words.set(key, { kind, as_written, means });
}

// Says what is right in one row: `what` is `seats`, `status`, `segment` or `means_plan`; an empty value leaves it open.
// Seats, segment and status count for as long as the roster says what it says now; that a row is no customer counts always,
// and so does what is right in a result that does not tell what the roster says: it was made by an older version.
export function setRow(fixes, line, what, value) {
  const { tenant, plan } = line;
  const key = rowKey({ tenant, plan });
  const row = { tenant: tenant ?? "", plan: plan ?? "", ...fixes.rows.get(key) };
  const was = `${what}_in_roster`;
  if (value === "") delete row[what];
  else row[what] = value;
  const said = SAID[what] && line[SAID[what]];
  if (value === "" || value === NOT_A_CUSTOMER || typeof said !== "string") delete row[was];
  else row[was] = said;
  const isEmpty = Object.keys(row).every((name) => ["tenant", "plan", "reason"].includes(name));
  if (isEmpty) fixes.rows.delete(key);
  else fixes.rows.set(key, row);
}

export const wordMeans = (fixes, word) => fixes.words.get(wordKey(word))?.means ?? "";
export const rowValue = (fixes, row, what) => fixes.rows.get(rowKey(row))?.[what] ?? "";

// How many fixes differ from those that the run had.
export const changed = (fixes) =>
  differences(fixes.words, fixes.given.words) + differences(fixes.rows, fixes.given.rows);

// How many there are in all.
export const total = (fixes) => fixes.words.size + fixes.rows.size;

// What the run had: words that are settled, and rows that were put right.
export const givenWords = (fixes) => [...fixes.given.words.values()];
export const givenRows = (fixes) => [...fixes.given.rows.values()];

// In the form in which the server takes them.
export const asSent = (fixes) => ({ words: [...fixes.words.values()], rows: [...fixes.rows.values()] });

function differences(now, before) {
  const keys = new Set([...now.keys(), ...before.keys()]);
  return [...keys].filter((key) => JSON.stringify(now.get(key)) !== JSON.stringify(before.get(key))).length;
}

const wordKey = ({ kind, as_written }) => JSON.stringify([kind, as_written]);
const rowKey = ({ tenant, plan }) => JSON.stringify([tenant ?? "", plan ?? ""]);
