//! Which night is compared with, and what of it was judged otherwise.

use crate::diagnostic::excerpt;

/// What the earlier night says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The file's name without its folder.
    pub name: String,
    /// SHA-256 of the file; lower case hexadecimal.
    pub sha256: String,
    /// The program that wrote it, with its version.
    pub program: String,
    /// The name of its policy.
    pub policy: String,
    /// SHA-256 of its policy.
    pub policy_sha256: String,
    /// SHA-256 of its own catalogues, in order.
    pub catalogues_sha256: Vec<String>,
    /// SHA-256 of its overrides file; `None` = there was none.
    pub overrides_sha256: Option<String>,
}

/// Returns what made the earlier night differ besides its roster, one sentence each; `now` is this night.
#[must_use]
pub fn remarks(before: &Origin, now: &Origin) -> Vec<String> {
    let mut remarks = Vec::new();
    if before.policy_sha256 != now.policy_sha256 {
        remarks.push(if before.policy == now.policy {
            format!(
                "the policy `{}` has changed: some changes may be due to the policy, not the roster",
                now.policy
            )
        } else {
            format!(
                "the policy was `{}` and is now `{}`: some changes may be due to the policy, not the roster",
                excerpt(&before.policy),
                now.policy
            )
        });
    }
    if before.program != now.program {
        remarks.push(format!(
            "the program was `{}` and is now `{}`: some changes may be due to the program, not the roster",
            excerpt(&before.program),
            now.program
        ));
    }
    if before.catalogues_sha256 != now.catalogues_sha256 {
        remarks.push(
            "your own catalogues have changed: some changes may be due to them, not the roster".to_owned(),
        );
    }
    match (&before.overrides_sha256, &now.overrides_sha256) {
        (before, now) if before == now => {}
        (None, Some(_)) => {
            remarks.push(
                "there was no overrides file then: some changes may be due to it, not the roster".to_owned(),
            );
        }
        (Some(_), None) => {
            remarks.push(
                "there was an overrides file then but not now: some changes may be due to that, not the roster"
                    .to_owned(),
            );
        }
        _ => remarks
            .push("the overrides file has changed: some changes may be due to it, not the roster".to_owned()),
    }
    remarks
}
