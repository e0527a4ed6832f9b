//! Columns found by headings, by values, and as the user names them.

use super::*;
use crate::error::ErrorKind;
use crate::roster::payment::Strength;
use proptest::prelude::*;

fn headings(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn found(cells: &[&str]) -> Columns {
    find(&headings(cells), &[], None).expect("a roster")
}

#[test]
fn headings_are_known_in_any_case_and_with_any_blanks() {
    let columns = found(&["SKU_Part-Number", " PAID\u{a0}Seats ", "\u{feff}TenantId"]);
    assert_eq!((columns.plan, columns.seats, columns.tenant), (0, 1, TenantFrom::Column(2)));
}

#[test]
fn of_two_that_fit_the_first_of_the_list_is_taken_and_the_other_named() {
    let columns = found(&["Domain", "Customer", "Plan", "Quantity", "Paid seats"]);
    assert_eq!((columns.tenant, columns.seats), (TenantFrom::Column(1), 4));
    let seats = columns.found.iter().find(|found| found.field == Field::Seats).expect("found");
    assert_eq!(seats.others, ["Quantity"]);
}

#[test]
fn assigned_and_consumed_counts_are_never_paid_seats() {
    let error =
        find(&headings(&["Tenant", "Plan", "Assigned licenses", "ConsumedUnits", "Price"]), &[], None);
    let codes: Vec<_> =
        error.expect_err("no seats").diagnostics.iter().map(|found| found.code.as_str()).collect();
    assert_eq!(codes, ["column-missing"]);
}

#[test]
fn all_missing_columns_are_named_at_once() {
    let error = find(&headings(&["Colour", "Shape"]), &[], None).expect_err("no roster");
    assert_eq!(error.kind, ErrorKind::Columns);
    assert_eq!(error.diagnostics.len(), 3);
    assert!(error.to_string().contains("`Colour`, `Shape`"));
}

#[test]
fn the_command_line_goes_before_the_headings() {
    let cells = headings(&["Customer", "Plan", "Seats", "Our count"]);
    let by = |heading: &str| {
        let mapping = Mapping { field: Some(Field::Seats), heading: heading.to_owned(), file: None };
        find(&cells, &[mapping], Some("Contoso"))
    };
    assert_eq!(by("our COUNT").map(|columns| columns.seats).ok(), Some(3));
    assert_eq!(by("#4").map(|columns| columns.tenant).ok(), Some(TenantFrom::Given("Contoso".to_owned())));
    assert_eq!(by("#0").expect_err("from 1").kind, ErrorKind::Usage);
    assert_eq!(by("Nothing").expect_err("not there").kind, ErrorKind::Usage);
}

#[test]
fn a_mapping_to_one_of_two_equal_headings_is_in_doubt() {
    let cells = headings(&["Tenant", "Plan", "Amount", "Amount"]);
    let by = |heading: &str| {
        find(&cells, &[Mapping { field: Some(Field::Seats), heading: heading.to_owned(), file: None }], None)
    };
    assert_eq!(by("Amount").expect_err("in doubt").kind, ErrorKind::Columns);
    assert_eq!(by("#4").map(|columns| columns.seats).ok(), Some(3));
}

#[test]
fn the_same_heading_twice_is_in_doubt() {
    let error = find(&headings(&["Tenant", "Plan", "Seats", "seats"]), &[], None).expect_err("in doubt");
    assert_eq!(error.diagnostics.first().map(|found| found.code.as_str()), Some("column-doubtful"));
    assert!(error.to_string().contains("#3 and #4"));
}

#[test]
fn a_heading_row_scores_above_a_row_of_customers() {
    assert!(score(&headings(&["Customer", "Product", "Quantity"])) == 9);
    assert_eq!(score(&headings(&["Contoso", "Microsoft 365 E3", "480"])), 0);
}

/// Finds the columns of a roster given as lines, the headings first.
fn seen(lines: &[&str], request: ColumnRequest<'_>) -> Result<Columns> {
    let cells = |line: &&str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let mut rows: Vec<Vec<String>> = lines.iter().map(cells).collect();
    let heads = rows.remove(0);
    let catalogue = crate::plans::Catalogue::shipped().expect("shipped");
    let is_plan = |written: &str| catalogue.knows(written);
    find_in(Seen { headings: &heads, rows: &rows, is_plan: &is_plan }, request)
}

const WATCHED: ColumnRequest<'_> = ColumnRequest { mappings: &[], tenant: None, guesses: Guesses::Used };
const ALONE: ColumnRequest<'_> = ColumnRequest { mappings: &[], tenant: None, guesses: Guesses::Refused };

fn because(columns: &Columns, field: Field) -> Because {
    columns.found.iter().find(|found| found.field == field).map(|found| found.because.clone()).expect("found")
}

fn codes(found: Result<Columns>) -> Vec<&'static str> {
    found.expect_err("not certain").diagnostics.iter().map(|found| found.code.as_str()).collect()
}

