//! The promises of the core, one module each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that unwraps fails with the place"
)]

#[cfg(feature = "_db")]
mod corpus;
#[cfg(feature = "_db")]
mod kills;
#[cfg(feature = "sqlite")]
mod fleet;
#[cfg(feature = "_db")]
mod lifecycle;
#[cfg(feature = "_db")]
mod place;
#[cfg(feature = "postgres")]
mod doctor;
#[cfg(feature = "postgres")]
mod walls_postgres;
#[cfg(feature = "postgres")]
mod pooled;
#[cfg(feature = "postgres")]
mod fence;
#[cfg(feature = "postgres")]
mod migrate_postgres;
#[cfg(feature = "_db")]
mod races;
#[cfg(feature = "_db")]
mod script;
#[cfg(feature = "_db")]
mod steps;
#[cfg(feature = "_db")]
mod world;
#[cfg(feature = "postgres")]
mod fleet_postgres;
