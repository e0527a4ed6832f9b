// How counts, sizes, times and the program's own words are written on the page.

const COUNTS = new Intl.NumberFormat("en-US");
const PERCENT = new Intl.NumberFormat("en-US", {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const MOMENT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

// `12345` -> `12,345`
export const count = (number) => COUNTS.format(number ?? 0);

// `(1, "row")` -> `1 row`, `(4, "row")` -> `4 rows`
export const counted = (number, one, several = `${one}s`) => `${count(number)} ${number === 1 ? one : several}`;

// The share of a part in a whole; nothing of nothing is 0.0 %.
export const share = (part, whole) => PERCENT.format(whole > 0 ? part / whole : 0);

// A difference with its sign; the minus is the typographic one, as wide as the plus.
export function difference(now, before) {
  const by = now - before;
  if (by === 0) return "0";
  return by > 0 ? `+${count(by)}` : `\u2212${count(-by)}`;
}

// Bytes as file managers write them.
export function size(bytes) {
  if (bytes === null || bytes === undefined) return "";
  const units = ["bytes", "kB", "MB", "GB"];
  let amount = bytes;
  let unit = 0;
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  const written = unit > 0 && amount < 10 ? amount.toFixed(1) : count(Math.round(amount));
  return `${written} ${units[unit]}`;
}

// A moment such as `2026-11-29T12:00:00Z` in the reader's own time zone.
export function moment(written) {
  const at = new Date(written);
  return Number.isNaN(at.getTime()) ? String(written ?? "") : MOMENT.format(at);
}

// A day such as `2026-11-28`.
export function day(written) {
  const at = new Date(`${written}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? String(written ?? "") : DAY.format(at);
}

// Seconds, the short ones with a decimal.
export const seconds = (amount) => `${amount < 10 ? amount.toFixed(1) : count(Math.round(amount))} s`;

// The letters of a column, from 1: A, B, ... Z, AA.
export function letters(column) {
  let rest = column;
  let written = "";
  while (rest > 0) {
    written = String.fromCharCode(65 + ((rest - 1) % 26)) + written;
    rest = Math.floor((rest - 1) / 26);
  }
  return written;
}

// First letter in upper case, as a sentence begins.
export const sentence = (text) => (text ? text.charAt(0).toUpperCase() + text.slice(1) : "");

// The fields of a roster: what each is called, and what it says.
const FIELDS = {
  tenant: ["Tenant", "what tells customers apart"],
  plan: ["Plan", "what was bought"],
  seats: ["Paid seats", "how many seats are paid for"],
  customer: ["Customer's name", "what the customer is called, if the tenant is an id"],
  segment: ["Segment", "commercial, government, education or nonprofit"],
  status: ["Status", "whether the subscription is active"],
  trial: ["Trial", "whether it is a trial"],
  subscription: ["Subscription id", "tells subscriptions apart"],
  owner: ["Account owner", "who looks after the customer"],
  country: ["Country", "where the customer is"],
  renewal: ["Renewal date", "when the subscription renews"],
  phase: ["FastTrack phase", "how far the onboarding is"],
  services: ["Services wanted", "what is to be onboarded"],
};

export const fieldName = (field) => FIELDS[field]?.[0] ?? sentence(field);
export const fieldMeaning = (field) => FIELDS[field]?.[1] ?? "";

const DELIMITERS = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar" };

export const delimiterName = (mark) => DELIMITERS[mark] ?? mark;

// Why a column was taken; what was chosen on the page was told to the program on its command line.
export function because(words) {
  if (!words) return "";
  return /command line/.test(words) ? "chosen here" : words.replace(/^a guess: /, "");
}

// What the tiers of the shipped policies give; each also has what those before it give.
const TIERS = {
  Portal: "planning resources and training material, for everyone",
  "Q&A": "answers to questions about Microsoft 365",
  Specialist: "help to deploy Microsoft 365 and have it adopted",
  Migration: "FastTrack moves mail and files",
  "Needs review": "portal only, until what is wrong with the row is put right",
};

export const tierMeaning = (name) => TIERS[name] ?? "";

// Tiers by their place on the ladder, for their colours; a policy may have other tiers than the shipped ones.
export function tierClass(name, place, rungs) {
  if (name === "Needs review") return "tier-review";
  if (name === "None") return "tier-none";
  return `tier-${Math.min(3, rungs <= 1 ? 3 : Math.round((place * 3) / (rungs - 1)))}`;
}
