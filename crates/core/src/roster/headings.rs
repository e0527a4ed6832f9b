//! The headings that name each column, folded, best first.
//!
//! Source: the exports and rosters that sales teams work with. Headings of assigned, consumed or used seats and of
//! prices are left out on purpose, since they are not paid seats.

pub(super) mod abroad;
pub(super) mod speaks;

/// Headings of the tenant.
pub(super) const TENANT: [&str; 19] = [
    "tenant",
    "tenant id",
    "tenant name",
    "customer",
    "customer name",
    "customer id",
    "company",
    "company name",
    "account",
    "account name",
    "organization",
    "organisation",
    "microsoft id",
    "domain",
    "primary domain",
    "primary domain name",
    "domain name",
    "customer domain name",
    "tpid",
];

/// Those of the tenant's id, best first: what tells tenants apart whatever they are called. A TPID is not among them,
/// since one covers all tenants of a group of companies.
pub(super) const TENANT_IDS: [&str; 5] =
    ["tenant id", "tenant guid", "customer tenant id", "customer id", "microsoft id"];

/// Those of the tenant's domain.
pub(super) const TENANT_DOMAINS: [&str; 6] = [
    "domain",
    "tenant domain",
    "primary domain",
    "primary domain name",
    "domain name",
    "customer domain name",
];

/// Those of the tenant's name, best first: what a person reads.
pub(super) const TENANT_NAMES: [&str; 10] = [
    "tenant name",
    "customer name",
    "company name",
    "account name",
    "customer",
    "tenant",
    "company",
    "account",
    "organization",
    "organisation",
];

/// Headings of the plan.
pub(super) const PLAN: [&str; 17] = [
    "plan",
    "plan type",
    "plan name",
    "product",
    "product title",
    "product name",
    "sku",
    "sku name",
    "sku part number",
    "offer",
    "offer name",
    "subscription",
    "subscription name",
    "license",
    "licence",
    "account sku id",
    "sku id",
];

/// Headings of the paid seats.
///
/// `Enabled` is none: in most rosters it is a mark. The exports in which it counts seats are known by their other
/// headings.
pub(super) const SEATS: [&str; 24] = [
    "paid seats",
    "seats paid",
    "purchased seats",
    "seats purchased",
    "paid licenses",
    "paid licences",
    "purchased licenses",
    "purchased licences",
    "licenses purchased",
    "licences purchased",
    "purchased quantity",
    "seats",
    "seat count",
    "quantity",
    "licenses",
    "licences",
    "total licenses",
    "total licences",
    "active units",
    "pau",
    "paid available units",
    "available seats",
    "licenses sold",
    "licences sold",
];

/// Headings of the segment.
pub(super) const SEGMENT: [&str; 4] = ["segment", "customer segment", "customer type", "sector"];

/// Headings of the subscription's status.
pub(super) const STATUS: [&str; 15] = [
    "status",
    "subscription status",
    "capability status",
    "subscription state",
    "license status",
    "licence status",
    "license state",
    "licence state",
    "plan status",
    "sku status",
    "contract status",
    "agreement status",
    "service status",
    "tenant status",
    "is active",
];

/// Headings of the mark of a trial.
///
/// `ProductQualifiers` is the one of Partner Center's new-commerce reconciliation, which says `Trial` or `Add-On`.
pub(super) const TRIAL: [&str; 7] = [
    "is trial",
    "trial",
    "is a trial",
    "on trial",
    "trial subscription",
    "is trial subscription",
    "product qualifiers",
];

