//! Rules are read once in a run, and what they come to is known by the bytes that were used.

use super::stage::{Stage, Still, roster, states};
use fasttrack_roster::nightly::{Night, State};
use std::fs;

const ONE_AND_TWO: &str = "[[roster]]\nname = \"one\"\nfiles = \"one.csv\"\noverrides = \"house.csv\"\n\
                           [[roster]]\nname = \"two\"\nfiles = \"two.csv\"\noverrides = \"house.csv\"\n";

fn stage() -> Stage {
    let stage = Stage::new(ONE_AND_TWO);
    house(&stage, "SPE_E3");
    for name in ["one.csv", "two.csv"] {
        stage.put(name, &(roster(2, 140) + "Litware,House bundle,700\n"));
    }
    stage
}

fn house(stage: &Stage, plan: &str) {
    let text = format!("Kind,As written,Means\nplan,House bundle,{plan}\n");
    fs::write(stage.path("house.csv"), text).unwrap();
}

/// The tier of the customer whose plan only the overrides know, roster by roster.
fn reviewed(night: &Night) -> Vec<(String, u64)> {
    let done = night.rosters.iter().filter_map(|end| Some((end.roster.clone(), end.done.as_ref()?.rows[2])));
    done.collect()
}

#[test]
fn overrides_that_change_during_a_run_change_the_next_run_and_not_half_of_this_one() {
    let stage = stage();
    let mut told = 0;
    let night = stage
        .with_clock(&Still::at("2026-11-28T02:00"), &[], false, &mut |_| {
            // Somebody takes it back while the first of the rosters was judged, and the second was not.
            told += 1;
            fs::write(stage.path("house.csv"), "Kind,As written,Means\nplan,Another bundle,SPE_E3\n")
                .unwrap();
        })
        .unwrap();
    assert_eq!((told, reviewed(&night)), (2, vec![("one".to_owned(), 0), ("two".to_owned(), 0)]));
    let first = stage.outputs();
    let next = stage.night("2026-11-28T03:00");
    assert_eq!(states(&next), [("one", State::Done), ("two", State::Done)]);
    assert_eq!(reviewed(&next), [("one".to_owned(), 1), ("two".to_owned(), 1)]);
    // What the first run knew is what it used: with the same file it is known, and nothing is made again.
    let again = Stage::new(ONE_AND_TWO);
    house(&again, "SPE_E3");
    for name in ["one.csv", "two.csv"] {
        again.put(name, &(roster(2, 140) + "Litware,House bundle,700\n"));
    }
    again.night("2026-11-28T02:00");
    assert_eq!(again.outputs(), first);
}

#[test]
fn overrides_that_cannot_be_read_keep_both_rosters_that_name_them_from_being_judged() {
    let stage = stage();
    house(&stage, "No such plan");
    let night = stage.night("2026-11-28T02:00");
    assert_eq!((night.code, states(&night)), (8, vec![("one", State::Failed), ("two", State::Failed)]));
    let lines: Vec<String> = night
        .rosters
        .iter()
        .map(|end| {
            end.failure.as_ref().unwrap().diagnostics[0].help.rsplit_once("line ").unwrap().1.to_owned()
        })
        .collect();
    assert!(lines[0] != lines[1], "each is told with its own line of the configuration: {lines:?}");
    house(&stage, "SPE_E3");
    assert_eq!(stage.night("2026-11-28T03:00").ends.done, 2);
}
