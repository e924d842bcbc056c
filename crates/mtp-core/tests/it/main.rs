//! The promises of the core, one module each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that unwraps fails with the place"
)]

#[cfg(feature = "_db")]
mod corpus;
#[cfg(all(feature = "testing", any(feature = "sqlite", feature = "postgres")))]
mod isolation;
#[cfg(all(feature = "testing", any(feature = "sqlite", feature = "postgres")))]
mod legitimate;
#[cfg(feature = "sqlite")]
mod lifecycle;
#[cfg(all(feature = "testing", feature = "postgres"))]
mod planner;
#[cfg(all(feature = "testing", feature = "postgres"))]
mod second_wall;
#[cfg(all(feature = "testing", any(feature = "sqlite", feature = "postgres")))]
mod stage;
