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

#[cfg(feature = "postgres")]
mod brought;
#[cfg(feature = "postgres")]
mod by_hand;
#[cfg(feature = "_db")]
mod corpus;
#[cfg(feature = "postgres")]
mod doctor;
#[cfg(feature = "mysql")]
mod doctor_mariadb;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod fence;
#[cfg(feature = "sqlite")]
mod fleet;
#[cfg(feature = "_db")]
mod fleet_kills;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod fleet_servers;
#[cfg(all(feature = "testing", feature = "_db"))]
mod isolation;
#[cfg(feature = "_db")]
mod kills;
#[cfg(all(feature = "testing", feature = "_db"))]
mod legitimate;
#[cfg(feature = "_db")]
mod lifecycle;
#[cfg(feature = "mysql")]
mod migrate_mariadb;
#[cfg(feature = "postgres")]
mod migrate_postgres;
#[cfg(feature = "mysql")]
mod no_seal_mariadb;
#[cfg(feature = "_db")]
mod orphans;
#[cfg(feature = "_db")]
mod place;
#[cfg(all(feature = "testing", feature = "postgres"))]
mod planner;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod pooled;
#[cfg(feature = "_db")]
mod pools;
#[cfg(feature = "_db")]
mod races;
#[cfg(feature = "postgres")]
mod rotation;
#[cfg(feature = "_db")]
mod script;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod seals;
#[cfg(all(feature = "testing", feature = "postgres"))]
mod second_wall;
#[cfg(all(feature = "testing", feature = "mysql"))]
mod second_wall_mysql;
#[cfg(all(feature = "sqlite", feature = "postgres"))]
mod servers;
#[cfg(all(feature = "testing", feature = "_db"))]
mod stage;
#[cfg(feature = "_db")]
mod steps;
#[cfg(feature = "_db")]
mod time_limits;
#[cfg(feature = "mysql")]
mod told_mariadb;
#[cfg(feature = "_db")]
mod two_services;
#[cfg(feature = "_db")]
mod versions;
#[cfg(all(feature = "testing", feature = "mysql"))]
mod walls_mysql;
#[cfg(feature = "postgres")]
mod walls_postgres;
#[cfg(feature = "_db")]
mod warm;
#[cfg(feature = "_db")]
mod world;
