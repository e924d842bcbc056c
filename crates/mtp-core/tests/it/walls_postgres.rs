//! The second wall of PostgreSQL alone: raw statements over a tenant's own connection, and every forgery of a seal.

use mtp_core::{BorrowedConnection, Error, Isolation, TenantConfig, TenantHandle, TenantManager};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

use crate::{
    place::{Place, bodies, note},
    seals::{fields, joined, prefixed},
};

struct Pair {
    place: Place,
    _manager: TenantManager,
    a: TenantHandle,
    b: TenantHandle,
    /// Where the tables of a are.
    schema: String,
    schema_of_b: String,
}

impl Pair {
    async fn new(isolation: Isolation) -> Self {
        let place = Place::postgres(isolation).await;
        let manager = place.builder().start().await.unwrap();
        let mut handles = Vec::new();
        let mut schemas = Vec::new();
        for name in ["ant", "bee"] {
            let tenant = manager.create(TenantConfig::new(name)).await.unwrap();
            let handle = manager.handle(&tenant.id).await.unwrap();
            note(&handle, "1", &format!("of {name}")).await;
            handles.push(handle);
            schemas.push(tenant.placement.unwrap().schema.unwrap());
        }
        let (b, a) = (handles.pop().unwrap(), handles.pop().unwrap());
        Self {
            place,
            _manager: manager,
            a,
            b,
            schema_of_b: schemas.pop().unwrap(),
            schema: schemas.pop().unwrap(),
        }
    }

    fn common(&self) -> String {
        format!("mtp_{}", self.place.service())
    }

    /// A seal with these fields, made as only the server's superuser can: from the secret itself.
    async fn signed(&self, version: &str, id: &str, uid: &str, expiry: i64) -> String {
        let fields = [version, "1", id, uid, &expiry.to_string()];
        let message = prefixed(&fields);
        let sql = format!(
            "SELECT encode(sha256(outer_pad || sha256(inner_pad || '{message}'::bytea)), 'hex') FROM mtp.seal_secret WHERE id = 1"
        );
        let mac = self.place.login().server().texts(&self.common(), &sql).await;
        format!("{message}{}", mac[0])
    }
}

async fn seal_of(borrowed: &mut BorrowedConnection) -> String {
    let conn = borrowed.connection().unwrap();
    let row = conn.fetch_one("SELECT current_setting('mtp.seal')").await.unwrap();
    row.get(0)
}

/// What `notes` shows under a seal: the bodies, or the error's code and text.
async fn under(conn: &mut PgConnection, seal: &str) -> Result<Vec<String>, (String, String)> {
    conn.execute("SAVEPOINT s").await.unwrap();
    sqlx::query("SELECT set_config('mtp.seal', $1, true)")
        .bind(seal)
        .execute(&mut *conn)
        .await
        .unwrap();
    let found = conn.fetch_all("SELECT body FROM notes ORDER BY body").await;
    conn.execute("ROLLBACK TO s").await.unwrap();
    match found {
        Ok(rows) => Ok(rows.iter().map(|r| r.get(0)).collect()),
        Err(sqlx::Error::Database(e)) => Err((e.code().unwrap_or_default().into_owned(), e.message().to_owned())),
        Err(e) => Err((String::new(), e.to_string())),
    }
}

