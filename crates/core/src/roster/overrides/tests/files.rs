//! Several files: one after the other, each with its own lines.

use super::*;

const OF_WORDS: [&str; 3] = ["Kind", "As written", "Means"];

/// Reads files, each with its name, its headings and its lines.
fn read_all(files: &[(&str, &[&str], &[&str])]) -> Result<Overrides> {
    let abouts: Vec<About> = files
        .iter()
        .map(|(name, headings, _)| About {
            name: (*name).to_owned(),
            sha256: format!("sum of {name}"),
            ..about(headings)
        })
        .collect();
    let mut reading = Reading::new(&abouts[0], &POLICY, &CATALOGUE)?;
    for (place, (about, (_, _, lines))) in abouts.iter().zip(files).enumerate() {
        if place > 0 {
            reading.turn_to_file(about)?;
        }
        records(lines).iter().try_for_each(|record| reading.line(record))?;
    }
    reading.finish()
}

fn message(found: &Diagnostic) -> (&str, &str) {
    (found.file.as_str(), found.message.as_str())
}

#[test]
fn each_file_says_what_the_others_do_not_and_the_remark_names_the_right_one() {
    let overrides = read_all(&[
        ("house.csv", &HEADINGS, &["Contoso|SPB|||480|asked", "|House bundle||SPE_E3||"]),
        ("page.csv", &HEADINGS, &["Fabrikam|SPB|||7|", "Contoso|SPB|edu|||"]),
    ])
    .expect("valid");
    assert_eq!((overrides.count(), overrides.name().as_str()), (4, "house.csv, page.csv"));
    let row = |tenant: &str| format!("4711|{tenant}||SPB|9|");
    let said = |tenant: &str| {
        with_row(&overrides, &row(tenant), |row| {
            row.faults.iter().map(|fault| fault.message.clone()).collect()
        })
    };
    let (contoso, fabrikam): (Vec<String>, Vec<String>) = (said("Contoso"), said("Fabrikam"));
    assert_eq!(
        contoso,
        ["the cell says `9`; 480 paid seats were taken, as line 2 of `house.csv` says (reason: asked)"]
    );
    assert_eq!(fabrikam, ["the cell says `9`; 7 paid seats were taken, as line 2 of `page.csv` says"]);
    assert_eq!(segment(&overrides, &row("Contoso")).0, "education");
    let unused = overrides.unused(&BTreeMap::new());
    assert_eq!(overrides.listed(&unused), "2 lines (2, 3) of `house.csv` and 2 lines (2, 3) of `page.csv`");
    let notes = overrides.notes(&BTreeMap::new());
    assert_eq!(
        notes.iter().map(message).collect::<Vec<_>>(),
        [
            ("house.csv", "2 lines (2, 3) did not match any row of the roster"),
            ("page.csv", "2 lines (2, 3) did not match any row of the roster"),
        ]
    );
}

#[test]
fn files_that_say_different_things_are_both_named() {
    let wrong = read_all(&[
        ("house.csv", &HEADINGS, &["Contoso|SPB|||480|", "|SPB||SPE_E3||"]),
        ("page.csv", &HEADINGS, &["Contoso|SPB|||480|", "Contoso|SPB|||7|", "|SPB||SPE_E5||"]),
    ]);
    let wrong = wrong.expect_err("two of them");
    assert_eq!(
        wrong.diagnostics.iter().map(message).collect::<Vec<_>>(),
        [
            (
                "page.csv",
                "line 2 of `house.csv` and line 3 of `page.csv` both name tenant `Contoso` and plan `SPB`, but say \
                 different things: `480` and `7`"
            ),
            (
                "page.csv",
                "line 3 of `house.csv` and line 4 of `page.csv` both name only plan `SPB`, but say different things: \
                 `SPE_E3` and `SPE_E5`"
            ),
        ]
    );
    let words = read_all(&[
        ("house.csv", &OF_WORDS, &["status|Offen|active"]),
        ("page.csv", &OF_WORDS, &["", "status|offen|not active"]),
    ]);
    let words = words.expect_err("one").diagnostics;
    assert_eq!(
        words[0].message,
        "line 2 of `house.csv` and line 3 of `page.csv` say different things about the status `offen`"
    );
}

#[test]
fn two_lines_that_fit_a_row_equally_well_are_named_with_their_files() {
    let overrides = read_all(&[
        ("house.csv", &HEADINGS, &["4711||edu|||"]),
        ("page.csv", &HEADINGS, &["Contoso||charity|||"]),
    ])
    .expect("valid");
    let told = with_row(&overrides, "4711|Contoso||SPB|480|", |row| row.faults[0].message.clone());
    assert_eq!(
        told,
        "line 2 of `house.csv` and line 2 of `page.csv` both match the row but say different things"
    );
}

#[test]
fn one_file_is_known_by_its_own_hash_and_several_by_one_of_theirs() {
    let house: (&str, &[&str], &[&str]) = ("house.csv", &HEADINGS, &["Contoso||edu|||"]);
    let page: (&str, &[&str], &[&str]) = ("page.csv", &HEADINGS, &["Fabrikam||edu|||"]);
    let sum = |files: &[_]| read_all(files).expect("valid").sha256();
    assert_eq!(sum(&[house]), "sum of house.csv");
    // printf 'sum of house.csv\nsum of page.csv\n' | sha256sum
    assert_eq!(sum(&[house, page]), "ec95b4f425a6cd3c6fce3ef409ed24acfd2b8b1a36b74a69b10c85ce3af3a248");
    assert_ne!(sum(&[house, page]), sum(&[page, house]));
}

#[test]
fn a_file_in_which_nothing_is_filled_in_is_named_beside_one_that_says_something() {
    let overrides = read_all(&[
        ("house.csv", &OF_WORDS, &["plan|House bundle|SPE_E3"]),
        ("open.csv", &OF_WORDS, &["plan|Other bundle|"]),
    ])
    .expect("valid");
    assert!(!overrides.has_nothing_filled_in());
    let notes = overrides.notes(&BTreeMap::new());
    assert_eq!(
        notes.iter().map(message).collect::<Vec<_>>(),
        [("open.csv", "nothing is filled in under `Means`")]
    );
}
