use super::*;

const SMALL: &str = "[night]\ninbox = \"in\"\noutbox = \"out\"\nstate = \"state\"\n\
    [[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\n";

fn read(text: &str) -> Result<Configuration> {
    Configuration::read(text, Path::new("place/fasttrack.toml"))
}

fn codes(text: &str) -> Vec<(String, String)> {
    let told = |found: Diagnostic| (found.code.to_string(), found.place.to_string() + &found.place.short());
    read(text).unwrap_err().diagnostics.into_iter().map(told).collect()
}

#[test]
fn a_small_file_has_what_is_usual_and_paths_beside_it() {
    let found = read(SMALL).unwrap();
    assert_eq!(found.inbox, Path::new("place/in"));
    assert_eq!(found.settle, Settle::Quiet(Duration::from_secs(30)));
    assert_eq!((found.tries, found.keep, found.on_finish.len()), (3, None, 0));
    assert_eq!(found.fail_on, FailOn { review: true, nothing: false });
    let roster = &found.rosters[0];
    assert_eq!((roster.name.as_str(), &roster.formats[..]), ("crm", &[Format::Xlsx][..]));
    assert!(roster.files[0].fits("crm-1.csv") && roster.max_drop.is_none());
}

#[test]
fn every_key_is_taken() {
    let text = "[night]\ninbox = \"in\"\noutbox = \"out\"\nstate = \"state\"\ndone = \"done\"\nready = \".ready\"\n\
        tries = 2\nkeep = { nights = 14, weeks = 8, months = 12 }\nfail-on = [\"nothing-new\"]\nmax-review = \"2.5 %\"\n\
        max-drop = 10\non-finish = [\"mail\", \"{report}\"]\nmetrics = \"m/fasttrack.prom\"\n\
        [[roster]]\nname = \"crm\"\nfiles = [\"crm-*.csv\", \"**/crm.xlsx\"]\nnewest-only = true\nexpect-by = \"06:30\"\n\
        max-age = \"8d\"\npolicy = \"fasttrack-docs-2021\"\ncatalogue = \"own.csv\"\noverrides = [\"a.csv\", \"/b.xlsx\"]\n\
        map-file = \"columns.toml\"\nsheet = \"Customers\"\nheading-row = 3\ntenant = \"Contoso\"\nencoding = \"windows-1252\"\ndelimiter = \"tab\"\nnumbers = \"1.234,56\"\nlimit = \"seconds=60\"\nformats = [\"xlsx\", \"parquet\"]\n\
        split-files = \"owner\"\nmax-drop = 12.5\n[[roster]]\nname = \"other\"\nfiles = \"o.csv\"\npolicy = \"my.toml\"\n";
    let found = read(text).unwrap();
    assert_eq!(found.settle, Settle::Marker(".ready".to_owned()));
    assert_eq!(found.keep, Some(Keep { nights: 14, weeks: 8, months: 12 }));
    assert_eq!(found.fail_on, FailOn { review: false, nothing: true });
    let [crm, other] = &found.rosters[..] else { panic!("two rosters") };
    assert_eq!((crm.expect_by, crm.max_age), (Some(390), Some(Duration::from_hours(8 * 24))));
    assert_eq!(crm.policy.as_deref(), Some("fasttrack-docs-2021"));
    assert_eq!(crm.overrides, [Path::new("place/a.csv"), Path::new("/b.xlsx")]);
    assert_eq!((crm.reading.encoding.as_deref(), crm.reading.delimiter), (Some("windows-1252"), Some(b'\t')));
    assert_eq!((crm.reading.sheet.as_deref(), crm.reading.heading_row), (Some("Customers"), Some(3)));
    assert_eq!(
        (crm.reading.numbers, &crm.reading.limits[..]),
        (Some(Mark::Dot), &["seconds=60".to_owned()][..])
    );
    assert_eq!(crm.max_drop.unwrap().to_string(), "12.5");
    assert_eq!(other.max_drop.unwrap().to_string(), "10");
    assert_eq!(other.policy.as_deref(), Some("place/my.toml"));
}

#[test]
fn all_that_is_wrong_is_told_at_once_with_its_line() {
    let text = "[night]\ninbox = \"in\"\noutbox = \"in\"\nsettle = \"soon\"\ntries = 0\nkeep = {}\nfali-on = \"x\"\n\
        [[roster]]\nname = \"../crm\"\nexpect-by = \"25:00\"\n[[roster]]\nname = \"b\"\nfiles = []\nformats = \"docx\"\n\
        [[roster]]\nname = \"B\"\nfiles = \"/b\"\nsplit-files = 1\n";
    let found = codes(text);
    let lines: Vec<&str> =
        found.iter().map(|(_, place)| place.split("line").nth(1).unwrap().trim()).collect();
    assert_eq!(lines, ["1", "3", "4", "5", "6", "7", "8", "9", "10", "13", "14", "15", "17", "18"]);
    assert_eq!(found.iter().filter(|(code, _)| code == "night-value").count(), 10);
    for code in ["key-missing", "key-unknown", "name-duplicate"] {
        assert!(found.iter().any(|(found, _)| found == code), "{code}: {found:?}");
    }
}

#[test]
fn how_a_file_is_read_is_checked_when_the_configuration_is() {
    for (line, wrong) in [
        ("encoding = \"latin-9000\"", "`encoding` is not an encoding"),
        ("delimiter = \";;\"", "`delimiter` is not a delimiter"),
        ("numbers = \"1'000\"", "`numbers` is not such a number"),
        ("limit = [\"rows=10\", \"rows\"]", "`limit` is not a limit"),
        ("overrides = []", "`overrides` is an empty list"),
    ] {
        let error = read(&format!("{SMALL}{line}\n")).unwrap_err();
        assert_eq!(error.diagnostics.len(), 1, "{error}");
        assert!(error.to_string().contains(wrong), "{error}");
        assert!(error.to_string().contains("line 8"), "{error}");
    }
    // A tab may be written as itself.
    assert_eq!(
        read(&format!("{SMALL}delimiter = \"\\t\"\n")).unwrap().rosters[0].reading.delimiter,
        Some(b'\t')
    );
}

