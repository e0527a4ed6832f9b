//! Any text as a policy: read, or refused with every fault in its place.
#![no_main]

use fasttrack_roster::error::ErrorKind;
use fasttrack_roster::policy::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Policy::read(text, "policy.toml") {
        Ok(policy) => {
            assert!(
                !policy.name.is_empty() && !policy.entitlements.is_empty() && !policy.segments.is_empty()
            );
        }
        Err(error) => {
            assert!(matches!(error.kind, ErrorKind::Policy), "{error}");
            assert!(!error.diagnostics.is_empty());
            assert!(error.diagnostics.iter().all(|found| !found.help.is_empty()), "{error}");
        }
    }
});
