//! The program and its library as those who use them meet them: whole runs over rosters, and what they leave behind.
//!
//! One binary, since linking is most of what tests cost; `cargo test --test all since::` runs one file of them. What is
//! made to hurt stands apart, in `tests/hostile`, since it runs in a process of little memory.

mod accessibility;
mod any_bytes;
mod audit;
mod cases;
mod catalogue;
mod columns_doc;
mod customers;
mod decision_table;
mod elsewhere;
mod explain_agrees;
mod exports;
mod flat_tables;
mod formats;
mod golden;
mod hidden_rows;
mod imports;
mod kills;
mod ladder;
mod lakes;
mod limits_of_the_system;
mod lines;
mod names;
mod nasty;
mod next_steps;
mod nightly;
mod onboarding;
mod open_files;
mod overrides;
mod print;
mod promises;
mod review;
#[allow(dead_code, reason = "shared with the generator, which needs all of it")]
#[path = "../../benches/generate/rows.rs"]
mod rows;
mod samples;
mod serve;
mod since;
mod split;
mod split_files;
mod stopped_and_shared;

mod support;
mod tables;
mod to_settle;
mod whole_or_absent;
