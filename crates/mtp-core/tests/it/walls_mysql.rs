//! The second wall of MariaDB by its rights: what a login may not do outright, and where a tenant's own login leads.

use mtp_core::{Isolation, testing::TextRow};
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::stage::{CANARY_A, CANARY_B, Stage, Who};

/// Statements that must fail outright over a tenant's own raw connection.
const DENIED: &[&str] = &[
    "SELECT * FROM {wall}.seal_secret",
    "UPDATE {wall}.seal_secret SET id = 2",
    "CREATE OR REPLACE FUNCTION {wall}.tenant() RETURNS TEXT RETURN '{b}'",
    "DROP FUNCTION {wall}.tenant",
    "SELECT * FROM {tables}.customers",
    "INSERT INTO {tables}.tags (tenant_id, id, name) VALUES ('{b}', 1, 'planted')",
    "SHOW CREATE TABLE {tables}.customers",
    "SHOW CREATE VIEW customers",
    "EXPLAIN SELECT * FROM customers",
    "USE {tables}",
    "CREATE TABLE {wall}.mine (x INT)",
    "USE mysql",
    "INSERT INTO tags (tenant_id, id, name) VALUES ('{b}', 970, 'planted')",
    "INSERT INTO tags (tenant_id, id, name) VALUES ('{b}', 1, 'x') ON DUPLICATE KEY UPDATE tenant_id = '{a}', id = 971",
    "REPLACE INTO tags (tenant_id, id, name) VALUES ('{b}', 1, 'overwritten')",
    "UPDATE tags SET tenant_id = '{b}', id = 972 WHERE id = 4",
    "TRUNCATE TABLE tags",
    "DROP VIEW customers",
    "CREATE OR REPLACE VIEW customers AS SELECT 1 AS id",
    "CREATE TABLE mine (x INT)",
    "CREATE TEMPORARY TABLE customers (x INT)",
    "CREATE PROCEDURE evil() SELECT 1",
    "CREATE DATABASE mine",
    "CREATE USER evil",
    "LOCK TABLES customers WRITE",
    "GRANT SELECT ON {tables}.* TO CURRENT_USER",
    "SET GLOBAL general_log = 1",
    "SELECT * FROM mysql.user",
    "SELECT * FROM mysql.global_priv",
    "SELECT * FROM performance_schema.user_variables_by_thread",
    "SELECT 1 INTO OUTFILE '/tmp/mtp-notes'",
    "LOAD DATA INFILE '/etc/passwd' INTO TABLE tags (title)",
    "FLUSH PRIVILEGES",
];

/// Statements that may run and must show, and change, nothing of another's.
const BLIND: &[&str] = &[
    "SELECT * FROM customers WHERE tenant_id = '{b}'",
    "SELECT * FROM customers WHERE tenant_id <> '{a}'",
    "DELETE FROM item_tags WHERE tenant_id = '{b}' RETURNING reason",
    "SELECT info FROM information_schema.processlist WHERE info LIKE '%{canary}%' AND id <> connection_id()",
    "SELECT schema_name FROM information_schema.schemata WHERE schema_name IN ('{tables}', 'mysql', 'sys')",
    "SELECT table_name FROM information_schema.tables WHERE table_schema IN ('{tables}', '{wall}')",
    "SELECT column_name FROM information_schema.columns WHERE table_schema IN ('{tables}', '{wall}')",
    "SELECT routine_name FROM information_schema.routines WHERE routine_definition IS NOT NULL AND routine_schema = '{wall}'",
];

#[tokio::test]
async fn raw_statements_do_not_reach_others_in_shared_tables() {
    let mut stage = Stage::mariadb(Isolation::Shared).await;
    let beside = stage.all_but(Who::A, Who::B).await;
    let (a, b, tables, _) = stage.attack().await;
    let wall = format!("mtp_{}_wall", stage.mariadb_login().service());
    let fill = |sql: &str| {
        sql.replace("{a}", &a)
            .replace("{b}", &b)
            .replace("{tables}", &tables)
            .replace("{wall}", &wall)
            .replace("{canary}", CANARY_B)
    };
    for sql in DENIED {
        let sql = fill(sql);
        let mut borrowed = stage.two.a().db().begin_raw().await.unwrap();
        let conn = borrowed.mysql_connection().unwrap();
        let done = conn.execute(sqlx::raw_sql(AssertSqlSafe(sql.clone()))).await;
        assert!(done.is_err(), "{sql}");
    }
    for sql in BLIND {
        let sql = fill(sql);
        let mut borrowed = stage.two.a().db().begin_raw().await.unwrap();
        let conn = borrowed.mysql_connection().unwrap();
        let rows = conn.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql.clone()))).await;
        assert!(rows.as_ref().is_ok_and(Vec::is_empty), "{sql}: {rows:?}");
        borrowed.commit().await.unwrap();
    }
    assert_eq!(stage.all_but(Who::A, Who::B).await, beside);
}

