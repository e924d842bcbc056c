//! The third layer: takes one from whoever was let in.

use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Arc, LazyLock},
};

use axum::extract::{ConnectInfo, Request};
use http::Extensions;
use tracing::Span;

use crate::{
    access::Access,
    gate::{Gate, Verdict},
    pass::Pass,
    rate_limit::{Limits, limits::Stranger},
    respond::Problem,
};

/// Counts a request against its tenant, its market key, or, where a route needs neither, its address.
pub(crate) struct RateLimitLayer {
    pub(crate) limits: Limits,
}

impl Gate for RateLimitLayer {
    fn check(self: &Arc<Self>, request: Request) -> Verdict {
        let taken = match request.extensions().get::<Pass>() {
            Some(Pass {
                access: Access::Tenant, ..
            }) => self.limits.take_stranger(Peer::of(request.extensions())),
            Some(Pass {
                market: Some(market), ..
            }) => self.limits.take_market(market.key_id),
            Some(Pass {
                handle: Some(handle), ..
            }) => self.limits.take_tenant(handle),
            // Public: health must answer whoever asks, however often.
            _ => Ok(()),
        };
        match taken {
            Ok(()) => Verdict::Pass(request),
            Err(wait) => {
                let pass = request.extensions().get::<Pass>();
                if let Some(handle) = pass.and_then(|pass| pass.handle.as_ref()) {
                    Span::current().record("tenant", handle.id().as_str());
                }
                Verdict::Refuse(Problem::rate_limited(wait))
            }
        }
    }
}

/// Who is on the other end.
pub(crate) struct Peer;

static NAMES: LazyLock<RandomState> = LazyLock::new(RandomState::new);

impl Peer {
    /// The network of the peer's address (an IPv6 caller owns a /64, so that is one caller) and the
    /// name it asks for. Without `ConnectInfo` all share one address. Headers that proxies set are
    /// not read: anyone can send them.
    pub(crate) fn of(extensions: &Extensions) -> Stranger {
        let network =
            extensions
                .get::<ConnectInfo<SocketAddr>>()
                .map(|ConnectInfo(address)| match address.ip().to_canonical() {
                    IpAddr::V4(v4) => IpAddr::V4(v4),
                    IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
                });
        let named = extensions
            .get::<Pass>()
            .and_then(|pass| pass.named.as_ref())
            .map_or("", |id| id.as_str());
        Stranger {
            network,
            named: NAMES.hash_one(named),
        }
    }
}
