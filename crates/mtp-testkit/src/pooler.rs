//! PgBouncer in transaction mode before the test server.

use url::Url;

use crate::postgres::{missing, url_of};

/// Two server connections for each (database, login).
const TWO: &str = "MTP_TEST_PGBOUNCER_URL";
/// One server connection for each (database, login).
const ONE: &str = "MTP_TEST_PGBOUNCER_ONE_URL";
/// PgBouncer 1.21 or later, with prepared statements.
const PREPARED: &str = "MTP_TEST_PGBOUNCER_PREPARED_URL";

/// A PgBouncer that serves every database of the test server under its own name, and every login by its own password.
#[derive(Clone)]
pub struct Pooler {
    url: Url,
}

/// The pooler with two server connections for each (database, login). Its version keeps no prepared statements, or
/// is told to keep none.
///
/// # Panics
/// When none is named in the environment.
pub fn pgbouncer() -> Pooler {
    Pooler {
        url: url_of(TWO).unwrap_or_else(|| missing(TWO)),
    }
}

/// The same with one server connection for each (database, login): whoever shares a login shares a backend.
///
/// # Panics
/// When none is named in the environment.
pub fn pgbouncer_one() -> Pooler {
    Pooler {
        url: url_of(ONE).unwrap_or_else(|| missing(ONE)),
    }
}

/// PgBouncer 1.21 or later with prepared statements, where `cargo xtask test` found one (it says when not).
///
/// # Panics
/// When what the environment names is not a URL.
pub fn pgbouncer_prepared() -> Option<Pooler> {
    url_of(PREPARED).map(|url| Pooler { url })
}

/// The superuser's URL through [`pgbouncer`], for the database `postgres`.
///
/// # Panics
/// When none is named in the environment.
pub fn pgbouncer_url() -> String {
    pgbouncer().url()
}

impl Pooler {
    /// The superuser's URL through the pooler, for the database `postgres`.
    pub fn url(&self) -> String {
        self.url.to_string()
    }

    /// The same login and database as in `url`, through the pooler.
    ///
    /// # Panics
    /// When `url` is not the URL of a server.
    pub fn through(&self, url: &str) -> String {
        let mut through = Url::parse(url).unwrap_or_else(|e| panic!("not a URL: {e}"));
        let moved = through.set_host(self.url.host_str()).is_ok() && through.set_port(self.url.port()).is_ok();
        assert!(moved, "not the URL of a server");
        through.to_string()
    }
}

impl std::fmt::Debug for Pooler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the password.
        f.debug_struct("Pooler")
            .field("host", &self.url.host_str())
            .field("port", &self.url.port())
            .finish()
    }
}