/// Words of a heading whose column may hold the segment; each value that is one decides. Without accents.
pub(super) const LIKELY_SEGMENT: &[&str] = &[
    "segment",
    "segmentation",
    "sector",
    "industry",
    "industries",
    "vertical",
    "market",
    "type",
    "kind",
    "category",
    "group",
    "class",
    "classification",
    "organization",
    "organisation",
    "qualification",
    "qualifications",
    "qualifiers",
    "program",
    "programme",
    "activity",
    "tags",
    "tag",
    "labels",
    "branch",
    "naics",
    "sic",
    // German
    "sektor",
    "branche",
    "branchen",
    "industrie",
    "industriezweig",
    "wirtschaftszweig",
    "typ",
    "art",
    "kategorie",
    "gruppe",
    "klasse",
    "kundengruppe",
    "kundentyp",
    "kundenart",
    "kundensegment",
    "kundenkategorie",
    "marktsegment",
    "organisationstyp",
    "organisationsform",
    "unternehmensform",
    "gesellschaftsform",
    "rechtsform",
    "schlagworte",
    // French
    "secteur",
    "categorie",
    "groupe",
    "classe",
    "marche",
    "activite",
    "filiere",
    "etiquettes",
    "programme",
    // Spanish
    "rubro",
    "giro",
    "tipo",
    "categoria",
    "grupo",
    "clase",
    "mercado",
    "industria",
    "actividad",
    "etiquetas",
    "tipologia",
    "programa",
    // Italian
    "settore",
    "gruppo",
    "mercato",
    "attivita",
    "etichette",
    "programma",
    // Dutch
    "klanttype",
    "klantgroep",
    "klantsegment",
    "klantcategorie",
    "soort",
    "groep",
    "markt",
    "bedrijfstak",
    "bedrijfstype",
    "rechtsvorm",
    "bedrijfsvorm",
    "organisatietype",
    // Portuguese
    "segmento",
    "setor",
    "ramo",
    "atividade",
    "atuacao",
];

/// Words of a heading whose column may mark trials; its values decide.
pub(super) const LIKELY_TRIAL: &[&str] = &[
    "trial",
    "type",
    "typ",
    "art",
    "lizenztyp",
    "lizenzart",
    "abotyp",
    "tipo",
    "licentietype",
    "abonnementstype",
    "kind",
    "test",
];

/// Parts of a heading that counts what is given out. Written without blanks and accents.
pub(super) const GIVEN_OUT: [&str; 16] = [
    "assigned",
    "consumed",
    "used",
    "inuse",
    "zugewiesen",
    "vergeben",
    "verbraucht",
    "genutzt",
    "attribu",
    "asignad",
    "assegnat",
    "toegewezen",
    "atribuid",
    "gebruikt",
    "allocated",
    "activeusers",
];

/// What a heading of seats says that are left over, if others of the same roster are given out.
pub(super) const LEFT_OVER: &str = "available";

/// Headings of the subscription's id.
pub(super) const SUBSCRIPTION: [&str; 4] =
    ["subscription id", "subscription guid", "commerce subscription id", "original subscription id"];

/// Headings of the person who looks after the customer.
pub(super) const OWNER: [&str; 9] = [
    "owner",
    "account owner",
    "owner name",
    "customer owner",
    "account manager",
    "customer success manager",
    "csm",
    "sales rep",
    "seller",
];

/// Headings of the customer's country.
pub(super) const COUNTRY: [&str; 12] = [
    "country",
    "country/region",
    "country or region",
    "country name",
    "country code",
    "customer country",
    "customercountry",
    "account country",
    "billing country",
    "tenant country",
    "tenant country code",
    "usage location",
];

/// Headings of the day of the next renewal.
pub(super) const RENEWAL: [&str; 9] = [
    "renewal date",
    "next renewal",
    "next renewal date",
    "renewal due",
    "renewal due date",
    "renews on",
    "subscription renewal date",
    "contract renewal date",
    "license renewal date",
];

/// Headings of the phase of onboarding.
pub(super) const PHASE: [&str; 4] = ["phase", "fasttrack phase", "onboarding phase", "deployment phase"];

/// Headings of the services that the customer wants. The `Workload` of an export is none: it says what is used.
pub(super) const SERVICES: [&str; 5] =
    ["services wanted", "wanted services", "workloads wanted", "desired services", "wanted workloads"];

