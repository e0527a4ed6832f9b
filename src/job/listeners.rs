//! The list of all that listens to judged rows. Nobody else knows them all: a new one is a file in `listeners/`, and a
//! line here.

mod causes;
pub(super) mod census;
#[cfg(test)]
mod countries;
pub(super) mod customer_table;
mod customers;
mod findings;
pub(super) mod notes;
pub(super) mod onboarding;
pub(super) mod otherwise;
pub(super) mod packed;
mod steps;
mod tenants;
pub(super) mod totals;

use super::context::RunContext;
use super::judged::Judged;
use super::listener::Listener;
use super::request::Job;
use super::said::SaidOf;
use super::sink::Sink;
use super::split::Splitter;
use super::tables::Tables;
use super::workbook::SheetIds;
use crate::error::Result;
use crate::output_fields::FlatTable;
use crate::record::Records;
use crate::report::Sheet;
use crate::roster::Understanding;
use causes::CauseCounter;
use census::CensusOnTheWay;
use customer_table::CustomerTable;
use customers::CustomersOfRows;
use findings::FaultCollector;
use notes::NoteMaker;
use onboarding::Checklist;
use otherwise::Otherwise;
use packed::RowsForSplitFiles;
use steps::StepsOfRows;
use tenants::RowsOfTenants;
use totals::Totals;

/// Makes the list: the listeners, what they gather of a batch, their parts, and their wholes, each by its name.
macro_rules! listeners {
    ($($(#[$only:meta])* $name:ident: $listener:ty,)*) => {
        /// All that listens, in the order in which parts are joined.
        pub(super) struct Listeners<'j, 'a> {
            $($(#[$only])* pub(super) $name: $listener,)*
        }

        /// What they gather of a batch.
        pub(super) struct Gatherings<'r, 'j: 'r, 'a: 'j> {
            $($(#[$only])* $name: <$listener as Listener<'a>>::Gathering<'r>,)*
        }

        /// What they gathered of a batch.
        pub(super) struct Parts<'j, 'a: 'j> {
            $($(#[$only])* $name: <$listener as Listener<'a>>::Part,)*
        }

        /// What they gathered of the roster.
        pub(super) struct Wholes<'j, 'a: 'j> {
            $($(#[$only])* pub(super) $name: <$listener as Listener<'a>>::Whole,)*
        }

        impl<'j, 'a> Listeners<'j, 'a> {
            /// Begins the parts of a batch.
            pub(super) fn begin<'r>(&'r self, records: &'r Records) -> Gatherings<'r, 'j, 'a> {
                Gatherings { $($(#[$only])* $name: self.$name.begin(records),)* }
            }

            /// Lets all hear of the next row.
            pub(super) fn hear<'r>(
                &'r self,
                judged: &Judged<'_, 'r, 'a>,
                gatherings: &mut Gatherings<'r, 'j, 'a>,
            ) {
                $($(#[$only])* self.$name.hear(judged, &mut gatherings.$name);)*
            }

            /// Ends the parts.
            pub(super) fn end<'r>(
                &'r self,
                gatherings: Gatherings<'r, 'j, 'a>,
                records: &'r Records,
                understanding: &Understanding<'a>,
            ) -> Parts<'j, 'a> {
                Parts { $($(#[$only])* $name: self.$name.end(gatherings.$name, records, understanding),)* }
            }

            /// Returns the wholes of no parts.
            pub(super) fn start(&self) -> Wholes<'j, 'a> {
                Wholes { $($(#[$only])* $name: self.$name.start(),)* }
            }

            /// Joins the parts of the next batch; `sink` takes rows of theirs.
            ///
            /// # Errors
            /// The first of theirs.
            pub(super) fn join(
                &self,
                wholes: &mut Wholes<'j, 'a>,
                parts: Parts<'j, 'a>,
                sink: &mut Sink<'_>,
            ) -> Result<()> {
                $($(#[$only])* self.$name.join(&mut wholes.$name, parts.$name, sink)?;)*
                Ok(())
            }

            /// Returns the sheets that are made of wholes alone.
            pub(super) fn sheets(&self, wholes: &Wholes<'j, 'a>) -> Vec<Sheet> {
                let mut sheets = Vec::new();
                $($(#[$only])* sheets.extend(self.$name.sheet(&wholes.$name));)*
                sheets
            }
        }
    };
}

listeners! {
    totals: Totals<'j>,
    customers: CustomersOfRows<'j>,
    customer_table: Option<CustomerTable<'j>>,
    census: Option<CensusOnTheWay<'j, 'a>>,
    steps: Option<StepsOfRows<'j>>,
    tenants: RowsOfTenants,
    notes: Option<NoteMaker<'j>>,
    onboarding: Option<Checklist<'j>>,
    otherwise: Option<Otherwise<'j>>,
    findings: FaultCollector,
    causes: Option<CauseCounter>,
    packed: Option<RowsForSplitFiles<'j>>,
    #[cfg(test)]
    countries: Option<countries::CustomersByCountry>,
}

/// What the listeners of a pass depend on.
pub(super) struct Setting<'s, 'j> {
    /// Whether a census was taken, which is else taken on the way.
    pub(super) has_census: bool,
    /// Whether a workbook is made, which has other sheets, too.
    pub(super) is_workbook: bool,
    /// The flat tables, if there are any.
    pub(super) tables: Option<&'s Tables>,
    /// Where rows go that have a sheet of their own.
    pub(super) sheets: SheetIds,
    /// Makes notes to be compared with an earlier night; `None` = there is none.
    pub(super) notes: Option<NoteMaker<'j>>,
    /// Tells in which other workbook a customer stands; `None` = in no other.
    pub(super) files: Option<Splitter<'j>>,
}

impl<'j, 'a> Listeners<'j, 'a> {
    /// Returns those that a pass needs.
    pub(super) fn new(job: &'j Job, known: &'j RunContext<'a>, setting: Setting<'_, 'j>) -> Self {
        let today = known.date.map(|dated| dated.date);
        let said = SaidOf::new(known.columns, known.about, today);
        let Setting { has_census, is_workbook, tables, sheets, notes, files } = setting;
        let has_lists = is_workbook || tables.is_some();
        let maker = |table| tables.and_then(|tables| tables.maker(table));
        let policy = &job.policy;
        Self {
            totals: Totals::new(policy),
            customers: CustomersOfRows::new(policy, said),
            customer_table: maker(FlatTable::Customers).map(|maker| CustomerTable { policy, said, maker }),
            census: (!has_census).then(|| CensusOnTheWay::new(known)),
            steps: has_lists.then(|| StepsOfRows::new(job, said)),
            tenants: RowsOfTenants { said, compared: notes.as_ref().map(|notes| notes.identity.clone()) },
            notes,
            onboarding: Checklist::new(policy, (sheets.onboarding, maker(FlatTable::Onboarding))),
            otherwise: known.other.map(|other| {
                Otherwise::new(policy, other, (sheets.otherwise, maker(FlatTable::OtherPolicy)))
            }),
            findings: FaultCollector,
            causes: is_workbook.then_some(CauseCounter),
            packed: files.map(|splitter| RowsForSplitFiles {
                splitter,
                scratch: known.scratch,
                file: &known.about.name,
            }),
            #[cfg(test)]
            countries: countries::CustomersByCountry::of(known.about),
        }
    }
}
