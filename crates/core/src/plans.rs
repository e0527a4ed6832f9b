//! The plan catalogue: what a plan in a roster is, by GUID, product id, name or words.
//!
//! [`Catalogue::shipped`] reads the table that stands in `plans/catalogue.csv`; how that table is derived from
//! Microsoft's published list of products is written in `plans/README.md`.

pub mod catalogue;
mod find;
mod grammar;
mod nearest;
mod offers;
pub mod own;
mod phrases;
mod places;
mod shipped;
#[cfg(test)]
mod shipped_tables;
pub mod table;
pub mod words;

pub use catalogue::{Catalogue, NotFound};
pub use shipped::Edition;

use std::sync::Arc;

/// The segment words of the catalogue.
pub const SEGMENTS: [&str; 4] = ["commercial", "government", "education", "nonprofit"];

/// The family words of the catalogue.
///
/// `ems` is Enterprise Mobility + Security with Intune, Entra ID (Azure Active Directory) and Azure Information
/// Protection; `apps` is the Office programs sold without mailboxes; `power-platform` is Power BI, Apps, Automate,
/// Pages, Copilot Studio and Fabric; `copilot` is Microsoft 365 Copilot; `excluded` is what the FastTrack documentation
/// shuts out by name: 21Vianet (China), Dedicated and ITAR.
pub const FAMILIES: [&str; 21] = [
    "microsoft-365",
    "office-365",
    "apps",
    "exchange",
    "sharepoint",
    "onedrive",
    "teams",
    "skype",
    "project",
    "yammer",
    "visio",
    "viva",
    "ems",
    "security",
    "windows",
    "copilot",
    "dynamics-365",
    "power-platform",
    "azure",
    "other",
    "excluded",
];

/// The kind words of the catalogue, in the order of [`PlanKind`].
pub const KINDS: [&str; 6] = ["base", "companion", "add-on", "telephony", "device", "capacity"];

/// The price words of the catalogue, in the order of [`Price`].
pub const PRICES: [&str; 3] = ["paid", "free", "trial"];

/// The service words of the catalogue: bit n of [`Services`] is the n-th of them.
pub const SERVICE_IDS: [&str; 10] = [
    "exchange-online",
    "sharepoint-online",
    "onedrive-for-business",
    "skype-for-business-online",
    "teams",
    "power-bi",
    "project-online",
    "yammer-enterprise",
    "microsoft-365-apps",
    "staffhub",
];

/// What role a plan plays beside the others of the same tenant; decides whether it counts and whether it is summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlanKind {
    /// A suite or a standalone service of which a person holds one: Microsoft 365, Office 365, Exchange, SharePoint,
    /// OneDrive.
    Base,
    /// A full plan that sits beside a base suite on the same people: EMS, Windows, Project, Teams, ...
    Companion,
    /// Extends another plan and cannot be used without one.
    AddOn,
    /// Phone system, calling plans, audio conferencing.
    Telephony,
    /// Licensed by device or room, not by person.
    Device,
    /// Storage, database, page views, messages: amounts of something that is not a person.
    Capacity,
}

/// Whether someone pays for the plan's seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Price {
    /// Paid for.
    Paid,
    /// Given away: A1, student use benefit, grants, donations, free editions.
    Free,
    /// Trial, viral, exploratory, preview, developer or test subscription.
    Trial,
}

/// A set of the ten services, by the policy's order (bit 0 is Exchange Online).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Services(pub u16);

/// One line of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Microsoft's GUID of the product, lower case with dashes; empty for a name that has none.
    pub guid: String,
    /// Microsoft's product id (string id), such as `SPE_E3`.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// The segment word: `commercial`, `government`, `education`, `nonprofit`.
    pub segment: String,
    /// The family word, such as `microsoft-365`.
    pub family: String,
    /// The role it plays.
    pub kind: PlanKind,
    /// Whether someone pays.
    pub price: Price,
    /// Which of the ten services it holds.
    pub services: Services,
    /// What decided the words of this line: the phrases of its name or id, or a decision and its reason; of a product
    /// that was added, who says so and since when.
    pub because: String,
    /// Which list it is from.
    pub from: PlanFrom,
}

/// Which list a plan is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlanFrom {
    /// Microsoft's published list of products.
    Published,
    /// The additions that are part of the program: sold, but missing in that list.
    Added,
    /// A catalogue of the user's; which of the files given, from 0.
    Own(usize),
    /// None: overrides say that it does not count, whatever it is.
    Overrides,
}

