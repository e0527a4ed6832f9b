use super::*;
use crate::plans::{Catalogue, MatchedBy, PlanKind, Price};
use std::sync::LazyLock;

fn indexed(catalogue: &Catalogue) -> (&[Plan], &PlanIndex) {
    (catalogue.plans(), &catalogue.tables.index)
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::shipped().unwrap());

const SUITE: &str =
    ",CWS_E3,Contoso Workplace Suite E3,commercial,microsoft-365,base,paid,teams,Workplace E3 | CWS 3";

/// Reads lines, cells with commas between them, as a user's own catalogue with all headings.
fn read(lines: &[&str]) -> Result<(Catalogue, Additions)> {
    read_under(&HEADINGS.map(str::to_owned), lines)
}

fn read_under(headings: &[String], lines: &[&str]) -> Result<(Catalogue, Additions)> {
    let source = Source { file: "own.csv", about: None, header_row: 1, headings, from: PlanFrom::Own(0) };
    let mut reading = Reading::new(source, CATALOGUE.plans(), CATALOGUE.spellings())?;
    for (line, number) in lines.iter().zip(2..) {
        let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        reading.line(number, &cells)?;
    }
    reading.finish_with(&CATALOGUE)
}

/// Returns the codes of all faults, each with its line and heading.
fn faults(lines: &[&str]) -> Vec<(&'static str, String, String)> {
    let error = read(lines).expect_err("faults");
    assert_eq!(error.kind, crate::error::ErrorKind::Policy);
    let told = |found: crate::diagnostic::Diagnostic| {
        (found.code.as_str(), found.place.short(), found.heading.unwrap_or_default())
    };
    error.diagnostics.into_iter().map(told).collect()
}

fn fault(line: &str) -> (&'static str, String) {
    let mut found = faults(&[line]);
    assert_eq!(found.len(), 1, "{line}: {found:?}");
    let (code, place, heading) = found.remove(0);
    assert_eq!(place, "line 2");
    (code, heading)
}

#[test]
fn a_product_of_ones_own_is_found_by_all_that_it_is_called() {
    let guid = "1f0c2f7e-5d0d-4c0a-9a54-3c2f1d6b8e90";
    let line = format!("{{{}}}{SUITE}", guid.to_uppercase());
    let (catalogue, additions) = read(&[&line]).unwrap();
    assert_eq!((additions.plans.len(), additions.spellings.len()), (1, 2));
    for (written, by) in [
        (guid, MatchedBy::Guid),
        ("cws_e3", MatchedBy::Id),
        ("Contoso  workplace suite e3", MatchedBy::Name),
        ("WORKPLACE E3", MatchedBy::Words),
        ("CWS 3", MatchedBy::Words),
    ] {
        let found = catalogue.find(written).unwrap();
        assert_eq!((found.plan, found.by), (&additions.plans[0], by), "{written}");
    }
    let plan = &additions.plans[0];
    assert_eq!((plan.kind, plan.price, plan.from), (PlanKind::Base, Price::Paid, PlanFrom::Own(0)));
    assert_eq!(plan.services.words().collect::<Vec<_>>(), ["teams"]);
    assert!(CATALOGUE.find("Workplace E3").is_err());
}

#[test]
fn a_known_product_named_by_id_guid_or_name_gets_further_spellings() {
    for line in [
        ",SPE_E3,,,,,,,Modern Work Bundle",
        "05E9A617-0261-4CEE-BB44-138D3EF5D965,,,,,,,,Modern Work Bundle",
        ",,microsoft 365 E3,,,,,,Modern Work Bundle",
        ",spe_e3,Microsoft 365 E3,Commercial,microsoft 365,BASE,paid,,Modern Work Bundle",
    ] {
        let (catalogue, additions) = read(&[line]).unwrap();
        assert!(additions.plans.is_empty());
        let found = catalogue.find("modern work  bundle").unwrap();
        assert_eq!((found.plan.id.as_str(), found.plan.from), ("SPE_E3", PlanFrom::Published), "{line}");
        assert_eq!(catalogue.plans().len(), CATALOGUE.plans().len());
    }
}