/// Headings that are likely to name the tenant; with them it is a guess.
pub(super) const LIKELY_TENANT: [&str; 10] = [
    "customer tenant id",
    "tenants",
    "tenant domain",
    "tenant guid",
    "customers",
    "client name",
    "organization name",
    "organisation name",
    "end customer",
    "end customer name",
];

/// Headings that are likely to name the plan.
pub(super) const LIKELY_PLAN: [&str; 11] = [
    "plans",
    "products",
    "product sku",
    "product description",
    "sku description",
    "license type",
    "license name",
    "license plan",
    "subscription plan",
    "subscription type",
    "microsoft product",
];

/// Headings that are likely to name the paid seats.
pub(super) const LIKELY_SEATS: [&str; 17] = [
    "seat",
    "total seats",
    "seat quantity",
    "seats sold",
    "seats bought",
    "seats ordered",
    "seat total",
    "license count",
    "license quantity",
    "license total",
    "licenses bought",
    "licenses ordered",
    "paid units",
    "total quantity",
    "total units",
    "purchased units",
    "purchased",
];

/// Words that headings shorten, and other spellings: each with the word of the lists above.
pub(super) const SPELLINGS: [(&str, &str); 14] = [
    ("licence", "license"),
    ("licences", "licenses"),
    ("lic", "license"),
    ("lics", "licenses"),
    ("qty", "quantity"),
    ("quant", "quantity"),
    ("cnt", "count"),
    ("cust", "customer"),
    ("acct", "account"),
    ("org", "organization"),
    ("prod", "product"),
    ("subs", "subscription"),
    ("desc", "description"),
    ("descr", "description"),
];

/// Parts of a heading that says of a column that it is no count of paid seats: what is given out or used, what is over,
/// money. Written without blanks. Source: the columns that exports set beside the purchased seats.
pub(super) const NEVER_PARTS: [&str; 43] = [
    "consumed",
    "assigned",
    "used",
    "usage",
    "inuse",
    "expire",
    "expiring",
    "suspended",
    "warning",
    "lockedout",
    "available",
    "remaining",
    "price",
    "amount",
    "cost",
    "revenue",
    "totalforcustomer",
    "discount",
    "margin",
    "currency",
    "percent",
    "trial",
    "free",
    "activeusers",
    "umsatz",
    "preis",
    "betrag",
    "kosten",
    "zugewiesen",
    "verbraucht",
    "genutzt",
    "verf\u{fc}gbar",
    "turnover",
    "prix",
    "montant",
    "precio",
    "importe",
    "prezzo",
    "costo",
    "utilis",
    "telefon",
    "postleitzahl",
    "allocated",
];

/// Whole words that say the same.
pub(super) const NEVER_WORDS: [&str; 10] =
    ["mau", "dau", "tax", "fee", "arr", "mrr", "enabled", "active", "flag", "checked"];

/// Words of a heading whose column numbers things instead of counting them: never taken for seats by its values alone.
pub(super) const NUMBERING: [&str; 25] = [
    "plz", "jahr", "nummer", "id", "ids", "no", "nr", "number", "numbers", "code", "key", "year", "month",
    "day", "date", "phone", "fax", "zip", "postcode", "postal", "row", "line", "index", "rank", "version",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_that_tells_tenants_apart_names_the_tenant() {
        let known = [&TENANT[..], &LIKELY_TENANT, abroad::TENANT].concat();
        let abroad = [abroad::TENANT_IDS, abroad::TENANT_DOMAINS, abroad::TENANT_NAMES].concat();
        let told = [&TENANT_IDS[..], &TENANT_DOMAINS, &TENANT_NAMES, &["tpid"], &abroad].concat();
        for heading in told.iter().filter(|heading| **heading != "tpid") {
            assert!(known.contains(heading), "{heading}");
        }
        for heading in [&TENANT[..], abroad::TENANT].concat() {
            assert!(told.contains(&heading), "{heading}");
        }
    }
}
