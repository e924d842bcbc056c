//! The second wall alone: the first is not in the way, the statements go raw over a tenant's own connection, and the
//! server gives nothing of another's. No seal can be forged, none is found where others can look, and a login that
//! was poisoned serves nobody.

use std::{collections::BTreeMap, time::Duration};

use futures::TryStreamExt;
use mtp_core::{Error, Isolation, Severity, testing::TextRow};
use sqlx::{AssertSqlSafe, Executor, FromRow, PgConnection};

use crate::{
    corpus::{LEAK_MARK, Statement},
    seals::{fields, joined, prefixed},
    stage::{CANARY_A, CANARY_B, Stage, Who, aimed, text_of},
};

/// How long one attack may keep a connection.
const PATIENCE: Duration = Duration::from_secs(45);

#[tokio::test]
async fn raw_statements_get_nothing_in_shared() {
    raw_statements_get_nothing(Stage::postgres(Isolation::Shared).await).await;
}

#[tokio::test]
async fn raw_statements_get_nothing_in_schema() {
    raw_statements_get_nothing(Stage::postgres(Isolation::Schema).await).await;
}

#[tokio::test]
async fn raw_statements_get_nothing_in_database() {
    raw_statements_get_nothing(Stage::postgres(Isolation::Database).await).await;
}

/// The rows that came before the error, if there was one.
async fn answer(conn: &mut PgConnection, statement: &Statement) -> (Vec<TextRow>, Option<sqlx::Error>) {
    let sql = AssertSqlSafe(statement.sql.clone());
    let mut rows = Vec::new();
    let mut stream = if statement.stacked {
        conn.fetch(sqlx::raw_sql(sql))
    } else {
        conn.fetch(sqlx::query(sql))
    };
    loop {
        match stream.try_next().await {
            Ok(Some(row)) => rows.push(TextRow::from_row(&row).unwrap()),
            Ok(None) => return (rows, None),
            Err(error) => return (rows, Some(error)),
        }
    }
}

async fn raw_statements_get_nothing(mut stage: Stage) {
    let names = stage.attack().await;
    let own = stage.two.manager().get(stage.two.a().id()).await.unwrap();
    let own_schema = own.placement.unwrap().schema.unwrap();
    let mut attacks = stage.dialect.second_wall(&aimed(&names));
    for attack in &mut attacks {
        // Written for tables in schema app; under a wall of schemas the other's are where the attack is aimed.
        if stage.isolation == Isolation::Schema && !attack.sql.contains(&names.2) {
            attack.sql = attack.sql.replace("app.", &format!("{}.", names.2));
        }
    }
    let sight = stage.sight_of_b().await;
    let beside = stage.all_but(Who::A, Who::B).await;
    let at_first = stage.all_but(Who::B, Who::A).await;
    let mut breaches = Vec::new();
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for attack in &attacks {
        let mut raw = stage.two.a().db().begin_raw().await.unwrap();
        let conn = raw.connection().unwrap();
        let Ok((rows, error)) = tokio::time::timeout(PATIENCE, answer(conn, attack)).await else {
            breaches.push(format!("{}: still running after {PATIENCE:?}", attack.name));
            continue;
        };
        // In a database of its own a tenant needs no seal to see its rows, and learns nothing by what is missing.
        let alone = stage.isolation == Isolation::Database;
        let tells = |text: &TextRow| text.holds(CANARY_B) || (!alone && text.holds(LEAK_MARK));
        if let Some(row) = rows.iter().find(|row| tells(row)) {
            breaches.push(format!("{}: a row of it: {row:?}", attack.name));
        }
        if attack.no_rows && !alone && error.is_none() && !rows.is_empty() {
            breaches.push(format!(
                "{}: {} rows, and any is too many: {:?}",
                attack.name,
                rows.len(),
                rows[0]
            ));
        }
        *counts
            .entry(match &error {
                Some(_) => "refused by the server",
                None => "ran and gave nothing",
            })
            .or_default() += 1;
        if let Some(error) = &error {
            let text = text_of(error);
            if text.contains(CANARY_B) || text.contains(LEAK_MARK) {
                breaches.push(format!("{}: its error tells: {text}", attack.name));
            }
        }
        // Whatever it left in the session shows nothing of b either, in a transaction's ruins or after it.
        for after in ["SELECT * FROM customers", "ROLLBACK", "SELECT * FROM customers"] {
            let after = Statement {
                sql: after.replace("customers", &format!("\"{own_schema}\".customers")),
                stacked: true,
                ..attack.clone()
            };
            let (rows, _) = answer(conn, &after).await;
            if rows.iter().any(|row| row.holds(CANARY_B)) {
                breaches.push(format!("{}: the session shows rows of b afterwards", attack.name));
            }
        }
        drop(raw);
        if let Err(broken) = stage.serves_b(&sight).await {
            breaches.push(format!("{}: {broken}", attack.name));
        }
        if stage.all_but(Who::A, Who::B).await != beside {
            breaches.push(format!("{}: changed rows of b", attack.name));
            stage.seed(Who::B).await;
        }
        if stage.all_but(Who::B, Who::A).await != at_first {
            stage.seed(Who::A).await;
        }
    }
    println!("{}: {} raw statements: {counts:?}", stage.isolation, attacks.len());
    assert!(
        breaches.is_empty(),
        "{} breaches:\n{}",
        breaches.len(),
        breaches.join("\n")
    );
    let down: Vec<_> = stage.two.manager().examine().await.unwrap();
    let down: Vec<_> = down.iter().filter(|f| f.severity == Severity::Error).collect();
    assert!(down.is_empty(), "{down:?}");
}

