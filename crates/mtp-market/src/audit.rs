//! What markets do, and keys that are none, in the audit.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use futures::future::BoxFuture;
use mtp_core::{ApiKey, AuditEntry, Market, MarketKeys, Result, Secret, TenantManager, TenantUid};

use crate::limits::{MAX_REFUSED_KEYS_NOTED, REFUSED_KEYS_WINDOW};

/// Writes down what a market did. What was done stands also where that fails.
pub(crate) async fn note(manager: &TenantManager, market: &Market, result: &str, uid: Option<TenantUid>, detail: &str) {
    let mut entry = AuditEntry::new(format!("market:{}", market.name), "tenant.provision", result).detail(detail);
    entry.uid = uid;
    write(manager, entry).await;
}

async fn write(manager: &TenantManager, entry: AuditEntry) {
    let action = entry.action.clone();
    if let Err(error) = manager.audit(entry).await {
        tracing::warn!(target: "mtp::audit", action, %error, "an event was not written down");
    }
}

/// Recognises markets by their keys and writes refused keys down: how one began, never the key. At most
/// [`MAX_REFUSED_KEYS_NOTED`] a minute; the rest is counted in the next entry.
#[derive(Clone)]
pub struct AuditedMarketKeys {
    manager: TenantManager,
    keys: Arc<dyn MarketKeys>,
    window: Arc<Mutex<Window>>,
}

struct Window {
    begun: Instant,
    noted: u32,
    silent: u64,
}

impl Window {
    /// Whether one more may be written down, and how many were not before it.
    fn take(&mut self, now: Instant) -> Option<u64> {
        if now.duration_since(self.begun) >= REFUSED_KEYS_WINDOW {
            self.begun = now;
            self.noted = 0;
        }
        if self.noted >= MAX_REFUSED_KEYS_NOTED {
            self.silent += 1;
            return None;
        }
        self.noted += 1;
        Some(std::mem::take(&mut self.silent))
    }
}

impl AuditedMarketKeys {
    /// The keys of the manager's own catalogue.
    pub fn new(manager: TenantManager) -> Self {
        Self {
            keys: manager.market_directory(),
            manager,
            window: Arc::new(Mutex::new(Window {
                begun: Instant::now(),
                noted: 0,
                silent: 0,
            })),
        }
    }

    fn refused(&self, key: &Secret) {
        let taken = self
            .window
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(Instant::now());
        let Some(silent) = taken else { return };
        let mut detail = match ApiKey::parse(key.expose()) {
            Ok(key) => format!("begins with {}", key.display_prefix()),
            Err(_) => "not a well-formed key".to_owned(),
        };
        if silent > 0 {
            detail = format!("{detail}; {silent} more before it");
        }
        let entry = AuditEntry::new("unknown", "market_key.use", "refused").detail(detail);
        let manager = self.manager.clone();
        // Beside the request, so that a refusal does not wait for it.
        tokio::spawn(async move { write(&manager, entry).await });
    }
}

impl MarketKeys for AuditedMarketKeys {
    fn market<'a>(&'a self, key: &'a Secret) -> BoxFuture<'a, Result<Option<Market>>> {
        Box::pin(async move {
            let found = self.keys.market(key).await?;
            if found.is_none() {
                self.refused(key);
            }
            Ok(found)
        })
    }
}

impl fmt::Debug for AuditedMarketKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditedMarketKeys").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_not_written() {
        let begun = Instant::now();
        let mut window = Window {
            begun,
            noted: 0,
            silent: 0,
        };
        let taken = (0..MAX_REFUSED_KEYS_NOTED + 5)
            .filter(|_| window.take(begun).is_some())
            .count();
        assert_eq!(taken, MAX_REFUSED_KEYS_NOTED as usize);
        assert_eq!(window.take(begun + REFUSED_KEYS_WINDOW), Some(5));
        assert_eq!(window.take(begun + REFUSED_KEYS_WINDOW), Some(0));
    }
}
