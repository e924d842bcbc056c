//! The relations that a tenant has, as the rewriter needs to know them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The tables and views of a tenant: those that the service's migrations make. Anything else cannot be named in a
/// tenant's statement. Cheap to clone.
///
/// Names are kept as the database stores them: an unquoted `Items` of a PostgreSQL migration is given as `items`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantTables {
    inner: Arc<BTreeMap<String, BTreeSet<String>>>,
}

impl TenantTables {
    /// Makes the set from (relation, columns) pairs; the columns may be empty where they are not known. The same
    /// relation given twice joins its columns.
    pub fn new<I, N, C>(relations: I) -> Self
    where
        I: IntoIterator<Item = (N, C)>,
        N: Into<String>,
        C: IntoIterator,
        C::Item: Into<String>,
    {
        let mut map: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (name, columns) in relations {
            map.entry(name.into())
                .or_default()
                .extend(columns.into_iter().map(Into::into));
        }
        Self { inner: Arc::new(map) }
    }

    /// Whether a relation of exactly this name is in the set.
    pub fn contains(&self, name: &str) -> bool {
        self.inner.contains_key(name)
    }

    /// The columns known of a relation, in order of name; `None` for an unknown relation.
    pub fn columns(&self, name: &str) -> Option<impl Iterator<Item = &str>> {
        self.inner.get(name).map(|columns| columns.iter().map(String::as_str))
    }

    /// The relations' names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.inner.keys().map(String::as_str)
    }

    /// How many relations there are.
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// The stored name that equals `name` without regard to ASCII case, for databases that compare so.
    pub(super) fn find_ignoring_case(&self, name: &str) -> Option<&str> {
        self.names().find(|known| known.eq_ignore_ascii_case(name))
    }
}
