//! A policy as plain text, for a terminal and for people who do not read TOML.

use super::{
    Footing, Interpretation, PlanClass, PlansServed, Policy, Product, Source, StandingBy, Threshold,
};
use crate::plans::{Plan, Price};

/// Width, in characters, within which prose is broken.
const WIDTH_CHARACTERS: usize = 96;

impl Footing {
    /// Returns the word that policy files and workbooks use for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Documented => "documented",
            Self::Interpreted => "interpreted",
        }
    }
}

impl Policy {
    /// Returns the whole policy as plain text: its date and sources, the thresholds by segment, interpretations, plans,
    /// services, phases and further reading.
    ///
    /// Lines end in a line feed, columns are made of blanks, and no line of prose is over 96 characters.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut out = format!("{} ({}), from {}\n", self.title, self.name, self.effective);
        wrap(&mut out, "", &self.about);
        self.describe_thresholds(&mut out);
        self.describe_interpretations(&mut out);
        describe_classes(&mut out, "Families of plans", &self.families);
        describe_classes(&mut out, "Kinds of plans", &self.kinds);
        describe_products(&mut out, &self.products);
        self.describe_services(&mut out);
        self.describe_phases(&mut out);
        self.describe_sources(&mut out);
        heading(&mut out, "Policy file");
        line(&mut out, &format!("  sha256 {}", self.sha256));
        out
    }

    /// Returns in words whether a plan is eligible, which rule of the policy says so, and where that is written.
    ///
    /// Lines end in a line feed; labels and what they say are columns.
    #[must_use]
    pub fn describe_plan(&self, plan: &Plan) -> String {
        let standing = self.standing(plan);
        let class = |class: Option<&PlanClass>, id: &str| match class {
            Some(class) => format!("{} ({id})", class.name),
            None => format!("{id}, which the policy does not name"),
        };
        let by = match standing.by {
            StandingBy::Product(product) => format!("it is listed under \"{}\"", product.name),
            StandingBy::Family(_) if standing.eligible => "its family and its kind are eligible".to_owned(),
            StandingBy::Family(family) => format!("its family, {}, is not eligible", family.name),
            StandingBy::Kind(kind) => format!("its kind, {}, is not eligible", kind.name),
            StandingBy::Overrides => "a person said that it does not count".to_owned(),
            StandingBy::Nothing => "the policy does not know its family or kind".to_owned(),
        };
        let source =
            standing.source().and_then(|source| self.source(source)).map_or(String::new(), |source| {
                format!("{}: {} ({}), {}", source.id, source.title, source.date, source.footing.word())
            });
        let mut rows = vec![
            ("plan", format!("{} ({})", plan.name, plan.key())),
            ("family", class(self.family(&plan.family), &plan.family)),
            ("kind", class(self.kind(plan.kind.word()), plan.kind.word())),
            ("eligible", if standing.eligible { "yes" } else { "no" }.to_owned()),
            ("because", by),
            ("source", source),
        ];
        if plan.price != Price::Paid {
            rows.push(("but", format!("it is {}, and only paid seats count", plan.price.word())));
        } else if standing.eligible {
            rows.push(("in a tenant", in_a_tenant(plan).to_owned()));
        }
        rows.push(("policy", format!("{}, effective {}", self.name, self.effective)));
        let lines: Vec<String> =
            rows.into_iter().map(|(label, words)| format!("{label:<16}{words}\n")).collect();
        lines.concat()
    }

    fn describe_thresholds(&self, out: &mut String) {
        heading(out, "Granted from this many paid seats (the number is included)");
        let mut rows = vec![vec![String::from("rung"), String::from("entitlement")]];
        if let Some(head) = rows.first_mut() {
            head.extend(self.segments.iter().map(|segment| segment.name.clone()));
            head.extend([String::from("plans"), String::from("source")]);
        }
        for (rung, place) in self.rungs.iter().enumerate() {
            let Some(entitlement) = self.entitlements.get(*place) else { continue };
            let mut row = vec![(rung + 1).to_string(), entitlement.name.clone()];
            row.extend(entitlement.thresholds.iter().map(|threshold| seats_of(*threshold)));
            row.push(served(entitlement.plans).to_owned());
            row.push(self.ids_of(&entitlement.thresholds));
            rows.push(row);
        }
        table(out, &rows);
        for entitlement in &self.entitlements {
            wrap(out, "  ", &format!("{}: {}", entitlement.name, entitlement.grants));
            if !entitlement.note.is_empty() {
                wrap(out, "    ", &format!("Note: {}", entitlement.note));
            }
        }
        if let Some(segment) = self.segments.get(self.default_segment) {
            wrap(out, "  ", &format!("Where nothing shows the segment, {} is assumed.", segment.name));
        }
    }

    fn describe_interpretations(&self, out: &mut String) {
        if self.interpretations.is_empty() {
            return;
        }
        heading(out, "Interpretations");
        for reading in &self.interpretations {
            let entitlement =
                self.entitlements.get(reading.entitlement).map_or("", |entitlement| &entitlement.name);
            let segments: Vec<&str> = reading
                .segments
                .iter()
                .filter_map(|place| self.segments.get(*place))
                .map(|s| s.name.as_str())
                .collect();
            let confirm = if reading.confirm { ", to be confirmed" } else { "" };
            let range = range_of(reading);
            line(
                out,
                &format!("  {entitlement}, {}, {range}{confirm} ({})", segments.join(" and "), reading.id),
            );
            wrap(out, "    ", &reading.says);
        }
    }

    fn describe_services(&self, out: &mut String) {
        heading(out, "Services that FastTrack assists with");
        for service in &self.services {
            let retired = service.retired.map(|year| format!(" (retired {year})")).unwrap_or_default();
            line(out, &format!("  {}{retired}", service.name));
            if !service.words.is_empty() {
                wrap(out, "    ", &format!("also written: {}", service.words.join(", ")));
            }
        }
    }

    fn describe_phases(&self, out: &mut String) {
        heading(out, "Phases");
        if let Some(entitlement) = self.onboarding.and_then(|place| self.entitlements.get(place)) {
            wrap(out, "  ", &format!("Onboarding begins with the entitlement {}.", entitlement.name));
        }
        for phase in &self.phases {
            line(out, &format!("  {}", phase.name));
            if !phase.words.is_empty() {
                wrap(out, "    ", &format!("also written: {}", phase.words.join(", ")));
            }
            for (who, lines) in [("Microsoft", &phase.microsoft), ("customer", &phase.customer)] {
                wrap(out, "    ", &format!("{who}: {}", lines.join("; ")));
            }
        }
    }

    fn describe_sources(&self, out: &mut String) {
        heading(out, "Sources");
        let row = |source: &Source| {
            vec![
                source.id.clone(),
                source.footing.word().to_owned(),
                source.date.clone(),
                source.title.clone(),
            ]
        };
        table(out, &self.sources.iter().map(row).collect::<Vec<_>>());
        let addresses = self.sources.iter().filter(|source| !source.address.is_empty());
        for source in addresses {
            line(out, &format!("  {}: {}", source.id, source.address));
        }
        if !self.readings.is_empty() {
            heading(out, "Further reading");
            let rows: Vec<_> = self
                .readings
                .iter()
                .map(|reading| vec![reading.title.clone(), reading.address.clone()])
                .collect();
            table(out, &rows);
        }
    }

    fn ids_of(&self, thresholds: &[Threshold]) -> String {
        let mut ids: Vec<&str> = Vec::new();
        for source in thresholds.iter().filter_map(|threshold| self.source(threshold.source)) {
            if !ids.contains(&source.id.as_str()) {
                ids.push(&source.id);
            }
        }
        ids.join(", ")
    }
}

