//! Every wall on MariaDB that is taken down is found, and what the finding says to run puts it up again.

use mtp_core::{Error, Finding, Isolation, Severity, TenantConfig, TenantManager};

use crate::place::{Place, bodies, note};

/// What an operator may get wrong, and the rule that must find it. `{rt}`, `{owner}`, `{guard}`, `{other}` are accounts,
/// `{common}`, `{data}`, `{wall}` the service's databases.
const BROKEN: &[(&str, &str)] = &[
    ("runtime-strong", "GRANT SELECT ON *.* TO {rt}"),
    ("runtime-strong", "GRANT PROCESS, SUPER ON *.* TO {rt}"),
    ("owner-strong", "GRANT FILE ON *.* TO {owner}"),
    ("wall-strong", "GRANT SELECT ON *.* TO {guard}"),
    ("login-role", "GRANT {role} TO {rt}"),
    ("runtime-database", "GRANT SELECT ON `{data}`.* TO {rt}"),
    (
        "runtime-database",
        "GRANT EXECUTE, CREATE TEMPORARY TABLES ON `{common}`.* TO {rt}",
    ),
    ("runtime-table", "GRANT SELECT ON {data}.notes TO {rt}"),
    ("runtime-table", "GRANT SELECT (body) ON {data}.notes TO {rt}"),
    ("wall-owner", "ALTER USER {guard} ACCOUNT UNLOCK"),
    (
        "seal-function-lent",
        "GRANT EXECUTE ON FUNCTION {wall}.tenant TO {other}",
    ),
    (
        "seal-function-denied",
        "REVOKE EXECUTE ON FUNCTION {wall}.tenant FROM {rt}",
    ),
    (
        "seal-function-denied",
        "REVOKE EXECUTE ON FUNCTION {wall}.tenant FROM {owner}",
    ),
    ("database-readable", "GRANT SELECT ON `{data}`.* TO {other}"),
    ("database-readable", "GRANT INSERT ON `{common}%`.* TO {other}"),
    (
        "table-readable",
        "GRANT INSERT ON {data}.notes TO {other} WITH GRANT OPTION",
    ),
    ("table-readable", "GRANT UPDATE (body) ON {data}.notes TO {other}"),
    ("view", "DROP VIEW {common}.notes"),
    (
        "view",
        "CREATE OR REPLACE VIEW {common}.notes AS SELECT * FROM {data}.notes",
    ),
    (
        "view",
        "CREATE OR REPLACE SQL SECURITY INVOKER VIEW {common}.notes AS SELECT * FROM {data}.notes WHERE tenant_id = {wall}.tenant()",
    ),
    (
        "view",
        "CREATE OR REPLACE DEFINER = {owner} SQL SECURITY DEFINER VIEW {common}.notes AS \
         SELECT * FROM {data}.notes WHERE tenant_id = {wall}.tenant()",
    ),
    ("grants", "GRANT SELECT ON {common}.notes TO {other}"),
    ("grants", "GRANT CREATE VIEW, DROP ON {common}.notes TO {rt}"),
    ("grants", "GRANT SELECT ON {common}.notes TO {rt} WITH GRANT OPTION"),
    ("grants", "GRANT UPDATE (tenant_id) ON {common}.notes TO {rt}"),
    ("grants", "REVOKE SELECT ON {common}.notes FROM {rt}"),
    (
        "definer-routine",
        "CREATE FUNCTION {data}.peek() RETURNS BIGINT RETURN (SELECT count(*) FROM {data}.notes)",
    ),
    (
        "definer-routine",
        "CREATE PROCEDURE {common}.peek() SELECT * FROM {data}.notes",
    ),
    (
        "definer-routine",
        "CREATE TRIGGER {data}.spoils BEFORE INSERT ON {data}.notes FOR EACH ROW SET NEW.body = 'x'",
    ),
    (
        "definer-routine",
        "CREATE EVENT {wall}.later ON SCHEDULE EVERY 1 DAY DO SELECT 1",
    ),
];

/// What no statement mends by itself: the damage, and its undoing.
const BY_HAND: &[(&str, &str, &str)] = &[
    (
        "key-without-tenant",
        "CREATE UNIQUE INDEX one_body ON {data}.notes (body(50))",
        "DROP INDEX one_body ON {data}.notes",
    ),
    (
        "key-without-tenant",
        "CREATE TABLE {data}.child (tenant_id VARCHAR(63), id INT, t2 VARCHAR(63), note VARCHAR(64), \
         PRIMARY KEY (tenant_id, id), FOREIGN KEY (t2, note) REFERENCES {data}.notes (tenant_id, id))",
        "DROP TABLE {data}.child",
    ),
    (
        "seal-secrets",
        "UPDATE {wall}.seal_secret SET retired_at = 1",
        "UPDATE {wall}.seal_secret SET retired_at = NULL",
    ),
    (
        "secret-readable",
        "GRANT SELECT ON {wall}.seal_secret TO {rt}",
        "REVOKE SELECT ON {wall}.seal_secret FROM {rt}",
    ),
    (
        "secret-readable",
        "GRANT SELECT (inner_pad) ON {wall}.seal_secret TO {rt}",
        "REVOKE SELECT (inner_pad) ON {wall}.seal_secret FROM {rt}",
    ),
    (
        "secret-readable",
        "GRANT SELECT ON `{wall}`.* TO {other}",
        "REVOKE SELECT ON `{wall}`.* FROM {other}",
    ),
    (
        "view-foreign",
        "CREATE VIEW {common}.all_notes AS SELECT * FROM {data}.notes",
        "DROP VIEW {common}.all_notes",
    ),
    (
        "view-foreign",
        "CREATE TABLE {common}.plain (id INT)",
        "DROP TABLE {common}.plain",
    ),
    (
        "view-missing",
        "CREATE TABLE {data}.late (tenant_id VARCHAR(63), id INT, PRIMARY KEY (tenant_id, id))",
        "DROP TABLE {data}.late",
    ),
];

