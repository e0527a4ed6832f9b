//! The rules that decide a published product's family, kind and services.
//!
//! Every rule is a phrase of whole words; within a table the first that is held decides. What a phrase cannot decide
//! stands in `decisions.csv`.

use fasttrack_core::plans::words::{holds, words};
use fasttrack_core::plans::{Kind, Services};

/// Phrases of a name, and the family they show. Narrow lines stand before the wide ones whose name they carry.
const FAMILIES: &[(&str, &str)] = &[
    ("cn cn", "excluded"),
    ("21vianet", "excluded"),
    ("china", "excluded"),
    ("dedicated", "excluded"),
    ("itar", "excluded"),
    ("dynamics", "dynamics-365"),
    ("relationship sales", "dynamics-365"),
    ("digital messaging", "dynamics-365"),
    ("copilot studio", "power-platform"),
    ("power virtual", "power-platform"),
    ("power apps", "power-platform"),
    ("powerapps", "power-platform"),
    ("power automate", "power-platform"),
    ("power bi", "power-platform"),
    ("power pages", "power-platform"),
    ("microsoft fabric", "power-platform"),
    ("flow", "power-platform"),
    ("ai builder", "power-platform"),
    ("common data service", "power-platform"),
    ("copilot", "copilot"),
    ("agent 365", "copilot"),
    ("skype", "skype"),
    ("audio conferencing", "teams"),
    ("calling plan", "teams"),
    ("calling for o365", "teams"),
    ("communications credits", "teams"),
    ("advanced communications", "teams"),
    ("business voice", "teams"),
    ("teams", "teams"),
    ("defender", "security"),
    ("cloud app security", "security"),
    ("app governance", "security"),
    ("threat experts", "security"),
    ("advanced compliance", "security"),
    ("compliance manager", "security"),
    ("compliance program", "security"),
    ("privacy management", "security"),
    ("audit log retention", "security"),
    ("e5 security", "security"),
    ("e5 compliance", "security"),
    ("f5", "security"),
    ("security and compliance", "security"),
    ("lighthouse", "other"),
    ("intune", "ems"),
    ("entra", "ems"),
    ("enterprise mobility", "ems"),
    ("azure information protection", "ems"),
    ("rights management", "ems"),
    ("multi factor", "ems"),
    ("workload identities", "ems"),
    ("azure", "azure"),
    ("viva", "viva"),
    ("workplace analytics", "viva"),
    ("visio", "visio"),
    ("planner", "project"),
    ("project", "project"),
    ("windows", "windows"),
    ("universal print", "windows"),
    ("extra file storage", "sharepoint"),
    ("sharepoint", "sharepoint"),
    ("onedrive", "onedrive"),
    ("exchange", "exchange"),
    ("yammer", "yammer"),
    ("microsoft 365 apps", "apps"),
    ("office mobile apps", "apps"),
    ("microsoft 365", "microsoft-365"),
    ("office 365", "office-365"),
    ("basic collaboration", "office-365"),
];

/// Phrases of a name, and the kind they show. A device stands before capacity, capacity before add-on: an amount of
/// storage is often called an add-on too.
const KINDS: &[(&str, Kind)] = &[
    ("unattended", Kind::Device),
    ("device", Kind::Device),
    ("devices", Kind::Device),
    ("teams rooms", Kind::Device),
    ("shared use", Kind::Device),
    ("endpoint server", Kind::Device),
    ("capacity", Kind::Capacity),
    ("storage", Kind::Capacity),
    ("instance", Kind::Capacity),
    ("additional portal", Kind::Capacity),
    ("portals", Kind::Capacity),
    ("additional responses", Kind::Capacity),
    ("addnl contacts", Kind::Capacity),
    ("addl assets", Kind::Capacity),
    ("interacted people", Kind::Capacity),
    ("per flow", Kind::Capacity),
    ("power automate process", Kind::Capacity),
    ("subject rights request", Kind::Capacity),
    ("additional application", Kind::Capacity),
    ("additional non prod application", Kind::Capacity),
    ("additional environment", Kind::Capacity),
    ("additional machines", Kind::Capacity),
    ("scenario add in", Kind::Capacity),
    ("sandbox tier", Kind::Capacity),
    ("resource scheduling optimization", Kind::Capacity),
    ("power bi premium em1", Kind::Capacity),
    ("power bi premium em2", Kind::Capacity),
    ("power bi premium p1", Kind::Capacity),
    ("experts on demand", Kind::Capacity),
    ("workload id", Kind::Capacity),
    ("workload identities", Kind::Capacity),
    ("audio conferencing", Kind::Telephony),
    ("calling plan", Kind::Telephony),
    ("calling for o365", Kind::Telephony),
    ("pstn", Kind::Telephony),
    ("teams phone", Kind::Telephony),
    ("business voice", Kind::Telephony),
    ("communications credits", Kind::Telephony),
    ("add on", Kind::AddOn),
    ("addon", Kind::AddOn),
    ("add in", Kind::AddOn),
    ("attach", Kind::AddOn),
    ("extra features", Kind::AddOn),
    ("suite features", Kind::AddOn),
    ("step up", Kind::AddOn),
    ("e5 security", Kind::AddOn),
    ("e5 compliance", Kind::AddOn),
    ("f5", Kind::AddOn),
    ("security and compliance", Kind::AddOn),
    ("multi geo", Kind::AddOn),
    ("archiving", Kind::AddOn),
    ("exchange online protection", Kind::AddOn),
    ("enterprise cal services", Kind::AddOn),
    ("advanced compliance", Kind::AddOn),
    ("compliance manager", Kind::AddOn),
    ("compliance program", Kind::AddOn),
    ("privacy management", Kind::AddOn),
    ("audit log retention", Kind::AddOn),
    ("defender for office 365", Kind::AddOn),
    ("office 365 cloud app security", Kind::AddOn),
    ("app governance", Kind::AddOn),
    ("advanced communications", Kind::AddOn),
    ("teams premium", Kind::AddOn),
    ("syntex", Kind::AddOn),
    ("intune suite", Kind::AddOn),
    ("intune advanced analytics", Kind::AddOn),
    ("entra id governance", Kind::AddOn),
    ("video interop", Kind::AddOn),
    ("hybrid connector", Kind::AddOn),
    ("customer service chat", Kind::AddOn),
    ("usl plus", Kind::AddOn),
];

