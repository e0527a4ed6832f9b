//! New segments, entitlements, services and families are data; and no text at all makes the reader panic.

use proptest::prelude::*;

use super::*;

#[test]
fn a_fifth_entitlement_needs_no_rust() {
    let fifth = "[[entitlement]]\nid = \"on-site\"\nname = \"On site\"\ngrants = \"Somebody comes.\"\nplans = \"eligible\"\n\
                 source = \"learn\"\n[entitlement.from]\ncommercial = 5000\ngovernment = \"never\"\n\
                 education = { seats = 9000, source = \"reading\" }\nnonprofit = 9000\n\n[[interpretation]]";
    let text = edited("[[interpretation]]", fifth);
    let text = replaced(&text, "\"migration\"]", "\"migration\", \"on-site\"]");
    let policy = Policy::read(&text, "policy.toml").unwrap();
    let on_site = policy.entitlement("on-site").unwrap();
    assert_eq!(policy.rungs.last(), Some(&on_site));
    let asked: Vec<_> = policy.entitlements[on_site].thresholds.iter().map(|t| (t.seats, t.source)).collect();
    assert_eq!(asked, [(Some(5000), 0), (None, 0), (Some(9000), 2), (Some(9000), 0)]);
    assert!(policy.describe().contains("5     On site"));
}

#[test]
fn a_fifth_segment_needs_no_rust() {
    let text = include_str!("../default.toml")
        .replace("nonprofit = 0\n", "nonprofit = 0\nfrontline = 0\n")
        .replace("nonprofit = 50\n", "nonprofit = 50\nfrontline = 60\n")
        .replace("nonprofit = 1000\n", "nonprofit = 1000\nfrontline = 300\n")
        .replace("nonprofit = 500\n", "nonprofit = 500\nfrontline = \"never\"\n");
    let segment =
        "[[segment]]\nid = \"frontline\"\nname = \"Frontline\"\nwords = [\"shop floor\"]\n\n[[entitlement]]";
    let policy = Policy::read(&replaced(&text, "[[entitlement]]", segment), "policy.toml").unwrap();
    let frontline = policy.segment_by_word("Shop-floor").unwrap();
    let seats = |id: &str| policy.threshold(policy.entitlement(id).unwrap(), frontline).unwrap().seats;
    assert_eq!(["portal", "qa", "specialist", "migration"].map(seats), [Some(0), Some(60), Some(300), None]);
}

#[test]
fn a_further_family_and_a_further_service_need_no_rust() {
    let family = "families = [\n{ id = \"intune\", name = \"Intune\", eligible = true, source = \"plans\" },";
    let text = edited("families = [", family);
    let text = format!("{text}\n[[service]]\nid = \"intune\"\nname = \"Intune\"\n");
    let policy = Policy::read(&text, "policy.toml").unwrap();
    assert!(policy.family("intune").is_some_and(|family| family.eligible));
    assert_eq!(policy.services.len(), 11);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_no_rule_and_no_line() {
    let text = format!("\u{feff}{}", include_str!("../default.toml").replace('\n', "\r\n"));
    let mut policy = Policy::read(&text, "policy.toml").unwrap();
    let unix = Policy::default_shipped().unwrap();
    assert_ne!(policy.sha256, unix.sha256);
    policy.sha256.clone_from(&unix.sha256);
    assert_eq!(policy, unix);
    let faulty = text.replace("\nconfirm = true", "\nconfirm = 1");
    assert_eq!(codes_and_lines(&faulty), [("type-wrong", line_of(&faulty, "confirm = 1"))]);
}

#[test]
fn a_file_made_to_hurt_is_refused() {
    let texts = [
        format!("a = {}", "[".repeat(500_000)),
        format!("a = {}", "{b=".repeat(300_000)),
        format!("a{} = 1", ".a".repeat(300_000)),
        "=\n".repeat(100_000),
        include_str!("../default.toml").replacen(
            "rungs = [",
            &format!("rungs = [{}", "\"portla\",".repeat(60_000)),
            1,
        ),
    ];
    for text in texts {
        assert!(!faults_of(&text).is_empty());
    }
}

/// A line of the default policy, or something that might stand in one.
fn scrap() -> impl Strategy<Value = String> {
    let lines: Vec<String> = include_str!("../default.toml").lines().map(str::to_owned).collect();
    prop_oneof![
        proptest::sample::select(lines),
        "[ -~]{0,24}",
        "[a-z]{1,4} = (-?[0-9]{1,22}|\"\\PC{0,8}\"|\\[\\]|\\{\\})"
    ]
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}|[\\x00-\\x7f]{0,200}") {
        let _ = Policy::read(&text, "policy.toml");
    }

    #[test]
    fn any_mixture_of_lines_is_read_or_refused(scraps in proptest::collection::vec(scrap(), 0..40)) {
        let _ = Policy::read(&scraps.join("\n"), "policy.toml");
    }

    #[test]
    fn a_policy_with_lines_taken_out_or_put_in_is_read_or_refused_with_lines_that_exist(
        drop in proptest::collection::vec(0_usize..300, 0..4),
        insert in 0_usize..300,
        put in scrap(),
    ) {
        let mut lines: Vec<&str> = include_str!("../default.toml").lines().collect();
        lines.insert(insert.min(lines.len()), &put);
        for at in drop.into_iter().filter(|at| *at < 290) {
            lines[at] = "";
        }
        let count = u64::try_from(lines.len()).unwrap();
        for (code, line) in codes_and_lines(&lines.join("\n")) {
            prop_assert!(line <= count, "{code} on line {line} of {count}");
        }
    }
}
