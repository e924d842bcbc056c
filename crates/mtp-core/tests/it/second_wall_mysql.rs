//! The second wall of MariaDB alone: the first is not in the way, the statements go raw over a tenant's own connection,
//! and the server gives nothing of another's; and no seal can be forged.

use std::{collections::BTreeMap, time::Duration};

use futures::TryStreamExt;
use mtp_core::{Isolation, Severity, testing::TextRow};
use sqlx::{AssertSqlSafe, Executor, FromRow, MySqlConnection, Row};

use crate::{
    corpus::{LEAK_MARK, Statement},
    seals::{fields, joined, prefixed},
    stage::{CANARY_A, CANARY_B, Stage, Who, aimed, text_of},
};

/// How long one attack may keep a connection.
const PATIENCE: Duration = Duration::from_secs(45);
/// The one thing that the wall says of a seal that is not right.
const NOT_VALID: &str = "the tenant seal is not valid";

#[tokio::test]
async fn raw_statements_get_nothing_in_shared() {
    raw_statements_get_nothing(Stage::mariadb(Isolation::Shared).await).await;
}

#[tokio::test]
async fn raw_statements_get_nothing_in_database() {
    raw_statements_get_nothing(Stage::mariadb(Isolation::Database).await).await;
}

/// The rows that came before the error, if there was one.
async fn answer(conn: &mut MySqlConnection, statement: &Statement) -> (Vec<TextRow>, Option<sqlx::Error>) {
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
    let attacks = stage.dialect.second_wall(&aimed(&names));
    let sight = stage.sight_of_b().await;
    let beside = stage.all_but(Who::A, Who::B).await;
    let at_first = stage.all_but(Who::B, Who::A).await;
    // In a database of its own a tenant needs no seal to see its rows, and learns nothing by what is missing.
    let alone = stage.isolation == Isolation::Database;
    let mut breaches = Vec::new();
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for attack in attacks.iter().filter(|attack| !attack.poisons_login) {
        let mut raw = stage.two.a().db().begin_raw().await.unwrap();
        let conn = raw.mysql_connection().unwrap();
        let Ok((rows, error)) = tokio::time::timeout(PATIENCE, answer(conn, attack)).await else {
            breaches.push(format!("{}: still running after {PATIENCE:?}", attack.name));
            continue;
        };
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
                sql: after.to_owned(),
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
async fn under(conn: &mut MySqlConnection, seal: &str) -> Result<Vec<TextRow>, sqlx::Error> {
    sqlx::query("SET @mtp_seal = ?").bind(seal).execute(&mut *conn).await?;
    let rows = conn.fetch_all(sqlx::query("SELECT name FROM customers")).await?;
    Ok(rows.iter().map(|row| TextRow::from_row(row).unwrap()).collect())
}

/// The seal that a tenant's own session carries.
async fn seal_of(stage: &Stage, who: Who) -> String {
    let mut raw = stage.handle(who).db().begin_raw().await.unwrap();
    let conn = raw.mysql_connection().unwrap();
    let row = conn.fetch_one("SELECT CAST(@mtp_seal AS CHAR)").await.unwrap();
    row.get(0)
}

/// A MAC as only the server can make it, made by a superuser.
async fn sealed(stage: &Stage, fields: [&str; 5]) -> String {
    let message = prefixed(&fields);
    let sql = format!(
        "SELECT sha2(concat(outer_pad, unhex(sha2(concat(inner_pad, '{message}'), 256))), 256) FROM seal_secret WHERE id = {}",
        fields[1]
    );
    let wall = format!("mtp_{}_wall", stage.mariadb_login().service());
    let mac = stage.mariadb_login().server().texts(&wall, &sql).await;
    message + &mac[0]
}

#[expect(clippy::too_many_lines, reason = "a list of forgeries is read in one piece")]
#[tokio::test]
async fn no_seal_can_be_forged() {
    let stage = Stage::mariadb(Isolation::Shared).await;
    let (a, b) = (seal_of(&stage, Who::A).await, seal_of(&stage, Who::B).await);
    let other = fields(&b);
    let [version, secret, id, uid, expiry, mac] = fields(&a);
    let later = (expiry.parse::<u64>().unwrap() + 1).to_string();
    let past = (expiry.parse::<u64>().unwrap() - 3600).to_string();
    let mut raw = stage.two.a().db().begin_raw().await.unwrap();
    let conn = raw.mysql_connection().unwrap();

    // First that this test can tell: right seals open their own tenant's rows and no others.
    for (seal, canary) in [(&a, CANARY_A), (&b, CANARY_B)] {
        let rows = under(conn, seal).await.unwrap();
        assert!(rows.len() == 6 && rows.iter().all(|row| row.holds(canary)));
    }
    let made = sealed(&stage, [version, secret, other[2], other[3], &later]).await;
    let rows = under(conn, &made).await.unwrap();
    assert!(rows.len() == 6 && rows.iter().all(|row| row.holds(CANARY_B)));

    let mut forgeries = vec![
        joined(&[version, secret, other[2], uid, expiry, mac]),
        joined(&[version, secret, id, other[3], expiry, mac]),
        joined(&[version, secret, other[2], other[3], expiry, mac]),
        joined(&[version, secret, other[2], other[3], other[4], mac]),
        joined(&[version, secret, id, uid, expiry, other[5]]),
        joined(&[version, secret, uid, id, expiry, mac]),
        joined(&[version, secret, id, uid, &later, mac]),
        joined(&[version, secret, id, uid, "999999999999", mac]),
        joined(&[version, secret, id, uid, "99999999999999999999999999", mac]),
        joined(&[version, secret, id, uid, &format!("0{expiry}"), mac]),
        joined(&[version, secret, id, uid, &format!(" {expiry}"), mac]),
        joined(&[version, secret, id, uid, &format!("+{expiry}"), mac]),
        joined(&[version, secret, id, uid, &format!("{expiry}.0"), mac]),
        joined(&[version, secret, id, uid, &format!("{expiry}x"), mac]),
        joined(&[version, secret, id, uid, "-1", mac]),
        joined(&[version, secret, id, uid, "1e11", mac]),
        joined(&[version, secret, id, uid, "", mac]),
        joined(&[version, secret, id, uid, "2999-01-01", mac]),
        joined(&[version, &format!("0{secret}"), id, uid, expiry, mac]),
        joined(&[version, &format!("{secret}x"), id, uid, expiry, mac]),
        joined(&[version, &format!("{secret}.0"), id, uid, expiry, mac]),
        joined(&[version, &format!(" {secret}"), id, uid, expiry, mac]),
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
        joined(&["1 ", secret, id, uid, expiry, mac]),
        joined(&["1.0", secret, id, uid, expiry, mac]),
        joined(&[version, secret, &id.to_uppercase(), uid, expiry, mac]),
        joined(&[version, secret, &format!("{id} "), uid, expiry, mac]),
        joined(&[version, secret, &format!("{id}\0"), uid, expiry, mac]),
        joined(&[version, secret, "%", uid, expiry, mac]),
        joined(&[version, secret, id, &uid.to_uppercase(), expiry, mac]),
        joined(&[version, secret, id, uid, expiry, &mac.to_uppercase()]),
        joined(&[version, secret, id, uid, expiry, &format!("{mac} ")]),
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
        format!("{a}\0"),
        a.replace(':', "|"),
        a.replace(':', "::"),
        // Letters that a collation without accents or case would take for the same.
        a.replacen('a', "á", 1),
        a.replacen('a', "ａ", 1),
        format!("{a}\u{301}"),
        format!("\u{feff}{a}"),
        "NULL".into(),
        "1".into(),
        "0".into(),
        "x".repeat(1_000_000),
        ":".repeat(100_000),
        "木".repeat(1000),
        "'; SELECT 1 -- ".into(),
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
        let shown: String = forged.chars().take(200).collect();
        match under(conn, forged).await {
            // An object, and the same one whatever is wrong: repeating nothing.
            Err(error) => {
                let text = text_of(&error);
                assert!(
                    text.contains(NOT_VALID) && !text.contains(mac) && !text.contains(id),
                    "{shown}: {text}"
                );
            }
            Ok(rows) => panic!("{shown} was taken for a seal: {rows:?}"),
        }
    }
    // A clock of its own does not make the past come back.
    let stale = sealed(&stage, [version, secret, other[2], other[3], &past]).await;
    for clock in [
        "SET timestamp = 1",
        "SET timestamp = 1000000000",
        "SET time_zone = '-12:00'",
    ] {
        conn.execute(clock).await.unwrap();
        let error = under(conn, &stale).await.expect_err(clock);
        assert!(text_of(&error).contains(NOT_VALID), "{clock}");
    }
    // None at all: no rows.
    let rows = under(conn, "").await.unwrap();
    assert!(rows.is_empty(), "{rows:?}");
    conn.execute("SET @mtp_seal = NULL").await.unwrap();
    let rows = conn.fetch_all("SELECT name FROM customers").await.unwrap();
    assert!(rows.is_empty());
    let refused = conn
        .execute(AssertSqlSafe(format!(
            "INSERT INTO tags (tenant_id, id, name) VALUES ('{id}', 990, 'x')"
        )))
        .await;
    assert!(refused.is_err());
    println!("{} forged seals, all refused", forgeries.len());
    assert!(forgeries.len() > 300);
}