/// The families whose plans a person holds one of, unless a phrase says otherwise.
const BASE_FAMILIES: &[&str] = &["microsoft-365", "office-365", "apps", "exchange", "sharepoint", "onedrive"];
/// The families whose plans extend another, unless a phrase says otherwise.
const ADD_ON_FAMILIES: &[&str] = &["copilot", "viva"];

/// The bits of the ten services, in the order of [`SERVICE_IDS`](fasttrack_core::plans::SERVICE_IDS).
const EXCHANGE: u16 = 1;
const SHAREPOINT: u16 = 1 << 1;
const ONEDRIVE: u16 = 1 << 2;
const SKYPE: u16 = 1 << 3;
const TEAMS: u16 = 1 << 4;
const POWER_BI: u16 = 1 << 5;
const PROJECT: u16 = 1 << 6;
const YAMMER: u16 = 1 << 7;
const OFFICE: u16 = 1 << 8;
const STAFFHUB: u16 = 1 << 9;

/// Returns the words of `name` that say what it is: not what it is without, nor what comes with it.
pub(super) fn head(name: &str) -> String {
    let mut head = format!(" {} ", words(name)).replace(" no teams ", " ");
    for behind in [" without ", " w o ", " with "] {
        if let Some((before, _)) = head.split_once(behind) {
            head = before.to_owned();
        }
    }
    head.trim().to_owned()
}

/// Returns the family of the plan whose name has this [`head`], and the phrase that shows it.
pub(super) fn family(head: &str, id: &str) -> (&'static str, &'static str) {
    if holds(&words(id), "cn") {
        return ("excluded", "id `_CN`");
    }
    FAMILIES
        .iter()
        .find(|(phrase, _)| holds(head, phrase))
        .map_or(("other", "no known line"), |(phrase, family)| (*family, *phrase))
}

/// Returns the kind of the plan whose name has this [`head`], and the phrase that shows it.
pub(super) fn kind(head: &str, family: &str) -> (Kind, &'static str) {
    if let Some((phrase, kind)) = KINDS.iter().find(|(phrase, _)| holds(head, phrase)) {
        return (*kind, phrase);
    }
    let kind = if BASE_FAMILIES.contains(&family) {
        Kind::Base
    } else if ADD_ON_FAMILIES.contains(&family) {
        Kind::AddOn
    } else {
        Kind::Companion
    };
    (kind, "its family")
}

/// Returns which of the ten services the service plans give, published as ids parted by `;`.
///
/// A kind that is not held by a person has no OneDrive of its own from SharePoint.
pub(super) fn services(published: &str, kind: Kind) -> Services {
    published.split(';').fold(Services::default(), |held, plan| {
        Services(held.0 | of_service_plan(plan.trim().to_ascii_uppercase().as_str(), kind))
    })
}

/// Returns the services that the name says are left out; one plan without Teams is published with a Teams service plan.
pub(super) fn left_out(name: &str) -> Services {
    if holds(&words(name), "no teams") { Services(TEAMS) } else { Services::default() }
}

