//! Which plans are eligible: line by line what the documentation of June 2021 lists, and what it does not.

use super::*;
use crate::plans::Catalogue;

/// Lines of the list, each with plans of the catalogue, by name or id, in all the segments that have them.
const LISTED: &[(&str, &[&str])] = &[
    ("Microsoft 365 E3, E5", &["SPE_E3", "SPE_E5", "SPE_E5_NOPSTNCONF", "SPE_E3_USGOV_DOD", "M365_G3_GOV"]),
    ("Microsoft 365 F1, F3", &["M365_F1", "M365_F1_COMM", "SPE_F1", "M365_F1_GOV"]),
    ("Business Basic, Standard, Premium", &["O365_BUSINESS_ESSENTIALS", "O365_BUSINESS_PREMIUM", "SPB"]),
    (
        "Apps for business, for enterprise, for devices",
        &["O365_BUSINESS", "OFFICESUBSCRIPTION", "OFFICE_PROPLUS_DEVICE1"],
    ),
    ("Microsoft 365 A3, A5", &["M365EDU_A3_FACULTY", "M365EDU_A3_STUDENT", "M365EDU_A5_FACULTY"]),
    ("A5 add-ons", &["M365_A5_SUITE_COMPONENTS_FACULTY"]),
    ("E5 Security, E5 Compliance", &["IDENTITY_THREAT_PROTECTION", "INFORMATION_PROTECTION_COMPLIANCE"]),
    (
        "Office 365 E1, E3, E4, E5, F3",
        &["STANDARDPACK", "ENTERPRISEPACK", "ENTERPRISEWITHSCAL", "ENTERPRISEPREMIUM", "DESKLESSPACK"],
    ),
    (
        "Office 365 G1 to G5, government F3",
        &["STANDARDPACK_GOV", "ENTERPRISEPACK_GOV", "ENTERPRISEPREMIUM_GOV", "DESKLESSPACK_USGOV_GCCHIGH"],
    ),
    ("Office 365 A3, A5", &["ENTERPRISEPACKPLUS_FACULTY", "ENTERPRISEPREMIUM_STUDENT"]),
    (
        "Exchange Online",
        &["EXCHANGESTANDARD", "EXCHANGEENTERPRISE", "EXCHANGEDESKLESS", "EXCHANGESTANDARD_GOV"],
    ),
    ("Exchange Online Protection", &["EOP_ENTERPRISE"]),
    (
        "Defender for Office 365",
        &["ATP_ENTERPRISE", "THREAT_INTELLIGENCE", "ATP_ENTERPRISE_FACULTY", "ATP_ENTERPRISE_GOV"],
    ),
    ("Teams Phone", &["MCOEV", "MCOEV_FACULTY", "MCOEV_GOV", "MCOTEAMS_ESSENTIALS"]),
    ("Calling Plans", &["MCOPSTN_5", "MCOPSTN1", "MCOPSTN2", "MCOPSTN_1_GOV", "MCOPSTNEAU2"]),
    ("Audio Conferencing", &["MCOMEETADV", "MCOMEETADV_FACULTY", "MCOMEETADV_GOV"]),
    (
        "Teams Rooms",
        &["MEETING_ROOM", "Microsoft_Teams_Rooms_Pro", "Microsoft_Teams_Rooms_Pro_FAC", "MEETING_ROOM_GOV"],
    ),
    ("OneDrive for Business", &["WACONEDRIVESTANDARD", "WACONEDRIVEENTERPRISE"]),
    (
        "Project Online",
        &["PROJECTESSENTIALS", "PROJECTPROFESSIONAL", "PROJECTPREMIUM", "PROJECTPROFESSIONAL_GOV"],
    ),
    ("SharePoint Online", &["SHAREPOINTSTANDARD", "SHAREPOINTENTERPRISE"]),
    ("EMS E3, E5", &["EMS", "EMSPREMIUM", "EMS_EDU_FACULTY", "EMS_GOV"]),
    ("Entra ID P1, P2", &["AAD_PREMIUM", "AAD_PREMIUM_P2", "AAD_PREMIUM_FACULTY"]),
    ("Azure Information Protection", &["RIGHTSMANAGEMENT", "RIGHTSMANAGEMENT_CE_GOV"]),
    ("Intune", &["INTUNE_A", "INTUNE_EDU", "INTUNE_A_GOV"]),
    ("Windows E3, E5, A3, A5", &["WIN10_VDA_E3", "WIN10_VDA_E5", "WIN10_ENT_A3_FAC", "WIN10_ENT_A5_FAC"]),
];

