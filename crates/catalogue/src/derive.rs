//! Derives the catalogue from Microsoft's published list of products.
//!
//! A line is what the rules read from a product's name, id and service plans, with the decisions of `decisions.csv`
//! on top. The same list and the same decisions always give the same catalogue, byte for byte.

use crate::rules;
use fasttrack_core::error::{Error, Result};
use fasttrack_core::fold::{fold, squeeze};
use fasttrack_core::plans::table::{COLUMNS, cells, fault, rows};
use fasttrack_core::plans::words::{Reading, read_id, read_name};
use fasttrack_core::plans::{FAMILIES, Plan, PlanFrom, PlanKind, Price, SEGMENTS, Services};

/// The decisions that are shipped with the rules.
pub(crate) const DECISIONS: &str = include_str!("decisions.csv");

/// One decision made by hand: what rules cannot read from a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    /// The product's id, or its GUID, folded.
    plan: String,
    column: String,
    value: String,
    reason: String,
}

/// Returns the plans of the published list, sorted by folded name, then id, then GUID.
///
/// `published` is CSV with the columns `product_name,string_id,guid,service_plans`, service plans parted by `;`.
/// Every product gives one plan, also where a GUID or id is published twice.
///
/// # Errors
/// A list that is not such CSV, a decision with an unknown column or value, or one that changes no product: either the
/// product is gone or the rules say the same by now.
pub(crate) fn derive(published: &str, decisions: &str) -> Result<Vec<Plan>> {
    let decisions = read_decisions(decisions)?;
    let mut used = vec![false; decisions.len()];
    let mut plans = Vec::new();
    for record in rows(published, 4)? {
        let cell = |place: usize| record.get(place).unwrap_or_default();
        let mut plan = by_rules(cell(0), cell(1), cell(2), cell(3));
        for (decision, used) in decisions.iter().zip(&mut used) {
            if decision.plan == fold(&plan.id) || decision.plan == plan.guid {
                *used |= decision.apply(&mut plan)?;
            }
        }
        plans.push(plan);
    }
    if let Some((idle, _)) = decisions.iter().zip(&used).find(|(_, used)| !**used) {
        let what =
            format!("the decision on the {} of `{}` changes no published product", idle.column, idle.plan);
        return Err(fault(what));
    }
    plans.sort_by_cached_key(|plan| (fold(&plan.name), plan.id.clone(), plan.guid.clone()));
    Ok(plans)
}

/// Returns `plans` as the text of a catalogue: a heading, then one line a plan, in the order given.
///
/// # Errors
/// None that text can cause; writing into memory cannot fail, and is passed on should it do so.
pub(crate) fn write(plans: &[Plan]) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(internal)?;
    for plan in plans {
        writer.write_record(cells(plan, plan.because.clone())).map_err(internal)?;
    }
    let bytes = writer.into_inner().map_err(internal)?;
    String::from_utf8(bytes).map_err(internal)
}

fn by_rules(name: &str, id: &str, guid: &str, service_plans: &str) -> Plan {
    let (by_name, by_id) = (read_name(name), read_id(id));
    let head = rules::head(name);
    let (family, family_phrase) = rules::family(&head, id);
    let (kind, kind_phrase) = rules::kind(&head, family);
    let mut because = vec![format!("family: {family_phrase}"), format!("kind: {kind_phrase}")];
    for (column, said) in [("name", &by_name), ("id", &by_id)] {
        if !said.because.is_empty() {
            because.push(format!("{column}: {}", said.because.join(", ")));
        }
    }
    Plan {
        guid: fold(guid),
        id: squeeze(id),
        name: squeeze(name),
        segment: segment_of(&by_name, &by_id).to_owned(),
        family: family.to_owned(),
        kind,
        price: by_name.price.or(by_id.price).unwrap_or(Price::Paid),
        services: rules::services(service_plans, kind).and_not(rules::left_out(name)),
        because: because.join("; "),
        from: PlanFrom::Published,
    }
}

/// The name goes before the id: `WINE5_GCC_COMPAT` is a commercial plan by its name.
fn segment_of(by_name: &Reading, by_id: &Reading) -> &'static str {
    let says_commercial = by_name.words.split(' ').any(|word| word == "commercial");
    match by_name.segment {
        Some(segment) => segment,
        None if says_commercial => "commercial",
        None => by_id.segment.unwrap_or("commercial"),
    }
}

fn read_decisions(text: &str) -> Result<Vec<Decision>> {
    let decisions = rows(text, 4)?;
    Ok(decisions
        .iter()
        .map(|record| {
            let cell = |place: usize| record.get(place).unwrap_or_default().trim().to_owned();
            Decision { plan: fold(&cell(0)), column: cell(1), value: cell(2), reason: cell(3) }
        })
        .collect())
}

