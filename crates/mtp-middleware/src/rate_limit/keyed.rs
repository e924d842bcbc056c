//! A limiter for many keys, with bounded memory.

use std::{
    hash::Hash,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::Duration,
};

use governor::{DefaultKeyedRateLimiter, RateLimiter, clock::Clock};

use crate::rate_limit::RateLimit;

/// How many checks lie between two looks at the number of keys.
const CHECKS_BETWEEN_LOOKS: u32 = 1024;

/// GCRA for each key. Past `max_keys` new and old keys alike share one bucket until those that are
/// at rest have been forgotten: a flood of keys slows the flood, and memory stays bounded.
pub(crate) struct Keyed<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<Option<K>>,
    checks: AtomicU32,
    full: AtomicBool,
    max_keys: usize,
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    pub(crate) fn new(rate: RateLimit, max_keys: usize) -> Self {
        Self {
            limiter: RateLimiter::keyed(rate.quota()),
            checks: AtomicU32::new(0),
            full: AtomicBool::new(false),
            max_keys,
        }
    }

    /// Takes one, or says how long to wait.
    pub(crate) fn take(&self, key: K) -> Result<(), Duration> {
        if self
            .checks
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(CHECKS_BETWEEN_LOOKS)
        {
            self.look();
        }
        let key = if self.full.load(Ordering::Relaxed) {
            None
        } else {
            Some(key)
        };
        self.limiter
            .check_key(&key)
            .map_err(|until| until.wait_time_from(self.limiter.clock().now()))
    }

    fn look(&self) {
        if self.limiter.len() < self.max_keys {
            self.full.store(false, Ordering::Relaxed);
            return;
        }
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
        let full = self.limiter.len() >= self.max_keys;
        if full && !self.full.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                max_keys = self.max_keys,
                "a rate limiter is full of active keys; they share one bucket until it is not"
            );
        } else if !full {
            self.full.store(false, Ordering::Relaxed);
        }
    }

    /// How many keys are remembered.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.limiter.len()
    }
}