const NOT_LISTED: &[&str] = &[
    "STANDARDWOFFPACK_FACULTY",
    "STANDARDWOFFPACK_IW_STUDENT",
    "M365EDU_A1", // A1
    "DYN365_ENTERPRISE_SALES",
    "POWERAPPS_PER_USER",
    "POWER_BI_PRO", // outside Microsoft 365
    "VISIOCLIENT",
    "VISIOCLIENT_GOV",
    "EXCHANGEARCHIVE",
    "EXCHANGEARCHIVE_ADDON",
    "EXCHANGE_S_ESSENTIALS",
    "EXCHANGETELCO",
    "Microsoft_365_Copilot",
    "VIVA",
    "VIVA_LEARNING",
    "MICROSOFT_365_E7",
    "SPE_F5_SECCOMP",
    "EQUIVIO_ANALYTICS",
    "ADALLOM_STANDALONE",
    "MDE_SMB",
    "M365_E5_SUITE_COMPONENTS",
    "STANDARDWOFFPACK",
    "LITEPACK",
    "MIDSIZEPACK",
    "MCOSTANDARD",
    "Teams_Ess",
    "MCOCAP",
    "MCOPSTNC",
    "BUSINESS_VOICE_DIRECTROUTING",
    "Microsoft_Teams_Premium",
    "PROJECT_P1",
    "PROJECTCLIENT",
    "AAD_BASIC",
    "MFA_STANDALONE",
    "INTUNE_A_D",
    "Microsoft_Intune_Suite",
    "CPC_B_2C_4RAM_64GB",
    "UNIVERSAL_PRINT",
    "SHAREPOINTSTORAGE",
    "Workload_Identities_Premium_CN",
];

#[test]
fn what_the_documentation_lists_is_eligible_and_nothing_else_is() {
    let catalogue = Catalogue::shipped().unwrap();
    let plan =
        |id: &str| catalogue.plans().iter().find(|plan| plan.id == id).unwrap_or_else(|| panic!("no {id}"));
    for (name, _) in SHIPPED {
        let policy = Policy::named(name).unwrap().unwrap();
        for (line, ids) in LISTED {
            for id in *ids {
                let standing = policy.standing(plan(id));
                assert!(standing.eligible, "{line}: {id}");
                let source = policy.source(standing.source().unwrap()).unwrap();
                assert_ne!(source.footing, Footing::Interpreted, "{line}: {id}");
            }
        }
        for id in NOT_LISTED {
            assert!(!policy.standing(plan(id)).eligible, "{id}");
        }
    }
}

#[test]
fn both_shipped_policies_and_the_sample_say_the_same_of_every_plan() {
    let catalogue = Catalogue::shipped().unwrap();
    let sample = Policy::read(include_str!("../../../../../samples/policy-example.toml"), "sample").unwrap();
    let [learn, docs] = [SHIPPED[0], SHIPPED[1]].map(|(name, _)| Policy::named(name).unwrap().unwrap());
    for plan in catalogue.plans() {
        let standing = |policy: &Policy| policy.standing(plan).eligible;
        assert_eq!([standing(&learn); 2], [standing(&docs), standing(&sample)], "{}", plan.id);
    }
}

