//! The standard routes, over the real core and the real chain, on SQLite.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails; clippy's own exemption does not reach helpers beside the tests"
)]

mod deletion;
mod documents;
mod passwords;
mod service;
mod sign_in;
mod support;
