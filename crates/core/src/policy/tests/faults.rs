//! Faults between tables: references, names, thresholds, rungs, interpretations, the catalogue's words.

use super::*;

#[test]
fn a_reference_to_nothing_is_told() {
    assert_fault(
        "default-segment = \"commercial\"",
        "default-segment = \"comercial\"",
        "segment-unknown",
        "comercial",
    );
    assert_fault(
        "entitlement = \"qa\"",
        "entitlement = \"faq\"",
        "entitlement-unknown",
        "entitlement = \"faq\"",
    );
    assert_fault("taken-from = \"learn\"\n", "taken-from = \"lern\"\n", "source-unknown", "\"lern\"");
}

#[test]
fn a_reference_to_nothing_is_told_with_the_id_that_is_like_it() {
    let text = edited("default-segment = \"commercial\"", "default-segment = \"comercial\"");
    assert!(faults_of(&text)[0].help.starts_with("did you mean `commercial`?"));
}

#[test]
fn a_threshold_for_an_unknown_segment_is_told() {
    assert_fault(
        "nonprofit = 50\n",
        "nonprofit = 50\nnonprofits = 50\n",
        "segment-unknown",
        "nonprofits = 50",
    );
}

#[test]
fn an_id_that_stands_twice_is_told() {
    assert_fault(
        "id = \"migration-without-specialist\"",
        "id = \"qa-below-the-specialist\"",
        "id-duplicate",
        "id = \"qa-below-the-specialist\"\nentitlement = \"migration\"",
    );
    let again = "[[source]]\nid = \"plans\"\ntitle = \"Again\"\ndate = \"2021\"\nfooting = \"stated\"\n\n[[source]]\nid = \"reading\"";
    assert_fault("[[source]]\nid = \"reading\"", again, "id-duplicate", "id = \"plans\"\ntitle = \"Again\"");
}

#[test]
fn names_that_look_alike_in_a_heading_are_told() {
    assert_fault("name = \"Migration\"", "name = \"SPECIALIST\"", "name-duplicate", "name = \"SPECIALIST\"");
    assert_fault("name = \"Yammer Enterprise\"\n", "name = \"power  BI\"\n", "name-duplicate", "power  BI");
}

#[test]
fn a_name_of_a_column_that_every_workbook_has_is_told() {
    assert_fault("name = \"Migration\"", "name = \"fasttrack  Tier\"", "name-reserved", "fasttrack  Tier");
    assert_fault("name = \"Migration\"", "name = \"Why\"", "name-reserved", "name = \"Why\"");
}

#[test]
fn a_name_that_would_part_the_tiers_of_a_workbook_is_told() {
    for name in ["Q&A < 150 seats", "Q&A <", "< Migration"] {
        let line = format!("name = \"{name}\"");
        assert_fault("name = \"Migration\"", &line, "name-parts-tiers", &line);
    }
    assert!(faults_of(&edited("name = \"Migration\"", "name = \"Help <150 seats\"")).is_empty());
}

#[test]
fn a_segment_word_that_stands_for_two_segments_is_told() {
    assert_fault("words = [\"charity\"", "words = [\"Public-Sector\"", "word-duplicate", "Public-Sector");
    assert_fault(
        "words = [\"charity\"",
        "words = [\"Education\"",
        "word-duplicate",
        "words = [\"Education\"",
    );
}

#[test]
fn a_word_of_services_or_phases_that_stands_for_two_is_told() {
    assert_fault("words = [\"Exchange\"", "words = [\"pbi\"", "word-duplicate", "words = [\"PBI\"");
    assert_fault("words = [\"Initiate\"", "words = [\"assessment\"", "word-duplicate", "words = [\"assess");
    assert_fault("words = [\"Initiate\"", "words = [\"(-)\"", "word-empty", "words = [\"(-)");
}

#[test]
fn an_entitlement_that_begins_onboarding_has_to_be_one() {
    let (old, new) = ("onboarding = \"specialist\"", "onboarding = \"specialists\"");
    assert_fault(old, new, "entitlement-unknown", new);
}

#[test]
fn a_segment_word_without_letters_and_digits_is_told() {
    assert_fault("words = [\"charity\"", "words = [\"--\"", "word-empty", "words = [\"--\"");
}

#[test]
fn a_segment_without_a_threshold_is_told() {
    let text = edited("education = 1000\n", "");
    let line = line_of(&text, "nonprofit = 1000");
    assert_eq!(codes_and_lines(&text), [("threshold-missing", line)]);
    let shown = faults_of(&text)[0].to_string();
    let expected = format!(
        "error[threshold-missing]: `Specialist` has no threshold for segment `education`\n  at policy.toml, line {line}\n  \
         help: add `education = 150` next to the others, or write \"never\""
    );
    assert_eq!(shown, expected);
}

#[test]
fn a_threshold_that_is_no_whole_number_of_seats_is_told() {
    for value in ["150.0", "-1", "\"150\"", "\"none\"", "true", "99999999999999999999", "150.5"] {
        let line = format!("commercial = {value}\n");
        assert_fault("commercial = 150\n", &line, "threshold-not-whole", &line);
    }
}

#[test]
fn a_threshold_without_any_source_is_told() {
    let text = edited("plans = \"any\"\nsource = \"learn\"\n", "plans = \"any\"\n");
    let lines = ["commercial = 0", "government = 0", "education = 0", "nonprofit = 0"];
    assert_eq!(codes_and_lines(&text), lines.map(|line| ("source-missing", line_of(&text, line))));
}