#[test]
fn a_near_heading_is_a_guess_that_is_used_only_where_a_person_watches() {
    let lines = ["Tennant,Produckt,Licence Qty", "Contoso,Microsoft 365 E3,480"];
    let columns = seen(&lines, WATCHED).expect("watched");
    assert_eq!((columns.plan, columns.seats, columns.tenant.clone()), (1, 2, TenantFrom::Column(0)));
    assert_eq!(because(&columns, Field::Seats), Because::Near("license quantity"));
    assert_eq!(columns.guesses().count(), 3);
    let error = seen(&lines, ALONE).expect_err("alone");
    assert_eq!(error.kind, ErrorKind::Columns);
    assert_eq!(codes(seen(&lines, ALONE)), ["column-uncertain"; 3]);
    assert!(error.to_string().contains("--map \"seats=Licence Qty\""), "{error}");
}

#[test]
fn a_certain_column_goes_before_a_near_one() {
    let columns = seen(&["Tenant,Plan,Licence Qty,Seats", "Contoso,SPE_E3,480,500"], ALONE).expect("certain");
    assert_eq!((columns.seats, because(&columns, Field::Seats)), (3, Because::Heading));
}

#[test]
fn values_show_tenants_plans_and_seats_whose_headings_say_nothing() {
    let lines = [
        "A,B,C,D",
        "contoso.example,x,SPE_E3,480",
        "fabrikam.example,y,Office 365 E3,20",
        "northwind.example,z,Microsoft 365 E5,1200",
    ];
    let columns = seen(&lines, WATCHED).expect("watched");
    assert_eq!((columns.tenant.clone(), columns.plan, columns.seats), (TenantFrom::Column(0), 2, 3));
    let values = |what| Because::Values { what, fitting: 3, of: 3 };
    assert_eq!(because(&columns, Field::Tenant), values("domains"));
    assert_eq!(because(&columns, Field::Plan), values("plans of the catalogue"));
    assert_eq!(because(&columns, Field::Seats), values("whole numbers"));
    assert_eq!(codes(seen(&lines, ALONE)), ["column-uncertain"; 3]);
}

#[test]
fn two_columns_of_numbers_are_no_guess_and_both_are_named() {
    let lines = ["Tenant,Plan,A,B", "Contoso,SPE_E3,1,2", "Fabrikam,SPE_E3,3,4", "Northwind,SPE_E3,5,6"];
    let error = seen(&lines, WATCHED).expect_err("in doubt");
    assert_eq!(error.diagnostics[0].code.as_str(), "column-missing");
    assert!(error.to_string().contains("by their values it may be `A` or `B`"), "{error}");
}

#[test]
fn used_seats_ids_and_prices_are_never_seats_by_their_values() {
    for heading in
        ["Consumed", "Assigned", "Users in use", "Expired", "MAU", "Price", "Amount", "Customer no", "Row id"]
    {
        let head = format!("Tenant,Plan,{heading}");
        let lines = [head.as_str(), "Contoso,SPE_E3,1", "Fabrikam,SPE_E3,3", "Northwind,SPE_E3,5"];
        assert_eq!(codes(seen(&lines, WATCHED)), ["column-missing"], "{heading}");
    }
}

#[test]
fn a_heading_whose_values_do_not_fit_gives_way_to_one_whose_values_do() {
    let lines = ["Tenant,Product,SKU Name,Seats", "Contoso,Cloud,SPE_E3,480", "Fabrikam,Cloud,SPE_E5,20"];
    let columns = seen(&lines, ALONE).expect("certain");
    assert_eq!(
        (columns.plan, because(&columns, Field::Plan)),
        (2, Because::ValuesBefore("Product".to_owned()))
    );
    let lines = ["Tenant,Plan,Seats,Quantity", "a,SPE_E3,n/a,480", "b,SPE_E3,n/a,20", "c,SPE_E3,n/a,1"];
    assert_eq!(seen(&lines, ALONE).expect("certain").seats, 3);
    // A number is one, though its reading is in doubt; and two cells that hold none say little.
    let lines = ["Tenant,Plan,Seats,Quantity", "a,SPE_E3,1.200,12", "b,SPE_E3,1.500,36", "c,SPE_E3,-3,1"];
    assert_eq!(seen(&lines, ALONE).expect("certain").seats, 2);
    assert_eq!(seen(&["Tenant,Plan,Seats,Quantity", "a,SPE_E3,tbd,7"], ALONE).expect("certain").seats, 2);
    // Nothing fits better: the list decides, and the rows need review.
    let lines = ["Tenant,Product,SKU Name,Seats", "Contoso,Cloud,Sky,480"];
    assert_eq!(seen(&lines, ALONE).expect("certain").plan, 1);
}

