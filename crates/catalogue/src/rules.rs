//! The rules that decide a published product's family, kind and services.
//!
//! Every rule is a phrase of whole words; within a table the first that is held decides. What a phrase cannot decide
//! stands in `decisions.csv`.

use fasttrack_core::plans::words::{holds, words};
use fasttrack_core::plans::{PlanKind, Services};

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
const KINDS: &[(&str, PlanKind)] = &[
    ("unattended", PlanKind::Device),
    ("device", PlanKind::Device),
    ("devices", PlanKind::Device),
    ("teams rooms", PlanKind::Device),
    ("shared use", PlanKind::Device),
    ("endpoint server", PlanKind::Device),
    ("capacity", PlanKind::Capacity),
    ("storage", PlanKind::Capacity),
    ("instance", PlanKind::Capacity),
    ("additional portal", PlanKind::Capacity),
    ("portals", PlanKind::Capacity),
    ("additional responses", PlanKind::Capacity),
    ("addnl contacts", PlanKind::Capacity),
    ("addl assets", PlanKind::Capacity),
    ("interacted people", PlanKind::Capacity),
    ("per flow", PlanKind::Capacity),
    ("power automate process", PlanKind::Capacity),
    ("subject rights request", PlanKind::Capacity),
    ("additional application", PlanKind::Capacity),
    ("additional non prod application", PlanKind::Capacity),
    ("additional environment", PlanKind::Capacity),
    ("additional machines", PlanKind::Capacity),
    ("scenario add in", PlanKind::Capacity),
    ("sandbox tier", PlanKind::Capacity),
    ("resource scheduling optimization", PlanKind::Capacity),
    ("power bi premium em1", PlanKind::Capacity),
    ("power bi premium em2", PlanKind::Capacity),
    ("power bi premium p1", PlanKind::Capacity),
    ("experts on demand", PlanKind::Capacity),
    ("workload id", PlanKind::Capacity),
    ("workload identities", PlanKind::Capacity),
    ("audio conferencing", PlanKind::Telephony),
    ("calling plan", PlanKind::Telephony),
    ("calling for o365", PlanKind::Telephony),
    ("pstn", PlanKind::Telephony),
    ("teams phone", PlanKind::Telephony),
    ("business voice", PlanKind::Telephony),
    ("communications credits", PlanKind::Telephony),
    ("add on", PlanKind::AddOn),
    ("addon", PlanKind::AddOn),
    ("add in", PlanKind::AddOn),
    ("attach", PlanKind::AddOn),
    ("extra features", PlanKind::AddOn),
    ("suite features", PlanKind::AddOn),
    ("step up", PlanKind::AddOn),
    ("e5 security", PlanKind::AddOn),
    ("e5 compliance", PlanKind::AddOn),
    ("f5", PlanKind::AddOn),
    ("security and compliance", PlanKind::AddOn),
    ("multi geo", PlanKind::AddOn),
    ("archiving", PlanKind::AddOn),
    ("exchange online protection", PlanKind::AddOn),
    ("enterprise cal services", PlanKind::AddOn),
    ("advanced compliance", PlanKind::AddOn),
    ("compliance manager", PlanKind::AddOn),
    ("compliance program", PlanKind::AddOn),
    ("privacy management", PlanKind::AddOn),
    ("audit log retention", PlanKind::AddOn),
    ("defender for office 365", PlanKind::AddOn),
    ("office 365 cloud app security", PlanKind::AddOn),
    ("app governance", PlanKind::AddOn),
    ("advanced communications", PlanKind::AddOn),
    ("teams premium", PlanKind::AddOn),
    ("syntex", PlanKind::AddOn),
    ("intune suite", PlanKind::AddOn),
    ("intune advanced analytics", PlanKind::AddOn),
    ("entra id governance", PlanKind::AddOn),
    ("video interop", PlanKind::AddOn),
    ("hybrid connector", PlanKind::AddOn),
    ("customer service chat", PlanKind::AddOn),
    ("usl plus", PlanKind::AddOn),
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
pub(super) fn kind(head: &str, family: &str) -> (PlanKind, &'static str) {
    if let Some((phrase, kind)) = KINDS.iter().find(|(phrase, _)| holds(head, phrase)) {
        return (*kind, phrase);
    }
    let kind = if BASE_FAMILIES.contains(&family) {
        PlanKind::Base
    } else if ADD_ON_FAMILIES.contains(&family) {
        PlanKind::AddOn
    } else {
        PlanKind::Companion
    };
    (kind, "its family")
}

/// Returns which of the ten services the service plans give, published as ids parted by `;`.
///
/// A kind that is not held by a person has no OneDrive of its own from SharePoint.
pub(super) fn services(published: &str, kind: PlanKind) -> Services {
    published.split(';').fold(Services::default(), |held, plan| {
        Services(held.0 | of_service_plan(plan.trim().to_ascii_uppercase().as_str(), kind))
    })
}

/// Returns the services that the name says are left out; one plan without Teams is published with a Teams service plan.
pub(super) fn left_out(name: &str) -> Services {
    if holds(&words(name), "no teams") { Services(TEAMS) } else { Services::default() }
}

/// The bits of [`SERVICE_IDS`](fasttrack_core::plans::SERVICE_IDS) for one service plan.
fn of_service_plan(plan: &str, kind: PlanKind) -> u16 {
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
        let own_onedrive = matches!(kind, PlanKind::Base | PlanKind::Companion);
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
        services(published, PlanKind::Base).words().collect()
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
            services("SHAREPOINTENTERPRISE", PlanKind::Device),
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
            assert_eq!(kind(&head, "microsoft-365").0, PlanKind::Base, "{name}");
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