/// The bits of [`SERVICE_IDS`](fasttrack_core::plans::SERVICE_IDS) for one service plan.
fn of_service_plan(plan: &str, kind: Kind) -> u16 {
    let begins = |starts: &[&str]| starts.iter().any(|start| plan.starts_with(start));
    if begins(&["EXCHANGE_S_FOUNDATION", "EXCHANGE_S_ARCHIVE", "ONEDRIVECLIPCHAMP"]) {
        return 0;
    }
    if begins(&["EXCHANGE_S_", "EXCHANGE_B_", "EXCHANGE_L_"]) {
        return EXCHANGE;
    }
    if begins(&["SHAREPOINT_PROJECT", "PROJECT_ESSENTIALS", "PROJECT ONLINE"]) {
        return PROJECT;
    }
    if begins(&["SHAREPOINTSTANDARD", "SHAREPOINTENTERPRISE", "SHAREPOINTDESKLESS", "SHAREPOINTLITE"])
        || begins(&["SHAREPOINT_S_", "SHAREPOINT PLAN"])
    {
        let own_onedrive = matches!(kind, Kind::Base | Kind::Companion);
        return if own_onedrive { SHAREPOINT | ONEDRIVE } else { SHAREPOINT };
    }
    if plan.starts_with("ONEDRIVE") {
        return ONEDRIVE;
    }
    if begins(&["MCOSTANDARD", "MCOIMP", "MCOLITE", "MCOBASIC"]) {
        return SKYPE;
    }
    if ["TEAMS1", "TEAMS_GOV", "TEAMS_DESKLESS", "TEAMS_FREE", "TEAMSESS"].contains(&plan)
        || begins(&["TEAMS_AR_"])
    {
        return TEAMS;
    }
    if plan.starts_with("BI_AZURE_") {
        return POWER_BI;
    }
    if begins(&["YAMMER_ENTERPRISE", "YAMMER_EDU", "YAMMER_MIDSIZE"]) {
        return YAMMER;
    }
    if begins(&["OFFICESUBSCRIPTION", "OFFICE_PROPLUS_DEVICE"]) {
        return OFFICE;
    }
    if plan == "DESKLESS" { STAFFHUB } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fasttrack_core::plans::{FAMILIES as FAMILY_WORDS, SERVICE_IDS};

    fn held(published: &str) -> Vec<&'static str> {
        services(published, Kind::Base).words().collect()
    }

    #[test]
    fn a_foundation_service_plan_is_no_mailbox() {
        assert!(held("EXCHANGE_S_FOUNDATION;EXCHANGE_S_FOUNDATION_GOV;EXCHANGE_S_ARCHIVE_ADDON").is_empty());
        assert_eq!(held("EXCHANGE_S_DESKLESS_GOV"), ["exchange-online"]);
    }

    #[test]
    fn office_for_the_web_is_not_sharepoint() {
        assert!(
            held("SHAREPOINTWAC;SHAREPOINTWAC_EDU;SHAREPOINTSTORAGE;SHAREPOINTONLINE_MULTIGEO").is_empty()
        );
    }

    #[test]
    fn sharepoint_brings_onedrive_to_a_person_and_not_to_a_device() {
        assert_eq!(held("SHAREPOINTENTERPRISE"), ["sharepoint-online", "onedrive-for-business"]);
        assert_eq!(
            services("SHAREPOINTENTERPRISE", Kind::Device),
            Services::from_words("sharepoint-online").unwrap()
        );
    }

    #[test]
    fn planner_and_the_desktop_client_are_not_project_online() {
        assert!(
            held("PROJECT_O365_P3;PROJECTWORKMANAGEMENT;PROJECT_CLIENT_SUBSCRIPTION;PROJECT_P1").is_empty()
        );
        assert_eq!(held("SHAREPOINT_PROJECT_GOV"), ["project-online"]);
    }

    #[test]
    fn the_business_edition_of_office_is_not_the_enterprise_edition() {
        assert!(held("OFFICE_BUSINESS;OFFICEMOBILE_SUBSCRIPTION").is_empty());
        assert_eq!(held("OFFICESUBSCRIPTION_GOV"), ["microsoft-365-apps"]);
    }

    #[test]
    fn a_teams_extension_is_not_teams() {
        assert!(held("TEAMSPRO_MGMT;TEAMS_ADVCOMMS;TEAMSMULTIGEO;MESH_AVATARS_FOR_TEAMS").is_empty());
        assert_eq!(held("TEAMS_AR_DOD"), ["teams"]);
    }

    #[test]
    fn what_a_suite_is_without_does_not_change_its_kind() {
        for name in [
            "Microsoft 365 E5 without Audio Conferencing",
            "Microsoft 365 E3 (no Teams)",
            "Microsoft 365 E5 EEA (no Teams) with Calling Minutes",
        ] {
            let head = head(name);
            assert_eq!(family(&head, "X").0, "microsoft-365", "{name}");
            assert_eq!(kind(&head, "microsoft-365").0, Kind::Base, "{name}");
        }
    }

    #[test]
    fn every_family_of_the_rules_is_a_family_word() {
        assert!(FAMILIES.iter().all(|(_, family)| FAMILY_WORDS.contains(family)));
    }

    #[test]
    fn services_are_named_in_the_order_of_the_source() {
        let all = held(
            "DESKLESS;OFFICESUBSCRIPTION;YAMMER_EDU;SHAREPOINT_PROJECT;BI_AZURE_P2;TEAMS1;MCOIMP;SHAREPOINTLITE;EXCHANGE_L_STANDARD",
        );
        assert_eq!(all, SERVICE_IDS);
    }
}