#[test]
fn words_may_be_written_as_people_write_them_and_cells_missing_at_the_end_are_blank() {
    let (_, additions) = read(&[",,Contoso Suite,EDUCATION,Power Platform,Add-On,Free"]).unwrap();
    let plan = &additions.plans[0];
    assert_eq!((plan.segment.as_str(), plan.family.as_str()), ("education", "power-platform"));
    assert_eq!((plan.kind, plan.price, plan.services.is_empty()), (PlanKind::AddOn, Price::Free, true));
    assert_eq!((plan.guid.as_str(), plan.key()), ("", "Contoso Suite"));
}

#[test]
fn headings_may_stand_in_any_order_and_form() {
    let headings =
        ["Also_Written-As", "PRICE", "kind ", "", "Family", "Segment", "\u{feff}Name", "Because", "Source"];
    let line = "Suite 4\nSuite Four,paid,base,,ems,commercial,Contoso Suite 4,sold here,price list";
    let (catalogue, additions) = read_under(&headings.map(str::to_owned), &[line]).unwrap();
    assert_eq!(additions.plans[0].because, "source: price list; because: sold here");
    assert!(catalogue.find("suite four").is_ok() && catalogue.find("suite 4").is_ok());
}

#[test]
fn every_fault_of_the_headings_is_told() {
    let codes = |headings: &[&str]| -> Vec<&str> {
        let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        let error = read_under(&headings, &[]).expect_err("faults");
        error.diagnostics.iter().map(|found| found.code.as_str()).collect()
    };
    let unknown = "catalogue-heading-unknown";
    assert_eq!(codes(&["name", "Name", "prize", "alias"]), ["catalogue-heading-twice", unknown, unknown]);
    assert_eq!(codes(&["name", "segment"]), ["catalogue-heading-missing"]);
    assert_eq!(codes(&["also written as", "segment"]), ["catalogue-heading-missing"]);
    let all_but_services: Vec<String> = HEADINGS[2..7].iter().map(|heading| (*heading).to_owned()).collect();
    assert!(read_under(&all_but_services, &[]).is_ok());
    assert!(read_under(&["id", "also written as"].map(str::to_owned), &[]).is_ok());
}

#[test]
fn every_fault_of_a_cell_is_told_with_its_column() {
    let own = |cells: &str| fault(&cells.replace("REST", "commercial,microsoft-365,base,paid"));
    let of = |code, heading: &str| (code, heading.to_owned());
    assert_eq!(own(",,,REST,,x"), of("catalogue-names-nothing", ""));
    assert_eq!(own(",CWS,,REST"), of("catalogue-name-missing", "name"));
    for guid in ["05e9a617", "05e9a617-0261-4cee-bb44-138d3ef5d96g", "05e9a61702614ceebb44138d3ef5d965"] {
        assert_eq!(own(&format!("{guid},,Contoso,REST")), of("catalogue-guid-malformed", "guid"));
    }
    assert_eq!(own(",,Contoso,charity,ems,base,paid"), of("catalogue-word-unknown", "segment"));
    assert_eq!(own(",,Contoso,commercial,suite,base,paid"), of("catalogue-word-unknown", "family"));
    assert_eq!(own(",,Contoso,commercial,ems,bases,paid"), of("catalogue-word-unknown", "kind"));
    assert_eq!(own(",,Contoso,commercial,ems,base,0"), of("catalogue-word-unknown", "price"));
    assert_eq!(own(",,Contoso,REST,teams exchange"), of("catalogue-word-unknown", "services"));
    assert_eq!(own(",,Contoso,,ems,base,paid"), of("catalogue-cell-missing", "segment"));
    assert_eq!(own(",,Contoso,REST,,,stray"), of("catalogue-cell-stray", ""));
    for text in ["10023", "???", "a\u{1b}[31mb", &"long ".repeat(80)] {
        assert_eq!(own(&format!(",,Contoso,REST,,{text}")), of("catalogue-text-unusable", "also written as"));
        assert_eq!(own(&format!(",,{text},REST")), of("catalogue-text-unusable", "name"), "{text}");
    }
}

