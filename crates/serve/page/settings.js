// What a person chose about how a file is read. The words are those of the program's flags.

// How a column is named in the settings: by its heading where no other column has it, else by its place.
export function columnName(headings, column) {
  const heading = headings.find((one) => one.column === column)?.heading ?? "";
  const isPlain = heading.trim() !== "" && !/^[#-]/.test(heading.trim());
  const isOnly = headings.filter((one) => one.heading === heading).length === 1;
  return isPlain && isOnly ? heading : `#${column}`;
}

// Settings with a column chosen for a field; `null` = the file has none.
export function withColumn(settings, headings, field, column) {
  const map = { ...settings.map, [field]: column === null ? "-" : columnName(headings, column) };
  const chosen = { ...settings, map };
  if (field === "tenant") delete chosen.tenant;
  return chosen;
}

// Settings in which every row is one customer's.
export function withTenant(settings, tenant) {
  const map = { ...settings.map };
  delete map.tenant;
  return without({ ...settings, map, tenant }, tenant === "" ? ["tenant"] : []);
}

// Settings with one thing chosen; an empty choice leaves it to the program again.
export function withChoice(settings, name, value) {
  return without({ ...settings, [name]: value }, value === "" || value === null ? [name] : []);
}

// Settings with another sheet or row of headings: it has columns of its own, so those that were chosen go.
export const withSheet = (settings, sheet) =>
  withChoice(without(settings, ["heading_row", "map", "ignore"]), "sheet", sheet);
export const withHeadingRow = (settings, row) =>
  withChoice(without(settings, ["map", "ignore"]), "heading_row", row || "");

// Settings in which a column is ignored, or no longer.
export function withIgnored(settings, heading, isIgnored) {
  const others = (settings.ignore ?? []).filter((one) => one !== heading);
  return { ...settings, ignore: isIgnored ? [...others, heading] : others };
}

// Settings in which what was a guess is said: whoever looks at it and goes on has chosen it.
export function confirmed(settings, preview) {
  if (!preview || preview.is_certain) return settings;
  const map = { ...settings.map };
  const guessed = preview.fields.filter(
    (field) => field.column !== null && !field.is_certain && map[field.field] === undefined,
  );
  for (const field of guessed) map[field.field] = columnName(preview.headings, field.column);
  const isOneOfSeveral = (preview.input.sheets ?? []).length > 1;
  return { ...settings, map, ...(isOneOfSeveral && !settings.sheet ? { sheet: preview.input.sheet } : {}) };
}

// Whether two settings are the same.
export const isSame = (left, right) => normal(left) === normal(right);

// Whether a file is understood the same with two settings: the others only matter for its run.
export const isReadSame = (left, right) => normal(ofReading(left)) === normal(ofReading(right));

function without(settings, names) {
  const rest = { ...settings };
  for (const name of names) delete rest[name];
  return rest;
}

const ofReading = (settings) => without(settings ?? {}, ["policy", "numbers", "remember"]);

function normal(settings) {
  const entries = Object.entries(settings ?? {})
    .filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false)
    .map(([name, value]) => [
      name,
      Array.isArray(value) ? [...value].sort() : typeof value === "object" ? Object.entries(value).sort() : value,
    ])
    .filter(([, value]) => !Array.isArray(value) || value.length > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(entries);
}
