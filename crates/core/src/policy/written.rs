//! A policy as it was written: each value has its type and its line, but nothing is looked up yet.

use super::fields::At;
use super::{Footing, PlansServed};

/// A policy file, value by value.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) name: At<String>,
    pub(super) title: String,
    pub(super) effective: At<String>,
    pub(super) about: String,
    pub(super) source: At<String>,
    pub(super) paid_seats_source: At<String>,
    pub(super) default_segment: At<String>,
    pub(super) rungs: Vec<At<String>>,
    pub(super) onboarding: Option<At<String>>,
    pub(super) sources: Vec<WrittenSource>,
    pub(super) segments: Vec<WrittenSegment>,
    pub(super) families: Vec<WrittenClass>,
    pub(super) kinds: Vec<WrittenClass>,
    pub(super) products: Vec<WrittenProduct>,
    /// The line of `[plans]`, or 0.
    pub(super) plans_line: u64,
    pub(super) entitlements: Vec<WrittenEntitlement>,
    pub(super) interpretations: Vec<WrittenInterpretation>,
    pub(super) services: Vec<WrittenService>,
    pub(super) phases: Vec<WrittenPhase>,
    pub(super) readings: Vec<WrittenReading>,
}

/// `[[source]]`.
#[derive(Debug)]
pub(super) struct WrittenSource {
    pub(super) id: At<String>,
    pub(super) title: String,
    pub(super) address: String,
    pub(super) date: At<String>,
    pub(super) footing: Footing,
}

/// `[[segment]]`.
#[derive(Debug)]
pub(super) struct WrittenSegment {
    pub(super) id: At<String>,
    pub(super) name: At<String>,
    pub(super) words: Vec<At<String>>,
}

/// One line of `families` or `kinds` under `[plans]`.
#[derive(Debug)]
pub(super) struct WrittenClass {
    pub(super) id: At<String>,
    pub(super) name: At<String>,
    pub(super) eligible: bool,
    pub(super) source: At<String>,
}

/// `[[plans.product]]`.
#[derive(Debug)]
pub(super) struct WrittenProduct {
    pub(super) name: At<String>,
    pub(super) families: Vec<At<String>>,
    pub(super) kinds: Vec<At<String>>,
    /// Names of plans, or parts of them, that the catalogue has.
    pub(super) names: Vec<At<String>>,
    /// Likewise, of plans that it need not have.
    pub(super) names_to_come: Vec<At<String>>,
    pub(super) ids: Vec<At<String>>,
    pub(super) eligible: bool,
    pub(super) source: At<String>,
}

/// `[[entitlement]]`.
#[derive(Debug)]
pub(super) struct WrittenEntitlement {
    pub(super) line: u64,
    pub(super) id: At<String>,
    pub(super) name: At<String>,
    pub(super) grants: String,
    pub(super) note: String,
    pub(super) plans: PlansServed,
    /// The source of the thresholds that name none of their own.
    pub(super) source: Option<At<String>>,
    /// `None` when the whole table is missing, which was told.
    pub(super) thresholds: Option<Vec<WrittenThreshold>>,
}

/// One line of `[entitlement.from]`.
#[derive(Debug)]
pub(super) struct WrittenThreshold {
    pub(super) segment: At<String>,
    /// `None` when it is no threshold, which was told.
    pub(super) asks: Option<Asks>,
    pub(super) source: Option<At<String>>,
}

/// What a threshold asks for; never is more than any number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Asks {
    /// So many paid seats or more.
    Seats(u64),
    /// What no customer of the segment has.
    Never,
}

/// `[[interpretation]]`.
#[derive(Debug)]
pub(super) struct WrittenInterpretation {
    pub(super) id: At<String>,
    pub(super) entitlement: At<String>,
    pub(super) segments: Vec<At<String>>,
    pub(super) from: Option<At<u64>>,
    pub(super) below: Option<At<u64>>,
    pub(super) confirm: bool,
    pub(super) says: String,
    pub(super) source: At<String>,
}

/// `[[service]]`.
#[derive(Debug)]
pub(super) struct WrittenService {
    pub(super) id: At<String>,
    pub(super) name: At<String>,
    pub(super) retired: Option<At<u64>>,
    pub(super) words: Vec<At<String>>,
}

/// `[[phase]]`.
#[derive(Debug)]
pub(super) struct WrittenPhase {
    pub(super) name: At<String>,
    pub(super) words: Vec<At<String>>,
    pub(super) microsoft: Vec<String>,
    pub(super) customer: Vec<String>,
}

/// `[[reading]]`.
#[derive(Debug)]
pub(super) struct WrittenReading {
    pub(super) title: String,
    pub(super) address: String,
}