#[test]
fn a_tenant_that_is_given_says_which_column_it_overrides() {
    let request = ColumnRequest { tenant: Some("Contoso"), ..ALONE };
    let columns = seen(&["Customer,Plan,Seats", "Fabrikam,SPE_E3,480"], request).expect("given");
    assert_eq!(columns.tenant, TenantFrom::Given("Contoso".to_owned()));
    let found = &columns.found[0];
    assert_eq!(
        found.why(&|heading| format!("`{heading}`")),
        "named on the command line for every row, instead of the column `Customer`"
    );
}

#[test]
fn the_command_line_goes_before_a_kept_mapping_and_that_before_the_headings() {
    let kept = kept::read("schema = 1\n[columns]\nseats = \"B\"\nplan = \"A\"\n", "map.toml").expect("valid");
    let lines = ["Tenant,A,B,Plan,Seats", "Contoso,SPE_E3,480,x,1"];
    let columns = seen(&lines, ColumnRequest { mappings: &kept, ..ALONE }).expect("named");
    assert_eq!((columns.plan, columns.seats), (1, 2));
    assert_eq!(because(&columns, Field::Plan), Because::InFile("map.toml".to_owned()));
    let on_line = Mapping { field: Some(Field::Seats), heading: "Seats".to_owned(), file: None };
    let both: Vec<Mapping> = std::iter::once(on_line).chain(kept).collect();
    assert_eq!(seen(&lines, ColumnRequest { mappings: &both, ..ALONE }).expect("named").seats, 4);
}

#[test]
fn a_kept_heading_that_is_not_there_is_an_error_about_the_columns() {
    let kept = kept::read("schema = 1\n[columns]\nseats = \"Qty\"\n", "map.toml").expect("valid");
    let error =
        seen(&["Tenant,Plan,Seats", "Contoso,SPE_E3,480"], ColumnRequest { mappings: &kept, ..ALONE });
    let error = error.expect_err("not there");
    assert_eq!((error.kind, error.diagnostics[0].code.as_str()), (ErrorKind::Columns, "heading-not-found"));
    assert!(error.to_string().contains("`map.toml`"));
}

#[test]
fn columns_that_are_kept_are_found_again() {
    let heads = headings(&["Who \"we\" mean", "Lizenz\nName", "", "Sold", "sold"]);
    let named =
        |field, heading: &str| Mapping { field: Some(field), heading: heading.to_owned(), file: None };
    let mappings = [
        named(Field::Tenant, "#1"),
        named(Field::Plan, "#2"),
        named(Field::Seats, "#5"),
        named(Field::Status, "#3"),
    ];
    let columns = find(&heads, &mappings, None).expect("named");
    let kept = kept::read(&kept::written(&columns, &heads), "map.toml").expect("our own file");
    let again = find(&heads, &kept, None).expect("kept");
    assert_eq!((again.tenant, again.plan, again.seats, again.status), (TenantFrom::Column(0), 1, 4, Some(2)));
}

#[test]
fn what_is_wrong_with_a_kept_mapping_is_told_with_its_line() {
    for (text, line) in [
        ("schema = 1\n[columns\n", 2),
        ("schema = 2\n[columns]\nplan = \"A\"\n", 1),
        ("schema = 1\n[columns]\nprice = \"A\"\n", 3),
        ("schema = 1\n[columns]\nplan = 3\n", 3),
        ("schema = 1\nplan = \"A\"\n", 2),
        ("schema = 1\n", 1),
        ("", 1),
    ] {
        let error = kept::read(text, "map.toml").expect_err(text);
        assert_eq!(error.kind, ErrorKind::Usage);
        let found = &error.diagnostics[0];
        assert_eq!(
            (found.code.as_str(), &found.place),
            ("map-not-valid", &crate::diagnostic::Place::Line(line)),
            "{text}"
        );
    }
}

