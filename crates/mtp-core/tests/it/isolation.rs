//! One suite for every database and isolation: through its handle tenant a reads, changes and learns nothing of tenant b,
//! whatever the statement, and the connection that carried an attack serves b as before.

use std::{collections::BTreeMap, time::Duration};

use mtp_core::{Error, Isolation, testing::tenants_are_apart};

use crate::{
    corpus::{Dialect, LEAK_MARK, Statement, TABLES},
    stage::{CANARY_A, CANARY_B, Stage, Who, aimed, alone, text_of, within},
};

/// How long one attack may keep a connection.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often the two tenants take turns on one connection.
const TURNS: u32 = 10_000;

/// A test for each promise on each stage.
macro_rules! on_each_stage {
    ($($name:ident: $stage:expr, $feature:literal;)*) => {$(
        #[cfg(feature = $feature)]
        mod $name {
            use super::*;

            #[tokio::test]
            async fn hostile_statements_get_nothing() {
                super::hostile_statements_get_nothing($stage.await).await;
            }

            #[tokio::test]
            async fn turns_on_one_connection() {
                super::turns_on_one_connection($stage.await).await;
            }

            #[tokio::test]
            async fn the_conformance_suite_passes() {
                let stage = $stage.await;
                let checked = tenants_are_apart(&stage.two, &TABLES).await.unwrap();
                assert!(checked.ran > 100 && checked.refused > 100, "{checked}");
            }
        }
    )*};
}

on_each_stage! {
    sqlite_database: Stage::sqlite(Isolation::Database), "sqlite";
    sqlite_shared: Stage::sqlite(Isolation::Shared), "sqlite";
    postgres_database: Stage::postgres(Isolation::Database), "postgres";
    postgres_schema: Stage::postgres(Isolation::Schema), "postgres";
    postgres_shared: Stage::postgres(Isolation::Shared), "postgres";
    pgbouncer_shared: Stage::pooled(Isolation::Shared), "postgres";
    mariadb_database: Stage::mariadb(Isolation::Database), "mysql";
    mariadb_shared: Stage::mariadb(Isolation::Shared), "mysql";
}

/// What became of an attack.
enum Outcome {
    Refused,
    Failed,
    Ran,
}

/// Judges an answer; `Err` says what it gave away.
fn judge(statement: &Statement, answer: &Result<Vec<mtp_core::testing::TextRow>, Error>) -> Result<Outcome, String> {
    match answer {
        Ok(rows) => {
            if let Some(row) = rows.iter().find(|row| row.holds(CANARY_B) || row.holds(LEAK_MARK)) {
                return Err(format!("{}: a row of it: {row:?}", statement.name));
            }
            if statement.no_rows && !rows.is_empty() {
                return Err(format!("{}: {} rows, and any is too many", statement.name, rows.len()));
            }
            Ok(Outcome::Ran)
        }
        Err(error) => {
            let text = text_of(error);
            if text.contains(CANARY_B) || text.contains(LEAK_MARK) {
                return Err(format!("{}: its error tells: {text}", statement.name));
            }
            match error {
                Error::Statement(_) => Ok(Outcome::Refused),
                Error::Database(_) | Error::Invalid { .. } => Ok(Outcome::Failed),
                other => Err(format!("{}: {}", statement.name, text_of(other))),
            }
        }
    }
}

async fn hostile_statements_get_nothing(mut stage: Stage) {
    let names = stage.attack().await;
    let attacks = stage.dialect.hostile(&aimed(&names));
    let sight = stage.sight_of_b().await;
    let beside = stage.all_but(Who::A, Who::B).await;
    let at_first = stage.all_but(Who::B, Who::A).await;
    assert!(!beside.is_empty() && beside.iter().all(|row| row.contains(CANARY_B)));
    let mut breaches = Vec::new();
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let opened = stage.opened();
    let mut lost = Vec::new();
    for attack in &attacks {
        for in_transaction in [false, true] {
            let before = stage.opened();
            let answer = tokio::time::timeout(PATIENCE, async {
                if in_transaction {
                    in_a_transaction(&stage, attack).await
                } else {
                    alone(stage.two.a(), attack).await
                }
            })
            .await;
            let Ok(answer) = answer else {
                breaches.push(format!("{}: still running after {PATIENCE:?}", attack.name));
                continue;
            };
            match judge(attack, &answer) {
                Ok(Outcome::Refused) => *counts.entry("refused").or_default() += 1,
                Ok(Outcome::Failed) => *counts.entry("failed at the server").or_default() += 1,
                Ok(Outcome::Ran) => *counts.entry("ran harmlessly").or_default() += 1,
                Err(breach) => breaches.push(breach),
            }
            if let Err(broken) = stage.serves_b(&sight).await {
                breaches.push(format!("{} (transaction: {in_transaction}): {broken}", attack.name));
            }
            if stage.all_but(Who::A, Who::B).await != beside {
                breaches.push(format!(
                    "{} (transaction: {in_transaction}): changed rows of b",
                    attack.name
                ));
                stage.seed(Who::B).await;
            }
            // Attacks may hit the attacker, whose rows the next one needs.
            if stage.all_but(Who::B, Who::A).await != at_first {
                stage.seed(Who::A).await;
            }
            if stage.isolation != Isolation::Database && stage.opened() != before {
                lost.push(attack.name.clone());
            }
        }
    }
    println!(
        "{:?} {}: {} hostile statements, alone and in a transaction: {counts:?}; {} connections opened, by {lost:?}",
        stage.dialect,
        stage.isolation,
        attacks.len(),
        stage.opened() - opened,
    );
    assert!(
        breaches.is_empty(),
        "{} breaches:\n{}",
        breaches.len(),
        breaches.join("\n")
    );
    // Else the same server connection did not serve the other tenant.
    assert!(lost.len() * 20 < attacks.len(), "{lost:?} closed their connections");
    assert_eq!(counts.values().sum::<usize>(), 2 * attacks.len());
}