#[test]
fn what_means_another_product_cannot_be_claimed() {
    let taken = |heading: &str| ("catalogue-taken", heading.to_owned());
    let own =
        |spelling: &str| fault(&format!(",,Contoso Suite,commercial,microsoft-365,base,paid,,{spelling}"));
    // By id, GUID, name, another spelling; and by its words.
    for spelling in [
        "spe_e3",
        "05E9A617-0261-4CEE-BB44-138D3EF5D965",
        "Microsoft 365 E3",
        "Office 365 ProPlus",
        "M365 E3",
    ] {
        assert_eq!(own(spelling), taken("also written as"), "{spelling}");
    }
    assert_eq!(
        fault(",,Office 365 E3,education,office-365,base,paid"),
        ("catalogue-differs", "segment".to_owned())
    );
    assert_eq!(fault(",CWS,Office 365 E3,education,office-365,base,paid"), taken("name"));
    assert_eq!(fault(",CWS,Office 365 E3 Trial,commercial,office-365,base,paid"), taken("name"));
    for spelling in ["Office 365 E3", "SPE_E5", "M365 E5", "Microsoft 365 E5 (annual commitment)"] {
        assert_eq!(fault(&format!(",SPE_E3,,,,,,,{spelling}")), taken("also written as"), "{spelling}");
    }
    // One that is the same to a verdict may share a name, as published ones do.
    assert!(read(&[",CWS,Office 365 E3,commercial,office-365,base,paid"]).is_ok());
}

#[test]
fn a_known_product_cannot_be_changed() {
    let differs = |heading: &str| ("catalogue-differs", heading.to_owned());
    assert_eq!(fault(",SPE_E3,Contoso E3,education,,,,,"), differs("name"));
    assert_eq!(fault(",SPE_E3,,,,,free,,"), differs("price"));
    assert_eq!(fault(",SPE_E3,,,,,,teams,"), differs("services"));
    assert_eq!(fault("05e9a617-0261-4cee-bb44-138d3ef5d965,ENTERPRISEPACK,,,,,,,"), differs("id"));
    assert_eq!(fault("05e9a617-0261-4cee-bb44-138d3ef5d965,CWS,,,,,,,"), differs("id"));
}

#[test]
fn what_a_file_says_twice_is_told_with_both_lines() {
    let suite =
        |id: &str, name: &str, rest: &str| format!(",{id},{name},commercial,microsoft-365,base,paid,,{rest}");
    let twice = |lines: [&str; 2]| {
        let found = faults(&lines);
        assert_eq!(found.len(), 1, "{lines:?}: {found:?}");
        assert_eq!((found[0].0, found[0].1.as_str()), ("catalogue-twice", "line 3"));
        found[0].2.clone()
    };
    let first = suite("CWS", "Contoso Suite", "Suite 4");
    assert_eq!(twice([&first, &suite("cws", "Contoso Suite", "")]), "id");
    assert_eq!(twice([&first, &suite("", "Contoso Other", "SUITE  4")]), "also written as");
    assert_eq!(twice([&suite("", "Contoso Suite", ""), &suite("", "CONTOSO suite", "")]), "name");
    let guid = "1f0c2f7e-5d0d-4c0a-9a54-3c2f1d6b8e90";
    let with_guid = |name: &str| format!("{guid}{}", suite("", name, ""));
    assert_eq!(twice([&with_guid("Contoso Suite"), &with_guid("Contoso Other")]), "guid");
    // Ids of one product, as the published list has them; and the same said twice of a known one.
    assert!(read(&[&first, &suite("CWS_2", "Contoso Suite", "")]).is_ok());
    let twin = ",MCOPSTN5,,,,,,,Calling for two | calling FOR two";
    assert_eq!(read(&[twin, twin]).unwrap().1.spellings.len(), 2);
    let line = ",SPE_E3,,,,,,,Modern Work | modern work";
    assert_eq!(read(&[line, line]).unwrap().1.spellings.len(), 1);
}