const fn served(plans: PlansServed) -> &'static str {
    match plans {
        PlansServed::Any => "any",
        PlansServed::Eligible => "eligible",
    }
}

fn seats_of(threshold: Threshold) -> String {
    threshold.seats.map_or_else(|| "never".to_owned(), |seats| seats.to_string())
}

fn range_of(reading: &Interpretation) -> String {
    match reading.below {
        Some(below) => format!("{} to {} seats", reading.from, below.saturating_sub(1)),
        None => format!("{} seats and more", reading.from),
    }
}

fn describe_classes(out: &mut String, title: &str, classes: &[PlanClass]) {
    heading(out, title);
    for (word, eligible) in [("eligible", true), ("not eligible", false)] {
        let names: Vec<&str> = classes
            .iter()
            .filter(|class| class.eligible == eligible)
            .map(|class| class.name.as_str())
            .collect();
        if !names.is_empty() {
            wrap(out, "  ", &format!("{word}: {}", names.join(", ")));
        }
    }
}

/// The lists of single products, each once, in the order in which they decide.
fn describe_products(out: &mut String, products: &[Product]) {
    if products.is_empty() {
        return;
    }
    heading(
        out,
        "Plans listed by product: the first that matches decides, before family and kind are looked at",
    );
    for product in products {
        let eligible = if product.eligible { "eligible" } else { "not eligible" };
        wrap(out, "  ", &format!("{eligible}: {}", product.name));
    }
}

/// How a plan counts where its tenant has several.
fn in_a_tenant(plan: &Plan) -> &'static str {
    if plan.adds_up() {
        "added to the tenant's other base plans"
    } else {
        "not added to the tenant's base plans; counts instead of them if it has more seats than all of them"
    }
}

fn heading(out: &mut String, title: &str) {
    line(out, &format!("\n{title}"));
}

/// Adds rows whose columns begin below each other, with two blanks between.
fn table(out: &mut String, rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        let cells = cells.collect::<Vec<_>>().join("  ");
        line(out, &format!("  {}", cells.trim_end()));
    }
}

/// Adds one line.
fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// Adds prose broken between words; lines after the first stand two blanks further in.
fn wrap(out: &mut String, indent: &str, prose: &str) {
    let mut open = indent.to_owned();
    let mut is_empty = true;
    for word in prose.split_whitespace() {
        if !is_empty && open.chars().count() + 1 + word.chars().count() > WIDTH_CHARACTERS {
            line(out, &open);
            open = format!("{indent}  ");
            is_empty = true;
        }
        if !is_empty {
            open.push(' ');
        }
        open.push_str(word);
        is_empty = false;
    }
    if !is_empty {
        line(out, &open);
    }
}
