//! The environment: every name the platform reads, read once, with errors that say what is allowed.

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use mtp_core::{Dsn, Isolation, Secret};

/// Something in the environment, or in the builder, that the platform cannot start with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSetting {
    /// The name of the variable or of the builder's method.
    pub name: &'static str,
    /// What is allowed; the value itself is never repeated, since it may be a secret.
    pub allowed: String,
}

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.allowed)
    }
}

/// Every setting as the environment gives it; `None` where a variable is absent or empty.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Environment {
    /// `MTP_SERVICE`: the service's short id.
    pub service: Option<String>,
    /// `MTP_CENTRAL_DB_URL`: the central database.
    pub central_db_url: Option<Dsn>,
    /// `MTP_OWNER_DB_URL`: a login that an operator made to own and migrate tables.
    pub owner_db_url: Option<Dsn>,
    /// `MTP_RUNTIME_DB_URL`: a login that an operator made to serve tenants.
    pub runtime_db_url: Option<Dsn>,
    /// `MTP_TENANT_DB_PREFIX`: what physical names begin with.
    pub tenant_db_prefix: Option<String>,
    /// `MTP_ISOLATION`: `database`, `schema` or `shared`.
    pub isolation: Option<Isolation>,
    /// `MTP_TENANT_URL`: a template with `{tenant}`.
    pub tenant_url: Option<String>,
    /// `MTP_PROVIDERS`: kinds of provider, separated by commas.
    pub providers: Vec<String>,
    /// `MTP_MASTER_KEY`: the master key, and older ones behind it.
    pub master_key: Option<Secret>,
    /// `MTP_MASTER_KEY_FILE`: a file with the same.
    pub master_key_file: Option<PathBuf>,
    /// `MTP_MARKET_KEY`: a first market key.
    pub market_key: Option<Secret>,
    /// `MTP_JWT_ISSUER`: who issues tokens, ours and the identity provider's.
    pub jwt_issuer: Option<String>,
    /// `MTP_JWT_AUDIENCE`: for whom.
    pub jwt_audience: Option<String>,
    /// `MTP_JWT_HS256_SECRET`: the identity provider's secret.
    pub jwt_hs256_secret: Option<Secret>,
    /// `MTP_JWT_PUBLIC_KEY_FILE`: the identity provider's public key, PEM.
    pub jwt_public_key_file: Option<PathBuf>,
    /// `MTP_ADMIN_MUST_CHANGE`: whether the first password must be changed at once.
    pub admin_must_change: Option<bool>,
    /// `MTP_RATE_LIMIT`: requests of one tenant, `100/s`.
    pub rate_limit: Option<String>,
    /// `MTP_MAX_CONNECTIONS`: connections to a server for all its tenants.
    pub max_connections: Option<u32>,
    /// `MTP_STATEMENT_TIMEOUT`: how long one statement of a tenant's may take.
    pub statement_timeout: Option<Duration>,
    /// `MTP_LOCK_TIMEOUT`: how long it may wait for a lock.
    pub lock_timeout: Option<Duration>,
    /// `MTP_WARM_TENANTS`: tenants that are made ahead.
    pub warm_tenants: Option<usize>,
    /// `MTP_STALE_MAX`: seconds that known tenants are served without the central database.
    pub stale_max: Option<Duration>,
    /// `MTP_RETENTION`: how long a deleted tenant's data is kept.
    pub retention: Option<Duration>,
    /// `MTP_ALLOW_SINGLE_WALL`: accept shared tables on SQLite.
    pub allow_single_wall: Option<bool>,
    /// `MTP_DATA_DIR`: the folder of the embedded default.
    pub data_dir: Option<PathBuf>,
    /// `MTP_LISTEN`: where to listen.
    pub listen: Option<String>,
}