#[test]
fn spellings_that_only_signs_tell_apart_are_unclear() {
    let lines = [
        ",,Contoso Suite 9,commercial,microsoft-365,base,paid,,Suite (9)",
        ",,Contoso Suite 10,commercial,microsoft-365,base,free,,Suite 9",
    ];
    let codes: Vec<_> = faults(&lines).into_iter().map(|(code, place, _)| (code, place)).collect();
    let unclear = |line: &str| ("catalogue-unclear", line.to_owned());
    assert_eq!(codes, [unclear("line 2"), unclear("line 3")]);
}

#[test]
fn a_file_of_more_lines_than_a_person_makes_is_refused() {
    let headings = HEADINGS.map(str::to_owned);
    let source =
        Source { file: "own.csv", about: None, header_row: 1, headings: &headings, from: PlanFrom::Own(0) };
    let mut reading = Reading::new(source, CATALOGUE.plans(), CATALOGUE.spellings()).unwrap();
    let cells = ["", "SPE_E3"].map(str::to_owned);
    for number in 0..LIMIT_LINES as u64 {
        reading.line(number, &cells).unwrap();
        reading.line(number, &["", " "].map(str::to_owned)).unwrap();
    }
    let error = reading.line(0, &cells).expect_err("too many");
    assert_eq!(error.diagnostics[0].code.as_str(), "catalogue-too-many");
}

#[test]
fn the_whole_catalogue_printed_and_given_back_changes_nothing() {
    let (with_own, _) = read(&[SUITE, ",SPE_E3,,,,,,,Modern Work Bundle"]).unwrap();
    for catalogue in [&*CATALOGUE, &with_own] {
        let all: Vec<&Plan> = catalogue.plans().iter().collect();
        let text = String::from_utf8(form(catalogue, &all).unwrap()).unwrap();
        assert_eq!(text.matches("\r\n").count(), all.len() + 1);
        let additions = super::read(&text, indexed(catalogue), catalogue.spellings()).unwrap();
        assert_eq!(additions, Additions::default());
    }
    // And what is not in the shipped one comes back as it was.
    let all: Vec<&Plan> = with_own.plans().iter().collect();
    let text = String::from_utf8(form(&with_own, &all).unwrap()).unwrap();
    let additions = super::read(&text, indexed(&CATALOGUE), CATALOGUE.spellings()).unwrap();
    let plans: Vec<(&str, Price)> =
        additions.plans.iter().map(|plan| (plan.name.as_str(), plan.price)).collect();
    assert_eq!(plans, [("Contoso Workplace Suite E3", Price::Paid)]);
    let spellings: Vec<&str> = additions.spellings.iter().map(|(spelling, _)| spelling.as_str()).collect();
    assert_eq!(spellings, ["Modern Work Bundle", "Workplace E3", "CWS 3"]);
}

#[test]
fn every_addition_that_is_shipped_names_its_source_and_is_read_as_itself() {
    let shipped = CATALOGUE.plans();
    let added: Vec<&Plan> = shipped.iter().filter(|plan| plan.from == PlanFrom::Added).collect();
    assert!(!added.is_empty());
    for plan in &added {
        assert!(plan.because.contains("source: ") && plan.because.contains("date: "), "{plan:?}");
    }
    for (spelling, place) in CATALOGUE.spellings() {
        let plan = &shipped[*place];
        let found = CATALOGUE.find(spelling).unwrap_or_else(|missed| panic!("`{spelling}`: {missed:?}"));
        let words = |plan: &Plan| (plan.family.clone(), plan.kind);
        assert_eq!(words(found.plan), words(plan), "`{spelling}`");
    }
}
