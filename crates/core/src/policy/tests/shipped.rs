//! The shipped policies say what their sources say.

use super::*;

fn seats(policy: &Policy, entitlement: &str) -> Vec<Option<u64>> {
    let place = policy.entitlement(entitlement).unwrap();
    policy.entitlements[place].thresholds.iter().map(|threshold| threshold.seats).collect()
}

#[test]
fn every_shipped_policy_is_without_fault_and_carries_the_name_it_is_chosen_by() {
    for (name, text) in SHIPPED {
        assert_eq!(faults_of(text), [], "{name}");
        assert_eq!(Policy::named(name).unwrap().unwrap().name, *name);
    }
    assert!(Policy::named("fasttrack-docs-1999").is_none());
}

#[test]
fn the_sample_of_a_customers_own_policy_is_without_fault_and_changes_one_threshold() {
    let sample =
        Policy::read(include_str!("../../../../../samples/policy-example.toml"), "policy-example.toml")
            .unwrap();
    let default = Policy::default_shipped().unwrap();
    assert_eq!(seats(&sample, "specialist"), [100, 150, 1000, 1000].map(Some));
    for entitlement in ["portal", "qa", "migration"] {
        assert_eq!(seats(&sample, entitlement), seats(&default, entitlement));
    }
    assert_eq!(
        (sample.families.len(), sample.services.len()),
        (default.families.len(), default.services.len())
    );
}

#[test]
fn the_default_policy_asks_for_what_the_source_text_says() {
    let policy = Policy::default_shipped().unwrap();
    let segments: Vec<&str> = policy.segments.iter().map(|segment| segment.id.as_str()).collect();
    assert_eq!(segments, ["commercial", "government", "education", "nonprofit"]);
    assert_eq!(seats(&policy, "portal"), [0, 0, 0, 0].map(Some));
    assert_eq!(seats(&policy, "qa"), [50, 50, 50, 50].map(Some));
    assert_eq!(seats(&policy, "specialist"), [150, 150, 1000, 1000].map(Some));
    assert_eq!(seats(&policy, "migration"), [500, 500, 500, 500].map(Some));
    let names: Vec<&str> = policy.rungs.iter().map(|rung| policy.entitlements[*rung].name.as_str()).collect();
    assert_eq!(names, ["Portal", "Q&A", "Specialist", "Migration"]);
    let plans: Vec<_> = policy.entitlements.iter().map(|entitlement| entitlement.plans).collect();
    assert_eq!(plans[0], PlansServed::Any);
    assert!(plans[1..].iter().all(|plans| *plans == PlansServed::Eligible));
}

#[test]
fn the_documented_policy_asks_for_150_in_every_segment_and_has_no_rung_for_questions() {
    let policy = Policy::named("fasttrack-docs-2021").unwrap().unwrap();
    assert_eq!(seats(&policy, "specialist"), [Some(150); 4]);
    assert_eq!(seats(&policy, "migration"), [Some(500); 4]);
    assert_eq!(policy.entitlement("qa"), None);
    assert_eq!(policy.rungs.len(), 3);
    assert!(
        policy
            .entitlements
            .iter()
            .flat_map(|e| &e.thresholds)
            .all(|t| { policy.source(t.source).unwrap().footing == Footing::Documented })
    );
}

#[test]
fn education_and_nonprofit_rest_on_interpretation_between_the_thresholds() {
    let policy = Policy::default_shipped().unwrap();
    let (qa, migration) = (policy.entitlement("qa").unwrap(), policy.entitlement("migration").unwrap());
    for segment in ["education", "nonprofit"].map(|id| policy.segment(id).unwrap()) {
        let confirms = |entitlement, seats| {
            policy.interpretation(entitlement, segment, seats).map(|found| found.confirm)
        };
        assert_eq!(
            [49, 50, 999, 1000].map(|seats| confirms(qa, seats)),
            [None, Some(false), Some(false), None]
        );
        assert_eq!(
            [499, 500, 999, 1000].map(|seats| confirms(migration, seats)),
            [None, Some(true), Some(true), None]
        );
    }
    assert_eq!(policy.interpretation(migration, policy.segment("commercial").unwrap(), 700), None);
}

#[test]
fn microsoft_365_families_are_eligible_and_others_are_not() {
    for (name, _) in SHIPPED {
        let policy = Policy::named(name).unwrap().unwrap();
        for family in
            ["microsoft-365", "office-365", "ems", "windows", "exchange", "teams", "project", "yammer"]
        {
            assert!(policy.family(family).unwrap().eligible, "{family}");
        }
        for family in ["dynamics-365", "power-platform", "azure", "copilot", "visio", "excluded", "other"] {
            assert!(!policy.family(family).unwrap().eligible, "{family}");
        }
        let eligible: Vec<&str> =
            policy.kinds.iter().filter(|kind| kind.eligible).map(|kind| kind.id.as_str()).collect();
        assert_eq!(eligible, ["base", "companion"]);
        assert_eq!(policy.kind("telephony").map(|kind| kind.eligible), Some(false));
    }
}

