//! The promises of the core, one module each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that unwraps fails with the place"
)]

#[cfg(feature = "_db")]
mod corpus;
#[cfg(feature = "_db")]
mod kills;
#[cfg(feature = "sqlite")]
mod lifecycle;
#[cfg(feature = "sqlite")]
mod orphans;
#[cfg(feature = "_db")]
mod races;
#[cfg(feature = "_db")]
mod script;
#[cfg(feature = "_db")]
mod steps;
#[cfg(feature = "_db")]
mod world;
