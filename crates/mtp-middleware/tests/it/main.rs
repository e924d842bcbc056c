//! The promises of the chain, one module each. No socket: requests go in by `oneshot`.

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
