//! Someone without a good credential.

use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::LazyLock,
};

use axum::extract::ConnectInfo;
use http::Extensions;

use crate::pass::Pass;

/// Someone without a good credential: from where, and for which tenant's name. The name is in it so
/// that a flood against one tenant's sign-in, all from behind one proxy, does not shut out the
/// others; as a hash, and whether such a tenant exists or not, so that nothing is learned from it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Stranger {
    pub(crate) network: Option<IpAddr>,
    pub(crate) named: u64,
}

static NAMES: LazyLock<RandomState> = LazyLock::new(RandomState::new);

impl Stranger {
    /// The network of the peer's address (an IPv6 caller owns a /64, so that is one caller) and the
    /// name it asks for. Without `ConnectInfo` all share one address. Headers that proxies set are
    /// not read: anyone can send them.
    pub(crate) fn of(extensions: &Extensions, pass: &Pass) -> Self {
        let network =
            extensions
                .get::<ConnectInfo<SocketAddr>>()
                .map(|ConnectInfo(address)| match address.ip().to_canonical() {
                    IpAddr::V4(v4) => IpAddr::V4(v4),
                    IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
                });
        let named = pass.named.as_ref().map_or("", |id| id.as_str());
        Self {
            network,
            named: NAMES.hash_one(named),
        }
    }
}
