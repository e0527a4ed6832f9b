use super::*;
use crate::plans::{KINDS, Match, MatchedBy, PRICES, SERVICE_IDS, ShownBy};
use proptest::prelude::*;
use std::sync::OnceLock;

fn catalogue() -> &'static Catalogue {
    static SHIPPED: OnceLock<Catalogue> = OnceLock::new();
    SHIPPED.get_or_init(|| Catalogue::shipped().unwrap())
}

fn find(written: &str) -> Match<'static> {
    catalogue().find(written).unwrap_or_else(|missed| panic!("`{written}`: {missed:?}"))
}

/// Finds `written` and compares id, segment shown and price.
fn reads(written: &str, id: &str, segment: Option<&str>, price: Price) {
    let found = find(written);
    assert_eq!(found.plan.id, id, "`{written}`");
    assert_eq!(found.segment.map(|(segment, _)| segment), segment, "`{written}`");
    assert_eq!(found.price, price, "`{written}`");
}

fn is_not_found(written: &str) {
    assert!(catalogue().find(written).is_err(), "`{written}` is found");
}

#[test]
fn every_published_product_is_in_the_table() {
    let published = catalogue().plans().iter().filter(|plan| plan.from == PlanFrom::Published);
    assert_eq!(published.count(), 622);
}

#[test]
fn the_table_uses_no_words_but_those_named() {
    for plan in catalogue().plans() {
        assert!(SEGMENTS.contains(&plan.segment.as_str()), "{plan:?}");
        assert!(FAMILIES.contains(&plan.family.as_str()), "{plan:?}");
        assert!(KINDS.contains(&plan.kind.word()) && PRICES.contains(&plan.price.word()), "{plan:?}");
        assert!(plan.services.0 >> SERVICE_IDS.len() == 0 && !plan.because.is_empty(), "{plan:?}");
    }
    assert_eq!(PlanKind::ALL.map(PlanKind::word), KINDS);
    assert_eq!(Price::ALL.map(Price::word), PRICES);
}

#[test]
fn every_line_is_found_by_its_own_guid_id_and_name() {
    for plan in catalogue().plans() {
        for (written, by) in
            [(&plan.guid, MatchedBy::Guid), (&plan.id, MatchedBy::Id), (&plan.name, MatchedBy::Name)]
        {
            if written.is_empty() {
                continue;
            }
            let found = find(written);
            let words = |plan: &Plan| (plan.segment.clone(), plan.family.clone(), plan.kind, plan.price);
            assert_eq!(words(found.plan), words(plan), "`{written}`");
            assert_eq!(found.price, plan.price, "`{written}`");
            assert!(found.by == by || plan.id == plan.name, "`{written}` by {:?}", found.by);
            assert_eq!(
                found.segment.map(|(word, _)| word),
                Some(plan.segment.as_str()).filter(|word| *word != "commercial")
            );
        }
    }
}

#[test]
fn no_column_of_the_table_holds_a_blank_that_is_not_a_space() {
    for plan in catalogue().plans() {
        for cell in [&plan.guid, &plan.id, &plan.name] {
            assert_eq!(*cell, crate::fold::squeeze(cell));
        }
    }
}

