//! The workbook as plain data: sheets in order, each a stack of blocks; a writer only renders it.

pub mod breakdown;
pub mod changes;
pub mod guide;
pub mod history;
pub mod ladder;
pub mod live;
pub mod onboarding;
pub mod otherwise;
pub mod policy;
pub mod review;
pub mod roster;
pub mod run;
pub mod split;
pub mod steps;
pub mod summary;
pub mod tables;
pub mod tenants;
pub mod to_settle;

pub use crate::write::model::{
    Block, COUNT_FORMAT, CellOut, Chart, Checklist, Choice, ChooseFrom, Column, Field, FilledIn, Formula,
    Highlight, Kind, LIMIT_LITERAL, LIMIT_LIVE_ROWS, LineChart, Page, Printed, SHARE_FORMAT, Sheet, Step,
    Stream, Style, Table, Value,
};