#[test]
fn segment_words_are_known_however_they_are_written() {
    let policy = Policy::default_shipped().unwrap();
    let words = [
        ("commercial", vec!["Commercial", "corporate", " CORPORATE "]),
        ("government", vec!["gov", "Government", "GCC", "gcc-high", "Public Sector"]),
        ("education", vec!["EDU", "education", "Academic"]),
        (
            "nonprofit",
            vec!["charity", "Non-Profit", "non\u{2011}profit", "nonprofit", "NFP", "npo", "Not-for-profit"],
        ),
    ];
    for (segment, written) in words {
        for word in written {
            assert_eq!(policy.segment_by_word(word), policy.segment(segment), "{word}");
        }
    }
    for word in ["", " ", "-", "Governance", "NOPSTNCONF"] {
        assert_eq!(policy.segment_by_word(word), None, "{word}");
    }
}

#[test]
fn ten_services_stand_in_the_order_of_the_source_and_two_are_retired() {
    let policy = Policy::default_shipped().unwrap();
    let retired: Vec<_> = policy
        .services
        .iter()
        .filter_map(|service| service.retired.map(|year| (service.id.as_str(), year)))
        .collect();
    assert_eq!(policy.services.len(), 10);
    assert_eq!(retired, [("skype-for-business-online", 2021), ("staffhub", 2019)]);
    let phases: Vec<&str> = policy.phases.iter().map(|phase| phase.name.as_str()).collect();
    assert_eq!(phases, ["Initiation", "Assessment", "Remediation", "Enable"]);
}

#[test]
fn onboarding_begins_with_the_specialist_wherever_the_policy_is_shipped() {
    for (name, text) in SHIPPED {
        let policy = Policy::named(name).unwrap().unwrap();
        assert_eq!(policy.onboarding, policy.entitlement("specialist"), "{name}");
        let without = text.replace("onboarding = \"specialist\"\n", "");
        assert_eq!(Policy::read(&without, "without.toml").unwrap().onboarding, None);
    }
}

#[test]
fn a_phase_is_known_by_name_word_and_number() {
    let policy = Policy::default_shipped().unwrap();
    for (phase, written) in [
        (0, vec!["Initiation", "initiate", "1", "1."]),
        (1, vec!["Assessment", "ASSESS", "2", "Phase 2", "2 - Assessment"]),
        (2, vec!["Remediation", " remediate ", "3", "3. remediate"]),
        (3, vec!["Enable", "Enabling", "4", "phase 4: enable"]),
    ] {
        for word in written {
            assert_eq!(policy.phase_by_word(word), Some(phase), "{word}");
        }
    }
    for word in
        ["", "-", "0", "5", "12", "1 - Assessment", "phase", "Assessment 2", "99999999999999999999", "x"]
    {
        assert_eq!(policy.phase_by_word(word), None, "{word}");
    }
}

#[test]
fn the_hash_is_that_of_the_text() {
    let policy = Policy::default_shipped().unwrap();
    assert_eq!(policy.sha256, sha256(SHIPPED[0].1));
    assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn a_description_names_each_threshold_interpretation_and_source() {
    for (name, _) in SHIPPED {
        let policy = Policy::named(name).unwrap().unwrap();
        let shown = policy.describe();
        for part in [&policy.name, &policy.title, &policy.effective, &policy.sha256] {
            assert!(shown.contains(part.as_str()), "{part}");
        }
        for source in &policy.sources {
            assert!(shown.contains(&source.title));
        }
        assert!(shown.lines().all(|line| line == line.trim_end() && line.chars().count() <= 110), "{shown}");
    }
    let shown = Policy::default_shipped().unwrap().describe();
    assert!(
        shown
            .contains("  3     Specialist   150         150         1000       1000       eligible  learn\n"),
        "{shown}"
    );
    assert!(
        shown.contains("  Migration, Education and Nonprofit, 500 to 999 seats, to be confirmed"),
        "{shown}"
    );
}

#[test]
fn a_shipped_policy_that_was_changed_is_told_from_the_one_that_is_shipped() {
    for (name, text) in SHIPPED {
        assert_eq!(Policy::read(text, name).unwrap().poses_as_shipped(), None);
        // Another way to write the same rules is no other policy.
        let same = Policy::read(&format!("{text}\n# a remark\n"), "mine.toml").unwrap();
        assert_eq!(same.poses_as_shipped(), None);
        let changed = text.replacen("150", "151", 1);
        assert_ne!(*text, changed);
        let words = Policy::read(&changed, "mine.toml").unwrap().poses_as_shipped().unwrap();
        assert!(words.contains(name), "{words}");
        let renamed = changed.replace(name, "of-our-own");
        assert_eq!(Policy::read(&renamed, "mine.toml").unwrap().poses_as_shipped(), None);
    }
}
