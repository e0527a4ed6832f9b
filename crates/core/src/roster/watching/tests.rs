//! Headings, values, and what happens to a row of 600 seats of Microsoft 365 E3 with such a column.

use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::record::Records;
use crate::roster::{columns, understand};

/// Returns the codes of the faults of a row with further columns.
fn codes(plan: &str, further: &[(&str, &str)]) -> Vec<&'static str> {
    let policy = Policy::default_shipped().expect("shipped");
    let catalogue = Catalogue::shipped().expect("shipped");
    let own = [("Tenant", "Contoso"), ("Plan", plan), ("Paid seats", "600")];
    let all: Vec<(&str, &str)> = own.iter().chain(further).copied().collect();
    let headings: Vec<String> = all.iter().map(|(heading, _)| (*heading).to_owned()).collect();
    let columns = columns::find(&headings, &[], None).expect("all are known");
    let mut records = Records::default();
    records.begin(2, 1);
    for (_, cell) in all {
        records.push_text(cell);
    }
    let record = records.iter().next().expect("one");
    let row = understand(record, &columns, &policy, &catalogue);
    row.faults.iter().map(|fault| fault.code.as_str()).collect()
}

const E3: &str = "Microsoft 365 E3";

/// Shows that all of these come to the same.
fn all_are(expected: &[&str], table: &[(&str, &str)]) {
    for column in table {
        assert_eq!(codes(E3, &[*column]), expected, "{column:?}");
    }
}

#[test]
fn the_status_of_the_customer_or_the_subscription_is_watched() {
    let table = [
        ("State", "Suspended"),
        ("State", "Pending"),
        ("Account status", "Churned"),
        ("Account status", "No"),
        ("Account status", "Prospect"),
        ("Customer status", "Lost"),
        ("CustomerStatus", "Cancelled by customer"),
        ("accountstatus", "Frozen"),
        ("Kontostatus", "Gek\u{fc}ndigt"),
        ("Mandantenstatus", "gesperrt"),
        ("Kundenstatus", "Ehemaliger Kunde"),
        ("Kundenstatus", "gek\u{fc}ndigt zum 31.12.2019"),
        ("Statut client", "Ancien client"),
        ("Estado del cliente", "Dado de baja"),
        ("Stato cliente", "Disdetto"),
        ("Klantstatus", "Opgezegd"),
        ("Situa\u{e7}\u{e3}o do cliente", "Cancelado"),
        ("Account standing", "Suspended"),
        ("statecode", "1"),
        ("Lifecycle stage", "Former customer"),
        ("Relationship", "Former customer"),
    ];
    all_are(&["status-not-read"], &table);
    for column in table {
        // Beside a status that is read, too; and where nothing depends on it, it is passed over.
        assert_eq!(codes(E3, &[("Status", "Active"), column]), ["status-not-read"], "{column:?}");
        assert_eq!(codes("Power BI Pro", &[column]), [""; 0], "{column:?}");
        assert_eq!(codes(E3, &[("Status", "Suspended"), column]), [""; 0], "{column:?}");
    }
    all_are(
        &[],
        &[
            ("State", "NO"),
            ("State", "OK"),
            ("Estado", "SP"),
            ("Customer status", "VIP"),
            ("Account status", "Active (auto-renew off)"),
            ("Stage", "On hold"),
            ("Stage", "Closed Won"),
            ("statecode", "0"),
        ],
    );
}

