//! The promises of the chain, one module each. No socket: requests go in by `oneshot`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails; clippy's own exemption does not reach helpers beside the tests"
)]

mod foreign;
mod forged;
mod markets;
mod names;
mod order;
mod problems;
mod rates;
mod remembered;
mod spans;
mod strangers;
mod support;