#[test]
fn a_row_of_near_headings_scores_above_a_row_of_customers() {
    assert_eq!(score(&headings(&["Tennant", "Produckt", "Licence Qty"])), 3);
    assert_eq!(score(&headings(&["Contoso", "Microsoft 365 E3", "480"])), 0);
}

proptest! {
    /// Who watches sees guesses where nobody else gets an answer, and the same answer where there is one.
    #[test]
    fn what_is_certain_is_the_same_for_who_watches(
        heads in prop::collection::vec(
            prop::sample::select(vec![
                "Tenant", "Tennant", "Domain", "Plan", "Produkt", "SKU", "Seats", "Licence Qty", "Used seats", "x", "",
            ]),
            0..7,
        ),
        rows in prop::collection::vec(
            prop::collection::vec(prop::sample::select(vec!["contoso.example", "SPE_E3", "480", "n/a", ""]), 0..7),
            0..6,
        ),
    ) {
        let heads = headings(&heads);
        let rows: Vec<Vec<String>> = rows.iter().map(|row| headings(row)).collect();
        let is_plan = |written: &str| written == "SPE_E3";
        let seen = Seen { headings: &heads, rows: &rows, is_plan: &is_plan };
        let watched = find_in(seen, WATCHED);
        match find_in(seen, ALONE) {
            Ok(alone) => {
                prop_assert_eq!(alone.guesses().count(), 0);
                prop_assert_eq!(Some(alone), watched.ok());
            }
            Err(error) => prop_assert!(watched.is_err() || error.diagnostics.iter().all(|found| found.code.as_str() == "column-uncertain")),
        }
        if let Ok(columns) = find_in(seen, WATCHED) {
            prop_assert_ne!(heads[columns.seats].as_str(), "Used seats");
        }
    }
}

proptest! {
    #[test]
    fn columns_are_kept_under_any_headings(heads in prop::collection::vec(any::<String>(), 3..6), first in 0_usize..3) {
        let by_number = |field, column: usize| Mapping { field: Some(field), heading: format!("#{}", column % 3 + 1), file: None };
        let mappings =
            [by_number(Field::Tenant, first), by_number(Field::Plan, first + 1), by_number(Field::Seats, first + 2)];
        // A heading may look like a number of a column.
        if let Ok(columns) = find(&heads, &mappings, None) {
            let kept = kept::read(&kept::written(&columns, &heads), "map.toml").expect("our own file");
            let again = find(&heads, &kept, None).expect("kept");
            prop_assert_eq!((again.tenant, again.plan, again.seats), (columns.tenant, columns.plan, columns.seats));
        }
    }
}

#[test]
fn a_column_that_may_be_a_status_is_not_read_and_named() {
    let columns = seen(&["Tenant,Plan,Seats,Stauts", "Contoso,SPE_E3,480,x"], ALONE).expect("certain");
    assert_eq!(columns.status, None);
    let unread: Vec<_> = columns.unread.iter().map(|unread| (unread.field, unread.column)).collect();
    assert_eq!(unread, [(Field::Status, 3)]);
    // What stands in it may say more than its heading.
    let columns =
        seen(&["Tenant,Plan,Seats,Stauts", "Contoso,SPE_E3,480,Suspended"], ALONE).expect("certain");
    assert_eq!((columns.status, columns.unread.len()), (Some(3), 0));
    let certain = seen(&["Tenant,Plan,Seats,Stauts,Status", "Contoso,SPE_E3,480,x,Active"], ALONE);
    assert!(certain.expect("certain").unread.is_empty());
}

#[test]
fn marks_of_forms_and_what_shows_nothing_are_no_part_of_a_heading() {
    let columns = found(&[
        "Tenant ID*",
        "\u{202a}Plan type\u{202c}:",
        "=\"Paid seats\"",
        "* Status?",
        "Segment \u{ff1a}",
    ]);
    assert_eq!((columns.tenant, columns.plan, columns.seats), (TenantFrom::Column(0), 1, 2));
    assert_eq!((columns.status, columns.segment), (Some(3), Some(4)));
    let named = Mapping { field: Some(Field::Seats), heading: "Our count".to_owned(), file: None };
    assert_eq!(
        find(&headings(&["Tenant", "Plan", "Our count?"]), &[named], None).map(|columns| columns.seats).ok(),
        Some(2)
    );
}

