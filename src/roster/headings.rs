//! The headings that name each column, folded, best first.
//!
//! Source: the exports and rosters that sales teams work with. Headings of assigned, consumed or used seats and of prices
//! are left out on purpose, since they are not paid seats.

/// Headings of the tenant.
pub(super) const TENANT: [&str; 19] = [
    "tenant",
    "tenant id",
    "tenant name",
    "customer",
    "customer name",
    "customer id",
    "company",
    "company name",
    "account",
    "account name",
    "organization",
    "organisation",
    "microsoft id",
    "domain",
    "primary domain",
    "primary domain name",
    "domain name",
    "customer domain name",
    "tpid",
];

/// Headings of the plan.
pub(super) const PLAN: [&str; 17] = [
    "plan",
    "plan type",
    "plan name",
    "product",
    "product title",
    "product name",
    "sku",
    "sku name",
    "sku part number",
    "offer",
    "offer name",
    "subscription",
    "subscription name",
    "license",
    "licence",
    "account sku id",
    "sku id",
];

/// Headings of the paid seats.
pub(super) const SEATS: [&str; 15] = [
    "paid seats",
    "seats",
    "seat count",
    "quantity",
    "licenses",
    "licences",
    "total licenses",
    "total licences",
    "active units",
    "enabled",
    "pau",
    "paid available units",
    "available seats",
    "licenses sold",
    "licences sold",
];

/// Headings of the segment.
pub(super) const SEGMENT: [&str; 4] = ["segment", "customer segment", "customer type", "sector"];

/// Headings of the subscription's status.
pub(super) const STATUS: [&str; 2] = ["status", "subscription status"];

/// Headings of the mark of a trial.
pub(super) const TRIAL: [&str; 2] = ["is trial", "trial"];
