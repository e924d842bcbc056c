//! What each route demands of who calls it: a typed table, and `Caller` for whatever is not in it.

use std::sync::Arc;

use http::Method;

/// Who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Access {
    /// Anyone, for no tenant: health, the service's documents.
    Public,
    /// Anyone who names a tenant, known or not: sign-in. The handler gets a
    /// [`SignInTenant`](crate::SignInTenant), answers the same for one that is not served, and
    /// spends the same time.
    Tenant,
    /// Whoever holds a token of the tenant. The default.
    Caller,
    /// As [`Caller`](Self::Caller), and a token that may only change the password too.
    PasswordChange,
    /// A market, by its key.
    Market,
    /// Either. Showing both credentials is refused.
    MarketOrCaller,
}

/// One row of the table.
#[derive(Debug, Clone)]
pub struct RouteAccess {
    /// The method; `HEAD` is asked as `GET`, as axum serves it.
    pub method: Method,
    /// The path as axum is told it: `/api/tenant/{tenant_id}`, `/files/{*rest}`.
    pub path: &'static str,
    /// What it demands.
    pub access: Access,
}

impl RouteAccess {
    /// A row.
    pub const fn new(method: Method, path: &'static str, access: Access) -> Self {
        Self { method, path, access }
    }
}

/// Rows that cannot stand together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RouteTableError {
    /// One route with two answers.
    #[error("{method} {path} is declared twice with different access; keep one")]
    Twice {
        /// The method.
        method: Method,
        /// The path.
        path: &'static str,
    },
    /// A path that axum would not take either.
    #[error("the path {path} cannot stand beside the others; write it as the router has it")]
    Path {
        /// The path.
        path: &'static str,
        /// Why.
        source: matchit::InsertError,
    },
}

/// What each route demands. Looked up before routing, by the same matcher as axum's (`matchit`), so
/// both agree on which route a path is.
#[derive(Clone)]
pub struct RouteTable {
    rows: Vec<RouteAccess>,
    router: Arc<matchit::Router<Vec<(Method, Access)>>>,
}

impl std::fmt::Debug for RouteTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.rows).finish()
    }
}

impl Default for RouteTable {
    /// The table with [`PUBLIC_ROUTES`] only.
    fn default() -> Self {
        // Four different paths without parameters: there is nothing in them to collide.
        Self::new(PUBLIC_ROUTES).unwrap_or_else(|_| Self {
            rows: Vec::new(),
            router: Arc::default(),
        })
    }
}

/// The routes that anyone may ask: health and the service's own documents.
pub const PUBLIC_ROUTES: [RouteAccess; 4] = [
    RouteAccess::new(Method::GET, "/api/health", Access::Public),
    RouteAccess::new(Method::GET, "/api/openapi.json", Access::Public),
    RouteAccess::new(Method::GET, "/api/manifest", Access::Public),
    RouteAccess::new(Method::GET, "/.well-known/jwks.json", Access::Public),
];

impl RouteTable {
    /// A table from its rows. The same row may stand twice.
    ///
    /// # Errors
    /// [`RouteTableError`] where two rows contradict each other or a path cannot be one.
    pub fn new(rows: impl IntoIterator<Item = RouteAccess>) -> Result<Self, RouteTableError> {
        let rows: Vec<RouteAccess> = rows.into_iter().collect();
        let mut paths: Vec<(&'static str, Vec<(Method, Access)>)> = Vec::new();
        for row in &rows {
            let at = paths.iter().position(|(path, _)| *path == row.path);
            let methods = if let Some(at) = at {
                &mut paths[at].1
            } else {
                paths.push((row.path, Vec::new()));
                let last = paths.len() - 1;
                &mut paths[last].1
            };
            match methods.iter().find(|(method, _)| *method == row.method) {
                Some((_, access)) if *access == row.access => {}
                Some(_) => {
                    return Err(RouteTableError::Twice {
                        method: row.method.clone(),
                        path: row.path,
                    });
                }
                None => methods.push((row.method.clone(), row.access)),
            }
        }
        let mut router = matchit::Router::new();
        for (path, methods) in paths {
            router
                .insert(path, methods)
                .map_err(|source| RouteTableError::Path { path, source })?;
        }
        Ok(Self {
            rows,
            router: Arc::new(router),
        })
    }

    /// This table with more rows.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with(&self, rows: impl IntoIterator<Item = RouteAccess>) -> Result<Self, RouteTableError> {
        Self::new(self.rows.iter().cloned().chain(rows))
    }

    /// The rows, for a test that looks for routes without one.
    pub fn rows(&self) -> &[RouteAccess] {
        &self.rows
    }

    /// What a request demands: `Caller` where nothing is said of it.
    pub fn access(&self, method: &Method, path: &str) -> Access {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.router
            .at(path)
            .ok()
            .and_then(|found| found.value.iter().find(|(known, _)| known == method))
            .map_or(Access::Caller, |(_, access)| *access)
    }
}