#[expect(clippy::too_many_lines, reason = "a list of forgeries is read in one piece")]
async fn forgeries(isolation: Isolation) {
    let pair = Pair::new(isolation).await;
    let mut borrowed = pair.a.db().begin_raw().await.unwrap();
    let own = seal_of(&mut borrowed).await;
    let other = seal_of(&mut pair.b.db().begin_raw().await.unwrap()).await;
    let (f, g) = (fields(&own), fields(&other));
    let with = |at: usize, value: &str| {
        let mut fields = f;
        fields[at] = value;
        joined(&fields)
    };
    let swapped = |i: usize, j: usize| {
        let mut fields = f;
        fields.swap(i, j);
        joined(&fields)
    };
    let later = (f[4].parse::<i64>().unwrap() + 86_400).to_string();
    let long = "a".repeat(1_000_000);
    let mut forged = vec![
        // Another's, in parts.
        with(2, g[2]),
        with(3, g[3]),
        with(5, g[5]),
        joined(&["1", "1", g[2], g[3], f[4], f[5]]),
        joined(&["1", "1", f[2], f[3], f[4], g[5]]),
        // Another's name under the length of the own one, and lengths that lie.
        own.replacen(f[2], g[2], 1),
        own.replacen(f[2], "antx", 1),
        own.replacen("3:ant:", "4:ant:", 1),
        own.replacen("3:ant:", "3:ant:3:bee:", 1),
        own.replacen("3:ant:", "3:bee:3:ant:", 1),
        own.replacen("1:1:1:1:", "1:1:", 1),
        own.replacen("1:1:", "01:1:", 1),
        own.replacen("1:1:", "1:01:", 1),
        // Times.
        with(4, &later),
        with(4, "999999999999"),
        with(4, "9999999999999"),
        with(4, "-1"),
        with(4, "1e9"),
        with(4, "NaN"),
        with(4, "infinity"),
        with(4, ""),
        with(4, &format!(" {}", f[4])),
        with(4, &format!("0{}", f[4])),
        // Versions and secrets.
        with(0, "0"),
        with(0, "2"),
        with(0, "01"),
        with(0, ""),
        with(0, "1 "),
        with(1, "2"),
        with(1, "01"),
        with(1, "-1"),
        with(1, "999999999"),
        with(1, "9999999999"),
        with(1, "2147483648"),
        with(1, "1;"),
        with(1, "1 OR 1=1"),
        with(1, "1' OR '1'='1"),
        with(1, ""),
        // Names.
        with(2, "BEE"),
        with(2, ""),
        with(2, "%"),
        with(2, "ant' OR '1'='1"),
        with(2, "ant\u{0301}"),
        with(2, "\u{202e}tna"),
        with(2, "'; DROP TABLE notes; --"),
        with(2, "{ant,bee}"),
        with(3, ""),
        with(3, "null"),
        // MACs.
        with(5, ""),
        with(5, &f[5].to_uppercase()),
        with(5, &"0".repeat(64)),
        with(5, &"f".repeat(64)),
        with(5, &f[5][..63]),
        with(5, &format!("{}0", f[5])),
        with(5, &format!("\\x{}", f[5])),
        with(5, &f[5].chars().rev().collect::<String>()),
        // Order and number of fields.
        swapped(2, 3),
        swapped(1, 2),
        swapped(0, 1),
        swapped(4, 5),
        swapped(3, 4),
        format!("{own}:"),
        format!(":{own}"),
        format!("{own}:{own}"),
        format!("{own}\n"),
        format!(" {own}"),
        own.replace(':', ";"),
        own.replace(':', "::"),
        // A field that swallows its neighbour: the lengths are in the MAC.
        joined(&["1", "1", f[2], &format!("{}{}", f[3], f[4]), "", f[5]]),
        joined(&["1", "1", &format!("{}x", f[2]), &f[3][1..], f[4], f[5]]),
        joined(&["1", "1", f[2], &format!("{}:{}", f[3], f[4]), f[5]]),
        // As seals were before lengths stood in them.
        f.join(":"),
        // Anything but a seal.
        ":".into(),
        ":::::".into(),
        "1:1:::::".into(),
        "NULL".into(),
        "ant".into(),
        "bee".into(),
        "\u{feff}1".into(),
        long.clone(),
        with(2, &long),
        ":".repeat(100_000),
        // Signed rightly, and too late or of another version.
        pair.signed("2", f[2], f[3], f[4].parse().unwrap()).await,
    ];
    // Cut at every place.
    forged.extend((1..own.len()).map(|n| own[..n].to_owned()));
    // One character changed, at every place.
    forged.extend((0..own.len()).map(|n| {
        let mut bytes = own.clone().into_bytes();
        bytes[n] = if bytes[n] == b'0' { b'1' } else { b'0' };
        String::from_utf8(bytes).unwrap()
    }));
    assert!(forged.len() > 300, "{}", forged.len());

    let conn = borrowed.connection().unwrap();
    for seal in &forged {
        if *seal == own {
            continue;
        }
        let shown = &seal[..seal.len().min(200)];
        let (code, text) = under(conn, seal).await.expect_err(shown);
        assert_eq!(
            (code.as_str(), text.as_str()),
            ("MTP01", "the tenant seal is not valid"),
            "{shown}"
        );
    }
    let stale = pair.signed("1", f[2], f[3], 1_000_000_000).await;
    assert_eq!(under(conn, &stale).await.unwrap_err().0, "MTP02");
    assert!(under(conn, "").await.unwrap().is_empty());
    // The form itself is right: what the superuser signs is taken, and the own seal still works.
    let fresh = pair.signed("1", f[2], f[3], f[4].parse().unwrap()).await;
    assert_eq!(fresh, own);
    assert_eq!(under(conn, &own).await.unwrap(), ["of ant"]);
    // A secret that is retired signs nothing more.
    let server = pair.place.login().server();
    server
        .execute(&pair.common(), "UPDATE mtp.seal_secret SET retired_at = now()")
        .await;
    assert_eq!(under(conn, &own).await.unwrap_err().0, "MTP01");
}

