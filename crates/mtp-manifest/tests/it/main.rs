//! The promises of `mtp-manifest`, one module each.
#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps fails with the place, which is what is wanted"
)]

mod golden;
