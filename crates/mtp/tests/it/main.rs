//! The promises of the whole: every crate on, through HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that unwraps fails with the place"
)]
#![cfg(all(feature = "sqlite", feature = "standard-api"))]

mod coverage;
mod http_isolation;
mod limits;
mod listen;
mod service;
mod services;
mod versions;