impl Environment {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// Every variable whose value is not allowed, at once.
    pub fn read() -> Result<Self, Vec<BadSetting>> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads through a function from name to value, for programs that keep their settings elsewhere.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<BadSetting>> {
        let mut reader = Reader {
            lookup: &lookup,
            bad: Vec::new(),
        };
        let environment = Self {
            service: reader.text("MTP_SERVICE"),
            central_db_url: reader.dsn("MTP_CENTRAL_DB_URL"),
            owner_db_url: reader.dsn("MTP_OWNER_DB_URL"),
            runtime_db_url: reader.dsn("MTP_RUNTIME_DB_URL"),
            tenant_db_prefix: reader.text("MTP_TENANT_DB_PREFIX"),
            isolation: reader.parsed("MTP_ISOLATION", "database, schema or shared"),
            tenant_url: reader.text("MTP_TENANT_URL"),
            providers: reader
                .text("MTP_PROVIDERS")
                .map(|list| {
                    list.split(',')
                        .map(|kind| kind.trim().to_owned())
                        .filter(|kind| !kind.is_empty())
                        .collect()
                })
                .unwrap_or_default(),
            master_key: reader.text("MTP_MASTER_KEY").map(Secret::new),
            master_key_file: reader.text("MTP_MASTER_KEY_FILE").map(PathBuf::from),
            market_key: reader.text("MTP_MARKET_KEY").map(Secret::new),
            jwt_issuer: reader.text("MTP_JWT_ISSUER"),
            jwt_audience: reader.text("MTP_JWT_AUDIENCE"),
            jwt_hs256_secret: reader.text("MTP_JWT_HS256_SECRET").map(Secret::new),
            jwt_public_key_file: reader.text("MTP_JWT_PUBLIC_KEY_FILE").map(PathBuf::from),
            admin_must_change: reader.parsed("MTP_ADMIN_MUST_CHANGE", "true or false"),
            rate_limit: reader.text("MTP_RATE_LIMIT"),
            max_connections: reader.parsed("MTP_MAX_CONNECTIONS", "a whole number from 1"),
            statement_timeout: reader.duration("MTP_STATEMENT_TIMEOUT"),
            lock_timeout: reader.duration("MTP_LOCK_TIMEOUT"),
            warm_tenants: reader.parsed("MTP_WARM_TENANTS", "a whole number from 0"),
            stale_max: reader.duration("MTP_STALE_MAX"),
            retention: reader.duration("MTP_RETENTION"),
            allow_single_wall: reader.parsed("MTP_ALLOW_SINGLE_WALL", "true or false"),
            data_dir: reader.text("MTP_DATA_DIR").map(PathBuf::from),
            listen: reader.text("MTP_LISTEN"),
        };
        if environment.master_key.is_some() && environment.master_key_file.is_some() {
            reader.bad("MTP_MASTER_KEY", "set this or MTP_MASTER_KEY_FILE, not both");
        }
        if environment.jwt_hs256_secret.is_some() && environment.jwt_public_key_file.is_some() {
            reader.bad("MTP_JWT_HS256_SECRET", "set this or MTP_JWT_PUBLIC_KEY_FILE, not both");
        }
        if reader.text("MTP_JWKS_URL").is_some() {
            reader.bad("MTP_JWKS_URL", "not in this release; use MTP_JWT_PUBLIC_KEY_FILE");
        }
        if reader.text("MTP_REDIS_URL").is_some() {
            reader.bad("MTP_REDIS_URL", "not in this release; limits are kept in each process");
        }
        if reader.bad.is_empty() {
            Ok(environment)
        } else {
            Err(reader.bad)
        }
    }
}

struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    bad: Vec<BadSetting>,
}

impl Reader<'_> {
    fn bad(&mut self, name: &'static str, allowed: impl Into<String>) {
        self.bad.push(BadSetting {
            name,
            allowed: allowed.into(),
        });
    }

    fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.trim().is_empty())
    }

    fn parsed<T: FromStr>(&mut self, name: &'static str, allowed: &str) -> Option<T> {
        let value = self.text(name)?.trim().parse();
        if value.is_err() {
            self.bad(name, allowed);
        }
        value.ok()
    }

    fn dsn(&mut self, name: &'static str) -> Option<Dsn> {
        match Dsn::parse(self.text(name)?) {
            Ok(dsn) => Some(dsn),
            Err(e) => {
                self.bad(name, e.to_string());
                None
            }
        }
    }

    fn duration(&mut self, name: &'static str) -> Option<Duration> {
        let parsed = parse_duration(self.text(name)?.trim());
        if parsed.is_none() {
            self.bad(name, "a whole number and s, m, h or d, for example 30s or 30d");
        }
        parsed
    }
}

/// `30s`, `15m`, `12h`, `30d`; a bare number means seconds.
fn parse_duration(text: &str) -> Option<Duration> {
    let (number, unit) = match text.char_indices().find(|(_, c)| !c.is_ascii_digit()) {
        Some((at, _)) => text.split_at(at),
        None => (text, "s"),
    };
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 24 * 3600,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_value_is_named_and_none_is_repeated() {
        let bad = Environment::from_lookup(|name| match name {
            "MTP_ISOLATION"
            | "MTP_MAX_CONNECTIONS"
            | "MTP_STALE_MAX"
            | "MTP_CENTRAL_DB_URL"
            | "MTP_MASTER_KEY"
            | "MTP_MASTER_KEY_FILE"
            | "MTP_JWKS_URL" => Some("hunter2".into()),
            _ => None,
        })
        .unwrap_err();
        let names: Vec<_> = bad.iter().map(|b| b.name).collect();
        assert_eq!(
            names,
            [
                "MTP_CENTRAL_DB_URL",
                "MTP_ISOLATION",
                "MTP_MAX_CONNECTIONS",
                "MTP_STALE_MAX",
                "MTP_MASTER_KEY",
                "MTP_JWKS_URL"
            ]
        );
        assert!(bad.iter().all(|b| !b.to_string().contains("hunter2")));
    }

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(parse_duration("30d"), Some(Duration::from_hours(720)));
        assert_eq!(parse_duration("45"), Some(Duration::from_secs(45)));
        for bad in ["", "s", "-1s", "1w", "1.5h", "999999999999999999999d"] {
            assert_eq!(parse_duration(bad), None, "{bad}");
        }
    }
}
