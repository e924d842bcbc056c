//! The promises of the core, one module each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that unwraps or panics fails with the place"
)]
#![allow(clippy::print_stdout, reason = "the suites tell what they counted")]
#![allow(
    clippy::format_collect,
    clippy::format_push_string,
    reason = "scripts are put together here, once"
)]

#[cfg(feature = "_db")]
mod corpus;
#[cfg(feature = "postgres")]
mod doctor;
#[cfg(feature = "postgres")]
mod fence;
#[cfg(feature = "sqlite")]
mod fleet;
#[cfg(feature = "postgres")]
mod fleet_postgres;
#[cfg(all(feature = "testing", any(feature = "sqlite", feature = "postgres")))]
mod isolation;
#[cfg(feature = "_db")]
mod kills;
#[cfg(all(feature = "testing", any(feature = "sqlite", feature = "postgres")))]
mod legitimate;
#[cfg(feature = "_db")]
mod lifecycle;
#[cfg(feature = "postgres")]
mod migrate_postgres;
#[cfg(feature = "sqlite")]
mod orphans;
#[cfg(feature = "_db")]
mod place;
#[cfg(all(feature = "testing", feature = "postgres"))]
mod planner;
#[cfg(feature = "postgres")]
mod pooled;
#[cfg(feature = "_db")]
mod pools;
#[cfg(feature = "_db")]
mod races;
#[cfg(feature = "_db")]
mod script;
#[cfg(all(feature = "testing", feature = "postgres"))]
mod second_wall;
#[cfg(all(feature = "sqlite", feature = "postgres"))]
mod servers;
#[cfg(all(feature = "testing", any(feature = "sqlite", feature = "postgres")))]
mod stage;
#[cfg(feature = "_db")]
mod steps;
#[cfg(feature = "_db")]
mod versions;
#[cfg(feature = "postgres")]
mod walls_postgres;
#[cfg(feature = "_db")]
mod warm;
#[cfg(feature = "_db")]
mod world;
