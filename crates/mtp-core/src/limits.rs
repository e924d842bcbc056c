//! Every limit and default of the platform, with its name and unit, in one file.
//!
//! The same table stands in `docs/limits.md`; `cargo xtask tidy` compares the two.

use std::time::Duration;

/// Longest tenant id in bytes: a DNS label (RFC 1035 §2.3.4).
pub const MAX_TENANT_ID_LEN: usize = 63;
/// Longest service id in bytes: it stands in logins, which MySQL cuts at 32.
pub const MAX_SERVICE_ID_LEN: usize = 16;
/// Longest prefix of physical names in bytes.
pub const MAX_DB_PREFIX_LEN: usize = 16;
/// Longest tenant name (the one people read) in characters.
pub const MAX_TENANT_NAME_LEN: usize = 200;
/// Most features of one tenant.
pub const MAX_TENANT_FEATURES: usize = 100;
/// Longest plan id, feature name, market name in bytes.
pub const MAX_LABEL_LEN: usize = 64;
/// Longest external id in bytes.
pub const MAX_EXTERNAL_ID_LEN: usize = 200;
/// Most bytes of a tenant's metadata as JSON.
pub const MAX_METADATA_BYTES: usize = 16 * 1024;
/// Most tenants of one page of a list.
pub const MAX_PAGE_SIZE: u64 = 1000;
/// Tenants of a page where the caller does not say.
pub const DEFAULT_PAGE_SIZE: u64 = 100;

/// Connections that one tenant may hold at once.
pub const DEFAULT_POOL_SIZE: u32 = 5;
/// Connections to one server for all tenants together (`MTP_MAX_CONNECTIONS`).
pub const DEFAULT_MAX_CONNECTIONS: u32 = 50;
/// Connections to the central database, outside the tenants' budget.
pub const DEFAULT_CENTRAL_CONNECTIONS: u32 = 8;
/// How long a statement waits for a connection before it is refused with 503.
pub const DEFAULT_ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an idle connection is kept open.
pub const DEFAULT_IDLE_TIMEOUT: Duration = Duration::from_mins(5);
/// How long a connection lives at most; a login's changed settings reach it then.
pub const DEFAULT_CONNECTION_LIFETIME: Duration = Duration::from_mins(30);
/// Over how long the connections opened a second are counted.
pub const POOL_OPENS_WINDOW: Duration = Duration::from_secs(10);
/// How often each instance writes into the catalogue how its pools stand.
pub const POOL_REPORT_INTERVAL: Duration = Duration::from_secs(5);
/// How long such a report is shown: an instance that writes none any more is gone.
pub const POOL_REPORT_LIFETIME: Duration = Duration::from_secs(20);
/// How long one stream of rows may hold a connection.
pub const DEFAULT_STREAM_TIMEOUT: Duration = Duration::from_mins(5);
/// Most rows of one bulk insert statement; larger inserts are cut into several in one transaction.
pub const MAX_INSERT_ROWS: usize = 500;
/// Most bound values of one statement on SQLite (its own default limit, 32,766).
pub const MAX_BOUND_VALUES: usize = 32_000;

/// How long a seal is valid.
pub const SEAL_LIFETIME: Duration = Duration::from_mins(5);
/// How old a seal may get before the handle makes a new one.
pub const SEAL_RENEWAL: Duration = Duration::from_mins(1);
/// How far the clocks of service and database may differ before the doctor objects.
pub const MAX_CLOCK_SKEW: Duration = Duration::from_mins(1);

