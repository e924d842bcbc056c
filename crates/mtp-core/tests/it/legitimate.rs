//! What services write runs, and gives what the same statement gives in a database of one tenant's rows alone.

use mtp_core::{Error, Isolation, testing::TextRow};

use crate::{
    corpus::{Dialect, Statement, TABLES},
    stage::{CANARY_A, Raw, Stage, Who, alone, sorted, text_of, values, within},
};

/// The least number of statements that must run, for each dialect.
const LEAST: usize = 300;

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn on_sqlite_database() {
    compare(Stage::sqlite(Isolation::Database).await).await;
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn on_sqlite_shared() {
    compare(Stage::sqlite(Isolation::Shared).await).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn on_postgres_database() {
    compare(Stage::postgres(Isolation::Database).await).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn on_postgres_schema() {
    compare(Stage::postgres(Isolation::Schema).await).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn on_postgres_shared() {
    compare(Stage::postgres(Isolation::Shared).await).await;
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn on_mariadb_database() {
    compare(Stage::mariadb(Isolation::Database).await).await;
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn on_mariadb_shared() {
    compare(Stage::mariadb(Isolation::Shared).await).await;
}

/// What a statement gives in a database that holds tenant a's rows only.
pub(crate) struct Truth {
    pub(crate) answer: Result<Vec<TextRow>, String>,
    /// The tables that it may change, afterwards.
    pub(crate) tables: Vec<Vec<TextRow>>,
}

/// The reference: the service's own schema without any wall, where `tenant_id` fills itself in.
pub(crate) struct Reference {
    raw: Raw,
    _ground: Box<dyn std::any::Any + Send>,
}

impl Reference {
    pub(crate) async fn new(stage: &Stage) -> Self {
        let id = stage.two.a().id().to_string();
        let mut schema = String::new();
        for file in ["0001_shop.sql", "0002_events.sql"] {
            let text = std::fs::read_to_string(stage.dialect.migrations().join(file)).unwrap();
            for line in text.lines() {
                if line.trim_start().starts_with("tenant_id ") {
                    let filled = line.replace("NOT NULL", &format!("NOT NULL DEFAULT '{id}'"));
                    assert_ne!(filled, line);
                    schema.push_str(&filled);
                } else {
                    schema.push_str(line);
                }
                schema.push('\n');
            }
        }
        schema.push_str(&stage.dialect.seed(&id, CANARY_A));
        match stage.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {
                let folder = mtp_testkit::SqliteDir::new();
                let mut raw = Raw::sqlite(&folder.file("reference"), true).await;
                raw.run(&schema).await;
                Self {
                    raw,
                    _ground: Box::new(folder),
                }
            }
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                let database = mtp_testkit::postgres().fresh_database("reference").await;
                let mut raw = Raw::postgres(&database.url(), "app").await;
                raw.run("CREATE SCHEMA app").await;
                // Else the tables would go where nobody may make any.
                raw.run("SET search_path = app, pg_catalog").await;
                raw.run(&schema).await;
                raw.run("SET search_path = pg_catalog, app").await;
                Self {
                    raw,
                    _ground: Box::new(database),
                }
            }
            #[cfg(feature = "mysql")]
            Dialect::MySql => {
                let login = mtp_testkit::mariadb().fresh_login("reference").await;
                // Texts compare in the reference as they do where the tenant's are.
                let tables = stage.attack().await.2;
                let kind = format!(
                    "SELECT concat('CHARACTER SET ', default_character_set_name, ' COLLATE ', default_collation_name) \
                     FROM information_schema.schemata WHERE schema_name = '{tables}'"
                );
                let kind = login.server().texts("information_schema", &kind).await;
                let alter = format!("ALTER DATABASE {} {}", login.name(), kind[0]);
                login.server().execute(login.name(), &alter).await;
                let mut raw = Raw::mariadb(&login.superuser_url()).await;
                raw.run(&schema).await;
                Self {
                    raw,
                    _ground: Box::new(login),
                }
            }
            #[allow(unreachable_patterns, reason = "with one database feature only")]
            other => panic!("no reference on {other:?}"),
        }
    }

    pub(crate) async fn truth(&mut self, statement: &Statement) -> Truth {
        self.raw.run("BEGIN").await;
        let answer = self.raw.rows(&statement.sql, values(statement)).await;
        let answer = in_order(statement, answer.map_err(|e| text_of(&e)));
        let mut tables = Vec::new();
        if answer.is_ok() {
            for table in &statement.writes {
                let rows = self.raw.rows(&format!("SELECT * FROM {table}"), Vec::new()).await;
                tables.push(sorted(rows).unwrap());
            }
        }
        self.raw.run("ROLLBACK").await;
        Truth { answer, tables }
    }
}

/// Rows as they are to be compared.
pub(crate) fn in_order<E>(statement: &Statement, rows: Result<Vec<TextRow>, E>) -> Result<Vec<TextRow>, E> {
    let rows = rows.map(|mut rows| {
        for cell in rows.iter_mut().flat_map(|row| row.0.iter_mut()) {
            // A whole row is one of its table's type raw and one without a name from the filtered table.
            if TABLES.contains(&cell.kind.as_str()) {
                cell.kind = "RECORD".into();
            }
        }
        rows
    });
    // The order in which RETURNING gives rows is nobody's promise.
    if statement.unordered || !statement.writes.is_empty() {
        sorted(rows)
    } else {
        rows
    }
}

/// Says how an answer differs from the truth.
pub(crate) fn difference(
    statement: &Statement,
    truth: &Truth,
    answer: &Result<Vec<TextRow>, Error>,
    tables: &[Vec<TextRow>],
) -> Option<String> {
    match (&truth.answer, answer) {
        (Ok(expected), Ok(rows)) => {
            if expected != rows {
                return Some(format!("{}: expected {expected:?}\n    got {rows:?}", statement.name));
            }
            if truth.tables != tables {
                return Some(format!("{}: the tables differ afterwards", statement.name));
            }
            None
        }
        (Err(_), Err(Error::Database(_))) => None,
        (expected, got) => Some(format!(
            "{}: expected {}, got {}",
            statement.name,
            expected.as_ref().map_or_else(Clone::clone, |rows| format!("{rows:?}")),
            got.as_ref().map_or_else(|e| text_of(e), |rows| format!("{rows:?}"))
        )),
    }
}

/// In a transaction that is undone.
pub(crate) async fn undone(stage: &Stage, statement: &Statement) -> (Result<Vec<TextRow>, Error>, Vec<Vec<TextRow>>) {
    let mut tx = stage.two.a().db().begin().await.unwrap();
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

/// Alone, and for good; the tenant's rows are put back afterwards.
pub(crate) async fn for_good(
    stage: &mut Stage,
    statement: &Statement,
) -> (Result<Vec<TextRow>, Error>, Vec<Vec<TextRow>>) {
    let answer = in_order(statement, alone(stage.two.a(), statement).await);
    let mut tables = Vec::new();
    if !statement.writes.is_empty() {
        if answer.is_ok() {
            for table in &statement.writes {
                tables.push(stage.own_rows(Who::A, table).await);
            }
        }
        stage.seed(Who::A).await;
    }
    (answer, tables)
}

async fn compare(mut stage: Stage) {
    let mut reference = Reference::new(&stage).await;
    let beside = stage.all_but(Who::A, Who::B).await;
    let statements = stage.dialect.legitimate();
    let (mut refused, mut wrong, mut failing, mut ran) = (Vec::new(), Vec::new(), Vec::new(), 0_usize);
    for statement in &statements {
        let truth = reference.truth(statement).await;
        if let Err(error) = &truth.answer {
            failing.push(format!("{}: {error}", statement.name));
        }
        let (answer, tables) = undone(&stage, statement).await;
        if let Err(Error::Statement(refusal)) = &answer {
            refused.push(format!("{}: {refusal}", statement.name));
            continue;
        }
        ran += 1;
        wrong.extend(difference(statement, &truth, &answer, &tables).map(|d| format!("in a transaction: {d}")));
        let (answer, tables) = for_good(&mut stage, statement).await;
        wrong.extend(difference(statement, &truth, &answer, &tables).map(|d| format!("alone: {d}")));
    }
    println!(
        "{:?} {}: {ran} of {} legitimate statements ran, {} refused ({:.1} %):\n  {}",
        stage.dialect,
        stage.isolation,
        statements.len(),
        refused.len(),
        100.0 * f64::from(u32::try_from(refused.len()).unwrap()) / f64::from(u32::try_from(statements.len()).unwrap()),
        refused.join("\n  ")
    );
    assert!(failing.is_empty(), "wrong without any wall:\n{}", failing.join("\n"));
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(stage.all_but(Who::A, Who::B).await, beside, "tenant b's rows changed");
    assert!(ran >= LEAST, "only {ran} ran");
}
