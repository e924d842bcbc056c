//! The market's routes, over the real core and the real chain, on SQLite.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails; clippy's own exemption does not reach helpers beside the tests"
)]

mod credentials;
mod identity;
mod life;
mod openapi;
mod statuses;
mod support;