/// Tenants that a server takes where an operator did not say.
pub const DEFAULT_SERVER_CAPACITY: i64 = 10_000;
/// How long a lifecycle operation is one process's own without a sign of life.
pub const DEFAULT_LEASE: Duration = Duration::from_secs(15);
/// How often the reconciler looks for operations whose lease expired.
pub const DEFAULT_RECONCILE_INTERVAL: Duration = Duration::from_secs(2);
/// How often a failing step is tried before its flow is undone.
pub const DEFAULT_STEP_ATTEMPTS: u32 = 3;
/// Tenants that are made ahead (`MTP_WARM_TENANTS`).
pub const DEFAULT_WARM_TENANTS: usize = 0;
/// How long no tenant is made ahead after one could not be made.
pub const WARM_RETRY_PAUSE: Duration = Duration::from_mins(1);
/// How long a tenant that was made ahead and is too many is kept: two settings may run side by side while a release is
/// rolled out.
pub const WARM_SURPLUS_GRACE: Duration = Duration::from_hours(1);
/// Where the places that the fleet runner took were worked off sooner than this, it takes twice as many the next time,
/// else half as many; never fewer than it works on at once.
pub const FLEET_TAKE: Duration = Duration::from_millis(100);
/// Places that the fleet runner takes in one go at most, where it works on fewer at once.
pub const MAX_FLEET_TAKEN: usize = 64;
/// Tenants of one server that the fleet runner migrates at once, each over a connection of its own; never more than the
/// server's budget of connections.
pub const DEFAULT_FLEET_JOBS: usize = 8;
/// The share of a pass of the fleet runner that goes first; any failure there stops the pass.
pub const DEFAULT_FLEET_CANARY: f64 = 0.05;
/// Failed tenants past which the fleet runner begins no other.
pub const DEFAULT_FLEET_MAX_FAILURES: u64 = 10;
/// How often the fleet runner tries a tenant whose database is busy or away.
pub const FLEET_ATTEMPTS: u32 = 3;
/// The pause before the fleet runner's second attempt; it doubles with each.
pub const FLEET_PAUSE: Duration = Duration::from_millis(200);
/// Tenants whose results the fleet runner writes down in one transaction.
pub const FLEET_BATCH: usize = 64;
/// How long the fleet runner gathers results from one time that it writes them down to the next.
pub const FLEET_GATHER: Duration = Duration::from_millis(100);
/// How often places are looked for that no tenant has any more.
pub const ORPHAN_SWEEP_INTERVAL: Duration = Duration::from_mins(10);
/// How long a tenant must be purged, and a place unchanged, before the place is swept away.
pub const ORPHAN_GRACE: Duration = Duration::from_hours(1);
/// How long making, retrying and purging a tenant are waited for; the work goes on behind.
pub const DEFAULT_WAIT_LIMIT: Duration = Duration::from_mins(10);
/// How long a deleted tenant's data is kept (`MTP_RETENTION`).
pub const DEFAULT_RETENTION: Duration = Duration::from_hours(720);
/// How long the first credentials are repeated to a market that asks again.
pub const ANSWER_LIFETIME: Duration = Duration::from_mins(15);
/// How long an idempotency key is remembered.
pub const IDEMPOTENCY_LIFETIME: Duration = Duration::from_hours(24);
/// How long the webhook waits for a tenant before it answers 202.
pub const DEFAULT_PROVISION_DEADLINE: Duration = Duration::from_secs(20);

/// How often each instance asks the catalogue what changed.
pub const FRESHNESS_POLL: Duration = Duration::from_millis(250);
/// How long after its last good poll an instance may answer from what it verified before.
pub const FRESHNESS_LEASE: Duration = Duration::from_secs(1);
/// How long known tenants are served while the central database is away (`MTP_STALE_MAX`).
pub const DEFAULT_STALE_MAX: Duration = Duration::from_secs(30);
/// How long the look at one server may take that says whether it answers.
pub const HEALTH_CHECK_TIMEOUT: Duration = Duration::from_millis(1500);
/// When who asks for a tenant is to come back whose tables have a version that this release cannot serve.
pub const VERSION_RETRY_AFTER: Duration = Duration::from_secs(5);
/// Most names kept in memory that no tenant has.
pub const MAX_UNKNOWN_TENANTS: usize = 10_000;
/// Most tenants kept in an instance's memory.
pub const DEFAULT_DIRECTORY_CAPACITY: usize = 50_000;

/// How long a refresh token is good.
pub const REFRESH_TOKEN_LIFETIME: Duration = Duration::from_hours(720);
/// How long a link to set a password is good.
pub const ONE_TIME_LINK_LIFETIME: Duration = Duration::from_hours(24);

/// Longest secret that is sealed, in bytes. A signing key or a stored answer needs far less; large data belongs in the
/// tenant's own database.
pub const MAX_PLAINTEXT_BYTES: usize = 64 * 1024;
/// Longest name of the record that a sealed value belongs to, in bytes.
pub const MAX_RECORD_BYTES: usize = 255;
/// Longest purpose of a sealed value, in bytes.
pub const MAX_PURPOSE_BYTES: usize = 63;
/// Longest stored form of a wrapped data key, in bytes: a key management service's ciphertext has a few hundred.
pub const MAX_WRAPPED_KEY_BYTES: usize = 8 * 1024;
/// Most master keys given at once: the current one and those that still wrap something.
pub const MAX_MASTER_KEYS: usize = 16;
/// Longest database URL, in bytes.
pub const MAX_DSN_BYTES: usize = 2048;

