//! The promises of the core, one module each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that unwraps fails with the place"
)]

#[cfg(feature = "_db")]
mod corpus;
#[cfg(feature = "sqlite")]
mod fleet;
#[cfg(feature = "sqlite")]
mod lifecycle;
