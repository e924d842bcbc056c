//! An operator makes the logins and the common database as the docs say; nothing is made but schemas, and what is missing
//! is named.

use mtp_core::{
    Dsn, Error, FleetOptions, Isolation, MasterKey, Severity, TenantConfig, TenantManager, TenantManagerBuilder,
};
use mtp_testkit::FreshLogin;

use crate::place::{bodies, note};

const MASTER: &str = "6f1d2c3b4a59687786957483726150c1d2e3f405162738495a6b7c8d9eafb0c1";
const NOTES: &str = include_str!("notes/0001_notes.sql");
const TAGS: &str = "CREATE TABLE tags (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id));";

/// The statements of the docs, for names that no other test has.
fn statements(tag: &str) -> Vec<String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/logins.md");
    let text = std::fs::read_to_string(file).unwrap();
    let sql = text.split("```sql\n").nth(1).unwrap().split("```").next().unwrap();
    let lines: Vec<_> = sql
        .lines()
        .map(|line| {
            line.replace("mtp_notes_", &format!("mtp_{tag}_"))
                .replace("notes_", &format!("{tag}_"))
        })
        .collect();
    assert_eq!(lines.len(), 21, "the docs changed; so must the cases below");
    lines
}

/// A server of which only a login is used, so that what is made is dropped with it.
struct ByHand(FreshLogin);

impl ByHand {
    async fn new() -> Self {
        let hand = Self(mtp_testkit::postgres().fresh_login("hand").await);
        for statement in statements(hand.tag()) {
            hand.run(&statement).await;
        }
        hand
    }

    fn tag(&self) -> &str {
        self.0.service()
    }

    async fn run(&self, sql: &str) {
        self.0
            .server()
            .execute("postgres", &sql.replace("{}", self.tag()))
            .await;
    }

    async fn texts(&self, sql: &str) -> Vec<String> {
        self.0.server().texts("postgres", &sql.replace("{}", self.tag())).await
    }

    fn url(&self, login: &str, password: &str, database: &str) -> Dsn {
        let [login, database] = [login, database].map(|name| format!("{}_{name}", self.tag()));
        Dsn::parse(self.0.server().url_as(&login, password, &database)).unwrap()
    }

    fn builder(&self, isolation: Isolation, password: &str) -> TenantManagerBuilder {
        TenantManager::builder(self.tag(), self.url("central", "one", "central"))
            .master_key(MasterKey::parse(MASTER).unwrap())
            .owner_url(self.url("owner", "two", "tenants"))
            .runtime_url(self.url("runtime", password, "tenants"))
            .migrations(&[(1, "notes", NOTES)])
            .isolation(isolation)
            .stale_max(std::time::Duration::from_secs(1))
    }

    async fn fails(&self, isolation: Isolation) -> Error {
        self.builder(isolation, "three")
            .background(false)
            .start()
            .await
            .unwrap_err()
    }
}

#[tokio::test]
async fn made_as_the_docs_say_it_serves_and_migrates() {
    for isolation in [Isolation::Shared, Isolation::Schema] {
        let hand = ByHand::new().await;
        let roles = "SELECT rolname::text FROM pg_roles WHERE rolname LIKE '%{}%' ORDER BY 1";
        let databases = "SELECT datname::text FROM pg_database WHERE datname LIKE '%{}%' ORDER BY 1";
        let before = (hand.texts(roles).await, hand.texts(databases).await);
        let manager = hand.builder(isolation, "three").start().await.unwrap();
        let (a, b) = (
            manager.create(TenantConfig::new("ant")).await.unwrap(),
            manager.create(TenantConfig::new("bee")).await.unwrap(),
        );
        let handles = (
            manager.handle(&a.id).await.unwrap(),
            manager.handle(&b.id).await.unwrap(),
        );
        note(&handles.0, "1", "of a").await;
        note(&handles.1, "1", "of b").await;
        assert_eq!(bodies(&handles.0).await, ["of a"]);
        assert_eq!(bodies(&handles.1).await, ["of b"]);
        let found = manager.diagnose().await;
        assert!(found.iter().all(|f| f.severity == Severity::Warning), "{found:?}");

        let newer = hand
            .builder(isolation, "three")
            .migrations(&[(1, "notes", NOTES), (2, "tags", TAGS)])
            .background(false)
            .start()
            .await
            .unwrap();
        let report = newer.fleet().run(&FleetOptions::default()).await.unwrap();
        assert_eq!(report.failures, 0, "{report:?}");
        assert_eq!(newer.get(&a.id).await.unwrap().schema_version, 2);
        newer.rotate_seals("default", None).await.unwrap();
        manager.delete(&a.id).await.unwrap();
        manager.purge(&a.id).await.unwrap();
        let own = manager
            .create(TenantConfig::new("cow").isolation(Isolation::Database))
            .await;
        assert!(matches!(own, Err(Error::StepFailed { .. })), "{own:?}");
        assert_eq!(
            (hand.texts(roles).await, hand.texts(databases).await),
            before,
            "nothing of the kind is made"
        );
    }
}