#[test]
fn headings_are_known_in_seven_languages_with_and_without_accents() {
    for cells in [
        ["Kunde", "Produkt", "Anzahl Lizenzen", "Kundensegment", "Lizenzstatus"],
        ["Nom du client", "Produit", "Quantit\u{e9}", "Type de client", "Statut"],
        ["Cliente", "Producto", "Numero de licencias", "Segmento", "Estado de la suscripci\u{f3}n"],
        ["Ragione sociale", "Prodotto", "Quantita", "Settore", "Stato licenza"],
        ["Klant", "Licentie", "Aantal", "Klantsegment", "Abonnementsstatus"],
        ["Nome do cliente", "Produto", "Quantidade de licen\u{e7}as", "Setor", "Status da assinatura"],
    ] {
        let columns = found(&cells);
        assert_eq!((columns.tenant, columns.plan, columns.seats), (TenantFrom::Column(0), 1, 2), "{cells:?}");
        assert_eq!((columns.segment, columns.status), (Some(3), Some(4)), "{cells:?}");
        assert!(score(&headings(&cells)) >= 9);
    }
}

#[test]
fn available_seats_are_left_over_beside_assigned_ones() {
    assert_eq!(found(&["Tenant", "Plan", "Available seats"]).seats, 2);
    for other in ["Assigned", "ConsumedUnits", "Used seats", "Zugewiesen", "Allocated licences"] {
        let error =
            find(&headings(&["Tenant", "Plan", "Available seats", other]), &[], None).expect_err(other);
        assert_eq!(error.diagnostics[0].code.as_str(), "column-missing");
    }
}

#[test]
fn a_mark_or_a_running_number_is_no_count_by_its_values() {
    for values in [["1", "0", "1", "1"], ["1", "2", "3", "4"], ["101", "102", "103", "104"]] {
        let lines = values.map(|value| format!("Contoso {value},SPE_E3,{value}"));
        let lines = ["Tenant,Plan,X"].into_iter().chain(lines.iter().map(String::as_str)).collect::<Vec<_>>();
        assert_eq!(codes(seen(&lines, WATCHED)), ["column-missing"], "{values:?}");
    }
    assert_eq!(codes(find(&headings(&["Tenant", "Plan", "Enabled"]), &[], None)), ["column-missing"]);
}

#[test]
fn a_heading_that_is_the_one_of_the_list_is_not_near_itself() {
    let columns = seen(&["Tenant,Plan,Total units", "Contoso,SPE_E3,480"], WATCHED).expect("watched");
    assert_eq!(because(&columns, Field::Seats), Because::Likely);
    assert_eq!(
        seen(&["Tenant,Plan,Purchased quantity", "Contoso,SPE_E3,480"], ALONE).expect("certain").seats,
        2
    );
}

#[test]
fn a_column_of_status_words_is_read_if_its_heading_may_say_so() {
    for (heading, first, second) in [
        ("Billing status", "Active", "Expired"),
        ("State", "Live", "Churned"),
        ("Zustand", "Aktiv", "Gek\u{fc}ndigt"),
        ("\u{c9}tat", "Actif", "R\u{e9}sili\u{e9}"),
        ("Active (Y/N)", "yes", "no"),
    ] {
        let lines = [
            format!("Tenant,Plan,Seats,{heading}"),
            format!("a,SPE_E3,480,{first}"),
            format!("b,SPE_E3,20,{second}"),
        ];
        let columns = seen(&lines.each_ref().map(String::as_str), ALONE).expect("certain");
        assert_eq!(columns.status, Some(3), "{heading}");
    }
    let columns = seen(&["Tenant,Plan,Seats,License type", "a,SPE_E3,480,Trial", "b,SPE_E3,20,Paid"], ALONE);
    assert_eq!(columns.expect("certain").trial, Some(3));
    let columns = seen(&["Tenant,Plan,Seats,Trial (Y/N)", "a,SPE_E3,480,N", "b,SPE_E3,20,Y"], ALONE);
    assert_eq!(columns.expect("certain").trial, Some(3));
    // A state is a place, too.
    let columns =
        seen(&["Tenant,Plan,Seats,State", "a,SPE_E3,480,OK", "b,SPE_E3,20,TX"], ALONE).expect("certain");
    assert_eq!((columns.status, columns.unread.len()), (None, 0));
    let places = ["TX", "OK", "WA", "OK", "NY", "CA"].map(|state| format!("a,SPE_E3,480,{state}"));
    let lines: Vec<&str> =
        std::iter::once("Tenant,Plan,Seats,State").chain(places.iter().map(String::as_str)).collect();
    assert_eq!(seen(&lines, ALONE).expect("certain").status, None);
}

