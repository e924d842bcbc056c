//! Every wall that is taken down is found, and what the finding says to run puts it up again.

use mtp_core::{Error, Finding, Isolation, Severity, TenantConfig, TenantManager};

use crate::place::{Place, bodies, note};

/// What an operator may get wrong, and the rule that must find it. `{rt}`, `{owner}`, `{wall}`, `{db}` are names.
const BROKEN: &[(&str, &str)] = &[
    ("runtime-superuser", "ALTER ROLE {rt} SUPERUSER"),
    ("runtime-bypassrls", "ALTER ROLE {rt} BYPASSRLS"),
    ("runtime-creates", "ALTER ROLE {rt} CREATEDB"),
    ("runtime-creates", "ALTER ROLE {rt} CREATEROLE"),
    ("runtime-member", "GRANT {owner} TO {rt}"),
    ("runtime-member", "GRANT {wall} TO {rt}"),
    ("runtime-member", "GRANT pg_read_all_data TO {rt}"),
    ("runtime-owner", "CREATE SCHEMA mine AUTHORIZATION {rt}"),
    ("owner-bypasses", "ALTER ROLE {owner} BYPASSRLS"),
    ("owner-bypasses", "ALTER ROLE {owner} SUPERUSER"),
    ("public-connect", "GRANT CONNECT ON DATABASE {db} TO PUBLIC"),
    ("public-connect", "GRANT TEMP ON DATABASE {db} TO PUBLIC"),
    ("runtime-temp", "GRANT TEMP ON DATABASE {db} TO {rt}"),
    ("runtime-temp", "GRANT CREATE ON DATABASE {db} TO {rt}"),
    ("schema-create", "GRANT CREATE ON SCHEMA app TO {rt}"),
    ("schema-create", "GRANT CREATE ON SCHEMA public TO PUBLIC"),
    ("secret-readable", "GRANT SELECT ON mtp.seal_secret TO {rt}"),
    ("secret-readable", "GRANT SELECT (inner_pad) ON mtp.seal_secret TO {rt}"),
    ("wall-owner", "ALTER ROLE {wall} LOGIN"),
    ("wall-owner", "ALTER FUNCTION mtp.tenant() OWNER TO {owner}"),
    ("seal-function-lent", "GRANT EXECUTE ON FUNCTION mtp.tenant() TO PUBLIC"),
    (
        "seal-function-denied",
        "REVOKE EXECUTE ON FUNCTION mtp.tenant() FROM {rt}",
    ),
    ("seal-function-denied", "REVOKE USAGE ON SCHEMA mtp FROM {rt}"),
    (
        "settings-not-pinned",
        "ALTER ROLE {rt} IN DATABASE {db} SET search_path = public",
    ),
    (
        "settings-not-pinned",
        "ALTER ROLE {rt} IN DATABASE {db} RESET standard_conforming_strings",
    ),
    (
        "settings-not-pinned",
        "ALTER ROLE {rt} IN DATABASE {db} SET \"mtp.seal\" = 'x'",
    ),
    ("settings-not-pinned", "ALTER ROLE {rt} SET row_security = off"),
    ("rls-off", "ALTER TABLE app.notes DISABLE ROW LEVEL SECURITY"),
    ("rls-not-forced", "ALTER TABLE app.notes NO FORCE ROW LEVEL SECURITY"),
    ("policy", "DROP POLICY mtp_tenant ON app.notes"),
    ("policy", "ALTER POLICY mtp_tenant ON app.notes WITH CHECK (true)"),
    ("policy", "ALTER POLICY mtp_tenant ON app.notes USING (true)"),
    ("policy", "ALTER POLICY mtp_tenant ON app.notes TO {owner}"),
    ("second-policy", "CREATE POLICY \"an other\" ON app.notes USING (true)"),
    ("table-owner", "ALTER TABLE app.notes OWNER TO postgres"),
    (
        "no-tenant-id",
        "CREATE TABLE app.plain (id INT); GRANT SELECT ON app.plain TO {rt}",
    ),
    (
        "rls-off",
        "CREATE TABLE app.late (tenant_id TEXT, id INT, PRIMARY KEY (tenant_id, id)); GRANT SELECT ON app.late TO {rt}",
    ),
    (
        "view-definer",
        "CREATE VIEW app.all_notes AS SELECT * FROM app.notes; GRANT SELECT ON app.all_notes TO {rt}",
    ),
    (
        "materialized-view",
        "CREATE MATERIALIZED VIEW app.kept AS SELECT * FROM app.notes; GRANT SELECT ON app.kept TO {rt}",
    ),
    ("grants", "GRANT TRUNCATE ON app.notes TO {rt}"),
    ("grants", "GRANT REFERENCES, TRIGGER ON app.notes TO {rt}"),
    ("grants", "GRANT SELECT ON app.notes TO PUBLIC"),
    ("grants", "GRANT SELECT (body) ON app.notes TO pg_monitor"),
    ("grants", "GRANT SELECT ON app.notes TO {rt} WITH GRANT OPTION"),
    ("grants", "REVOKE SELECT ON app.notes FROM {rt}"),
    ("grants", "GRANT SELECT ON app.mtp_ledger TO {rt}"),
    (
        "definer-function",
        "CREATE FUNCTION app.peek() RETURNS BIGINT LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM app.notes'",
    ),
];