impl Plan {
    /// Returns a plan of which a person has said that it does not count; nobody says what else it is.
    #[must_use]
    pub fn not_counted(name: &str) -> Self {
        Self {
            guid: String::new(),
            id: String::new(),
            name: name.to_owned(),
            segment: String::new(),
            family: "other".to_owned(),
            kind: PlanKind::AddOn,
            price: Price::Paid,
            services: Services::default(),
            because: String::new(),
            from: PlanFrom::Overrides,
        }
    }

    /// Returns the name with the product id in brackets, where it has one.
    #[must_use]
    pub fn name_and_id(&self) -> String {
        if self.id.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, self.id) }
    }

    /// Returns what tells the plan from others in the catalogue: its product id, or its name if it has none.
    #[must_use]
    pub fn key(&self) -> &str {
        if self.id.is_empty() { &self.name } else { &self.id }
    }

    /// Returns whether its seats are added to those of a tenant's other such plans: whether it is a base plan of which a
    /// person holds one. Microsoft 365 Apps are assigned beside mailboxes to the same people, so they are not.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.kind == PlanKind::Base && self.family != "apps"
    }
}

impl PlanKind {
    /// Every kind, in the order of [`KINDS`].
    pub const ALL: [Self; 6] =
        [Self::Base, Self::Companion, Self::AddOn, Self::Telephony, Self::Device, Self::Capacity];

    /// Returns the word of [`KINDS`] for this kind.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Companion => "companion",
            Self::AddOn => "add-on",
            Self::Telephony => "telephony",
            Self::Device => "device",
            Self::Capacity => "capacity",
        }
    }

    /// Returns the kind that `word` names, or `None` for any other word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl Price {
    /// Every price, in the order of [`PRICES`].
    pub const ALL: [Self; 3] = [Self::Paid, Self::Free, Self::Trial];

    /// Returns the word of [`PRICES`] for this price.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Free => "free",
            Self::Trial => "trial",
        }
    }

    /// Returns the price that `word` names, or `None` for any other word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|price| price.word() == word)
    }
}

impl Services {
    /// Returns whether the service with this index into [`SERVICE_IDS`] is held; none beyond the table is.
    #[must_use]
    pub const fn contains(self, index: usize) -> bool {
        index < SERVICE_IDS.len() && self.0 >> index & 1 == 1
    }

    /// Returns the indexes into [`SERVICE_IDS`] of the services held, ascending.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..SERVICE_IDS.len()).filter(move |index| self.contains(*index))
    }

    /// Returns the words of the services held, in the order of [`SERVICE_IDS`].
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        self.iter().filter_map(|index| SERVICE_IDS.get(index).copied())
    }

    /// Returns these services without `others`.
    #[must_use]
    pub const fn and_not(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Returns whether no service is held.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Reads service words parted by blanks, in any order; `None` if one is not in [`SERVICE_IDS`].
    #[must_use]
    pub fn from_words(words: &str) -> Option<Self> {
        words.split_whitespace().try_fold(Self::default(), |held, word| {
            let index = SERVICE_IDS.iter().position(|id| *id == word)?;
            Some(Self(held.0 | 1 << index))
        })
    }
}

/// How a written plan was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchedBy {
    /// By GUID.
    Guid,
    /// By product id.
    Id,
    /// By published name.
    Name,
    /// By its words, after qualifiers were set aside.
    Words,
}

/// A written plan, recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// All the plans that the text may mean, where it may mean several of the same segment and price (`E3`); the first
    /// is [`Match::plan`]. Empty where it means one plan.
    pub readings: Vec<&'a Plan>,
    /// The words around the plan's name that were set aside, as they were written, with `, ` between them.
    pub aside: Option<Arc<str>>,
    /// A number of seats that stands beside the name (`x 25`); the seats have a column of their own.
    pub amount: Option<u64>,
    /// How it was recognised.
    pub by: MatchedBy,
    /// The segment the *written text* shows, and whether a name or an id shows it; `None` = nothing shows one, so the
    /// segment is assumed.
    pub segment: Option<(&'a str, ShownBy)>,
    /// Whether someone pays, with what the written words say on top of the catalogue (`... Trial`, `... Donation`).
    pub price: Price,
    /// Why a person may have to confirm whether someone pays; `None` = there is no doubt.
    pub doubt: Option<&'a catalogue::Doubt>,
}

/// What shows the segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShownBy {
    /// The offer's or product's name.
    Name,
    /// The product id or GUID.
    Id,
}
