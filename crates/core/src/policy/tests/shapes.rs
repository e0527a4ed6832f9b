//! Faults of single keys: syntax, types, texts, numbers, words.

use super::*;

#[test]
fn text_that_is_no_toml_is_told_with_its_line() {
    let text = edited("default-segment = \"commercial\"", "default-segment = commercial");
    assert_eq!(codes_and_lines(&text), [("toml-syntax", line_of(&text, "default-segment = "))]);
}

#[test]
fn faults_of_syntax_on_two_lines_are_both_told() {
    let text = edited("confirm = true\nsays", "confirm = yes\nsays");
    let text = replaced(&text, "retired = 2019", "retired = '2019");
    let lines = ["confirm = yes", "retired = '2019"].map(|marker| ("toml-syntax", line_of(&text, marker)));
    assert_eq!(codes_and_lines(&text), lines);
}

#[test]
fn a_key_that_stands_twice_is_a_fault_of_syntax() {
    assert_fault(
        "default-segment = ",
        "title = \"again\"\ndefault-segment = ",
        "toml-syntax",
        "title = \"again\"",
    );
}

#[test]
fn a_text_beyond_the_size_limit_is_not_read() {
    let text = format!("{}\n# {}", include_str!("../default.toml"), "x".repeat(1 << 20));
    assert_eq!(codes_and_lines(&text), [("policy-too-large", 0)]);
}

#[test]
fn an_unknown_key_is_told_with_the_key_that_is_like_it() {
    let text = edited("\nconfirm = true", "\nconfrim = true");
    assert_eq!(codes_and_lines(&text), [("key-unknown", line_of(&text, "confrim"))]);
    assert_eq!(faults_of(&text)[0].help, "did you mean `confirm`?");
}

#[test]
fn every_unknown_key_is_told_at_any_level() {
    let text = edited("schema = 1", "schema = 1\ncolour = 1");
    let text = replaced(&text, "[plans]", "[plans]\nbrands = 2");
    let text = replaced(
        &text,
        "kinds = [",
        "kinds = [\n{ id=\"x\", name=\"X\", eligible=false, source=\"plans\", weight=3 },",
    );
    let text = replaced(&text, "retired = 2021", "ended = 2021");
    let codes: Vec<_> =
        codes_and_lines(&text).into_iter().filter(|(code, _)| *code == "key-unknown").collect();
    let lines =
        ["colour", "brands", "weight", "ended = 2021"].map(|key| ("key-unknown", line_of(&text, key)));
    assert_eq!(codes, lines);
}

#[test]
fn another_schema_is_the_only_thing_told() {
    let text = edited("schema = 1", "schema = 2\nname = 7");
    let text = replaced(&text, "name = \"fasttrack-learn-2021\"", "");
    assert_eq!(codes_and_lines(&text), [("schema-unsupported", line_of(&text, "schema = 2"))]);
}

#[test]
fn a_key_missing_at_the_top_is_told_of_the_whole_file() {
    let text = edited("default-segment = \"commercial\"", "");
    assert_eq!(codes_and_lines(&text), [("key-missing", 0)]);
}

#[test]
fn a_key_missing_in_a_table_is_told_at_its_heading() {
    assert_fault("name = \"Portal\"\n", "", "key-missing", "[[entitlement]]\nid = \"portal\"");
}

#[test]
fn a_rule_without_a_source_is_told() {
    assert_fault(
        "eligible = true, source = \"learn\"",
        "eligible = true",
        "source-missing",
        "{ id = \"microsoft-365\"",
    );
}

#[test]
fn a_policy_without_a_source_is_told() {
    let text = edited("taken-from = \"learn\"\n", "");
    assert_eq!(codes_and_lines(&text), [("source-missing", 0)]);
}

#[test]
fn a_value_of_the_wrong_type_is_told() {
    assert_fault("eligible = true", "eligible = \"yes\"", "type-wrong", "eligible = \"yes\"");
    assert_fault("\nconfirm = true", "\nconfirm = 1", "type-wrong", "confirm = 1");
    assert_fault("from = 50\n", "from = \"50\"\n", "type-wrong", "from = \"50\"");
    assert_fault("words = [\"edu\",", "words = [7,", "type-wrong", "words = [7,");
    assert_fault("effective = \"2021-06\"", "effective = 2021-06-01", "type-wrong", "effective = 2021");
    assert_fault("[\"Sets its own goals\"]", "\"Sets its own goals\"", "type-wrong", "\"Sets its own");
}