/// What no statement mends by itself: the damage, and its undoing.
const BY_HAND: &[(&str, &str, &str)] = &[
    (
        "key-without-tenant",
        "CREATE UNIQUE INDEX one_body ON app.notes (body)",
        "DROP INDEX app.one_body",
    ),
    (
        "key-without-tenant",
        "CREATE TABLE app.child (tenant_id TEXT, id INT, t2 TEXT, note TEXT, PRIMARY KEY (tenant_id, id), FOREIGN KEY (t2, note) REFERENCES app.notes (tenant_id, id))",
        "DROP TABLE app.child",
    ),
    (
        "tenant-collation",
        "CREATE COLLATION app.soft (provider = icu, locale = 'und-u-ka-shifted', deterministic = false); \
         CREATE TABLE app.soft (tenant_id TEXT COLLATE app.soft, id INT, PRIMARY KEY (tenant_id, id))",
        "DROP TABLE app.soft; DROP COLLATION app.soft",
    ),
    (
        "tenant-collation",
        "CREATE COLLATION app.soft (provider = icu, locale = 'und-u-ka-shifted', deterministic = false); \
         CREATE UNIQUE INDEX soft_key ON app.notes (tenant_id COLLATE app.soft, body)",
        "DROP INDEX app.soft_key; DROP COLLATION app.soft",
    ),
    (
        "seal-secrets",
        "UPDATE mtp.seal_secret SET retired_at = now()",
        "UPDATE mtp.seal_secret SET retired_at = NULL",
    ),
    (
        "seal-function",
        "ALTER FUNCTION mtp.tenant() SET search_path = app",
        "ALTER FUNCTION mtp.tenant() SET search_path = pg_catalog, pg_temp",
    ),
    (
        "seal-function",
        "ALTER FUNCTION mtp.tenant() RESET ALL",
        "ALTER FUNCTION mtp.tenant() SET search_path = pg_catalog, pg_temp",
    ),
];

struct Patient {
    place: Place,
    manager: TenantManager,
}

impl Patient {
    async fn new() -> Self {
        let place = Place::postgres(Isolation::Shared).await;
        let manager = place.builder().start().await.unwrap();
        manager.create(TenantConfig::new("Acme")).await.unwrap();
        Self { place, manager }
    }

    async fn as_superuser(&self, sql: &str) {
        let service = self.place.service();
        let sql = sql
            .replace("{rt}", &format!("mtp_{service}_runtime"))
            .replace("{owner}", &format!("mtp_{service}_owner"))
            .replace("{wall}", &format!("mtp_{service}_wall"))
            .replace("{db}", &format!("mtp_{service}"));
        self.place
            .login()
            .server()
            .execute(&format!("mtp_{service}"), &sql)
            .await;
    }

    async fn errors(&self) -> Vec<Finding> {
        let mut findings = self.manager.examine().await.unwrap();
        findings.retain(|f| f.severity == Severity::Error);
        findings
    }
}

#[tokio::test]
async fn each_broken_wall_is_found_and_mended_as_told() {
    let patient = Patient::new().await;
    assert_eq!(patient.errors().await, []);
    for (rule, damage) in BROKEN {
        patient.as_superuser(damage).await;
        let found = patient.errors().await;
        assert!(found.iter().any(|f| f.rule == *rule), "{damage}: {found:#?}");
        // One mending may show the next: a view that reads with its reader's rights wants other grants.
        for _ in 0..3 {
            for finding in patient.errors().await {
                patient.as_superuser(&finding.mend).await;
            }
        }
        let left = patient.errors().await;
        assert!(left.is_empty(), "after {damage}: {left:#?}");
    }
    for (rule, damage, undo) in BY_HAND {
        patient.as_superuser(damage).await;
        let found = patient.errors().await;
        assert!(found.iter().any(|f| f.rule == *rule), "{damage}: {found:#?}");
        patient.as_superuser(undo).await;
        patient.as_superuser("DROP SCHEMA IF EXISTS mine").await;
    }
    let left = patient.errors().await;
    assert!(left.is_empty(), "{left:#?}");
}

#[tokio::test]
async fn nothing_is_served_where_a_wall_is_down() {
    let patient = Patient::new().await;
    patient
        .as_superuser("ALTER POLICY mtp_tenant ON app.notes WITH CHECK (true)")
        .await;
    let refused = patient.place.builder().start().await.unwrap_err();
    assert!(
        matches!(&refused, Error::WallDown(found) if found.iter().any(|f| f.rule == "policy")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_the_runtime_login_did_to_itself_is_taken_back_at_the_next_start() {
    let patient = Patient::new().await;
    patient
        .as_superuser("ALTER ROLE {rt} SET search_path = pg_temp, app")
        .await;
    patient
        .as_superuser("ALTER ROLE {rt} IN DATABASE {db} SET standard_conforming_strings = off")
        .await;
    patient
        .as_superuser("ALTER ROLE {rt} PASSWORD 'known to an attacker'")
        .await;
    let again = patient.place.builder().start().await.unwrap();
    let handle = again.handle(&"acme".parse().unwrap()).await.unwrap();
    note(&handle, "1", "hello").await;
    assert_eq!(bodies(&handle).await, ["hello"]);
}

#[tokio::test]
async fn another_installation_of_the_same_service_is_told_apart() {
    let patient = Patient::new().await;
    // Another central database on the same server, the same service id.
    let other = mtp_testkit::postgres().fresh_login("other").await;
    let refused = TenantManager::builder(patient.place.service(), mtp_core::Dsn::parse(other.url()).unwrap())
        .master_key(mtp_core::MasterKey::generate().unwrap())
        .start()
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, Error::Config(why) if why.contains("DROP ROLE")),
        "{refused:?}"
    );
}