#[test]
fn words_of_ones_own_under_a_heading_of_a_status_do_not_hide_those_that_are_known() {
    let lines = |heading: &str| {
        let words = ["Suspended", "Frozen", "Dormant", "Awaiting", "Active"];
        let rows = words.map(|word| format!("a,SPE_E3,480,{word}"));
        std::iter::once(format!("Tenant,Plan,Seats,{heading}")).chain(rows).collect::<Vec<_>>()
    };
    for heading in ["State", "Estado", "Zustand", "\u{c9}tat", "Situa\u{e7}\u{e3}o", "Billing status"] {
        let lines = lines(heading);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        assert_eq!(seen(&lines, ALONE).expect("certain").status, Some(3), "{heading}");
    }
    // One that is known among many: its row is watched for.
    let lines = ["Tenant,Plan,Seats,State", "a,SPE_E3,480,TX", "b,SPE_E3,20,WA", "c,SPE_E3,7,NY"];
    let columns = seen(&lines, ALONE).expect("certain");
    assert_eq!(watched(&columns), [(3, WatchedFor::Status(Strength::Waiting))]);
    // That of another thing is asked for customers who have left, and for nothing else.
    let lines = ["Tenant,Plan,Seats,Status,Ticket status", "a,SPE_E3,480,Active,Closed"];
    assert_eq!(watched(&seen(&lines, ALONE).expect("certain")), [(4, WatchedFor::Status(Strength::Gone))]);
}

#[test]
fn a_heading_that_asks_whether_a_subscription_has_ended_is_watched() {
    for heading in [
        "Cancelled?",
        "Is deleted",
        "Terminated (Y/N)",
        "Gek\u{fc}ndigt am",
        "R\u{e9}sili\u{e9}",
        "Expired",
        "Cancelled date",
    ] {
        let first = format!("Tenant,Plan,Seats,{heading}");
        let lines = [&*first, "a,SPE_E3,480,No", "b,SPE_E3,20,"];
        let columns = seen(&lines, ALONE).expect("certain");
        assert_eq!((watched(&columns), columns.status), (vec![(3, WatchedFor::End)], None), "{heading}");
        let none = Mapping { field: Some(Field::Status), heading: "-".to_owned(), file: None };
        let columns = seen(&lines, ColumnRequest { mappings: &[none], ..ALONE }).expect("declined");
        assert_eq!(watched(&columns), [(3, WatchedFor::End)], "{heading}");
        let ignored = Mapping { field: None, heading: heading.to_owned(), file: None };
        let columns = seen(&lines, ColumnRequest { mappings: &[ignored], ..ALONE }).expect("ignored");
        assert_eq!(watched(&columns), [], "{heading}");
    }
    for heading in ["Renewal date", "End date", "Inactive users", "Expired licenses", "Expiry", "Owner"] {
        let first = format!("Tenant,Plan,Seats,{heading}");
        let lines = [&*first, "a,SPE_E3,480,2027-01-31", "b,SPE_E3,20,2027-01-31"];
        assert_eq!(watched(&seen(&lines, ALONE).expect("certain")), [], "{heading}");
    }
}

