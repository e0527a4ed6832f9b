//! The columns of the Roster sheet, and of a file that holds its rows alone: headings, widths, notes, looks.

use super::{Layout, NAME, tier_style, tier_width};
use crate::about::About;
use crate::output_fields::{FieldType, Names, OutputColumn, OutputField};
use crate::policy::Policy;
use crate::report::{COUNT_FORMAT, Column, Field, Highlight, Kind, Stream, Style};
use crate::roster::columns::{Columns, TenantFrom};
use crate::verdict::Tier;
use crate::verdict::words::{ANSWERS, tier_name};
use std::collections::HashSet;

impl Layout<'_> {
    /// Returns the sheet's columns: the roster's headings as they stand, then ours.
    ///
    /// A heading that the roster has already gets ` (FastTrack)` behind ours.
    #[must_use]
    pub fn stream(&self, about: &About, columns: &Columns) -> Stream {
        let headed = self.headed(about);
        Stream {
            name: NAME,
            printed: Some(self.printed(about, columns, &headed)),
            columns: headed,
            frozen_columns: frozen(columns),
            looks: looks(about),
            repeated: self.vocabulary.texts.clone(),
            highlights: self.highlights(),
            nothing: "All rows of the roster are blank.",
            choices: Vec::new(),
        }
    }

    /// Returns the columns of a file that holds these rows alone: the roster's as they stand, then ours, whose names get
    /// ` (FastTrack)` behind them likewise.
    #[must_use]
    pub fn fields(&self, about: &About) -> Vec<Field> {
        let taken = taken(&about.headings);
        let own = about.headings.iter().map(|heading| Field { heading: heading.clone(), kind: Kind::Roster });
        let ours = self.fields.iter().map(|field| Field {
            heading: free_heading(self.name(field), &taken),
            kind: match (field.field_type, self.names) {
                (FieldType::Integer, _) => Kind::Count,
                (FieldType::Boolean, Names::Machine) => Kind::Truth,
                (FieldType::Boolean, Names::Headings) | (FieldType::Text, _) => Kind::Text,
            },
        });
        own.chain(ours).collect()
    }

    fn headed(&self, about: &About) -> Vec<Column> {
        let headings = &about.headings;
        let taken = taken(headings);
        let own = headings.iter().enumerate().map(|(column, heading)| Column {
            heading: heading.clone(),
            style: Style::ColumnHeading,
            width: own_width(heading, about.longest.get(column).copied().unwrap_or(0)),
            note: String::new(),
        });
        let ours = self.fields.iter().map(|field| Column {
            heading: free_heading(self.name(field), &taken),
            style: Style::OurHeading,
            width: our_width(self.policy, field.column),
            note: field.meaning.clone(),
        });
        own.chain(ours).collect()
    }

    /// What a field is called in this layout, if the roster has nothing of that name.
    fn name<'f>(&self, field: &'f OutputField) -> &'f str {
        match (self.names, &field.heading) {
            (Names::Headings, Some(heading)) => heading,
            (Names::Machine, _) | (Names::Headings, None) => &field.name,
        }
    }

    /// What our cells say decides how they look, also when a person has mended them.
    fn highlights(&self) -> Vec<Highlight> {
        let policy = self.policy;
        let (tier, entitlements) = (self.place(OutputColumn::Tier), self.counted().entitlements);
        let review = self.place(OutputColumn::ReviewReasons);
        let rungs = (0..policy.rungs.len()).map(Tier::Rung);
        let tiers = rungs.chain([Tier::None, Tier::NeedsReview]).map(|of| Highlight {
            columns: (tier, tier),
            text: Some(tier_name(policy, of).to_owned()),
            style: tier_style(of),
        });
        let [.., confirm] = ANSWERS;
        let others = [
            Highlight {
                columns: (entitlements, (entitlements + policy.entitlements.len()).saturating_sub(1)),
                text: Some(confirm.to_owned()),
                style: Style::Warning,
            },
            Highlight { columns: (review, review), text: None, style: Style::Review },
        ];
        tiers.chain(others).collect()
    }
}

/// Whose row it is stays in sight, unless that would leave little room for the rest.
fn frozen(columns: &Columns) -> u16 {
    const MOST: usize = 3;
    match columns.tenant {
        TenantFrom::Column(column) if column < MOST => u16::try_from(column + 1).unwrap_or(0),
        _ => 0,
    }
}

/// Returns every style that [`Layout::cells`] gives, with every number format that may come with it.
fn looks(about: &About) -> Vec<(Style, String)> {
    let mut looks: Vec<(Style, String)> =
        [Style::Plain, Style::Figure, Style::Muted].map(|style| (style, String::new())).to_vec();
    looks.push((Style::Figure, COUNT_FORMAT.to_owned()));
    for format in &about.formats {
        looks.extend([Style::Plain, Style::Figure].map(|style| (style, format.clone())));
    }
    looks
}

fn taken(headings: &[String]) -> HashSet<String> {
    headings.iter().map(|heading| heading.trim().to_lowercase()).collect()
}

fn free_heading(heading: &str, taken: &HashSet<String>) -> String {
    let mut free = heading.to_owned();
    while taken.contains(&free.to_lowercase()) {
        free.push_str(" (FastTrack)");
    }
    free
}

/// Wide enough for the heading with the filter's button and for what the first rows hold, within reason: a GUID fits.
fn own_width(heading: &str, longest: usize) -> f64 {
    const MOST: usize = 38;
    let wanted = (heading.chars().count() + 4).max(longest + 2).clamp(10, MOST);
    u32::try_from(wanted).map_or(0.0, f64::from)
}

fn our_width(policy: &Policy, column: OutputColumn) -> f64 {
    match column {
        OutputColumn::Tier | OutputColumn::NextTier => tier_width(policy),
        OutputColumn::Why | OutputColumn::MicrosoftNow => 96.0,
        OutputColumn::Services | OutputColumn::ReviewReasons | OutputColumn::CustomerNow => 90.0,
        OutputColumn::WantedCovered | OutputColumn::Recognised => 60.0,
        OutputColumn::WantedMissing => 70.0,
        OutputColumn::Repeated => 44.0,
        OutputColumn::SeatsToNext => 13.0,
        OutputColumn::Entitled(_) | OutputColumn::Eligible => 12.0,
        OutputColumn::SeatsCounted => 10.0,
        _ => 15.0,
    }
}