/// What a session under this seal sees; `Err` where the server objects.
async fn under(stage: &Stage, seal: &str) -> Result<Vec<TextRow>, sqlx::Error> {
    let mut raw = stage.two.a().db().begin_raw().await.unwrap();
    let conn = raw.connection().unwrap();
    sqlx::query("SELECT set_config('mtp.seal', $1, true)")
        .bind(seal)
        .execute(&mut *conn)
        .await?;
    let rows = conn.fetch_all(sqlx::query("SELECT name FROM app.customers")).await?;
    Ok(rows.iter().map(|row| TextRow::from_row(row).unwrap()).collect())
}

/// The seal that a tenant's own session carries.
async fn seal_of(stage: &Stage, who: Who) -> String {
    let mut raw = stage.handle(who).db().begin_raw().await.unwrap();
    let row = raw
        .connection()
        .unwrap()
        .fetch_one("SELECT current_setting('mtp.seal')")
        .await
        .unwrap();
    sqlx::Row::get(&row, 0)
}

/// A MAC as only the server can make it, made by a superuser.
async fn sealed(stage: &Stage, fields: [&str; 5]) -> String {
    let message = prefixed(&fields);
    let sql = format!(
        "SELECT encode(sha256(outer_pad || sha256(inner_pad || convert_to('{message}', 'UTF8'))), 'hex') \
         FROM mtp.seal_secret WHERE id = {}",
        fields[1]
    );
    let common = format!("mtp_{}", stage.login().service());
    let mac = stage.login().server().texts(&common, &sql).await;
    message + &mac[0]
}

