//! What a line of overrides names, as written and as it is compared.

use crate::diagnostic::excerpt;
use crate::fold::fold;

/// What a line names, as written and as it is compared; an empty key names nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct NamedValue {
    pub tenant: String,
    pub tenant_key: String,
    pub plan: String,
    pub plan_key: String,
    pub subscription: String,
    pub subscription_key: String,
    /// One row alone: where the roster has it, and what its seats say, folded. The other names have to fit, too.
    pub row: Option<(u64, String)>,
}

impl NamedValue {
    /// Returns the name of a plan, whatever the tenant.
    pub(super) fn plan(written: &str) -> Self {
        Self { plan: written.to_owned(), plan_key: fold(written), ..Self::default() }
    }

    /// Returns only the name of the subscription, whatever its tenant is called. Its plan does not find the row; it is the name
    /// of a plan that does not count.
    pub(super) fn by_subscription(self) -> Self {
        Self { tenant: String::new(), tenant_key: String::new(), ..self }
    }

    /// Returns what is named, in words.
    pub(super) fn words(&self) -> String {
        if let Some((row, _)) = self.row {
            return format!("row {row} of the roster");
        }
        if !self.subscription.is_empty() {
            return format!("subscription `{}`", excerpt(&self.subscription));
        }
        match (self.tenant.is_empty(), self.plan.is_empty()) {
            (false, false) => {
                format!("tenant `{}` and plan `{}`", excerpt(&self.tenant), excerpt(&self.plan))
            }
            (false, true) => format!("only tenant `{}`", excerpt(&self.tenant)),
            _ => format!("only plan `{}`", excerpt(&self.plan)),
        }
    }
}