#[test]
fn paths_of_windows_are_explained() {
    for (inbox, is_right) in [
        ("\"C:\\Users\\x\"", false),
        ("\"\\\\server\\share\"", false),
        ("'C:\\Rosters\\inbox'", true),
        ("\"C:/Rosters/inbox\"", true),
        ("'\\\\server\\share'", true),
    ] {
        let found = read(&SMALL.replace("\"in\"", inbox));
        assert_eq!(found.is_ok(), is_right, "{inbox}");
        if let Err(error) = found {
            assert_eq!(error.diagnostics[0].code, Code::TomlSyntax);
            assert!(error.diagnostics[0].help.contains("put the path into single quotes"), "{error}");
        }
    }
}

#[test]
fn a_file_from_a_windows_editor_is_read_as_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fasttrack.toml");
    std::fs::write(&path, format!("\u{feff}{}", SMALL.replace('\n', "\r\n"))).unwrap();
    assert_eq!(Configuration::load(&path).unwrap().rosters, read(SMALL).unwrap().rosters);
}

#[test]
fn files_that_an_earlier_roster_has_all_of_are_refused() {
    let other = |files: &str| format!("{SMALL}[[roster]]\nname = \"other\"\nfiles = {files}\n");
    // Files that fit several are the first one's; that may be meant.
    assert!(read(&other("\"*.csv\"")).is_ok());
    let error = read(&other("[\"*.xlsx\", \"crm-*.csv\"]")).unwrap_err();
    let told = error.to_string();
    assert!(
        told.contains("the files `crm-*.csv` are those of the roster `crm`, too") && told.contains("line 8"),
        "{told}"
    );
}

#[test]
fn what_is_no_toml_or_names_nothing_is_told() {
    assert_eq!(codes("[night\n")[0].0, "toml-syntax");
    let missing: Vec<String> = codes("").into_iter().map(|(code, _)| code).collect();
    assert_eq!(missing, ["key-missing", "key-missing"]);
    let folder = tempfile::tempdir().unwrap();
    let error = Configuration::load(&folder.path().join("fasttrack.toml")).unwrap_err();
    assert_eq!((error.kind, error.diagnostics[0].code), (ErrorKind::Policy, Code::NightNotReadable));
}

#[test]
fn a_folder_that_would_be_read_as_rosters_is_refused() {
    for (key, folder) in
        [("outbox", "in"), ("state", "in"), ("done", "in"), ("outbox", "./in/."), ("done", "in/")]
    {
        let text = SMALL.replace(&format!("{key} = "), &format!("old-{key} = "));
        let text = text.replace("[night]\n", &format!("[night]\n{key} = \"{folder}\"\n"));
        let error = read(&text).unwrap_err();
        assert!(error.to_string().contains("this folder is the inbox, too"), "{key}: {error}");
    }
}

#[test]
fn the_schema_for_editors_has_the_keys_that_are_taken() {
    let schema = include_str!("../../../docs/schemas/nightly.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
    let properties = &schema["properties"];
    let text = SMALL.replace("[night]\n", "[night]\nx = 1\n") + "x = 1\n";
    let error = read(&text).unwrap_err();
    for (table, wrong) in
        [&properties["night"], &properties["roster"]["items"]].into_iter().zip(&error.diagnostics)
    {
        let known = wrong.help.split("write one of ").nth(1).unwrap().split(", ");
        let mut known: Vec<String> = known.map(|key| key.trim_matches('`').to_owned()).collect();
        known.sort();
        let keys: Vec<&String> = table["properties"].as_object().unwrap().keys().collect();
        assert_eq!(known.iter().collect::<Vec<_>>(), keys);
    }
}

#[test]
fn what_people_write_in_good_faith_is_refused_with_what_they_meant() {
    let night = |line: &str| SMALL.replace("[[roster]]", &format!("{line}\n[[roster]]"));
    for (text, wanted) in [
        (format!("{SMALL}max-age = \"0d\"\n"), "`max-age` is no time at all"),
        (format!("{SMALL}expect-on = [\"mon\"]\n"), "say by when, too"),
        (format!("{SMALL}expect_by = \"06:00\"\n"), "did you mean `expect-by`?"),
        (night("on-finish = \"mail root\""), "write the program and each argument by itself"),
        (night("done = \"./out\""), "this folder is `outbox`, too"),
        (night("done = \"state\""), "this folder is `state`, too"),
        (night("tries = -1"), "`tries` is not a whole number from 1 to 100"),
        (SMALL.replace("crm-*.csv", "crm-[0-9].{csv,xlsx}"), "has brackets"),
        (SMALL.replace("\"in\"", "in"), "write texts in quotes"),
    ] {
        let error = read(&text).unwrap_err().to_string();
        assert!(error.contains(wanted), "{wanted}\n{error}");
    }
    let week = |days: &str| read(&format!("{SMALL}expect-by = \"02:00\"\nexpect-on = {days}\n")).unwrap();
    assert_eq!(week("\"sun\"").rosters[0].expect_on, [false, false, false, false, false, false, true]);
    assert_eq!(
        week("[\"mon\", \"tue\"]").rosters[0].expect_on,
        [true, true, false, false, false, false, false]
    );
}
