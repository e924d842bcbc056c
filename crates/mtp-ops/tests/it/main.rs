//! The operator's verbs, end to end through `run`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that unwraps fails with the place"
)]

mod doctor;
mod keys;
mod migrate;
mod servers;
mod support;
mod tenants;
mod usage;
