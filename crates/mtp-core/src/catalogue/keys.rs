//! Data keys as rows, and the ones in use in memory.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sea_query::{DeleteStatement, Expr, ExprTrait, InsertStatement, OnConflict, Order, Query};

use super::central::Central;
use crate::{
    error::{Error, Result},
    keys::{DataKey, DataKeyRef, KeyManagement, KeyRing, KeyScope, WrappedDataKey},
};

/// Most scopes whose keys are kept unwrapped in memory; past it all are forgotten and read again.
const MAX_RINGS: usize = 10_000;

/// Unwraps data keys by the master key and keeps a bounded number of them.
pub(crate) struct KeyStore {
    master: Arc<dyn KeyManagement>,
    rings: Mutex<Rings>,
}

#[derive(Default)]
struct Rings {
    known: HashMap<String, Arc<KeyRing>>,
    /// How often any scope was forgotten: what was read before the last time may be destroyed by now.
    forgotten: u64,
}

impl fmt::Debug for KeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyStore").finish_non_exhaustive()
    }
}

const BAD_ROW: Error = Error::Internal("a data key's row cannot be read");

#[derive(sqlx::FromRow)]
struct Row {
    version: i64,
    key_id: String,
    wrapped: Vec<u8>,
}

impl KeyStore {
    pub(crate) fn new(master: Arc<dyn KeyManagement>) -> Self {
        Self {
            master,
            rings: Mutex::default(),
        }
    }

    /// The keys of a scope.
    ///
    /// # Errors
    /// Where the scope has no key (it was never made, or was destroyed), or the master key is another.
    pub(crate) async fn ring(&self, central: &Central, scope: &KeyScope) -> Result<Arc<KeyRing>> {
        let name = scope.to_string();
        let forgotten = {
            let rings = self.rings();
            if let Some(ring) = rings.known.get(&name) {
                return Ok(ring.clone());
            }
            rings.forgotten
        };
        let rows: Vec<Row> = central
            .fetch_all(
                Query::select()
                    .columns(["version", "key_id", "wrapped"])
                    .from(central.table("data_keys"))
                    .and_where(Expr::col("service").eq(central.service()))
                    .and_where(Expr::col("scope").eq(name.as_str()))
                    .order_by("version", Order::Asc),
            )
            .await?;
        let mut ring: Option<KeyRing> = None;
        for row in rows {
            let wrapped = WrappedDataKey::from_bytes(&row.wrapped)?;
            let expected = DataKeyRef {
                id: row.key_id.parse().map_err(|_| BAD_ROW)?,
                version: row.version.try_into().map_err(|_| BAD_ROW)?,
                scope: scope.clone(),
            };
            let key = wrapped.unwrap(&*self.master, &expected).await?;
            match &mut ring {
                Some(ring) => ring.add(key)?,
                None => ring = Some(KeyRing::new(key)),
            }
        }
        let ring = Arc::new(ring.ok_or(Error::Internal(
            "this scope has no data key; it was destroyed, or never made",
        ))?);
        let mut rings = self.rings();
        // A scope that was forgotten meanwhile must not come back: its key may be destroyed.
        if rings.forgotten == forgotten {
            if rings.known.len() >= MAX_RINGS {
                rings.known.clear();
            }
            rings.known.insert(name, ring.clone());
        }
        Ok(ring)
    }

    fn rings(&self) -> MutexGuard<'_, Rings> {
        self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a scope's first key where there is none.
    pub(crate) async fn ensure(&self, central: &Central, scope: &KeyScope) -> Result<()> {
        let insert = self.first_key(central, scope).await?;
        central.execute(&insert).await?;
        self.forget(scope);
        Ok(())
    }

    /// What writes a scope's first key down where there is none. Forget the scope afterwards: this process may still
    /// know a key that another has destroyed since.
    pub(crate) async fn first_key(&self, central: &Central, scope: &KeyScope) -> Result<InsertStatement> {
        let key = DataKey::generate(scope.clone())?;
        let wrapped = key.wrap(&*self.master).await?;
        Ok(Query::insert()
            .into_table(central.table("data_keys"))
            .columns(["service", "scope", "version", "key_id", "wrapped", "created_at"])
            .values_panic([
                central.service().into(),
                scope.to_string().into(),
                i64::from(wrapped.key_version()).into(),
                wrapped.key_id().to_string().into(),
                wrapped.to_bytes().into(),
                central.now(),
            ])
            .on_conflict(
                OnConflict::columns(["service", "scope", "version"])
                    .do_nothing_on(["version"])
                    .to_owned(),
            )
            .to_owned())
    }

    /// What destroys a scope's keys: its secrets cannot be read again by anybody. Forget the scope afterwards.
    pub(crate) fn destruction(central: &Central, scope: &KeyScope) -> [DeleteStatement; 2] {
        ["data_keys", "secrets"].map(|table| {
            Query::delete()
                .from_table(central.table(table))
                .and_where(Expr::col("service").eq(central.service()))
                .and_where(Expr::col("scope").eq(scope.to_string()))
                .to_owned()
        })
    }

    /// Forgets a scope's keys in this process.
    pub(crate) fn forget(&self, scope: &KeyScope) {
        let mut rings = self.rings();
        rings.forgotten += 1;
        rings.known.remove(&scope.to_string());
    }
}
