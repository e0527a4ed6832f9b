//! The work itself: a row's eight added cells, by the tables of `job.py`.

use serde::Deserialize;
use std::collections::HashMap;

/// What `job.py` prints.
#[derive(Deserialize)]
pub(crate) struct Job {
    pub(crate) own: Vec<String>,
    pub(crate) added: Vec<String>,
    pub(crate) summary: Vec<String>,
    /// From the lowest to the highest.
    pub(crate) tiers: [String; 4],
    yes: String,
    no: String,
    confirm: String,
    from_qa: u32,
    from_specialist: u32,
    from_specialist_taught: u32,
    from_migration: u32,
    taught: Vec<String>,
    segments: HashMap<String, String>,
    plans: HashMap<String, Plan>,
}

#[derive(Deserialize)]
struct Plan {
    kind: Kind,
    segment: String,
}

#[derive(Deserialize, PartialEq, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Served,
    Free,
    Outside,
}

/// The added cells.
pub(crate) struct Verdict<'a> {
    pub(crate) segment: &'a str,
    pub(crate) seats: u32,
    pub(crate) tier: &'a str,
    pub(crate) qa: &'a str,
    pub(crate) specialist: &'a str,
    pub(crate) migration: &'a str,
    /// The next tier, and the seats to it.
    pub(crate) next: Option<(&'a str, u32)>,
}

impl Job {
    /// Judges a row; an empty `segment` says nothing.
    pub(crate) fn judge(&self, plan: &str, seats: u32, segment: &str) -> Result<Verdict<'_>, String> {
        let unknown = |word: &str| format!("`{word}` is not in job.py");
        let plan = self.plans.get(plan).ok_or_else(|| unknown(plan))?;
        let segment = match segment {
            "" => &plan.segment,
            word => self.segments.get(word).ok_or_else(|| unknown(word))?,
        };
        let [portal, qa, specialist, migration] = &self.tiers;
        let (yes, no) = (self.yes.as_str(), self.no.as_str());
        let rung = |tier, [qa, specialist, migration]: [_; 3], next| {
            let seats = if plan.kind == Kind::Free { 0 } else { seats };
            Verdict { segment, seats, tier, qa, specialist, migration, next }
        };
        if plan.kind != Kind::Served {
            return Ok(rung(portal, [no, no, no], None));
        }
        let is_taught = self.taught.contains(segment);
        let from_specialist = if is_taught { self.from_specialist_taught } else { self.from_specialist };
        Ok(if seats < self.from_qa {
            rung(portal, [no, no, no], Some((qa, self.from_qa - seats)))
        } else if seats < from_specialist {
            let moved = if seats < self.from_migration { no } else { &self.confirm };
            rung(qa, [yes, no, moved], Some((specialist, from_specialist - seats)))
        } else if seats < self.from_migration {
            rung(specialist, [yes, yes, no], Some((migration, self.from_migration - seats)))
        } else {
            rung(migration, [yes, yes, yes], None)
        })
    }
}