#[test]
fn a_status_of_another_thing_is_never_read_and_one_of_the_customer_is() {
    let of = |heading: &str, values: [&str; 2]| {
        let lines = [
            format!("Tenant,Plan,Seats,{heading}"),
            format!("a,SPE_E3,480,{}", values[0]),
            format!("b,SPE_E3,20,{}", values[1]),
        ];
        seen(&lines.each_ref().map(String::as_str), ALONE).map(|columns| (columns.status, columns.trial))
    };
    for heading in [
        "MFA status",
        "Auto-renew status",
        "GDAP relationship status",
        "Support status",
        "Onboarding status",
        "Renewal status",
        "Newsletter",
        "Directory sync",
        "Ticketstatus",
        "Estado civil",
        "Trial status",
    ] {
        assert_eq!(of(heading, ["Active", "Expired"]).expect("certain"), (None, None), "{heading}");
    }
    for heading in
        ["Account status", "Kontostatus", "Situazione", "Statut du client", "Active?", "Cliente ativo"]
    {
        assert_eq!(of(heading, ["Active", "Expired"]).expect("certain"), (Some(3), None), "{heading}");
    }
    for heading in ["Aktiv", "Actif?", "Activo", "Attivo", "Actief", "Ativo", "Active customer", "Is active"]
    {
        assert_eq!(of(heading, ["1", "0"]).expect("certain"), (Some(3), None), "{heading}");
        assert_eq!(of(heading, ["Ja", "Nein"]).expect("certain"), (Some(3), None), "{heading}");
    }
    for heading in ["IsTrialOffer", "Trial account", "Prueba"] {
        assert_eq!(of(heading, ["Yes", "No"]).expect("certain"), (None, Some(3)), "{heading}");
    }
    assert_eq!(of("Support type", ["Free", "Paid"]).expect("certain"), (None, None));
    assert_eq!(of("Billing type", ["Free", "Paid"]).expect("certain"), (None, Some(3)));
    // Whose status it is nobody says, or what kind: a person has to.
    for heading in ["Firmament status", "Type", "Relation"] {
        assert_eq!(
            codes(seen(
                &[&format!("Tenant,Plan,Seats,{heading}"), "a,SPE_E3,480,Active", "b,SPE_E3,20,Suspended"],
                ALONE,
            )),
            ["column-uncertain"],
            "{heading}"
        );
    }
    // A trial in a column of kinds is no word of a status.
    let lines = [
        "Tenant,Plan,Seats,Is trial,Offer type",
        "a,SPE_E3,4,No,Commercial",
        "b,SPE_E3,4,,Trial",
        "c,SPE_E3,4,No,Trial",
    ];
    assert_eq!(watched(&seen(&lines, ALONE).expect("certain")).first().map(|(column, _)| *column), Some(4));
}

#[test]
fn a_mapping_settles_its_own_column_and_is_kept_with_those_that_are_ignored() {
    let lines = ["Tenant,Plan,Seats,Status,Cancelled on,MFA,Churned", "a,SPE_E3,480,Active,,Enabled,"];
    let mappings = [
        Mapping { field: Some(Field::Status), heading: "Status".to_owned(), file: None },
        Mapping { field: None, heading: "Churned".to_owned(), file: None },
    ];
    let columns = seen(&lines, ColumnRequest { mappings: &mappings, ..ALONE }).expect("named");
    assert_eq!((watched(&columns), columns.ignored.as_slice()), (vec![(4, WatchedFor::End)], &[6][..]));
    let heads = headings(&["Tenant", "Plan", "Seats", "Status", "Cancelled on", "MFA", "Churned"]);
    let kept = kept::read(&kept::written(&columns, &heads), "map.toml").expect("our own file");
    let again = seen(&lines, ColumnRequest { mappings: &kept, ..ALONE }).expect("kept");
    assert_eq!((watched(&again), again.ignored), (watched(&columns), vec![6]));
    // An ignored column that is gone cannot be missed in a file; on the command line it is a slip.
    let fewer = ["Tenant,Plan,Seats,Status", "a,SPE_E3,480,Active"];
    assert!(seen(&fewer, ColumnRequest { mappings: &kept, ..ALONE }).is_ok());
    assert_eq!(codes(seen(&fewer, ColumnRequest { mappings: &mappings, ..ALONE })), ["heading-not-found"]);
}

fn watched(columns: &Columns) -> Vec<(usize, WatchedFor)> {
    columns.watched.iter().map(|watched| (watched.column, watched.by.clone())).collect()
}

#[test]
fn a_column_of_status_words_under_another_heading_is_a_guess_that_can_be_declined() {
    let lines =
        ["Tenant,Plan,Seats,Relation", "a,SPE_E3,480,Active", "b,SPE_E3,20,Suspended", "c,SPE_E3,7,Active"];
    assert_eq!(codes(seen(&lines, ALONE)), ["column-uncertain"]);
    let said = seen(&lines, ALONE).expect_err("alone").to_string();
    assert!(said.contains("--map status=Relation") && said.contains("--map status=-"), "{said}");
    assert_eq!(seen(&lines, WATCHED).expect("watched").status, Some(3));
    let none = Mapping { field: Some(Field::Status), heading: "-".to_owned(), file: None };
    let columns = seen(&lines, ColumnRequest { mappings: &[none], ..ALONE }).expect("declined");
    assert_eq!((columns.status, columns.watched.len(), columns.unread.len()), (None, 0, 0));
    let kept =
        kept::read(&kept::written(&columns, &headings(&["Tenant", "Plan", "Seats", "Relation"])), "map.toml");
    assert_eq!(
        seen(&lines, ColumnRequest { mappings: &kept.expect("valid"), ..ALONE }).expect("kept").status,
        None
    );
}