#[test]
fn the_status_of_another_thing_says_nothing_unless_the_customer_has_left() {
    all_are(
        &[],
        &[
            ("MFA status", "Disabled"),
            ("GDAP status", "Expired"),
            ("Auto-renew status", "Disabled"),
            ("Auto-renewal state", "Cancelled"),
            ("Sync status", "Disabled"),
            ("Support status", "Expired"),
            ("Support contract status", "Expired"),
            ("Onboarding status", "On hold"),
            ("Migration status", "Paused"),
            ("Invoice status", "Cancelled"),
            ("Ticket status", "On hold"),
            ("Credit status", "On hold"),
            ("Quote status", "Expired"),
            ("Warranty status", "Expired"),
            ("Certificate status", "Expired"),
            ("Domain status", "Expired"),
            ("Newsletter status", "No"),
            ("Tax-exempt status", "No"),
            ("Health status", "Warning"),
            ("Rechnungsstatus", "Storniert"),
            ("Ticketstatus", "Pausiert"),
            ("Statut de la facture", "Annul\u{e9}e"),
            ("Estado del proyecto", "Cancelado"),
            ("Stato della migrazione", "Sospeso"),
            ("Projectstatus", "Gestopt"),
            ("Status do chamado", "Cancelado"),
            ("Renewal status", "Pending"),
            ("Order status", "Pending"),
            ("Payment status", "Pending"),
            ("Support type", "Free"),
            ("Parking type", "Free"),
        ],
    );
    all_are(
        &["status-not-read"],
        &[
            ("Renewal status", "Not renewed"),
            ("Renewal status", "Lapsed"),
            ("Order status", "Cancelled"),
            ("Payment status", "Unpaid"),
            ("Statut du renouvellement", "R\u{e9}sili\u{e9}"),
            ("Verl\u{e4}ngerungsstatus", "Gek\u{fc}ndigt"),
            ("Onboarding status", "Churned"),
            ("Customer health", "Churned"),
            ("Type", "Former customer"),
        ],
    );
}

#[test]
fn whatever_is_not_no_may_be_an_end_under_a_heading_that_asks_for_one() {
    for heading in [
        "Cancelled?",
        "Is deleted",
        "Has churned",
        "Was cancelled",
        "Customer cancelled?",
        "Account closed",
        "Customer blocked",
        "Kunde gesperrt",
        "On hold",
        "On hold since",
        "Cancelled on",
        "Cancellation date",
        "Cancel date",
        "Suspension date",
        "Termination reason",
        "Churn date",
        "Deactivated date",
        "Date of cancellation",
        "K\u{fc}ndigungsdatum",
        "K\u{fc}ndigung zum",
        "Gek\u{fc}ndigt per",
        "Stornodatum",
        "Date de r\u{e9}siliation",
        "Motif de r\u{e9}siliation",
        "R\u{e9}sili\u{e9} depuis",
        "Fecha de cancelaci\u{f3}n",
        "Fecha baja",
        "Baja",
        "Data di cessazione",
        "Data disdetta",
        "Opzegdatum",
        "Opgezegd per",
        "Reden van opzegging",
        "Data de cancelamento",
        "Cancelado em",
        "Encerrado em",
    ] {
        for cell in
            ["Yes", "x", "1", "30-Jun-2019", "20190630", "2019-06", "Mai 2024", "\u{2705}", "Si", "moved"]
        {
            assert_eq!(codes(E3, &[(heading, cell)]), ["status-not-read"], "{heading}: {cell}");
        }
        for cell in ["", "No", "0", "-", "n/a", "9999-12-31"] {
            assert_eq!(codes(E3, &[(heading, cell)]), [""; 0], "{heading}: {cell}");
        }
    }
}

#[test]
fn a_heading_that_speaks_of_something_else_asks_for_no_end() {
    all_are(
        &[],
        &[
            ("Locked", "TRUE"),
            ("End date", "2019-06-30"),
            ("Expiry date", "2019-06-30"),
            ("Cancellation policy", "30 days"),
            ("K\u{fc}ndigungsfrist", "3 Monate"),
            ("cancel_at_period_end", "true"),
            ("Churn risk", "High"),
            ("Record locked", "Yes"),
            ("Former name", "Fabrikam"),
            ("Lead", "Megan Bowen"),
            ("Closed date", "2019-06-30"),
            ("Close date", "2019-06-30"),
            ("Expired licenses", "5"),
            ("No.", "12"),
        ],
    );
}

