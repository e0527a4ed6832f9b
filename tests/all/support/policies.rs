//! Policies of other ladders than the shipped ones have.

use fasttrack_roster::policy::Policy;
use std::fmt::Write as _;
use std::path::Path;

/// An entitlement: its id, its name, the plans it is open to, and from how many seats in each segment; `None` = never.
pub(crate) type Rung = (&'static str, &'static str, &'static str, [Option<u64>; 4]);

/// Commercial, government, education, nonprofit: in the order of the example.
const SEGMENTS: [&str; 4] = ["commercial", "government", "education", "nonprofit"];

/// A ladder of two rungs, of which the lowest asks for a seat.
pub(crate) const TWO: [Rung; 2] = [
    ("basic", "Basic", "any", [Some(1); 4]),
    ("full", "Full help", "eligible", [Some(100), Some(100), Some(100), None]),
];

/// A ladder of six rungs; in education the fourth comes before the third, and for nonprofits two are all there is.
pub(crate) const SIX: [Rung; 6] = [
    ("portal", "Portal", "any", [Some(0); 4]),
    ("qa", "Questions and answers", "eligible", [Some(50); 4]),
    ("spec", "Specialist", "eligible", [Some(150), Some(150), Some(700), None]),
    ("shop", "Workshop", "eligible", [Some(300), Some(300), Some(600), None]),
    ("mig", "Migration", "eligible", [Some(1000), Some(1000), Some(1000), None]),
    ("exec", "Sponsor", "any", [Some(5000), Some(5000), Some(5000), None]),
];

/// What says that the fourth of the six may come before the third.
pub(crate) const SIX_READ: &str = r#"
[[interpretation]]
id = "shop-before-spec"
entitlement = "shop"
segments = ["education"]
from = 600
below = 700
confirm = true
says = "A workshop may come first."
source = "reading"

"#;

/// Returns the example policy with another ladder.
pub(crate) fn with_ladder(rungs: &[Rung], interpretations: &str) -> Policy {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/policy-example.toml");
    let example = std::fs::read_to_string(example).unwrap().replace("\r\n", "\n");
    let (head, rest) = example.split_once("[[entitlement]]").unwrap();
    let (_, tail) = rest.split_once("# ---- Services").unwrap();
    let ids: Vec<String> = rungs.iter().map(|(id, ..)| format!("\"{id}\"")).collect();
    let mut text = String::new();
    for line in head.lines() {
        match line.split_once(" = ").map(|(key, _)| key) {
            Some("rungs") => writeln!(text, "rungs = [{}]", ids.join(", ")).unwrap(),
            Some("onboarding") => writeln!(text, "onboarding = {}", ids.last().unwrap()).unwrap(),
            _ => writeln!(text, "{line}").unwrap(),
        }
    }
    for (id, name, plans, from) in rungs {
        writeln!(text, "[[entitlement]]\nid = \"{id}\"\nname = \"{name}\"\ngrants = \"What {name} is.\"")
            .unwrap();
        writeln!(text, "plans = \"{plans}\"\nsource = \"learn\"\n\n[entitlement.from]").unwrap();
        for (segment, seats) in SEGMENTS.iter().zip(from) {
            let seats = seats.map_or("\"never\"".to_owned(), |seats| seats.to_string());
            writeln!(text, "{segment} = {seats}").unwrap();
        }
    }
    write!(text, "{interpretations}# ---- Services{tail}").unwrap();
    Policy::read(&text, "ladder.toml").unwrap()
}