/// Fewest characters of a password that any policy may ask for (OWASP ASVS 5.0.0 6.2.1).
pub const MIN_PASSWORD_CHARS: usize = 8;
/// Fewest characters of a password where the service does not say.
pub const DEFAULT_PASSWORD_CHARS: usize = 12;
/// Most bytes of a password; a longer one is refused before it is hashed.
pub const MAX_PASSWORD_BYTES: usize = 1024;
/// Password hashes that run at once. Each takes a core and by default 19 MiB; sign-ins must not starve the requests.
pub const DEFAULT_HASHES_AT_ONCE: usize = 2;
/// Most password hashes at once that a service may set.
pub const MAX_HASHES_AT_ONCE: usize = 1024;
/// How long a password hash waits for its turn before it is refused with 429.
pub const DEFAULT_HASH_DEADLINE: Duration = Duration::from_secs(2);
/// Least memory of a new password hash, in KiB: the smallest of OWASP's argon2id settings.
pub const MIN_HASH_MEMORY_KIB: u32 = 7 * 1024;
/// Most memory that a password hash may ask for, in KiB: a row written over must not exhaust the machine.
pub const MAX_HASH_MEMORY_KIB: u32 = 256 * 1024;
/// Most passes that a password hash may ask for.
pub const MAX_HASH_ITERATIONS: u32 = 32;
/// Most lanes that a password hash may ask for; they run one after the other.
pub const MAX_HASH_LANES: u32 = 8;
/// Longest statement in bytes; longer ones are refused before they are read. Bound values do not count.
pub const MAX_STATEMENT_BYTES: usize = 64 * 1024;
/// Deepest nesting of brackets, subqueries and the like that the parser follows.
pub const MAX_NESTING: usize = 50;
/// Most tokens between two commas on the way to any one place of a statement: the bound on how deep a tree can be
/// (`a OR b OR c …` is one chain).
pub const MAX_CHAIN_TOKENS: usize = 4096;
/// Most UNION, EXCEPT and INTERSECT in one statement.
pub const MAX_SET_OPERATIONS: usize = 256;
/// Most statements that the rewriter remembers.
pub const REWRITE_CACHE_ENTRIES: usize = 4096;
/// Most bytes of statements that the rewriter remembers, given and rewritten text together.
pub const REWRITE_CACHE_BYTES: usize = 16 * 1024 * 1024;

/// How long one statement of a tenant's may take at most, and does where nothing shorter is set; a stream is one
/// statement. Pinned for every login that serves tenants, or set in its sessions.
pub const RUNTIME_STATEMENT_TIMEOUT: Duration = DEFAULT_STREAM_TIMEOUT;
/// The shortest time that a tenant's statements, and their waits for locks, may be given.
pub const MIN_STATEMENT_TIMEOUT: Duration = Duration::from_millis(10);
/// How much longer than its time a statement is waited for where the server ends it by itself.
pub const STATEMENT_GRACE: Duration = Duration::from_secs(2);
/// How often PostgreSQL looks, while it runs a statement, whether the client is still there.
pub const CLIENT_CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// After how many steps of its machine SQLite looks whether a statement's connection is still wanted.
pub const SQLITE_CHECK_STEPS: i32 = 1000;
/// How long such a statement waits for a lock at most, and does where nothing shorter is set.
pub const RUNTIME_LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// How long such a login's transaction may lie idle.
pub const RUNTIME_IDLE_IN_TRANSACTION_TIMEOUT: Duration = Duration::from_mins(1);
/// Connections that the login of a tenant with its own database may have, from all processes together.
pub const MAX_LOGIN_CONNECTIONS: u32 = 100;
/// How long a session in a database that a tenant brought may take to open.
pub const BROUGHT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a migration waits for a table before it fails and is tried again.
pub const MIGRATION_LOCK_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a process waits on the MySQL wire until another has installed the catalogue, or made a server ready.
pub const INSTALL_TIMEOUT: Duration = Duration::from_mins(1);
/// How long a turn of an operation waits until the sessions of the turn before are gone.
pub const FENCE_TIMEOUT: Duration = Duration::from_secs(10);
/// Rows of a shared table that one transaction of a purge deletes at most.
pub const ERASE_BATCH: u32 = 5_000;
/// Tables of a schema that one transaction of a purge drops at most: each is a lock, and PostgreSQL has
/// `max_locks_per_transaction` (64) for each connection.
pub const DROP_BATCH: u32 = 32;
