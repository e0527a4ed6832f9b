//! The exports that are known by their headings: where tenant, plan and paid seats stand in each.
//!
//! Source: the files that the Microsoft 365 admin center, Partner Center, the two PowerShell modules, CIPP, FastTrack
//! Insights and the usual CRM systems write, as of 2021 to 2025.

use super::columns::Field;
use super::columns::Field::{Owner, Plan, Seats, Status, Subscription, Tenant, Trial};
use crate::diagnostic::Code;
use crate::fold::without_accents;

/// What stands on several rows of an export, so that rows must not simply be added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeats {
    /// Nothing: each row is a purchase of its own.
    Nothing,
    /// A subscription: billing files have a line for each charge and credit of it, each with its whole quantity.
    Subscription,
    /// A tenant's plan: there is a line for each workload, each with the same seats.
    Workload,
}

impl Repeats {
    /// Returns what a person who adds rows up has to know; `None` = nothing.
    #[must_use]
    pub const fn warning(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Subscription => Some(
                "a subscription is repeated for every charge and credit, so the rows must not be added up",
            ),
            Self::Workload => {
                Some("the seats are repeated for every workload, so the rows must not be added up")
            }
        }
    }
}

/// An export, known by its headings.
#[derive(Debug, PartialEq, Eq)]
pub struct Export {
    /// What it is called, as a person knows it.
    pub name: &'static str,
    /// What stands on several of its rows.
    pub repeats: Repeats,
    /// Headings that are there in every such export and, together, in nothing else; as [`squeezed`] makes them.
    signature: &'static [&'static str],
    /// Which heading is what, likewise; of several for one field the first that is there.
    columns: &'static [(Field, &'static str)],
    /// Why a needed column is not there, and what to do.
    pub lacks: Option<Lack>,
}

/// A column that an export does not have.
#[derive(Debug, PartialEq, Eq)]
pub struct Lack {
    /// Which.
    pub field: Field,
    /// The stable name of the error.
    pub code: Code,
    /// What is wrong.
    pub message: &'static str,
    /// What to do.
    pub help: &'static str,
}

const GIVE_THE_TENANT: &str = "say whose they are with `--tenant NAME`";

/// All of them; the first whose signature is there is the one.
pub static EXPORTS: [Export; 13] = [
    Export {
        name: "FastTrack roster",
        repeats: Repeats::Nothing,
        signature: &["plantype", "paidseats"],
        // Its headings say it all.
        columns: &[],
        lacks: None,
    },
    Export {
        name: "Microsoft 365 admin center, licenses",
        repeats: Repeats::Nothing,
        signature: &["producttitle", "totallicenses", "expiredlicenses", "assignedlicenses"],
        columns: &[(Plan, "producttitle"), (Seats, "totallicenses")],
        lacks: Some(Lack {
            field: Tenant,
            code: Code::ColumnMissing,
            message: "no column for the tenant: the Microsoft 365 admin center exports the licenses of one tenant \
                      without its name",
            help: GIVE_THE_TENANT,
        }),
    },
    Export {
        name: "Partner Center, subscriptions of a customer",
        repeats: Repeats::Nothing,
        signature: &["subscriptionid", "subscription", "quantity", "status", "reseller"],
        columns: &[
            (Plan, "subscription"),
            (Seats, "quantity"),
            (Status, "status"),
            (Subscription, "subscriptionid"),
        ],
        lacks: Some(Lack {
            field: Tenant,
            code: Code::ColumnMissing,
            message: "no column for the tenant: Partner Center exports the subscriptions of one customer without \
                      its name",
            help: GIVE_THE_TENANT,
        }),
    },
    Export {
        name: "CSP new-commerce reconciliation",
        repeats: Repeats::Subscription,
        signature: &[
            "partnerid",
            "customerid",
            "productid",
            "skuid",
            "skuname",
            "chargetype",
            "quantity",
            "subscriptionid",
        ],
        columns: &[
            (Tenant, "customerid"),
            (Plan, "skuname"),
            (Seats, "quantity"),
            // It says `Trial` and `Add-On`.
            (Trial, "productqualifiers"),
            (Subscription, "subscriptionid"),
        ],
        lacks: None,
    },
    Export {
        name: "CSP license-based reconciliation",
        repeats: Repeats::Subscription,
        signature: &["partnerid", "customerid", "subscriptionid", "offername", "chargetype", "quantity"],
        columns: &[
            (Tenant, "customerid"),
            (Plan, "offername"),
            (Seats, "quantity"),
            (Subscription, "subscriptionid"),
        ],
        lacks: None,
    },
    Export {
        name: "Get-MsolAccountSku",
        repeats: Repeats::Nothing,
        signature: &["accountskuid", "activeunits", "consumedunits"],
        // Without a column of its own the tenant stands in front of the colon of `contoso:ENTERPRISEPACK`.
        columns: &[(Tenant, "accountname"), (Plan, "accountskuid"), (Seats, "activeunits")],
        lacks: None,
    },
    Export {
        name: "Get-MgSubscribedSku with its units",
        repeats: Repeats::Nothing,
        signature: &["skupartnumber", "enabled", "capabilitystatus"],
        columns: &[(Plan, "skupartnumber"), (Seats, "enabled"), (Status, "capabilitystatus")],
        lacks: None,
    },
    Export {
        // The same without a column for the status.
        name: "Get-MgSubscribedSku with its units",
        repeats: Repeats::Nothing,
        signature: &["skupartnumber", "enabled", "consumedunits"],
        columns: &[(Tenant, "accountname"), (Plan, "skupartnumber"), (Seats, "enabled")],
        lacks: None,
    },
    Export {
        name: "Get-MgSubscribedSku",
        repeats: Repeats::Nothing,
        signature: &["skupartnumber", "prepaidunits", "consumedunits"],
        columns: &[(Tenant, "accountname"), (Plan, "skupartnumber"), (Status, "capabilitystatus")],
        lacks: Some(Lack {
            field: Seats,
            code: Code::SeatsLost,
            message: "the paid seats were lost when this was exported: `PrepaidUnits` contains the name of a class \
                      instead of the units",
            help: "export it again with `Get-MgSubscribedSku | Select-Object AccountName, SkuPartNumber, \
                   CapabilityStatus, @{n='Enabled';e={$_.PrepaidUnits.Enabled}} | Export-Csv licenses.csv \
                   -NoTypeInformation`; `ConsumedUnits` counts assigned seats, not paid ones",
        }),
    },
    Export {
        name: "CIPP license report",
        repeats: Repeats::Nothing,
        signature: &["tenant", "license", "countused", "countavailable", "totallicenses"],
        columns: &[(Tenant, "tenant"), (Plan, "skuid"), (Plan, "license"), (Seats, "totallicenses")],
        lacks: None,
    },
    Export {
        name: "FastTrack Insights",
        repeats: Repeats::Workload,
        signature: &["tpid", "tenantid", "workload", "sku", "mau", "pau"],
        columns: &[(Tenant, "tenantid"), (Plan, "sku"), (Seats, "pau")],
        lacks: None,
    },
    Export {
        name: "Dynamics 365, accounts",
        repeats: Repeats::Nothing,
        signature: &["(donotmodify)account", "accountname"],
        columns: &[(Tenant, "accountname"), (Owner, "owner")],
        lacks: None,
    },
    Export {
        name: "Salesforce, accounts",
        repeats: Repeats::Nothing,
        signature: &["accountname", "accountowner"],
        columns: &[(Tenant, "accountname"), (Owner, "accountowner")],
        lacks: None,
    },
];

