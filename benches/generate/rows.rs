//! A roster out of a seed: the same seed gives the same roster on every machine.
//!
//! Shared by the benchmarks, the tests and the `generate-roster` example.

use std::io::{self, Write};

/// The headings of a generated roster.
pub(crate) const HEADINGS: [&str; 8] =
    ["Tenant ID", "Customer name", "Domain", "Country", "Plan type", "Paid seats", "Segment", "Renewal date"];

/// How a roster is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recipe {
    /// Rows below the headings.
    pub rows: u64,
    /// Where the random numbers begin.
    pub seed: u64,
    /// Of a thousand rows, how many have something wrong with them.
    pub messy_per_mille: u64,
}

/// A row of a generated roster, in the order of [`HEADINGS`].
pub(crate) type Row = [String; 8];

/// Gives the rows of a recipe, one by one.
pub(crate) fn rows(recipe: Recipe) -> impl Iterator<Item = Row> {
    (0..recipe.rows).map(move |index| row(recipe, index))
}

/// Writes a recipe's roster as comma-separated text with CRLF line ends.
///
/// # Errors
/// Those of `out`.
pub(crate) fn write_csv(recipe: Recipe, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}\r\n", HEADINGS.join(","))?;
    for row in rows(recipe) {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        write!(out, "{}\r\n", cells.join(","))?;
    }
    Ok(())
}

/// Writes the same roster with `times` rows for each tenant, far apart: a row of each, then a row of each again. What
/// tells the tenants is that of the first rows, also their segment.
///
/// # Errors
/// Those of `out`.
pub(crate) fn write_repeated(recipe: Recipe, times: u64, out: &mut impl Write) -> io::Result<()> {
    const SEGMENT: usize = 6;
    let tenants = recipe.rows.div_ceil(times.max(1)).max(1);
    write!(out, "{}\r\n", HEADINGS.join(","))?;
    for (index, mut cells) in (0..).zip(rows(recipe)) {
        let first = row(recipe, index % tenants);
        for column in [0, 1, 2, 3, SEGMENT] {
            if let Some((cell, own)) = cells.get_mut(column).zip(first.get(column)) {
                cell.clone_from(own);
            }
        }
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        write!(out, "{}\r\n", cells.join(","))?;
    }
    Ok(())
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

const FIRST: [&str; 24] = [
    "Contoso",
    "Fabrikam",
    "Northwind",
    "Adventure",
    "Tailspin",
    "Litware",
    "Proseware",
    "Wingtip",
    "Fourth Coffee",
    "Margie's",
    "Lucerne",
    "Humongous",
    "Alpine",
    "Blue Yonder",
    "City Power",
    "Coho",
    "Graphic",
    "School of",
    "Trey",
    "VanArsdel",
    "Wide World",
    "Woodgrove",
    "Relecloud",
    "Bellows",
];
const LAST: [&str; 16] = [
    "Ltd",
    "GmbH",
    "Traders",
    "Works",
    "Toys",
    "Research",
    "Airlines",
    "Publishing",
    "Insurance",
    "Ski House",
    "& Light",
    "Winery",
    "Design",
    "Fine Art",
    "Bank",
    "Importers",
];
const COUNTRIES: [&str; 12] = ["US", "DE", "GB", "FR", "NL", "SE", "CH", "ES", "IT", "JP", "AU", "BR"];

/// A plan with the segment that its customers write into their own column; the weights make a roster as they come:
/// mostly Business and Enterprise suites.
const PLANS: [(&str, &str, u64); 26] = [
    ("Microsoft 365 Business Premium", "Commercial", 14),
    ("Microsoft 365 Business Standard", "Commercial", 12),
    ("Microsoft 365 Business Basic", "Commercial", 8),
    ("Microsoft 365 E3", "Commercial", 14),
    ("Microsoft 365 E5", "", 8),
    ("SPE_E3", "", 4),
    ("SPE_E5", "", 3),
    ("Microsoft 365 F3", "Commercial", 4),
    ("Microsoft 365 Apps for Enterprise", "", 3),
    ("Office 365 E1", "Commercial", 5),
    ("Office 365 E3", "", 6),
    ("ENTERPRISEPACK", "", 3),
    ("Office 365 E5", "Commercial", 3),
    ("Exchange Online (Plan 1)", "", 3),
    ("Exchange Online (Plan 2)", "Commercial", 2),
    ("Enterprise Mobility + Security E3", "", 2),
    ("Microsoft 365 A3 for Faculty", "Education", 4),
    ("Microsoft 365 A5 for Students", "EDU", 3),
    ("Office 365 A1 for faculty", "Education", 2),
    ("Microsoft 365 Business Premium (Nonprofit Staff Pricing)", "", 2),
    ("Office 365 E1 (Nonprofit Staff Pricing)", "Non-profit", 2),
    ("Microsoft 365 G3 GCC", "Government", 2),
    ("Power BI Pro", "", 3),
    ("Dynamics 365 Sales Premium", "Commercial", 2),
    ("Microsoft 365 E5 Security", "", 1),
    ("Visio Plan 2", "", 1),
];

fn row(recipe: Recipe, index: u64) -> Row {
    let mut random = Random(recipe.seed ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let name = format!("{} {} {}", random.pick(&FIRST), random.pick(&LAST), index + 1);
    let domain = format!("{}.example", name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), ""));
    let total: u64 = PLANS.iter().map(|(_, _, weight)| weight).sum();
    let mut at = random.below(total);
    let (plan, segment, _) = PLANS
        .iter()
        .find(|(_, _, weight)| {
            let here = at < *weight;
            at = at.saturating_sub(*weight);
            here
        })
        .unwrap_or(&PLANS[0]);
    let mut row = [
        random.guid(),
        name,
        domain,
        (*random.pick(&COUNTRIES)).to_owned(),
        (*plan).to_owned(),
        random.seats().to_string(),
        (*segment).to_owned(),
        format!("20{:02}-{:02}-{:02}", 26 + random.below(4), 1 + random.below(12), 1 + random.below(28)),
    ];
    if random.below(1000) < recipe.messy_per_mille {
        mess_up(&mut row, &mut random);
    }
    row
}

fn mess_up(row: &mut Row, random: &mut Random) {
    const SEATS: [&str; 8] = ["", "12.5", "-3", "1.234", "fifty", "1,200", "150+", " 300 seats"];
    match random.below(6) {
        0 => row[0].clear(),
        1 => "Microsoft 365 E33".clone_into(&mut row[4]),
        2 => row[4].clear(),
        3 => "Galactic".clone_into(&mut row[6]),
        4 => "=HYPERLINK(\"https://example.com\",\"Contoso, Ltd\")".clone_into(&mut row[1]),
        _ => (*random.pick(&SEATS)).clone_into(&mut row[5]),
    }
}

/// `SplitMix64`: small, well spread, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    #[expect(clippy::indexing_slicing, reason = "the index is below the length, and no list here is empty")]
    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let index = self.below(from.len() as u64);
        &from[usize::try_from(index).unwrap_or(0)]
    }

    fn guid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        )
    }

    /// Small customers are many: seats spread evenly over magnitudes from 1 to 20,000.
    fn seats(&mut self) -> u64 {
        const MAGNITUDES: [u64; 7] = [10, 50, 150, 500, 1000, 5000, 20_000];
        let top = *self.pick(&MAGNITUDES);
        1 + self.below(top)
    }
}