#[tokio::test]
async fn forged_seals_are_refused_in_shared_tables() {
    forgeries(Isolation::Shared).await;
}

#[tokio::test]
async fn forged_seals_are_refused_in_schemas() {
    forgeries(Isolation::Schema).await;
}

/// Statements that must fail outright over a tenant's own raw connection.
const DENIED: &[&str] = &[
    "SELECT * FROM mtp.seal_secret",
    "SELECT inner_pad FROM mtp.seal_secret",
    "UPDATE mtp.seal_secret SET retired_at = now()",
    "INSERT INTO notes (tenant_id, id, body) VALUES ('bee', '2', 'planted')",
    "INSERT INTO {b}.notes (tenant_id, id, body) VALUES ('bee', '1', 'planted') ON CONFLICT (tenant_id, id) DO UPDATE SET body = 'taken'",
    "UPDATE notes SET tenant_id = 'bee'",
    "TRUNCATE notes",
    "DROP TABLE notes",
    "ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE notes NO FORCE ROW LEVEL SECURITY",
    "CREATE POLICY p ON notes USING (true)",
    "DROP POLICY mtp_tenant ON notes",
    "CREATE OR REPLACE FUNCTION mtp.tenant() RETURNS text LANGUAGE sql AS 'SELECT ''bee'''",
    "CREATE FUNCTION pg_temp.tenant() RETURNS text LANGUAGE sql AS 'SELECT ''bee'''",
    "CREATE TEMP TABLE notes (body TEXT)",
    "CREATE TABLE app.mine (x INT)",
    "CREATE SCHEMA mine",
    "SET ROLE {owner}",
    "SET ROLE {wall}",
    "SET SESSION AUTHORIZATION {owner}",
    "CREATE ROLE evil LOGIN",
    "COPY notes TO PROGRAM 'cat'",
    "COPY notes TO '/tmp/mtp-notes'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT * FROM pg_authid",
    "SET row_security = off; SELECT * FROM notes",
    "SET session_replication_role = replica",
    "SELECT * FROM {b}.mtp_ledger",
    "LOCK TABLE {b}.notes IN ACCESS EXCLUSIVE MODE; TRUNCATE {b}.notes",
    "CREATE TRIGGER t BEFORE INSERT ON notes EXECUTE FUNCTION suppress_redundant_updates_trigger()",
];

