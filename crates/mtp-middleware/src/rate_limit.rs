//! May they now? GCRA limits in this process, by governor.

mod gate;
mod keyed;
mod limits;
mod rate;
mod stranger;

pub(crate) use self::{gate::RateLimitGate, stranger::Stranger};
pub use self::{
    limits::Limits,
    rate::{RateError, RateLimit},
};

#[cfg(test)]
mod tests;
