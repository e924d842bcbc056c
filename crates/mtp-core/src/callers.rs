//! The port through which a market's key is recognised.

use futures::future::BoxFuture;
use uuid::Uuid;

use crate::{error::Result, secret::Secret};

/// A market that showed a good key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Market {
    /// The market's name: the owner of the key.
    pub name: String,
    /// Which of its keys it showed.
    pub key_id: Uuid,
}

impl Market {
    /// A market from its parts.
    pub fn new(name: impl Into<String>, key_id: Uuid) -> Self {
        Self {
            name: name.into(),
            key_id,
        }
    }
}

/// Recognises markets by their keys (`mtp_mk_…`). Keys are stored as hashes; two of one market are
/// valid at once, so that it can change them without a gap.
pub trait MarketKeys: Send + Sync + 'static {
    /// The market whose key this is, or none. A tenant's key is never a market's.
    ///
    /// # Errors
    /// Where the catalogue is away.
    fn market<'a>(&'a self, key: &'a Secret) -> BoxFuture<'a, Result<Option<Market>>>;
}
