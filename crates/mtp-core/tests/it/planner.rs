//! The one-statement form, a transaction's first statement and its later ones give the same rows, whatever plan the
//! server chooses: the order in which the sealed form sets its seal and reads is how PostgreSQL behaves, not a
//! promise of SQL.

use mtp_core::{Error, Isolation, testing::TextRow};
use sqlx::{Executor, Row};

use crate::{
    legitimate::{Reference, difference, for_good, in_order, undone},
    stage::{Stage, alone, sorted, within},
};

/// Executions after which PostgreSQL may turn to a generic plan (five custom ones come first).
const REPEATS: usize = 7;

/// Settings of the planner, each put on the whole database.
const PLANNERS: &[(&str, &[(&str, &str)])] = &[
    ("as it is", &[]),
    (
        "generic plans without nested loops or sequential scans",
        &[
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_nestloop", "off"),
            ("enable_seqscan", "off"),
        ],
    ),
    (
        "nested loops alone, nothing kept, custom plans",
        &[
            ("plan_cache_mode", "force_custom_plan"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
            ("enable_material", "off"),
            ("enable_memoize", "off"),
        ],
    ),
    (
        "in parallel",
        &[
            ("force_parallel_mode", "on"),
            ("parallel_setup_cost", "0"),
            ("parallel_tuple_cost", "0"),
            ("min_parallel_table_scan_size", "0"),
            ("min_parallel_index_scan_size", "0"),
            ("max_parallel_workers_per_gather", "2"),
        ],
    ),
    ("no nested loops", &[("enable_nestloop", "off")]),
    ("no hash joins", &[("enable_hashjoin", "off")]),
    ("no merge joins", &[("enable_mergejoin", "off")]),
    (
        "no index scans",
        &[
            ("enable_indexscan", "off"),
            ("enable_indexonlyscan", "off"),
            ("enable_bitmapscan", "off"),
        ],
    ),
    ("no sequential scans", &[("enable_seqscan", "off")]),
    (
        "no sorts, no hashed groups",
        &[("enable_sort", "off"), ("enable_hashagg", "off")],
    ),
    ("nothing kept", &[("enable_material", "off"), ("enable_memoize", "off")]),
    (
        "joins as written",
        &[("from_collapse_limit", "1"), ("join_collapse_limit", "1")],
    ),
    ("genetic", &[("geqo_threshold", "2")]),
    ("generic plans", &[("plan_cache_mode", "force_generic_plan")]),
    ("custom plans", &[("plan_cache_mode", "force_custom_plan")]),
    // Compiled, and not optimised: that takes a second a statement and changes no order.
    ("compiled", &[("jit", "on"), ("jit_above_cost", "0")]),
];
/// How many of them, the first, are tried each time.
const SHORT: usize = 4;

/// Puts settings on the common database and opens a new session with them.
async fn plan(stage: &Stage, settings: &[(&str, &str)]) {
    let common = format!("mtp_{}", stage.login().service());
    let mut sql = format!("ALTER DATABASE {common} RESET ALL;");
    for (name, value) in settings {
        sql.push_str(&format!(" ALTER DATABASE {common} SET {name} = {value};"));
    }
    if settings.iter().all(|(name, _)| *name != "jit") {
        // A way that is off has a cost beyond all bounds, at which PostgreSQL would compile each statement.
        sql.push_str(&format!(" ALTER DATABASE {common} SET jit = off;"));
    }
    stage.login().server().execute("postgres", &sql).await;
    // A borrowed connection is closed after its use, and it was the only one.
    drop(stage.two.a().db().begin_raw().await.unwrap());
    let mut raw = stage.two.a().db().begin_raw().await.unwrap();
    for (name, value) in settings {
        let shown = format!("SELECT current_setting('{name}')");
        let row = raw
            .connection()
            .unwrap()
            .fetch_one(sqlx::AssertSqlSafe(shown))
            .await
            .unwrap();
        let shown: String = row.get(0);
        assert!(shown.starts_with(value), "{name} is {shown}");
    }
}

/// After another statement of the same transaction, which has brought the seal.
async fn later(
    stage: &Stage,
    statement: &crate::corpus::Statement,
) -> (Result<Vec<TextRow>, Error>, Vec<Vec<TextRow>>) {
    let mut tx = stage.two.a().db().begin().await.unwrap();
    tx.query("SELECT id FROM tags WHERE id = 1")
        .fetch_all::<TextRow>()
        .await
        .unwrap();
    let answer = in_order(statement, within(&mut tx, statement).await);
    let mut tables = Vec::new();
    if answer.is_ok() {
        for table in &statement.writes {
            let rows = tx.query(format!("SELECT * FROM {table}")).fetch_all().await;
            tables.push(sorted(rows).unwrap());
        }
    }
    tx.rollback().await.unwrap();
    (answer, tables)
}

async fn every_form_agrees(
    settings: impl Iterator<Item = &'static (&'static str, &'static [(&'static str, &'static str)])>,
) {
    let mut stage = Stage::postgres(Isolation::Shared).await;
    let mut reference = Reference::new(&stage).await;
    let mut statements = Vec::new();
    for statement in stage.dialect.legitimate() {
        let (answer, _) = undone(&stage, &statement).await;
        if !matches!(answer, Err(Error::Statement(_))) {
            let truth = reference.truth(&statement).await;
            statements.push((statement, truth));
        }
    }
    assert!(statements.len() >= 300, "only {} run", statements.len());
    let (mut wrong, mut runs) = (Vec::new(), 0_usize);
    for (planner, settings) in settings {
        plan(&stage, settings).await;
        for (statement, truth) in &statements {
            let mut judge = |form: &str, (answer, tables): (Result<_, _>, Vec<_>)| {
                runs += 1;
                if let Some(difference) = difference(statement, truth, &answer, &tables) {
                    wrong.push(format!("{planner}, {form}: {difference}"));
                }
            };
            judge("first of a transaction", undone(&stage, statement).await);
            judge("later in a transaction", later(&stage, statement).await);
            // To put the tenant's rows back after a write takes longer than all the rest.
            if settings.is_empty() || statement.writes.is_empty() {
                judge("alone", for_good(&mut stage, statement).await);
            }
            if statement.writes.is_empty() && settings.is_empty() {
                for _ in 1..REPEATS {
                    judge(
                        "alone again",
                        (in_order(statement, alone(stage.two.a(), statement).await), Vec::new()),
                    );
                }
            }
        }
    }
    println!("{} statements, {runs} runs", statements.len());
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn every_form_agrees_as_it_is_and_with_plans_turned_about() {
    every_form_agrees(PLANNERS.iter().take(SHORT)).await;
}

#[tokio::test]
async fn long_every_form_agrees_under_each_setting() {
    every_form_agrees(PLANNERS.iter().skip(SHORT)).await;
}
