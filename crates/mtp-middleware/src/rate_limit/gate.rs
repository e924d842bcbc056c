//! The third gate: takes one from whoever was let in.

use crate::{
    pass::Pass,
    rate_limit::{Limits, Stranger},
    respond::Problem,
    verdict::Refusal,
};

/// Counts a request against its tenant, its market key, or, where a route needs neither, its address.
pub(crate) struct RateLimitGate {
    pub(crate) limits: Limits,
}

impl RateLimitGate {
    /// Takes one from whoever was found. Who is nobody's asks a public route: health must answer whoever asks, however
    /// often.
    pub(crate) fn check(&self, pass: &Pass) -> Result<(), Refusal> {
        if let Some(market) = &pass.market {
            self.limits
                .take_market(market.key_id)
                .map_err(|wait| Problem::rate_limited(wait).into())
        } else if let Some(handle) = &pass.handle {
            self.limits
                .take_tenant(handle)
                .map_err(|wait| Refusal::of(handle.id(), Problem::rate_limited(wait)))
        } else {
            Ok(())
        }
    }

    /// Takes one from whoever signs in.
    pub(crate) fn check_stranger(&self, stranger: Stranger) -> Result<(), Problem> {
        self.limits.take_stranger(stranger).map_err(Problem::rate_limited)
    }
}