#[test]
fn a_number_that_is_not_whole_is_told() {
    assert_fault("below = 1000", "below = 1000.5", "number-not-whole", "below = 1000.5");
    assert_fault("from = 50\n", "from = -50\n", "number-not-whole", "from = -50");
}

#[test]
fn an_empty_list_is_told() {
    assert_fault("[\"Sets its own goals\"]", "[]", "list-empty", "customer = []");
}

#[test]
fn a_blank_text_is_told() {
    assert_fault("name = \"Portal\"", "name = \"\"", "text-empty", "name = \"\"");
    assert_fault("\"Starts the onboarding\"", "\" \"", "text-empty", "    \" \",");
}

#[test]
fn a_name_that_is_too_long_is_told() {
    let long = format!("name = \"{}\"", "n".repeat(61));
    assert_fault("name = \"Portal\"", &long, "text-too-long", &long);
}

#[test]
fn a_name_with_a_character_that_cannot_be_seen_is_told() {
    for name in ["Por\\ttal", "Portal ", "Por\\u202etal", "Portal\\uFFFF"] {
        let name = format!("name = \"{name}\"");
        assert_fault("name = \"Portal\"", &name, "text-unclean", &name);
    }
}

#[test]
fn an_id_that_is_no_plain_word_is_told() {
    assert_fault(
        "name = \"fasttrack-learn-2021\"",
        "name = \"My Policy\"",
        "id-not-a-word",
        "name = \"My Policy\"",
    );
}

#[test]
fn a_date_that_does_not_exist_is_told() {
    assert_fault("effective = \"2021-06\"", "effective = \"2021-13\"", "date-malformed", "2021-13");
    assert_fault("date = \"2021\"", "date = \"June 2021\"", "date-malformed", "date = \"June 2021\"");
}

#[test]
fn an_address_with_its_scheme_is_told() {
    let address = "address = \"https://aka.ms/fasttrackservicedescription\"";
    assert_fault("address = \"aka.ms/fasttrackservicedescription\"", address, "address-malformed", address);
}

#[test]
fn a_word_outside_a_fixed_choice_is_told() {
    assert_fault("footing = \"stated\"", "footing = \"sated\"", "word-unknown", "footing = \"sated\"");
    assert_fault("plans = \"any\"", "plans = \"all\"", "word-unknown", "plans = \"all\"");
}

#[test]
fn a_year_in_which_nothing_was_retired_is_told() {
    assert_fault("retired = 2021", "retired = 21", "year-out-of-range", "retired = 21\n");
}

#[test]
fn faults_of_different_sorts_are_told_together() {
    let text = edited("\nconfirm = true", "\nconfrim = true");
    let text = replaced(&text, "words = [\"edu\",", "words = [7,");
    let text = replaced(&text, "commercial = 150", "commercial = 12.5");
    let text = replaced(&text, "rungs = [\"portal\", ", "rungs = [\"portla\", ");
    let text = replaced(&text, "retired = 2019", "retired = 19");
    let expected = [
        ("entitlement-unknown", line_of(&text, "portla")),
        ("rung-missing", line_of(&text, "portla")),
        ("type-wrong", line_of(&text, "words = [7,")),
        ("threshold-not-whole", line_of(&text, "commercial = 12.5")),
        ("key-unknown", line_of(&text, "confrim")),
        ("year-out-of-range", line_of(&text, "retired = 19")),
    ];
    assert_eq!(codes_and_lines(&text), expected, "{:#?}", faults_of(&text));
}

#[test]
fn a_missing_segment_id_does_not_drag_other_faults_along() {
    let text = edited("id = \"learn\"\n", "");
    assert_eq!(codes_and_lines(&text), [("key-missing", line_of(&text, "[[source]]\ntitle"))]);
}
