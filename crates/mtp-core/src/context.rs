//! The tenant handle, the one value that gives a right to a tenant's data, and the task-local name
//! that gives none.

use std::{fmt, future::Future, sync::Arc};

use tokio::task::{JoinHandle, futures::TaskLocalFuture};

use crate::tenant::{TenantId, TenantUid};

/// Proof that a tenant was found and may be served: the one value through which its data, keys and
/// providers are reached.
///
/// Only the tenant manager makes one, from a record that it has just looked at, and never from a
/// name alone. Cloning costs one reference count. A handle that outlives its tenant's suspension
/// opens nothing: each use asks whether the handle still stands.
#[derive(Clone)]
pub struct TenantHandle {
    inner: Arc<Inner>,
}

struct Inner {
    id: TenantId,
    uid: TenantUid,
    plan: Option<String>,
    features: Vec<String>,
    #[cfg(feature = "_db")]
    db: crate::db::TenantDb,
}

impl TenantHandle {
    #[cfg(feature = "_db")]
    pub(crate) fn new(
        id: TenantId,
        uid: TenantUid,
        plan: Option<String>,
        features: Vec<String>,
        db: crate::db::TenantDb,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                id,
                uid,
                plan,
                features,
                db,
            }),
        }
    }

    /// The tenant's name.
    pub fn id(&self) -> &TenantId {
        &self.inner.id
    }

    /// The identity behind the name.
    pub fn uid(&self) -> TenantUid {
        self.inner.uid
    }

    /// The plan's id.
    pub fn plan(&self) -> Option<&str> {
        self.inner.plan.as_deref()
    }

    /// Whether a feature is switched on for this tenant.
    pub fn has_feature(&self, feature: &str) -> bool {
        self.inner.features.iter().any(|f| f == feature)
    }

    /// The tenant's data.
    #[cfg(feature = "_db")]
    pub fn db(&self) -> &crate::db::TenantDb {
        &self.inner.db
    }
}

impl fmt::Debug for TenantHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantHandle")
            .field("id", &self.inner.id)
            .field("uid", &self.inner.uid)
            .finish_non_exhaustive()
    }
}

tokio::task_local! {
    static CURRENT: TenantId;
}

/// The name of the tenant whose request this task is answering, for logs and convenience.
///
/// It gives a name, never a right: rights come with the [`TenantHandle`], a value that code must be
/// given. It is gone when the request ends, and a bare `tokio::spawn` does not carry it:
/// use [`spawn`].
pub fn current_tenant() -> Option<TenantId> {
    CURRENT.try_with(Clone::clone).ok()
}

/// Runs a future with `id` as [`current_tenant`].
///
/// The future has a name, so that a tower service can hold it without a box.
pub fn with_tenant<F: Future>(id: TenantId, future: F) -> TaskLocalFuture<TenantId, F> {
    CURRENT.scope(id, future)
}

/// As `tokio::spawn`, with the [`current_tenant`] and the tracing span of the caller carried along.
///
/// # Panics
/// Outside a tokio runtime, as `tokio::spawn` does.
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    use tracing::Instrument;
    let span = tracing::Span::current();
    match current_tenant() {
        Some(id) => tokio::spawn(with_tenant(id, future).instrument(span)),
        None => tokio::spawn(future.instrument(span)),
    }
}