impl Export {
    /// Returns the export whose signature stands among the headings, each as [`squeezed`] makes it.
    pub(super) fn recognised(keys: &[String]) -> Option<&'static Self> {
        let is_there = |part: &str| keys.iter().any(|key| key == part);
        EXPORTS.iter().find(|export| export.signature.iter().all(|part| is_there(part)))
    }

    /// Returns the heading of a field, of those that are there, if the export has one.
    pub(super) fn heading(&self, field: Field, keys: &[String]) -> Option<&'static str> {
        let named = self.columns.iter().filter(|(of, _)| *of == field).map(|(_, heading)| *heading);
        named.into_iter().find(|heading| keys.iter().any(|key| key == heading))
    }

    /// Returns the headings of all columns that name its plans, the one that is read first.
    pub(super) fn plans(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().filter(|(of, _)| *of == Plan).map(|(_, heading)| *heading)
    }

    /// Returns the heading of the seats whose term is over and whose service goes on for a while, if it counts them.
    pub(super) fn grace(&self) -> Option<&'static str> {
        match self.name {
            "Get-MsolAccountSku" => Some("warningunits"),
            "Get-MgSubscribedSku with its units" => Some("warning"),
            _ => None,
        }
    }

    /// Returns the headings of units that are not paid seats: their numbers say nothing of a subscription.
    pub(super) fn units(&self) -> impl Iterator<Item = &'static str> {
        let units: &[&str] = match self.name {
            "Get-MsolAccountSku" => &["warningunits", "suspendedunits", "lockedoutunits", "consumedunits"],
            "Get-MgSubscribedSku with its units" => &["warning", "suspended", "lockedout", "consumedunits"],
            _ => &[],
        };
        units.iter().copied()
    }

    /// Returns what is to be said of a field that it does not have.
    pub(super) fn lack(&self, field: Field) -> Option<&Lack> {
        self.lacks.as_ref().filter(|lack| lack.field == field)
    }
}

/// Returns a folded heading without its blanks and accents: `total licenses` and `TotalLicenses` are one.
pub(super) fn squeezed(key: &str) -> String {
    if key.is_ascii() {
        let mut squeezed = key.to_owned();
        squeezed.retain(|letter| !letter.is_whitespace());
        return squeezed;
    }
    without_accents(key).filter(|letter| !letter.is_whitespace()).collect()
}
