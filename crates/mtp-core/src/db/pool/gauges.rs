//! What operators see of a pool: connections counted.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError, atomic::AtomicU64},
    time::Instant,
};

use serde::{Deserialize, Serialize};

use crate::limits;

/// What a server's pool looks like now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PoolGauges {
    /// Connections that are allowed.
    pub budget: u32,
    /// Connections that are open, used or not.
    pub open: usize,
    /// Connections that are open and unused.
    pub idle: usize,
    /// Statements and transactions that wait for one.
    pub waiting: u64,
    /// Connections opened since the start.
    pub opened: u64,
    /// Connections opened within the last [`limits::POOL_OPENS_WINDOW`].
    pub opened_lately: u64,
    /// Connections closed to make room for another tenant's since the start.
    pub evicted: u64,
    /// Waits that ended without a connection since the start.
    pub timeouts: u64,
}

impl PoolGauges {
    /// Connections opened a second, of late: many mean that more tenants are at work than the budget holds.
    pub fn opens_per_second(&self) -> f64 {
        let lately = u32::try_from(self.opened_lately).unwrap_or(u32::MAX);
        f64::from(lately) / limits::POOL_OPENS_WINDOW.as_secs_f64()
    }
}

/// When connections were opened, as far back as it is asked.
#[derive(Debug, Default)]
pub(super) struct Opens(Mutex<VecDeque<Instant>>);

impl Opens {
    pub(super) fn note(&self) {
        let mut at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Self::forget_old(&mut at);
        at.push_back(Instant::now());
    }

    pub(super) fn lately(&self) -> u64 {
        let mut at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Self::forget_old(&mut at);
        at.len() as u64
    }

    fn forget_old(at: &mut VecDeque<Instant>) {
        while at.front().is_some_and(|at| at.elapsed() > limits::POOL_OPENS_WINDOW) {
            at.pop_front();
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) waiting: AtomicU64,
    pub(super) opened: AtomicU64,
    pub(super) evicted: AtomicU64,
    pub(super) timeouts: AtomicU64,
    pub(super) opens: Opens,
}