#[tokio::test]
async fn no_seal_can_be_forged() {
    let stage = Stage::postgres(Isolation::Shared).await;
    let (a, b) = (seal_of(&stage, Who::A).await, seal_of(&stage, Who::B).await);
    let other = fields(&b);
    let [version, secret, id, uid, expiry, mac] = fields(&a);
    let later = (expiry.parse::<u64>().unwrap() + 1).to_string();
    let past = (expiry.parse::<u64>().unwrap() - 3600).to_string();

    // First that this test can tell: right seals open their own tenant's rows and no others.
    for (seal, canary) in [(&a, CANARY_A), (&b, CANARY_B)] {
        let rows = under(&stage, seal).await.unwrap();
        assert!(rows.len() == 6 && rows.iter().all(|row| row.holds(canary)));
    }
    let made = sealed(&stage, [version, secret, other[2], other[3], &later]).await;
    assert!(
        under(&stage, &made)
            .await
            .unwrap()
            .iter()
            .all(|row| row.holds(CANARY_B))
    );

    let mut forgeries = vec![
        joined(&[version, secret, other[2], uid, expiry, mac]),
        joined(&[version, secret, id, other[3], expiry, mac]),
        joined(&[version, secret, other[2], other[3], expiry, mac]),
        joined(&[version, secret, other[2], other[3], other[4], mac]),
        joined(&[version, secret, id, uid, expiry, other[5]]),
        joined(&[version, secret, uid, id, expiry, mac]),
        joined(&[version, secret, id, uid, &later, mac]),
        joined(&[version, secret, id, uid, "999999999999", mac]),
        joined(&[version, secret, id, uid, &format!("0{expiry}"), mac]),
        joined(&[version, secret, id, uid, &format!(" {expiry}"), mac]),
        joined(&[version, secret, id, uid, &format!("+{expiry}"), mac]),
        joined(&[version, secret, id, uid, "-1", mac]),
        joined(&[version, secret, id, uid, "1e11", mac]),
        joined(&[version, &format!("0{secret}"), id, uid, expiry, mac]),
        joined(&[version, "0", id, uid, expiry, mac]),
        joined(&[version, "2147483648", id, uid, expiry, mac]),
        joined(&[version, "-1", id, uid, expiry, mac]),
        joined(&[version, "", id, uid, expiry, mac]),
        joined(&[version, "1 OR 1=1", id, uid, expiry, mac]),
        joined(&["2", secret, id, uid, expiry, mac]),
        joined(&["0", secret, id, uid, expiry, mac]),
        joined(&["", secret, id, uid, expiry, mac]),
        joined(&["01", secret, id, uid, expiry, mac]),
        joined(&[" 1", secret, id, uid, expiry, mac]),
        joined(&[version, secret, &id.to_uppercase(), uid, expiry, mac]),
        joined(&[version, secret, &format!("{id} "), uid, expiry, mac]),
        joined(&[version, secret, id, uid, expiry, &mac.to_uppercase()]),
        joined(&[version, secret, id, uid, expiry, ""]),
        joined(&[version, secret, id, uid, expiry, &"0".repeat(64)]),
        joined(&[version, secret, id, uid, expiry, &mac.chars().rev().collect::<String>()]),
        joined(&[version, secret, id, uid, expiry, mac, ""]),
        joined(&[version, secret, id, uid, expiry, mac, mac]),
        joined(&["", version, secret, id, uid, expiry, mac]),
        // The bytes under the MAC, cut elsewhere.
        joined(&[version, secret, &format!("{id}{}:{uid}", uid.len()), "", expiry, mac]),
        joined(&[version, secret, other[2], expiry, mac]),
        joined(&[id, mac]),
        other[2].to_owned(),
        format!("{a}\n{b}"),
        format!("{a} "),
        format!(" {a}"),
        format!("{a}:"),
        a.replace(':', "|"),
        "NULL".into(),
        "x".repeat(1_000_000),
        "'; SELECT 1 --".into(),
        // Rightly made, and out of date.
        sealed(&stage, [version, secret, id, uid, &past]).await,
        sealed(&stage, [version, secret, other[2], other[3], &past]).await,
        sealed(&stage, [version, secret, other[2], other[3], "0"]).await,
        // Rightly made by the rules of another version.
        sealed(&stage, ["2", secret, other[2], other[3], &later]).await,
    ];
    forgeries.extend((1..a.len()).map(|n| a[..n].to_owned()));
    forgeries.extend(
        (0..a.len()).map(|n| format!("{}{}{}", &a[..n], if &a[n..=n] == "0" { "1" } else { "0" }, &a[n + 1..])),
    );
    for forged in &forgeries {
        assert_ne!(forged, &a);
        match under(&stage, forged).await {
            // An object, and the same one whatever is wrong: repeating nothing.
            Err(error) => {
                let text = text_of(&error);
                assert!(
                    text.contains("the tenant seal is not valid") && !text.contains(mac) && !text.contains(id),
                    "{forged:.200}: {text}"
                );
            }
            Ok(rows) => panic!("{forged:.200} was taken for a seal: {rows:?}"),
        }
    }
    // None at all: no rows.
    for none in ["", "\0"] {
        if let Ok(rows) = under(&stage, none).await {
            assert!(rows.is_empty(), "{rows:?}");
        }
    }
    println!("{} forged seals, all refused", forgeries.len());
    assert!(forgeries.len() > 300);
}