impl Decision {
    /// Writes the decision into `plan`; returns whether that changes what the rules said.
    fn apply(&self, plan: &mut Plan) -> Result<bool> {
        let before = plan.clone();
        let known = match self.column.as_str() {
            "segment" => one_of(&SEGMENTS, &self.value).map(|word| plan.segment = word),
            "family" => one_of(&FAMILIES, &self.value).map(|word| plan.family = word),
            "kind" => PlanKind::from_word(&self.value).map(|kind| plan.kind = kind),
            "price" => Price::from_word(&self.value).map(|price| plan.price = price),
            "services" => Services::from_words(&self.value).map(|services| plan.services = services),
            _ => None,
        };
        let message =
            || format!("`{}` = `{}` for `{}` is not a decision", self.column, self.value, self.plan);
        known.ok_or_else(|| fault(message()))?;
        let changes = *plan != before;
        plan.because = format!("{}; decided {}: {}", plan.because, self.column, self.reason);
        Ok(changes)
    }
}

fn one_of(words: &[&str], word: &str) -> Option<String> {
    words.contains(&word).then(|| word.to_owned())
}

fn internal(why: impl std::fmt::Display) -> Error {
    Error::internal(format!("the catalogue could not be written: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: &str = "product_name,string_id,guid,service_plans\n";

    fn derived(line: &str) -> Plan {
        derive(&format!("{HEADING}{line}\n"), "plan,column,value,reason\n").unwrap().remove(0)
    }

    fn words_of(plan: &Plan) -> (&str, &str, &str, &str) {
        (&plan.segment, &plan.family, plan.kind.word(), plan.price.word())
    }

    #[test]
    fn a_suite_is_read_from_its_name_and_service_plans() {
        let plan = derived(
            "Office 365 E3,ENTERPRISEPACK,6FD2C87F-B296-42F0-B197-1E91E994B900,EXCHANGE_S_ENTERPRISE;TEAMS1",
        );
        assert_eq!(words_of(&plan), ("commercial", "office-365", "base", "paid"));
        assert_eq!(plan.guid, "6fd2c87f-b296-42f0-b197-1e91e994b900");
        assert_eq!(plan.services.words().collect::<Vec<_>>(), ["exchange-online", "teams"]);
    }

    #[test]
    fn published_blanks_are_squeezed() {
        let plan =
            derived("Microsoft  Teams\tShared Devices for Faculty,MCOCAP_FACULTY\u{a0},420c7602\u{a0},X");
        assert_eq!(
            (plan.name.as_str(), plan.id.as_str()),
            ("Microsoft Teams Shared Devices for Faculty", "MCOCAP_FACULTY")
        );
        assert_eq!(plan.guid, "420c7602");
        assert_eq!(words_of(&plan), ("education", "teams", "device", "paid"));
    }

    #[test]
    fn governance_is_not_government_and_team_members_are_not_teams() {
        assert_eq!(
            words_of(&derived("Microsoft Entra ID Governance,X,g,X")),
            ("commercial", "ems", "add-on", "paid")
        );
        assert_eq!(
            words_of(&derived("Dynamics 365 Team Members,X,g,X")),
            ("commercial", "dynamics-365", "companion", "paid")
        );
    }

    #[test]
    fn a_commercial_plan_that_fits_a_government_tenant_is_commercial() {
        let plan = derived("Windows 10/11 Enterprise E5 Commercial (GCC Compatible),WINE5_GCC_COMPAT,g,X");
        assert_eq!(words_of(&plan), ("commercial", "windows", "companion", "paid"));
    }

    #[test]
    fn the_id_tells_a_trial_that_the_name_hides() {
        assert_eq!(
            derived("Microsoft Teams Commercial Cloud,TEAMS_COMMERCIAL_TRIAL,g,X").price,
            Price::Trial
        );
    }

    #[test]
    fn a_decision_overrides_the_rules_and_says_why() {
        let decisions =
            "plan,column,value,reason\nstandardwoffpack_faculty,price,free,costs schools nothing\n";
        let plans =
            derive(&format!("{HEADING}Office 365 A1 for faculty,STANDARDWOFFPACK_FACULTY,g,X\n"), decisions)
                .unwrap();
        assert_eq!(plans[0].price, Price::Free);
        assert!(plans[0].because.ends_with("decided price: costs schools nothing"));
    }

    #[test]
    fn a_decision_that_fits_no_product_is_refused() {
        let decisions = "plan,column,value,reason\nNOWHERE,price,free,x\n";
        let message = derive(&format!("{HEADING}A,B,g,X\n"), decisions).unwrap_err().to_string();
        assert!(message.contains("changes no published product"), "{message}");
    }

    #[test]
    fn a_decision_that_says_what_the_rules_say_is_refused() {
        let decisions = "plan,column,value,reason\nB,price,paid,x\n";
        assert!(derive(&format!("{HEADING}A,B,g,X\n"), decisions).is_err());
    }

    #[test]
    fn a_decision_with_a_word_that_is_none_is_refused() {
        let decisions = "plan,column,value,reason\nB,price,cheap,x\n";
        assert!(derive(&format!("{HEADING}A,B,g,X\n"), decisions).is_err());
    }
}