#[test]
fn a_no_under_a_heading_that_asks_whether_it_is_active_is_watched() {
    all_are(
        &["status-not-read"],
        &[
            ("Active?", "No"),
            ("Aktiv?", "nein"),
            ("Actif", "Non"),
            ("Activo", "No"),
            ("Cliente attivo", "no"),
            ("Actief?", "Nee"),
            ("Ativo", "N\u{e3}o"),
            ("Enabled", "FALSE"),
            ("Subscription enabled", "0"),
            ("Is current", "No"),
            ("Paid?", "N"),
            ("Trial converted", "No"),
            ("Paid?", "\u{274c}"),
            ("Paid?", "?"),
        ],
    );
    all_are(
        &[],
        &[
            ("Enabled", "Yes"),
            ("Enabled", "n/a"),
            ("Paid?", "-"),
            ("Paid?", "\u{2705}"),
            ("Active users", "0"),
            ("MFA enabled", "No"),
            ("Auto renew enabled", "FALSE"),
            ("Renewed", "FALSE"),
            ("Newsletter", "No"),
            ("Current plan", "Microsoft 365 E3"),
        ],
    );
}

#[test]
fn trials_are_watched_for_under_headings_of_trials_and_of_kinds() {
    all_are(
        &["trial-not-read"],
        &[
            ("Trial status", "Active"),
            ("Trial status", "Expired"),
            ("Trial end date", "2026-12-31"),
            ("Trial expires", "31.12.2026"),
            ("IsTrialOffer", "TRUE"),
            ("Trial account", "Yes"),
            ("License type", "30-day trial"),
            ("License type", "NFR"),
            ("Plan category", "Trial"),
            ("Billing cycle", "Trial"),
            ("Lizenzart", "Testlizenz"),
            ("Tipo de licencia", "De prueba"),
            ("Subscription type", "Grant"),
        ],
    );
    assert_eq!(codes(E3, &[("Is trial", "No"), ("License type", "Trial")]), ["trial-not-read"]);
    assert_eq!(codes(E3, &[("Status", "Active"), ("Trial end date", "2019-12-31")]), [""; 0]);
    all_are(
        &[],
        &[
            ("Trial status", "None"),
            ("Trial status", "Converted"),
            ("Trial converted", "Yes"),
            ("IsTrialOffer", "FALSE"),
            ("License type", "Perpetual"),
            ("Billing cycle", "Annual"),
            ("Test date", "2019-12-31"),
        ],
    );
}

#[test]
fn segments_are_watched_for_where_they_would_get_something_else() {
    all_are(
        &["segment-not-read"],
        &[
            ("Industry", "Higher Education"),
            ("Industry", "Education Management"),
            ("Industry", "Primary/Secondary Education"),
            ("Industry", "Non-Profit Organization Management"),
            ("Industry", "Civic & Social Organization"),
            ("Industry", "Philanthropy"),
            ("Type", "Public school"),
            ("Rechtsform", "e.V."),
            ("Legal form", "Foundation"),
            ("Kontotyp", "Schule"),
            ("Unternehmenstyp", "Verein"),
            ("Bedrijfstak", "Onderwijs"),
            ("Tipologia cliente", "Scuola"),
            ("\u{c1}rea de atua\u{e7}\u{e3}o", "Educa\u{e7}\u{e3}o"),
            ("Line of business", "Education"),
            ("Customer qualification", "Nonprofit"),
            ("Program", "CSP Academic"),
            ("Nonprofit?", "Yes"),
            ("Is nonprofit", "1"),
            ("Non-profit status", "Yes"),
            ("501(c)(3)", "x"),
            ("Charity number", "1234567"),
            ("Gemeinn\u{fc}tzig", "Ja"),
            ("ONG", "oui"),
            ("Sin \u{e1}nimo de lucro", "S\u{ed}"),
            ("Education", "TRUE"),
        ],
    );
    assert_eq!(codes(E3, &[("Segment", ""), ("Industry", "Education")]), ["segment-not-read"]);
    assert_eq!(codes(E3, &[("Segment", "Commercial"), ("Industry", "Education")]), [""; 0]);
    all_are(
        &[],
        &[
            ("Industry", "Government"),
            ("Industry", "Manufacturing"),
            ("Public sector", "Yes"),
            ("Nonprofit?", "No"),
            ("Charity number", ""),
            ("Students", "1200"),
            ("Owner group", "Education"),
            ("Contact type", "School"),
            ("Group", "Contoso School Group"),
            ("Branch", "College Park"),
            ("Branch", "High School Road"),
            ("Customer type", "Direct"),
            ("Customer type", "Customer - New"),
            ("Sector", "Private"),
            ("Segment", "Mid-Market"),
        ],
    );
}