#[test]
fn a_column_of_active_ones_is_watched_for_others() {
    let lines = ["Tenant,Plan,Seats,Relation", "a,SPE_E3,480,Active", "b,SPE_E3,20,Active"];
    let columns = seen(&lines, ALONE).expect("certain");
    assert_eq!(columns.watched.iter().map(|watched| watched.column).collect::<Vec<_>>(), [3]);
    assert_eq!(columns.unread.first().map(|unread| unread.column), Some(3));
    // One word among remarks says nothing of the column.
    let lines =
        ["Tenant,Plan,Seats,Remarks", "a,SPE_E3,480,Suspended", "b,SPE_E3,20,call", "c,SPE_E3,7,moved"];
    assert!(seen(&lines, ALONE).expect("certain").watched.is_empty());
}

#[test]
fn other_columns_of_plans_are_kept_for_blank_cells() {
    let columns = seen(&["Tenant,Product,SKU,Seats,License", "a,Microsoft 365 E3,SPE_E3,480,x"], ALONE)
        .expect("certain");
    assert_eq!((columns.plan, columns.other_plans), (1, vec![2]));
}

#[test]
fn an_ignored_column_is_read_as_nothing_at_all() {
    let ignore = |heading: &str, file: Option<&str>| Mapping {
        field: None,
        heading: heading.to_owned(),
        file: file.map(str::to_owned),
    };
    let plans =
        ["Tenant,License,skuId,TotalLicenses,CountUsed,CountAvailable", "a,Microsoft 365 E3,SPE_E3,4,1,3"];
    assert_eq!(seen(&plans, ALONE).expect("certain").other_plans, [1]);
    let without = ColumnRequest { mappings: &[ignore("License", None)], ..ALONE };
    assert_eq!(seen(&plans, without).expect("certain").other_plans, [0; 0]);
    let units = ["AccountName,SkuPartNumber,Enabled,Warning,ConsumedUnits", "a,SPE_E3,4,1,3"];
    assert_eq!(seen(&units, ALONE).expect("certain").grace, Some(3));
    let without = ColumnRequest { mappings: &[ignore("Warning", None)], ..ALONE };
    assert_eq!(seen(&units, without).expect("certain").grace, None);
    // What is named and ignored in one place is a slip; else the command line goes before the file.
    let lines = ["Tenant,Plan,Seats,Standing", "a,SPE_E3,4,Active"];
    for (named, ignored, status) in [
        (None, None, Err(ErrorKind::Usage)),
        (Some("map.toml"), Some("map.toml"), Err(ErrorKind::Columns)),
        (None, Some("map.toml"), Ok((Some(3), vec![]))),
        (Some("map.toml"), None, Ok((None, vec![3]))),
    ] {
        let status_is = Mapping { field: Some(Field::Status), ..ignore("Standing", named) };
        let mappings = [status_is, ignore("Standing", ignored)];
        let found = seen(&lines, ColumnRequest { mappings: &mappings, ..ALONE });
        let found = found.map(|columns| (columns.status, columns.ignored)).map_err(|error| error.kind);
        assert_eq!(found, status, "{named:?}, {ignored:?}");
    }
}

#[test]
fn units_of_an_export_say_nothing_of_a_subscription() {
    for lines in [
        [
            "AccountName,SkuPartNumber,Enabled,Warning,Suspended,LockedOut,ConsumedUnits",
            "a,SPE_E3,4,1,2500,1,3",
        ],
        [
            "AccountSkuId,ActiveUnits,WarningUnits,ConsumedUnits,SuspendedUnits,LockedOutUnits",
            "a:SPE_E3,4,1,3,2500,1",
        ],
    ] {
        assert_eq!(watched(&seen(&lines, ALONE).expect("certain")), [], "{lines:?}");
    }
    assert_eq!(
        watched(&seen(&["Tenant,Plan,Seats,Suspended", "a,SPE_E3,4,1"], ALONE).expect("certain")).len(),
        1
    );
}

#[test]
fn a_sentence_asks_for_nothing() {
    let heading = [&["Customer"; 11][..], &["cancelled"]].concat().join(" ");
    let watched = |heading: &str| watched(&found(&["Tenant", "Plan", "Seats", heading]));
    assert_eq!(watched(&heading).len(), 1);
    assert_eq!(watched(&format!("{heading}, or still a happy customer")), []);
}