/// What an administrator may have left out, the rule that must name it, and its mend.
const TAKEN: &[(&str, &str, &[&str])] = &[
    (
        "DROP ROLE mtp_{}_wall",
        "login-missing",
        &["CREATE ROLE mtp_{}_wall NOLOGIN", "GRANT mtp_{}_wall TO {}_central"],
    ),
    (
        "ALTER ROLE mtp_{}_wall LOGIN",
        "wall-logs-in",
        &["ALTER ROLE mtp_{}_wall NOLOGIN"],
    ),
    (
        "REVOKE mtp_{}_wall FROM {}_central",
        "login-not-granted",
        &["GRANT mtp_{}_wall TO {}_central"],
    ),
    (
        "REVOKE {}_owner FROM {}_central",
        "login-not-granted",
        &["GRANT {}_owner TO {}_central"],
    ),
    (
        "REVOKE {}_runtime FROM {}_central",
        "login-not-granted",
        &["GRANT {}_runtime TO {}_central"],
    ),
    (
        "ALTER ROLE {}_central NOINHERIT",
        "login-not-granted",
        &["ALTER ROLE {}_central INHERIT"],
    ),
    (
        "ALTER DATABASE {}_tenants OWNER TO {}_central",
        "common-database",
        &["ALTER DATABASE {}_tenants OWNER TO {}_owner"],
    ),
    (
        "ALTER DATABASE {}_tenants RENAME TO {}_away",
        "common-database",
        &["ALTER DATABASE {}_away RENAME TO {}_tenants"],
    ),
    (
        "REVOKE CONNECT ON DATABASE {}_tenants FROM {}_runtime",
        "login-not-let-in",
        &["GRANT CONNECT ON DATABASE {}_tenants TO {}_runtime"],
    ),
    (
        "ALTER ROLE {}_runtime IN DATABASE {}_tenants RESET row_security",
        "settings-not-pinned",
        &["ALTER ROLE {}_runtime IN DATABASE {}_tenants SET row_security = 'on'"],
    ),
];

#[tokio::test]
async fn what_is_missing_is_named() {
    let hand = ByHand::new().await;
    for (takes, rule, gives_back) in TAKEN {
        hand.run(takes).await;
        let failed = hand.fails(Isolation::Shared).await;
        let Error::WallDown(found) = &failed else {
            panic!("{takes}: {failed:?}");
        };
        let named = found.iter().find(|f| f.rule == *rule);
        assert!(named.is_some_and(|f| !f.mend.is_empty()), "{takes}: {found:?}");
        for statement in *gives_back {
            hand.run(statement).await;
        }
        // Rights that went with what was dropped.
        hand.run("GRANT CONNECT ON DATABASE {}_tenants TO {}_runtime").await;
    }
    let failed = hand
        .builder(Isolation::Shared, "wrong")
        .background(false)
        .start()
        .await
        .unwrap_err();
    assert!(failed.to_string().contains("MTP_RUNTIME_DB_URL"), "{failed}");
    let alone = TenantManager::builder(hand.tag(), hand.url("central", "one", "central"))
        .master_key(MasterKey::parse(MASTER).unwrap())
        .owner_url(hand.url("owner", "two", "tenants"))
        .start()
        .await
        .unwrap_err();
    assert!(alone.to_string().contains("together"), "{alone}");
    assert!(
        hand.builder(Isolation::Shared, "three")
            .background(false)
            .start()
            .await
            .is_ok()
    );
    // What is taken away later, the doctor finds.
    let manager = hand.builder(Isolation::Shared, "three").start().await.unwrap();
    for (takes, rule, gives_back) in [
        (
            "ALTER ROLE {}_runtime BYPASSRLS",
            "runtime-bypassrls",
            "ALTER ROLE {}_runtime NOBYPASSRLS",
        ),
        (
            "GRANT {}_owner TO {}_runtime",
            "runtime-member",
            "REVOKE {}_owner FROM {}_runtime",
        ),
        (
            "GRANT CONNECT ON DATABASE {}_tenants TO PUBLIC",
            "public-connect",
            "REVOKE CONNECT ON DATABASE {}_tenants FROM PUBLIC",
        ),
    ] {
        hand.run(takes).await;
        let found = manager.diagnose().await;
        assert!(found.iter().any(|f| f.rule == rule), "{takes}: {found:?}");
        hand.run(gives_back).await;
    }
}