/// What a new start mends: the wall's own function.
const BY_A_START: &[(&str, &str)] = &[
    (
        "seal-function",
        "CREATE OR REPLACE FUNCTION {wall}.tenant() RETURNS VARCHAR(63) RETURN 'acme'",
    ),
    ("seal-function", "DROP FUNCTION {wall}.tenant"),
    ("seal-function", "ALTER FUNCTION {wall}.tenant SQL SECURITY INVOKER"),
];

struct Patient {
    place: Place,
    manager: TenantManager,
}

impl Patient {
    async fn new() -> Self {
        let place = Place::mariadb(Isolation::Shared).await;
        let manager = place.builder().start().await.unwrap();
        manager.create(TenantConfig::new("Acme")).await.unwrap();
        let patient = Self { place, manager };
        patient.as_superuser("CREATE USER {other}; CREATE ROLE {role}").await;
        patient
    }

    fn fill(&self, sql: &str) -> String {
        let service = self.place.service();
        let mut sql = sql
            .replace("{other}", &format!("{service}_other@'%'"))
            .replace("{role}", &format!("{service}_role"))
            .replace("{guard}", &format!("mtp_{service}_wall@'%'"))
            .replace("{rt}", &format!("mtp_{service}_runtime@'%'"))
            .replace("{common}", &format!("mtp_{service}"));
        for name in ["owner", "data", "wall"] {
            let host = if name == "owner" { "@'%'" } else { "" };
            sql = sql.replace(&format!("{{{name}}}"), &format!("mtp_{service}_{name}{host}"));
        }
        sql
    }

    async fn as_superuser(&self, sql: &str) {
        self.place
            .mariadb_login()
            .server()
            .execute("mysql", &self.fill(sql))
            .await;
    }

    async fn errors(&self) -> Vec<Finding> {
        let mut findings = self.manager.examine().await.unwrap();
        findings.retain(|f| f.severity == Severity::Error);
        findings
    }

    /// Does as the findings say. What one says may be done by another's already, and is refused then.
    async fn mend(&self, findings: &[Finding]) {
        for finding in findings {
            let server = self.place.mariadb_login().server();
            drop(server.try_execute("mysql", &finding.mend).await);
        }
    }
}

impl Drop for Patient {
    fn drop(&mut self) {
        // A role is no account, and nobody else would drop it.
        let (server, sql) = (
            self.place.mariadb_login().server().clone(),
            self.fill("DROP ROLE IF EXISTS {role}"),
        );
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                drop(runtime.unwrap().block_on(server.try_execute("mysql", &sql)));
            });
        });
    }
}

#[tokio::test]
async fn each_broken_wall_on_mariadb_is_found_and_mended_as_told() {
    let patient = Patient::new().await;
    assert_eq!(patient.errors().await, []);
    for (rule, damage) in BROKEN {
        patient.as_superuser(damage).await;
        let mut left = patient.errors().await;
        assert!(left.iter().any(|f| f.rule == *rule), "{damage}: {left:#?}");
        // One mending may show the next.
        for _ in 0..3 {
            patient.mend(&left).await;
            left = patient.errors().await;
            if left.is_empty() {
                break;
            }
        }
        assert!(left.is_empty(), "after {damage}: {left:#?}");
    }
    for (rule, damage, undo) in BY_HAND {
        patient.as_superuser(damage).await;
        let found = patient.errors().await;
        assert!(found.iter().any(|f| f.rule == *rule), "{damage}: {found:#?}");
        patient.as_superuser(undo).await;
        let left = patient.errors().await;
        assert!(left.is_empty(), "after {undo}: {left:#?}");
    }
    for (rule, damage) in BY_A_START {
        patient.as_superuser(damage).await;
        let found = patient.errors().await;
        assert!(found.iter().any(|f| f.rule == *rule), "{damage}: {found:#?}");
        let again = patient.place.builder().start().await.unwrap();
        let left = patient.errors().await;
        assert!(left.is_empty(), "after a start: {left:#?}");
        drop(again);
    }
}

#[tokio::test]
async fn nothing_is_served_on_mariadb_where_a_wall_is_down() {
    let patient = Patient::new().await;
    patient
        .as_superuser("CREATE OR REPLACE VIEW {common}.notes AS SELECT * FROM {data}.notes")
        .await;
    let refused = patient.place.builder().start().await.unwrap_err();
    assert!(
        matches!(&refused, Error::WallDown(found) if found.iter().any(|f| f.rule == "view")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_the_runtime_login_did_to_itself_is_taken_back_at_the_next_start_on_mariadb() {
    let patient = Patient::new().await;
    // Any login may change its own password.
    patient
        .as_superuser("ALTER USER {rt} IDENTIFIED BY 'known to an attacker'")
        .await;
    let again = patient.place.builder().start().await.unwrap();
    let handle = again.handle(&"acme".parse().unwrap()).await.unwrap();
    note(&handle, "1", "hello").await;
    assert_eq!(bodies(&handle).await, ["hello"]);
}

#[tokio::test]
async fn another_installation_of_the_same_service_on_mariadb_is_told_apart() {
    let patient = Patient::new().await;
    // Another central database on the same server, the same service id.
    let other = mtp_testkit::mariadb().fresh_login("other").await;
    let refused = TenantManager::builder(patient.place.service(), mtp_core::Dsn::parse(other.url()).unwrap())
        .master_key(mtp_core::MasterKey::generate().unwrap())
        .start()
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, Error::Config(why) if why.contains("DROP ")),
        "{refused:?}"
    );
}
