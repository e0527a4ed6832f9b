//! Why a column was taken, and how sure that is.

/// How sure it is that a column is what it was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidence {
    /// The user or the heading says so.
    Certain,
    /// It looks like it.
    Guess,
}

/// Why a column was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// The user gives the tenant of every row.
    Given,
    /// Named on the command line.
    Named,
    /// Named in the file of that name.
    InFile(String),
    /// The roster is a known export, which has it so.
    Export,
    /// Its heading is on the list.
    Heading,
    /// Its heading is on the list, and its values fit; not those of a heading that goes before it.
    ValuesBefore(String),
    /// The tenant stands before the colon of the plan.
    BeforeColon,
    /// Its heading may say so, and most of its first values do.
    HeadingAndValues {
        /// What they are.
        what: &'static str,
        /// How many.
        fitting: usize,
        /// Of how many that are not blank.
        of: usize,
    },
    /// Its heading often names such a column, but not always.
    Likely,
    /// Its heading is nearly one of the list.
    Near(&'static str),
    /// Most of its first values are what such a column holds.
    Values {
        /// What they are.
        what: &'static str,
        /// How many.
        fitting: usize,
        /// Of how many that are not blank.
        of: usize,
    },
}

impl Because {
    /// Returns how sure it is.
    #[must_use]
    pub const fn confidence(&self) -> Confidence {
        match self {
            Self::Likely | Self::Near(_) | Self::Values { .. } => Confidence::Guess,
            _ => Confidence::Certain,
        }
    }

    /// Returns the reason in words; `quoted` writes a heading.
    #[must_use]
    pub fn words(&self, quoted: &dyn Fn(&str) -> String) -> String {
        match self {
            Self::Given => "named on the command line for every row".to_owned(),
            Self::Named => "named on the command line".to_owned(),
            Self::InFile(file) => format!("named in {}", quoted(file)),
            Self::Export => "as this export has it".to_owned(),
            Self::Heading => "by its heading".to_owned(),
            Self::ValuesBefore(other) => {
                format!("by its heading and its values; no value of {} fits", quoted(other))
            }
            Self::BeforeColon => "the text in front of the colon".to_owned(),
            Self::HeadingAndValues { what, fitting, of } => {
                format!("by its heading, and {fitting} of its first {of} values are {what}")
            }
            Self::Likely => "a guess: such a heading can also mean other things".to_owned(),
            Self::Near(known) => format!("a guess: its heading is near {}", quoted(known)),
            Self::Values { what, fitting, of } => {
                format!("a guess: {fitting} of its first {of} values are {what}")
            }
        }
    }
}
