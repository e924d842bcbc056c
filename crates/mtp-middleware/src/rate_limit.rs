//! May they now? GCRA limits in this process, by governor.

mod keyed;
mod layer;
mod limits;
mod rate;

pub(crate) use self::layer::{Peer, RateLimitLayer};
pub use self::{
    limits::Limits,
    rate::{RateError, RateLimit},
};

#[cfg(test)]
mod tests;