/// Statements that may run and must show, and change, nothing of another's.
const BLIND: &[&str] = &[
    "GRANT SELECT ON notes TO PUBLIC",
    "SELECT body FROM notes WHERE tenant_id = 'bee'",
    "SELECT body FROM {b}.notes WHERE tenant_id = 'bee'",
    "SELECT body FROM {b}.notes WHERE tenant_id <> 'ant'",
    "SELECT body FROM ONLY {b}.notes WHERE id = '1' AND body LIKE '%bee%'",
    "UPDATE {b}.notes SET body = 'taken' WHERE tenant_id = 'bee' RETURNING body",
    "DELETE FROM {b}.notes WHERE tenant_id = 'bee' RETURNING body",
    "WITH d AS (DELETE FROM {b}.notes WHERE tenant_id <> 'ant' RETURNING body) SELECT * FROM d",
    "SELECT body FROM {b}.notes WHERE tenant_id = 'bee' FOR UPDATE",
    "SELECT query FROM pg_stat_activity WHERE query LIKE '%of bee%' AND pid <> pg_backend_pid()",
    "SELECT most_common_vals::text FROM pg_stats WHERE tablename = 'notes'",
];

async fn direct(isolation: Isolation) {
    let pair = Pair::new(isolation).await;
    let service = pair.place.service();
    let fill = |sql: &str| {
        sql.replace("{b}", &pair.schema_of_b)
            .replace("{owner}", &format!("mtp_{service}_owner"))
            .replace("{wall}", &format!("mtp_{service}_wall"))
    };
    for sql in DENIED {
        let sql = fill(sql);
        let mut borrowed = pair.a.db().begin_raw().await.unwrap();
        let done = borrowed.connection().unwrap().execute(AssertSqlSafe(sql.clone())).await;
        assert!(done.is_err(), "{sql}");
    }
    for sql in BLIND {
        let sql = fill(sql);
        let mut borrowed = pair.a.db().begin_raw().await.unwrap();
        let rows = borrowed
            .connection()
            .unwrap()
            .fetch_all(AssertSqlSafe(sql.clone()))
            .await;
        assert!(rows.as_ref().is_ok_and(Vec::is_empty), "{sql}");
        borrowed.commit().await.unwrap();
    }
    assert_eq!(bodies(&pair.b).await, ["of bee"]);
    assert_eq!(bodies(&pair.a).await, ["of ant"]);
    let walled = format!("SELECT count(*)::text FROM {}.notes", pair.schema);
    let server = pair.place.login().server();
    let there = server.texts(&pair.common(), &walled).await;
    assert_eq!(there, [if isolation == Isolation::Shared { "2" } else { "1" }]);
}

#[tokio::test]
async fn raw_statements_do_not_reach_others_in_shared_tables() {
    direct(Isolation::Shared).await;
}

#[tokio::test]
async fn raw_statements_do_not_reach_others_in_schemas() {
    direct(Isolation::Schema).await;
}

#[tokio::test]
async fn without_a_seal_there_are_no_rows() {
    let pair = Pair::new(Isolation::Shared).await;
    let mut borrowed = pair.a.db().begin_raw().await.unwrap();
    let conn = borrowed.connection().unwrap();
    // Beyond the transaction that carried the seal.
    conn.execute("COMMIT").await.unwrap();
    assert!(conn.fetch_all("SELECT * FROM app.notes").await.unwrap().is_empty());
    let refused = conn
        .execute("INSERT INTO app.notes (tenant_id, id, body) VALUES ('ant', '9', 'x')")
        .await
        .unwrap_err();
    let code = refused
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .unwrap()
        .into_owned();
    assert_eq!(code, "42501");
}