#[test]
fn plans_that_the_catalogue_does_not_have_yet_are_known_by_their_names() {
    let policy = Policy::default_shipped().unwrap();
    let catalogue = Catalogue::shipped().unwrap();
    let model = catalogue.find("INFORMATION_PROTECTION_COMPLIANCE").unwrap().plan;
    for (name, eligible) in [
        ("Microsoft 365 E5 eDiscovery & Audit", true),
        ("Microsoft 365 E5 eDiscovery and Audit", true),
        ("Microsoft 365 E5 Information Protection & Governance", true),
        ("Microsoft 365 E5 Insider Risk Management", true),
        ("Microsoft 365 G5 Security for GCC", true),
        ("Microsoft 365 A5 Compliance for faculty", true),
        ("Microsoft 365 F5 Security", false),
        ("Contoso E55 Security", false),
    ] {
        let plan = crate::plans::Plan { id: String::new(), name: name.to_owned(), ..model.clone() };
        assert_eq!(policy.standing(&plan).eligible, eligible, "{name}");
    }
}

#[test]
fn a_policy_that_lists_no_product_decides_by_family_and_kind_as_before() {
    let text = Policy::shipped(DEFAULT_NAME).unwrap();
    let (before, rest) = text.split_once("\n[[plans.product]]\n").unwrap();
    let (_, behind) = rest.split_once("# ---- Sources").unwrap();
    let policy = Policy::read(&format!("{before}\n# ---- Sources{behind}"), "old.toml").unwrap();
    assert!(policy.products.is_empty());
    let catalogue = Catalogue::shipped().unwrap();
    for (id, eligible) in [("SPE_E3", true), ("IDENTITY_THREAT_PROTECTION", false), ("MCOSTANDARD", true)] {
        assert_eq!(policy.standing(catalogue.find(id).unwrap().plan).eligible, eligible, "{id}");
    }
}

#[test]
fn a_product_that_fits_no_plan_of_the_catalogue_is_told() {
    let (old, new) = ("names = [\"E5 Security\", ", "names = [\"E5 Securty\", ");
    assert_fault(old, new, "product-name-unknown", "E5 Securty");
    assert_fault("ids = [\"MCOPSTN1\", ", "ids = [\"MCOPSTM1\", ", "product-id-unknown", "MCOPSTM1");
    let text = edited("ids = [\"MCOPSTN1\", ", "ids = [\"MCOPSTM1\", ");
    assert!(faults_of(&text)[0].help.starts_with("did you mean `MCOPSTN1`?"), "{}", faults_of(&text)[0].help);
    assert_fault("ids = [\"MCOPSTN1\", ", "ids = [\"SPE_E3\", ", "product-id-elsewhere", "\"SPE_E3\"");
    assert_fault(
        "families = [\"exchange\", \"security\"]",
        "families = [\"exchange\", \"securty\", \"security\"]",
        "family-unknown",
        "securty",
    );
    assert_fault("names = [\"E5 Security\", ", "names = [\"&\", ", "word-empty", "[\"&\"");
}

#[test]
fn a_plan_tells_by_which_rule_and_source_it_is_in_or_out() {
    let policy = Policy::default_shipped().unwrap();
    let catalogue = Catalogue::shipped().unwrap();
    let said = |id: &str| policy.describe_plan(catalogue.find(id).unwrap().plan);
    let security = said("IDENTITY_THREAT_PROTECTION");
    assert!(security.contains("eligible        yes\n"), "{security}");
    assert!(security.contains("it is listed under \"Microsoft 365 E5 Security"), "{security}");
    assert!(security.contains("source          plans: Microsoft FastTrack documentation"), "{security}");
    assert!(security.contains("not added to the tenant's base plans"), "{security}");
    let copilot = said("Microsoft_365_Copilot");
    assert!(copilot.contains("its family, Microsoft 365 Copilot, is not eligible"), "{copilot}");
    let capacity = said("SHAREPOINTSTORAGE");
    assert!(capacity.contains("its kind, Capacity, is not eligible"), "{capacity}");
    let free = said("MTR_PREM");
    assert!(free.contains("listed under \"Teams Rooms\""), "{free}");
    assert!(said("STANDARDWOFFPACK_FACULTY").contains("only paid seats count"));
    assert!(said("SPE_E3").contains("added to the tenant's other base plans"));
}