#[test]
fn a_threshold_that_falls_on_a_higher_rung_is_told() {
    assert_fault("commercial = 500", "commercial = 149", "threshold-falls", "commercial = 149");
    assert_fault("government = 150", "government = \"never\"", "threshold-falls", "government = 500");
}

#[test]
fn a_threshold_may_be_equal_on_a_higher_rung() {
    assert_eq!(codes_and_lines(&edited("commercial = 500", "commercial = 150")), []);
}

#[test]
fn a_falling_threshold_needs_an_interpretation_for_all_the_seats_between() {
    let text = edited("from = 500\nbelow = 1000", "from = 500\nbelow = 999");
    let lines = ["education = 500", "nonprofit = 500"].map(|line| ("threshold-falls", line_of(&text, line)));
    assert_eq!(codes_and_lines(&text), lines);
    let text = edited("from = 500\nbelow = 1000", "from = 501\nbelow = 1000");
    assert_eq!(codes_and_lines(&text), lines);
}

#[test]
fn a_falling_threshold_may_be_covered_by_two_interpretations() {
    let second = "[[interpretation]]\nid = \"rest\"\nentitlement = \"migration\"\nsegments = [\"nonprofit\", \"education\"]\n\
                  from = 700\nbelow = 1000\nsays = \"Rests on our reading.\"\nsource = \"reading\"\n\n[[service]]\nid = \"exchange-online\"";
    let text = edited("from = 500\nbelow = 1000", "from = 500\nbelow = 700");
    assert_eq!(codes_and_lines(&replaced(&text, "[[service]]\nid = \"exchange-online\"", second)), []);
}

#[test]
fn an_entitlement_on_no_rung_is_told() {
    assert_fault("\"specialist\", \"migration\"]", "\"specialist\"]", "rung-missing", "rungs = [");
}

#[test]
fn an_entitlement_on_two_rungs_is_told() {
    assert_fault("\"migration\"]", "\"migration\", \"qa\"]", "rung-twice", "rungs = [");
}

#[test]
fn an_interpretation_of_no_seats_is_told() {
    for below in [50, 49] {
        let new = format!("from = 50\nbelow = {below}\n");
        assert_fault("from = 50\nbelow = 1000\n", &new, "range-empty", &format!("below = {below}\n"));
    }
}

#[test]
fn two_interpretations_of_the_same_seats_are_told() {
    let old = "entitlement = \"qa\"\nsegments = [\"education\", \"nonprofit\"]\nfrom = 50\n";
    let new = "entitlement = \"migration\"\nsegments = [\"nonprofit\"]\nfrom = 50\n";
    assert_fault(old, new, "interpretation-overlaps", "from = 500\nbelow = 1000");
}

#[test]
fn nothing_can_be_confirmed_that_is_not_granted() {
    assert_fault(
        "from = 500\nbelow = 1000",
        "from = 499\nbelow = 1000",
        "interpretation-not-granted",
        "from = 499",
    );
}

#[test]
fn an_interpretation_whose_start_is_unreadable_is_told_once() {
    assert_fault("from = 500\nbelow = 1000", "from = \"500\"\nbelow = 1000", "type-wrong", "from = \"500\"");
}

#[test]
fn a_list_that_is_missing_does_not_drag_its_references_along() {
    let text = include_str!("../default.toml").replace("[[segment]]", "[[segments]]");
    let codes: Vec<_> = codes_and_lines(&text).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["key-missing", "key-unknown"]);
}

#[test]
fn a_family_of_the_catalogue_that_is_not_named_is_told() {
    let text = edited("id = \"visio\"", "id = \"vizio\"");
    assert_eq!(codes_and_lines(&text), [("family-missing", line_of(&text, "[plans]\n"))]);
    assert_eq!(faults_of(&text)[0].help, "if you mean `vizio`, the catalogue calls it `visio`");
}

#[test]
fn a_kind_must_be_one_of_the_catalogue_and_each_of_them_be_named() {
    let text = edited("id = \"capacity\"", "id = \"room\"");
    let expected =
        [("kind-missing", line_of(&text, "[plans]\n")), ("kind-unknown", line_of(&text, "id = \"room\""))];
    assert_eq!(codes_and_lines(&text), expected);
}

#[test]
fn a_segment_of_the_catalogue_that_is_not_named_is_told() {
    let text = include_str!("../default.toml")
        .replace("government", "state")
        .replace("name = \"Government\"", "name = \"State\"");
    assert_eq!(codes_and_lines(&text), [("segment-missing", line_of(&text, "id = \"commercial\""))]);
}

#[test]
fn the_services_of_the_catalogue_stand_first_and_in_its_order() {
    assert_fault("id = \"power-bi\"", "id = \"fabric\"", "service-order", "id = \"fabric\"");
}

#[test]
fn a_list_that_is_too_long_is_told() {
    for (key, missing, rest) in
        [("service", 7, ""), ("segment", 61, ""), ("reading", 255, "address = \"a.b\"\n")]
    {
        let title = if key == "reading" { "title" } else { "name" };
        let id =
            |extra: usize| if key == "reading" { String::new() } else { format!("id = \"extra-{extra}\"\n") };
        let tables: Vec<String> = (1..=missing)
            .map(|extra| format!("[[{key}]]\n{}{title} = \"Extra {extra}\"\n{rest}", id(extra)))
            .collect();
        let text = format!("{}\n{}", include_str!("../default.toml"), tables.concat());
        let last = format!("{title} = \"Extra {missing}\"");
        let heading = line_of(&text, &last) - if key == "reading" { 1 } else { 2 };
        assert_eq!(codes_and_lines(&text), [("too-many", heading)], "{key}");
    }
}