#[test]
fn a_plan_without_teams_holds_no_teams() {
    let without = catalogue().plans().iter().filter(|plan| plan.name.contains("(no Teams)"));
    let teams = SERVICE_IDS.iter().position(|id| *id == "teams").unwrap();
    let wrong: Vec<_> = without.filter(|plan| plan.services.contains(teams)).map(|plan| &plan.id).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_segment_is_shown_by_name_or_id_and_never_by_a_plain_commercial_plan() {
    assert_eq!(find("Office 365 A3 for faculty").segment, Some(("education", ShownBy::Name)));
    assert_eq!(find("ENTERPRISEPACKPLUS_FACULTY").segment, Some(("education", ShownBy::Id)));
    assert_eq!(find("Office 365 E3").segment, None);
    assert_eq!(
        find("cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46").segment,
        None,
        "the charity offer has this GUID too"
    );
}

#[test]
fn a_guid_is_found_in_any_dress() {
    for written in [
        "6fd2c87f-b296-42f0-b197-1e91e994b900",
        "6FD2C87F-B296-42F0-B197-1E91E994B900",
        " {6fd2c87f-b296-42f0-b197-1e91e994b900} ",
        "{ 6fd2c87f-b296-42f0-b197-1e91e994b900 }",
        "6fd2c87f\u{2011}b296\u{2011}42f0\u{2011}b197\u{2011}1e91e994b900",
        "11111111-2222-3333-4444-555555555555_6fd2c87f-b296-42f0-b197-1e91e994b900",
        "contoso:6fd2c87f-b296-42f0-b197-1e91e994b900",
    ] {
        reads(written, "ENTERPRISEPACK", None, Price::Paid);
        assert_eq!(find(written).by, MatchedBy::Guid);
    }
}

#[test]
fn an_id_is_found_behind_its_tenant() {
    reads("contoso:SPE_E3", "SPE_E3", None, Price::Paid);
    reads(" contoso.example:enterprisepack ", "ENTERPRISEPACK", None, Price::Paid);
}

#[test]
fn a_name_with_a_colon_is_no_tenant() {
    reads("Dynamics 365 Talent: Attract", "Dynamics_365_Hiring_SKU", None, Price::Paid);
}

#[test]
fn a_guid_published_twice_is_one_plan() {
    reads("4b74a65c-8b4a-4fc8-9f6b-5177ed11ddfa", "VIRTUAL_AGENT_USL", None, Price::Paid);
    assert_eq!(find("606b54a9-78d8-4298-ad8b-df6ef4481c80").price, Price::Trial);
    assert_eq!(find("MCOPSTN5").plan.kind, PlanKind::Telephony);
}

#[test]
fn ids_that_mislead_are_read_by_their_plan() {
    assert_eq!(find("SPE_F1").plan.name, "Microsoft 365 F3");
    assert_eq!(find("O365_BUSINESS_PREMIUM").plan.name, "Microsoft 365 Business Standard");
    assert_eq!(find("O365_BUSINESS").plan.name, "Microsoft 365 Apps for Business");
    reads("SPE_E5_NOPSTNCONF", "SPE_E5_NOPSTNCONF", None, Price::Paid);
}

#[test]
fn an_a1_plan_is_free_but_for_devices() {
    assert_eq!(
        (find("STANDARDWOFFPACK").price, find("STANDARDWOFFPACK_FACULTY").price),
        (Price::Paid, Price::Free)
    );
    assert_eq!(find("Office 365 A1 Plus for students").price, Price::Free);
    let device = find("Microsoft 365 A1").plan;
    assert_eq!((device.kind, device.price), (PlanKind::Device, Price::Paid));
}

#[test]
fn a_student_use_benefit_is_free() {
    assert_eq!(find("Microsoft 365 A3 for students use benefit").price, Price::Free);
    reads(
        "Office 365 A3 student use benefit",
        "ENTERPRISEPACKPLUS_STUUSEBNFT",
        Some("education"),
        Price::Free,
    );
}

#[test]
fn trials_are_seen_in_every_spelling() {
    for written in [
        "Dynamics 365 Guides vTrial",
        "Dynamics 365 P1 Tria for Information Workers",
        "Microsoft Copilot Studio Viral Trial",
        "TEAMS_COMMERCIAL_TRIAL",
        "Microsoft Teams Exploratory",
        "DEVELOPERPACK",
        "Microsoft 365 E3 Trial",
    ] {
        assert_eq!(find(written).price, Price::Trial, "{written}");
    }
}

#[test]
fn names_that_sound_like_trials_are_paid() {
    for written in [
        "Microsoft Teams Premium Introductory Pricing",
        "Dynamics 365 - Additional Database Storage (Qualified Offer)",
        "Microsoft 365 Business Standard - Prepaid Legacy",
        "Dynamics 365 Operations - Sandbox Tier 2:Standard Acceptance Testing",
    ] {
        assert_eq!(find(written).price, Price::Paid, "{written}");
    }
}

#[test]
fn words_that_look_like_a_segment_are_none() {
    for written in [
        "Microsoft Entra ID Governance",
        "Microsoft Teams Calling Plan pay-as-you-go (country zone 1 - US)",
        "Power Automate per user plan dept",
        "PROJECT_PLAN3_DEPT",
        "WINE5_GCC_COMPAT",
    ] {
        assert_eq!(find(written).segment, None, "{written}");
    }
}

#[test]
fn team_members_are_not_teams_and_azure_ad_is_not_azure() {
    assert_eq!(find("Dynamics 365 Team Members").plan.family, "dynamics-365");
    assert_eq!(find("Azure Active Directory Premium P1").plan.family, "ems");
    assert_eq!(find("Azure Information Protection Plan 1").plan.family, "ems");
}

#[test]
fn a_suite_without_a_part_is_still_the_base_suite() {
    for written in [
        "Microsoft 365 E3 (no Teams)",
        "Microsoft 365 E5 without Audio Conferencing",
        "Microsoft 365 E3 (500 seats min)_HUB",
        "Office 365 GCC G5 without Power BI and Phone System",
    ] {
        assert_eq!(find(written).plan.kind, PlanKind::Base, "{written}");
    }
}

#[test]
fn what_extends_a_suite_is_not_a_suite() {
    for written in [
        "Microsoft 365 E5 Security",
        "Microsoft 365 E5 Compliance",
        "Microsoft 365 F5 Security + Compliance Add-on",
        "Microsoft 365 E5 Suite features",
        "Microsoft 365 E3 Extra Features",
        "Microsoft 365 Copilot",
    ] {
        assert_eq!(find(written).plan.kind, PlanKind::AddOn, "{written}");
    }
    assert_eq!(find("Microsoft 365 Audio Conferencing").plan.kind, PlanKind::Telephony);
    assert_eq!(find("Microsoft 365 Domestic Calling Plan (120 min)").plan.kind, PlanKind::Telephony);
    assert_eq!(find("Microsoft 365 E3 - Unattended License").plan.kind, PlanKind::Device);
}

#[test]
fn the_chinese_cloud_is_excluded() {
    assert_eq!(find("Workload_Identities_Premium_CN").plan.family, "excluded");
    is_not_found("Office 365 E3 (21Vianet)");
}

#[test]
fn an_offer_is_read_by_its_words() {
    let paid = Price::Paid;
    reads("Microsoft 365 Business Premium (Nonprofit Staff Pricing)", "SPB", Some("nonprofit"), paid);
    reads("Office 365 E1 (Charity)", "STANDARDPACK", Some("nonprofit"), paid);
    reads("Office 365 E3 (Non\u{2011}Profit Pricing)", "ENTERPRISEPACK", Some("nonprofit"), paid);
    reads("Microsoft 365 A3 (Education Faculty Pricing)", "M365EDU_A3_FACULTY", Some("education"), paid);
    reads("Microsoft 365 A5 (Education Student Pricing)", "M365EDU_A5_STUDENT", Some("education"), paid);
    reads("Office 365 Education E3 for Faculty", "ENTERPRISEPACKPLUS_FACULTY", Some("education"), paid);
    reads("Enterprise Mobility + Security E3 (Government Pricing)", "EMS", Some("government"), paid);
    reads("Microsoft 365 E3 GCC High", "SPE_E3_USGOV_GCCHIGH", Some("government"), paid);
    reads("Office 365 A1", "STANDARDWOFFPACK_FACULTY", Some("education"), Price::Free);
}

#[test]
fn a_price_or_an_audience_of_its_own_leaves_the_plan_as_it_is() {
    let paid = Price::Paid;
    reads(
        "Enterprise Mobility + Security E5 (Nonprofit Staff Pricing)",
        "EMSPREMIUM",
        Some("nonprofit"),
        paid,
    );
    reads(
        "Microsoft 365 Apps for enterprise (Non-Profit Pricing)",
        "OFFICESUBSCRIPTION",
        Some("nonprofit"),
        paid,
    );
    reads("Exchange Online (Plan 1) (Government Pricing)", "EXCHANGESTANDARD_GOV", Some("government"), paid);
    reads("Exchange Online Plan 2 for Students", "EXCHANGEENTERPRISE_STUDENT", Some("education"), paid);
    reads("Office 365 E3 (Charity) Trial", "ENTERPRISEPACK", Some("nonprofit"), Price::Trial);
    reads("Microsoft 365 E3 Commercial", "SPE_E3", None, paid);
    reads("nonprofit-clinic:SPE_E3", "SPE_E3", None, paid);
    reads("Power BI (free)", "POWER_BI_STANDARD", None, Price::Free);
    reads("Office 365 G3", "ENTERPRISEPACK_GOV", Some("government"), paid);
    reads("Office 365 E3 GCC", "ENTERPRISEPACK", Some("government"), paid);
    reads("Microsoft 365 E3_USGOV_DOD", "SPE_E3_USGOV_DOD", Some("government"), paid);
}

#[test]
fn an_offer_to_all_schools_costs_what_their_own_plans_cost() {
    let education = Some("education");
    for (written, id) in [
        ("Office 365 E1 for Education", "STANDARDPACK_FACULTY"),
        ("O365 E1 EDU", "STANDARDPACK_FACULTY"),
        ("Office 365 E1 f\u{fc}r Bildungseinrichtungen", "STANDARDPACK_FACULTY"),
        ("Exchange Online (Plan 1) EDU", "EXCHANGESTANDARD_STUDENT"),
    ] {
        reads(written, id, education, Price::Free);
    }
    // Schools buy these at a price of their own.
    for (written, id) in [
        ("Office 365 E3 for Education", "ENTERPRISEPACK"),
        ("Microsoft 365 Business Premium EDU", "SPB"),
        ("Power BI Pro for Education", "POWER_BI_PRO"),
    ] {
        reads(written, id, education, Price::Paid);
    }
    // Free for students, paid for by their teachers.
    for written in ["Office 365 ProPlus EDU", "Microsoft 365 Apps for enterprise for Education"] {
        let missed = catalogue().find(written).unwrap_err();
        let ids: Vec<&str> = missed.several.iter().map(|plan| plan.id.as_str()).collect();
        assert_eq!(ids[..2], ["OFFICESUBSCRIPTION_STUDENT", "OFFICESUBSCRIPTION_FACULTY"], "`{written}`");
    }
    assert!(find("Exchange Online (Plan 2) EDU").doubt.is_some());
}

#[test]
fn older_and_shorter_names_are_known() {
    for (written, id) in [
        ("M365 E3", "SPE_E3"),
        ("O365 E3", "ENTERPRISEPACK"),
        ("Office 365 Enterprise E3", "ENTERPRISEPACK"),
        ("Microsoft 365 Business", "SPB"),
        ("Office 365 Business Premium", "O365_BUSINESS_PREMIUM"),
        ("Office 365 ProPlus", "OFFICESUBSCRIPTION"),
        ("Azure AD Premium P2", "AAD_PREMIUM_P2"),
        ("EMS E5", "EMSPREMIUM"),
        ("Project Plan 3", "PROJECTPROFESSIONAL"),
        ("Microsoft 365 E5 (EEA)", "O365_w/o_Teams_Bundle_M5"),
        ("Office 365 E3 (Annual Commitment)", "ENTERPRISEPACK"),
        ("Office 365 E3 - 1 year commitment, billed monthly", "ENTERPRISEPACK"),
    ] {
        reads(written, id, None, Price::Paid);
        assert_eq!(find(written).by, MatchedBy::Words, "{written}");
    }
}

#[test]
fn no_alias_hides_a_published_name() {
    for record in rows(include_str!("../aliases.csv"), 2).unwrap() {
        assert_eq!(fold(&find(&record[0]).plan.name), fold(&record[1]), "{record:?}");
    }
}

#[test]
fn an_older_name_keeps_its_audience() {
    reads("Office 365 Business Premium (Nonprofit)", "O365_BUSINESS_PREMIUM", Some("nonprofit"), Price::Paid);
    reads(
        "Microsoft 365 Business Premium (Donation)",
        "Microsoft_365_Business_Premium_Donation_(Non_Profit_Pricing)",
        Some("nonprofit"),
        Price::Free,
    );
    reads("Office 365 E1 (Nonprofit) Donation", "STANDARDPACK", Some("nonprofit"), Price::Free);
}

#[test]
fn a_word_that_is_not_known_means_not_found() {
    for written in [
        "Office 365 E33",
        "Office 365 E3 Platinum",
        "Microsoft 365 E3 Step-up",
        "Microsoft 365",
        "",
        "   ",
        ":",
        "Nonprofit",
        "free trial",
    ] {
        is_not_found(written);
    }
}

#[test]
fn a_misspelled_plan_has_a_suggestion_and_no_answer() {
    let nearest = |written: &str| {
        catalogue().find(written).unwrap_err().candidates.first().map(|plan| plan.name.as_str())
    };
    assert_eq!(nearest("Mircosoft 365 Business Premium"), Some("Microsoft 365 Business Premium"));
    assert_eq!(nearest("Office 365 E33"), Some("Office 365 E3"));
    assert_eq!(nearest("zzzz"), None);
}

#[test]
fn a_text_longer_than_any_plan_is_not_found() {
    is_not_found(&"Office 365 E3 ".repeat(1000));
}

#[test]
fn a_name_for_plans_that_differ_is_not_found_and_lists_them() {
    let table = "guid,id,name,segment,family,kind,price,services,because\n\
        a,A,Contoso Suite,commercial,other,base,paid,,x\nb,B,Contoso Suite,commercial,other,base,free,,x\n";
    let (plans, spellings, index) = read(table, "alias,name\n").unwrap();
    let small = Catalogue::of((grammar::shipped().unwrap(), HashMap::new()), plans, spellings, index);
    let missed = small.find("contoso suite").unwrap_err();
    assert_eq!(missed.several.iter().map(|plan| plan.id.as_str()).collect::<Vec<_>>(), ["A", "B"]);
}

#[test]
fn a_table_with_a_word_that_is_none_is_an_internal_error() {
    let table =
        "guid,id,name,segment,family,kind,price,services,because\na,A,N,commercial,other,base,cheap,,x\n";
    assert!(read(table, "alias,name\n").unwrap_err().to_string().contains("fault"));
}

#[test]
fn a_short_word_of_a_search_is_not_looked_for_inside_guids() {
    let names = |words| -> Vec<String> {
        catalogue().search(words).into_iter().map(|plan| plan.name.clone()).collect()
    };
    // GUID 2880026b-2b0c-4251-8656-5d41ff11e3aa.
    assert!(!names("E3").contains(&"Dynamics 365 Business Central Essentials".to_owned()));
    assert_eq!(names("05e9a617"), ["Microsoft 365 E3"]);
    assert_eq!(names("05E9A617-0261-4CEE-BB44-138D3EF5D965"), ["Microsoft 365 E3"]);
}

#[test]
fn a_search_wants_every_word_and_keeps_the_order() {
    let found = catalogue().search("E3 office");
    assert!(found.iter().any(|plan| plan.id == "ENTERPRISEPACK"));
    assert!(found.iter().all(|plan| format!("{plan:?}").to_lowercase().contains("e3")));
    assert_eq!(catalogue().search("").len(), catalogue().plans().len());
    assert!(catalogue().search("no such plan at all").is_empty());
}

proptest! {
    #[test]
    fn no_text_is_too_strange_to_be_looked_up(written in any::<String>()) {
        let _ = catalogue().find(&written);
        let _ = catalogue().search(&written);
    }

    #[test]
    fn case_and_blanks_do_not_change_what_is_found(place in 0_usize..622, blank in "[ \t\u{a0}\u{2009}]{1,3}", upper: bool) {
        let name = &catalogue().plans()[place].name;
        let dressed = name.replace(' ', &blank);
        let dressed = if upper { dressed.to_ascii_uppercase() } else { dressed.to_ascii_lowercase() };
        prop_assert_eq!(find(&format!("{blank}{dressed}{blank}")), find(name));
    }

    #[test]
    fn a_mixture_of_known_words_never_panics(written in "(Microsoft |Office |365 |E3 |A1 |free |trial |for |Faculty |GCC |_|:|-){0,12}") {
        let _ = catalogue().find(&written);
    }
}

#[test]
fn short_words_are_not_looked_for_in_guids() {
    let catalogue = catalogue();
    let found: Vec<&str> =
        catalogue.search("microsoft 365 f3").iter().map(|plan| plan.name.as_str()).collect();
    assert!(found.iter().all(|name| name.contains("F3")), "{found:?}");
    assert_eq!(
        catalogue.search("66b55226").iter().map(|plan| plan.id.as_str()).collect::<Vec<_>>(),
        ["SPE_F1"]
    );
}

#[test]
fn no_plan_is_named_by_a_mere_number() {
    let catalogue = Catalogue::shipped().unwrap();
    for plan in catalogue.search("") {
        for written in [&plan.name, &plan.id, &plan.guid] {
            assert!(written.is_empty() || !is_mere_number(written), "{written}");
        }
    }
    assert_eq!(catalogue.find("365").unwrap_err(), NotFound::default());
}

fn name(written: &str) -> String {
    find(written).plan.name.clone()
}

/// Returns the names that a text may mean.
fn readings(written: &str) -> Vec<String> {
    find(written).readings.iter().map(|plan| plan.name.clone()).collect()
}

#[test]
fn terms_of_sale_are_set_aside_in_any_order_and_language() {
    for terms in [
        "1 Year Commitment Billed Monthly",
        "Annual Pre-Paid",
        "1YR COMMIT",
        "P1Y",
        "MTH SUB",
        "(Anual)",
        "(Anualidad con Pago Mensual)",
        "j\u{e4}hrlich",
        "J\u{c4}HRLICH, monatliche Zahlung",
        "(engagement annuel, facturation mensuelle)",
        "- impegno annuale, fatturazione mensile",
        "jaarlijkse verbintenis, maandelijkse betaling",
        "compromisso anual, pagamento mensal",
        "(3-year)",
        "12 months",
        "(One-Year commitment for monthly/yearly billing)",
        "- 36 Monate Laufzeit",
        "NCE COM MTH",
        "[New Commerce Experience] 1 Year",
        "Sub Per User",
        "\u{5e74}\u{9593}",
    ] {
        for written in [format!("Microsoft 365 E3 {terms}"), format!("{terms} Microsoft 365 E3")] {
            reads(&written, "SPE_E3", None, Price::Paid);
            assert!(find(&written).aside.is_some(), "`{written}`");
        }
    }
}

#[test]
fn a_programme_can_tell_the_segment() {
    reads("Microsoft 365 E3 (NCE NPO MTH)", "SPE_E3", Some("nonprofit"), Price::Paid);
    reads("NCE EDU ANN Microsoft 365 E3", "SPE_E3", Some("education"), Price::Paid);
    reads("CHTY Office 365 E1 (Nonprofit Staff Pricing)", "STANDARDPACK", Some("nonprofit"), Price::Paid);
    reads("Microsoft 365 E3 (NCE GOV)", "SPE_E3", Some("government"), Price::Paid);
}

#[test]
fn a_number_is_an_amount_only_where_something_says_so() {
    for (written, amount) in [
        ("Microsoft 365 E3 x 25", 25),
        ("25 x Microsoft 365 E3", 25),
        ("Microsoft 365 E3 (25)", 25),
        ("Microsoft 365 E3 1,500 seats", 1500),
        ("1500 M365 E3", 1500),
        ("Microsoft 365 E3 250 Lizenzen", 250),
    ] {
        reads(written, "SPE_E3", None, Price::Paid);
        assert_eq!(find(written).amount, Some(amount), "`{written}`");
    }
    is_not_found("Microsoft 365 E3 25");
}

#[test]
fn short_and_glued_spellings_are_written_out() {
    for (written, id) in [
        ("M365E3", "SPE_E3"),
        ("MS365 E3", "SPE_E3"),
        ("m365 bp", "SPB"),
        ("M365BP", "SPB"),
        ("MS365 Bus Std", "O365_BUSINESS_PREMIUM"),
        ("O365E3", "ENTERPRISEPACK"),
        ("Microsoft Office 365 E3", "ENTERPRISEPACK"),
        ("Office 365 Enterprise E3", "ENTERPRISEPACK"),
        ("EXO P1", "EXCHANGESTANDARD"),
        ("Exch Online P1", "EXCHANGESTANDARD"),
        ("AAD P1", "AAD_PREMIUM"),
        ("ProPlus", "OFFICESUBSCRIPTION"),
        ("Apps for Biz", "O365_BUSINESS"),
        ("Teams Ess.", "Teams_Ess"),
        ("Microsoft 365 E 5", "SPE_E5"),
        ("\u{ff2d}\u{ff13}\u{ff16}\u{ff15} \u{ff25}\u{ff13}", "SPE_E3"),
        ("Microsoft\u{ae} 365 E3\u{200b}", "SPE_E3"),
        ("'Microsoft 365 E3'", "SPE_E3"),
    ] {
        reads(written, id, None, Price::Paid);
    }
}

#[test]
fn what_a_plan_is_without_is_read_in_any_spelling() {
    for without in [
        "(no Teams)",
        "w/o Teams",
        "ohne Teams",
        "sin Teams",
        "senza Teams",
        "sans Teams",
        "zonder Teams",
        "noTeams",
    ] {
        reads(&format!("Microsoft 365 E3 {without}"), "Microsoft_365_E3_(no_Teams)", None, Price::Paid);
    }
    reads("M365 E5 without PSTN conferencing", "SPE_E5_NOPSTNCONF", None, Price::Paid);
    is_not_found("Microsoft 365 E3 without Exchange");
}

#[test]
fn an_id_beside_a_name_has_to_be_of_the_same_plan() {
    for written in [
        "Microsoft 365 E3 (SPE_E3)",
        "SPE_E3 - Microsoft 365 E3",
        "Microsoft 365 E3 [CFQ7TTC0LFLX:0001]",
        "Microsoft 365 E3 {05e9a617-0261-4cee-bb44-138d3ef5d965}",
        "SPE_E3 (NCE, 1 year)",
        "E3 (SPE_E3)",
    ] {
        reads(written, "SPE_E3", None, Price::Paid);
    }
    let missed = catalogue().find("Microsoft 365 E3 (SPE_E5)").unwrap_err();
    assert_eq!(
        missed.contradiction.map(|plans| plans.map(|plan| plan.id.as_str())),
        Some(["SPE_E3", "SPE_E5"])
    );
    assert_eq!(find("Microsoft 365 E3 Trial (SPE_E3)").price, Price::Trial);
}

#[test]
fn several_plans_in_one_cell_are_none() {
    for written in [
        "ENTERPRISEPACK+EMS",
        "contoso:SPE_E3;contoso:FLOW_FREE",
        "contoso:SPE_E3 contoso:FLOW_FREE",
        "Office 365 E3, EMS E3",
        "E3/E5",
        "Microsoft 365 E3\nMicrosoft 365 E5",
        "{SPE_E3, EMS}",
        "Microsoft 365 E3 : Office 365 E1",
        "Office 365 E3 und EMS E3",
        "M365 E3 + Copilot",
        "M365 E3 + E5 Security",
    ] {
        let missed = catalogue().find(written).unwrap_err();
        assert!(missed.in_cell.len() > 1, "`{written}`: {missed:?}");
    }
    for written in
        ["Enterprise Mobility + Security E3", "Planner and Project Plan 3", "Dynamics 365 Talent: Attract"]
    {
        assert!(catalogue().find(written).is_ok(), "`{written}`");
    }
}

#[test]
fn only_a_tenant_may_stand_before_a_colon() {
    for written in [
        "Cancelled:SPE_E3",
        "was: SPE_E5",
        "Trial: SPE_E5",
        "Old: Microsoft 365 E3",
        "Gek\u{fc}ndigt:SPE_E3",
        "not renewed:SPE_E3",
        "ehemals:SPE_E3",
        "contoso:Microsoft 365 E3",
    ] {
        is_not_found(written);
    }
    reads("Microsoft: Microsoft 365 E3", "SPE_E3", None, Price::Paid);
}

#[test]
fn a_bare_name_says_what_it_may_mean() {
    assert_eq!(readings("E3"), ["Microsoft 365 E3", "Office 365 E3"]);
    assert_eq!(readings("365 E5"), ["Microsoft 365 E5", "Office 365 E5"]);
    assert_eq!(readings("A3 Faculty"), ["Microsoft 365 A3 for Faculty", "Office 365 A3 for faculty"]);
    assert_eq!(find("E3 (Nonprofit Staff Pricing)").segment, Some(("nonprofit", ShownBy::Name)));
    assert!(readings("E4").is_empty() && name("E4") == "Office 365 E4");
    assert!(readings("E3 (M365)").is_empty() && name("E3 (M365)") == "Microsoft 365 E3");
}

#[test]
fn a_text_that_was_cut_off_is_read_where_its_end_is_sure() {
    reads("MICROSOFT CSP M365 AUDIO CONFERENCING NONPROFIT ST", "MCOMEETADV", Some("nonprofit"), Price::Paid);
    is_not_found("Microsoft CSP Microsoft 365 Business Prem Nonpro");
}

#[test]
fn what_is_no_plan_is_told_as_what_it_is() {
    let other = |written: &str| catalogue().find(written).unwrap_err().other.unwrap_or_default();
    assert!(other("EXCHANGE_S_ENTERPRISE").contains("service plan"));
    assert!(other("Office LTSC Professional Plus 2021").contains("software"));
    assert!(other("CFQ7TTC0LCHC").contains("commerce id"));
}

#[test]
fn a_suggestion_is_never_of_another_segment_price_or_kind() {
    const PLANS: [(&str, &str, Price, PlanKind); 8] = [
        ("Microsoft 365 E3", "commercial", Price::Paid, PlanKind::Base),
        ("Microsoft 365 Business Premium", "commercial", Price::Paid, PlanKind::Base),
        ("Office 365 E1", "commercial", Price::Paid, PlanKind::Base),
        ("Exchange Online (Plan 1)", "commercial", Price::Paid, PlanKind::Base),
        ("Microsoft 365 A3 for faculty", "education", Price::Paid, PlanKind::Base),
        ("Office 365 G3 GCC", "government", Price::Paid, PlanKind::Base),
        ("Microsoft 365 E5 Compliance", "commercial", Price::Paid, PlanKind::AddOn),
        ("Enterprise Mobility + Security E3", "commercial", Price::Paid, PlanKind::Companion),
    ];
    const AROUND: [&str; 20] = [
        "{} Platinum",
        "{} with Firewall",
        "{} Step-up",
        "{} from SA (Qualified Offer)",
        "Contoso {}",
        "{} (Legal)",
        "{} for Partners",
        "{} _RPA1",
        "{} Extra",
        "{} + Firewall",
        "Managed {}",
        "{} Backup",
        "{} Bundle 2026",
        "{} Migration fee",
        "{} Donated seats pool",
        "{} (21Vianet)",
        "{} Setup",
        "{} Tier 2",
        "{} seat reduction",
        "Credit: {}",
    ];
    for (plan, segment, price, kind) in PLANS {
        for around in AROUND {
            let written = around.replace("{}", plan);
            let Err(missed) = catalogue().find(&written) else { panic!("`{written}` is found") };
            assert!(missed.candidates.len() <= MOST_CANDIDATES);
            for candidate in missed.candidates {
                let said = (candidate.segment.as_str(), candidate.price, candidate.kind);
                assert_eq!(said, (segment, price, kind), "`{written}`: {}", candidate.name);
            }
        }
    }
}

#[test]
fn a_slip_of_the_pen_has_its_suggestion() {
    for (written, meant) in [
        ("Mircosoft 365 E3", "Microsoft 365 E3"),
        ("Office 635 E3", "Office 365 E3"),
        ("Microsoft 365 Buisness Premium", "Microsoft 365 Business Premium"),
        ("Microsoft 365 Bussiness Standard NCE", "Microsoft 365 Business Standard"),
        ("Microsoft 365 E5 Securty", "Microsoft 365 E5 Security"),
        ("Enterprise Mobilty + Security E3", "Enterprise Mobility + Security E3"),
    ] {
        let missed = catalogue().find(written).unwrap_err();
        let names: Vec<&str> = missed.candidates.iter().map(|plan| plan.name.as_str()).collect();
        assert_eq!(names, [meant], "`{written}`");
    }
    for written in ["Microsoft 365", "O365", "Microsoft 365 E3_RPA1", "Microsoft 365 Enterprise"] {
        assert!(catalogue().find(written).unwrap_err().candidates.is_empty(), "`{written}`");
    }
}