#[tokio::test]
async fn no_seal_is_found_where_others_look() {
    let stage = Stage::postgres(Isolation::Shared).await;
    let mut macs = Vec::new();
    for who in [Who::A, Who::B] {
        let db = stage.handle(who).db();
        // By every form: a read and a write alone, a transaction, a stream's first row, a statement that fails.
        stage.sight_of_b().await;
        db.query("UPDATE items SET stock = stock + 1 WHERE id = $1")
            .bind(1_i64)
            .execute()
            .await
            .unwrap();
        db.query("INSERT INTO tags (id, name) VALUES ($1, $2)")
            .bind(1_i64)
            .bind("twice")
            .execute()
            .await
            .unwrap_err();
        db.query("SELECT 1 / (id - $1) AS x FROM items")
            .bind(1_i64)
            .fetch_all::<TextRow>()
            .await
            .unwrap_err();
        let mut tx = db.begin().await.unwrap();
        tx.query("SELECT id FROM items").fetch_all::<TextRow>().await.unwrap();
        tx.commit().await.unwrap();
        macs.push(seal_of(&stage, who).await.rsplit_once(':').unwrap().1.to_owned());
    }
    let server = stage.login().server();
    let (texts, log) = (server.statement_texts().await, server.log());
    // The statements themselves are there, so the search is not one of nothing.
    assert!(texts.iter().any(|text| text.contains("mtp.seal")) && log.contains("mtp.seal"));
    for mac in macs {
        assert_eq!(mac.len(), 64);
        assert!(!texts.iter().any(|text| text.contains(&mac)), "in the views");
        assert!(!log.contains(&mac), "in the log");
    }
}

#[tokio::test]
async fn a_poisoned_login_serves_nobody_until_it_is_mended() {
    let stage = Stage::postgres(Isolation::Shared).await;
    let sight = stage.sight_of_b().await;
    let common = format!("mtp_{}", stage.login().service());
    for (setting, poison) in [
        (
            "standard_conforming_strings",
            "ALTER ROLE CURRENT_USER SET standard_conforming_strings = off".to_owned(),
        ),
        (
            "standard_conforming_strings",
            format!("ALTER ROLE CURRENT_USER IN DATABASE {common} SET standard_conforming_strings = off"),
        ),
        (
            "search_path",
            format!("ALTER ROLE CURRENT_USER IN DATABASE {common} SET search_path = app, pg_catalog"),
        ),
        (
            "search_path",
            format!("ALTER ROLE CURRENT_USER IN DATABASE {common} RESET search_path"),
        ),
        (
            "row_security",
            format!("ALTER ROLE CURRENT_USER IN DATABASE {common} SET row_security = off"),
        ),
        (
            "statement_timeout",
            format!("ALTER ROLE CURRENT_USER IN DATABASE {common} RESET ALL"),
        ),
        (
            "plan_cache_mode",
            "ALTER ROLE CURRENT_USER SET plan_cache_mode = force_generic_plan".to_owned(),
        ),
    ] {
        let mut raw = stage.two.a().db().begin_raw().await.unwrap();
        raw.connection()
            .unwrap()
            .execute(sqlx::raw_sql(AssertSqlSafe(poison.clone())))
            .await
            .unwrap_or_else(|e| panic!("{poison}: {e}"));
        raw.commit().await.unwrap();
        for who in [Who::A, Who::B] {
            let refused = stage
                .handle(who)
                .db()
                .query("SELECT name FROM customers")
                .fetch_all::<TextRow>()
                .await;
            let Err(Error::WallDown(findings)) = refused else {
                panic!("after {poison}: {refused:?}")
            };
            assert!(
                findings[0].rule == "settings-not-pinned" && findings[0].what.contains(setting),
                "{findings:?}"
            );
        }
        let findings = stage.two.manager().examine().await.unwrap();
        let found = findings.iter().find(|f| f.rule == "settings-not-pinned");
        let found = found.unwrap_or_else(|| panic!("the doctor does not see {poison}: {findings:?}"));
        assert_eq!(found.severity, Severity::Error);
        stage.login().server().execute(&common, &found.mend).await;
        stage.serves_b(&sight).await.unwrap();
    }
}