#[tokio::test]
async fn a_tenants_own_login_reaches_its_own_database_only() {
    let stage = Stage::mariadb(Isolation::Database).await;
    let (_, _, of_b, _) = stage.attack().await;
    let mut borrowed = stage.two.a().db().begin_raw().await.unwrap();
    let conn = borrowed.mysql_connection().unwrap();
    let reachable = conn
        .fetch_all("SELECT schema_name FROM information_schema.schemata WHERE schema_name <> 'information_schema'")
        .await
        .unwrap();
    assert_eq!(reachable.len(), 1);
    drop(borrowed);
    for sql in [
        "CREATE TEMPORARY TABLE t (x INT)",
        "CREATE TABLE t (x INT)",
        "CREATE VIEW v AS SELECT 1",
        "TRUNCATE TABLE notes",
        "DROP TABLE notes",
        "ALTER TABLE notes ADD COLUMN x INT",
        "SELECT * FROM mtp_ledger",
        "CREATE DATABASE mine",
        "CREATE USER evil",
        "CREATE PROCEDURE evil() SELECT 1",
        "SELECT * FROM {b}.customers",
        "USE {b}",
        "INSERT INTO {b}.tags (tenant_id, id, name) VALUES ('x', 1, 'planted')",
        "SHOW TABLES FROM {b}",
        "SELECT * FROM mysql.user",
    ] {
        let sql = sql.replace("{b}", &format!("`{of_b}`"));
        let mut borrowed = stage.two.a().db().begin_raw().await.unwrap();
        let conn = borrowed.mysql_connection().unwrap();
        let done = conn.execute(sqlx::raw_sql(AssertSqlSafe(sql.clone()))).await;
        assert!(done.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn a_borrowed_connection_commits_or_undoes_and_is_never_used_again() {
    for isolation in [Isolation::Shared, Isolation::Database] {
        let stage = Stage::mariadb(isolation).await;
        let id = stage.two.a().id().to_string();
        let mut sessions = Vec::new();
        for (tag, keep) in [(980_i64, true), (981, false)] {
            let mut borrowed = stage.two.a().db().begin_raw().await.unwrap();
            let conn = borrowed.mysql_connection().unwrap();
            let session: u64 = conn
                .fetch_one("SELECT CAST(connection_id() AS UNSIGNED)")
                .await
                .unwrap()
                .get(0);
            sessions.push(session);
            sqlx::query("INSERT INTO tags (tenant_id, id, name) VALUES (?, ?, ?)")
                .bind(&id)
                .bind(tag)
                .bind(format!("raw {tag}"))
                .execute(&mut *conn)
                .await
                .unwrap();
            if keep {
                borrowed.commit().await.unwrap();
            }
        }
        assert_ne!(sessions[0], sessions[1]);
        let rows: Vec<TextRow> = stage
            .two
            .a()
            .db()
            .query("SELECT id FROM tags WHERE id >= 980")
            .fetch_all()
            .await
            .unwrap();
        assert_eq!(rows.len(), 1, "{isolation}");
    }
}

#[tokio::test]
async fn what_a_session_was_told_is_over_with_the_next_use() {
    let stage = Stage::mariadb(Isolation::Shared).await;
    // The one connection that serves both from now on.
    stage.sight_of_b().await;
    let opened = stage.opened();
    for round in 0..50 {
        for (who, canary) in [(Who::A, CANARY_A), (Who::B, CANARY_B)] {
            let db = stage.handle(who).db();
            let rows: Vec<TextRow> = db.query("SELECT name FROM customers").fetch_all().await.unwrap();
            assert!(
                rows.len() == 6 && rows.iter().all(|row| row.holds(canary)),
                "round {round}"
            );
            // A transaction that is undone half-way, and a statement that fails.
            let mut tx = db.begin().await.unwrap();
            tx.query("DELETE FROM item_tags").execute().await.unwrap();
            tx.rollback().await.unwrap();
            let failed = db
                .query("INSERT INTO tags (id, name) VALUES (1, 'twice')")
                .execute()
                .await;
            assert!(failed.is_err());
        }
    }
    assert_eq!(stage.opened(), opened, "one connection served both");
}