/// The attack second of three, and made to last.
async fn in_a_transaction(stage: &Stage, attack: &Statement) -> Result<Vec<mtp_core::testing::TextRow>, Error> {
    let mut tx = stage.two.a().db().begin().await?;
    tx.query("SELECT id FROM items WHERE id = 1")
        .fetch_all::<mtp_core::testing::TextRow>()
        .await?;
    let answer = within(&mut tx, attack).await;
    // Whatever it left behind, the next statement of the transaction must see its own rows only.
    if let Ok(rows) = tx
        .query("SELECT * FROM customers")
        .fetch_all::<mtp_core::testing::TextRow>()
        .await
        && rows.iter().any(|row| row.holds(CANARY_B))
    {
        return Ok(rows);
    }
    match answer {
        Ok(rows) => {
            tx.commit().await?;
            Ok(rows)
        }
        Err(error) => {
            tx.rollback().await?;
            Err(error)
        }
    }
}

async fn turns_on_one_connection(stage: Stage) {
    // Where each tenant has a database of its own, no backend is shared.
    let turns = if stage.isolation == Isolation::Database {
        TURNS / 50
    } else {
        TURNS
    };
    stage.sight_of_b().await;
    let opened = stage.opened();
    let by_id = format!("SELECT name FROM customers WHERE id = {}", stage.dialect.placeholder());
    let by_id = by_id.as_str();
    let change = format!(
        "UPDATE customers SET credit_cents = credit_cents + 1 WHERE id = {}",
        stage.dialect.placeholder()
    );
    for turn in 0..turns {
        // Not strictly in turn: a left-over of one's own would pass for the right answer.
        let (handle, mine, other) = if turn.wrapping_mul(2_654_435_761) >> 31 == 0 {
            (stage.two.a(), CANARY_A, CANARY_B)
        } else {
            (stage.two.b(), CANARY_B, CANARY_A)
        };
        let id = i64::from(turn % 6) + 1;
        let row: (String,) = match turn % 4 {
            0 | 1 => handle.db().query(by_id).bind(id).fetch_one().await,
            // It has no UPDATE … RETURNING.
            2 if stage.dialect == Dialect::MySql => {
                let changed = handle.db().query(change.as_str()).bind(id).execute().await.unwrap();
                assert_eq!(changed, 1, "turn {turn}");
                handle.db().query(by_id).bind(id).fetch_one().await
            }
            2 => {
                let sql = format!("{change} RETURNING name");
                handle.db().query(sql).bind(id).fetch_one().await
            }
            _ => {
                let mut tx = handle.db().begin().await.unwrap();
                let all: Vec<(String,)> = tx.query("SELECT name FROM customers").fetch_all().await.unwrap();
                assert_eq!(all.len(), 6, "turn {turn}");
                assert!(all.iter().all(|row| row.0.contains(mine)), "turn {turn}");
                let row = tx.query(by_id).bind(id).fetch_one().await;
                if turn % 8 == 3 {
                    tx.commit().await.unwrap();
                } else {
                    tx.rollback().await.unwrap();
                }
                row
            }
        }
        .unwrap();
        assert!(row.0.contains(mine) && !row.0.contains(other), "turn {turn}: {}", row.0);
    }
    if stage.isolation != Isolation::Database {
        assert_eq!(stage.opened(), opened, "one connection served them all");
    }
}