#[tokio::test]
async fn a_borrowed_connection_commits_or_undoes_and_is_never_used_again() {
    let pair = Pair::new(Isolation::Shared).await;
    let insert = "INSERT INTO notes (tenant_id, id, body) VALUES ('ant', $1, 'raw')";
    let mut pids = Vec::new();
    for (id, keep) in [("2", true), ("3", false)] {
        let mut borrowed = pair.a.db().begin_raw().await.unwrap();
        let conn = borrowed.connection().unwrap();
        pids.push(
            conn.fetch_one("SELECT pg_backend_pid()")
                .await
                .unwrap()
                .get::<i32, _>(0),
        );
        sqlx::query(insert).bind(id).execute(&mut *conn).await.unwrap();
        if keep {
            borrowed.commit().await.unwrap();
        }
    }
    assert_ne!(pids[0], pids[1]);
    assert_eq!(bodies(&pair.a).await, ["of ant", "raw"]);
    let mut borrowed = pair.a.db().begin_raw().await.unwrap();
    assert!(borrowed.connection().unwrap().execute("SELECT 1/0").await.is_err());
    assert!(
        borrowed.commit().await.is_err(),
        "a commit of what failed is no success"
    );
}

#[tokio::test]
async fn a_tenants_own_login_reaches_its_own_database_only() {
    let pair = Pair::new(Isolation::Database).await;
    let mut borrowed = pair.a.db().begin_raw().await.unwrap();
    let conn = borrowed.connection().unwrap();
    let sql = "SELECT d.datname::text FROM pg_database d WHERE has_database_privilege(d.oid, 'CONNECT') \
               AND (shobj_description(d.oid, 'pg_database') LIKE 'mtp:%' OR d.datname = current_database())";
    let reachable = conn.fetch_all(sql).await.unwrap();
    assert_eq!(reachable.len(), 1);
    for sql in [
        "CREATE TEMP TABLE t (x INT)",
        "CREATE TABLE app.t (x INT)",
        "CREATE SCHEMA mine",
        "TRUNCATE notes",
        "DROP TABLE notes",
        "SELECT * FROM mtp_ledger",
        "CREATE DATABASE mine",
        "CREATE ROLE evil",
    ] {
        let mut borrowed = pair.a.db().begin_raw().await.unwrap();
        let done = borrowed.connection().unwrap().execute(sql).await;
        assert!(done.is_err(), "{sql}");
    }
    assert_eq!(bodies(&pair.b).await, ["of bee"]);
}

#[tokio::test]
async fn no_seal_is_found_where_statements_are_kept() {
    let pair = Pair::new(Isolation::Shared).await;
    let server = pair.place.login().server();
    let mut own = pair.a.db().begin_raw().await.unwrap();
    let own = seal_of(&mut own).await;
    let own = fields(&own);
    let mark = prefixed(&own[2..4]);
    let readers = (0..4).map(|n| {
        let db = pair.a.db().clone();
        async move {
            for i in 0..50 {
                let _: Vec<(String,)> = db.query("SELECT body FROM notes").fetch_all().await.unwrap();
                let id = format!("{n}-{i}");
                let mut tx = db.begin().await.unwrap();
                tx.query("INSERT INTO notes (id, body) VALUES ($1, 'x')")
                    .bind(id)
                    .execute()
                    .await
                    .unwrap();
                tx.commit().await.unwrap();
                // A statement that fails is one that logs.
                let failed = db
                    .query("INSERT INTO notes (id, body) VALUES ('1', 'again')")
                    .execute()
                    .await;
                assert!(matches!(failed, Err(Error::Database(_))));
            }
        }
    });
    let mut seen = Vec::new();
    let work = futures::future::join_all(readers);
    tokio::pin!(work);
    loop {
        tokio::select! {
            _ = &mut work => break,
            texts = server.statement_texts() => seen.extend(texts),
        }
    }
    seen.extend(server.statement_texts().await);
    assert!(
        seen.iter().any(|t| t.contains("mtp.seal")),
        "sealed statements were looked at"
    );
    for text in &seen {
        assert!(!text.contains(&mark), "{text}");
    }
    if server.log_path().is_some() {
        assert!(!server.log().contains(&mark));
    }
}
