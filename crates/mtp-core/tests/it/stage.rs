//! The stage of the isolation suites: one database in one isolation, two tenants with the same ids in their rows, and
//! a raw connection beside the walls that sees what the tenants cannot.

use mtp_core::{
    Dsn, Error, Isolation, MasterKey, TenantHandle, TenantManager, TenantManagerBuilder,
    testing::{TextRow, TwoTenants},
};
use sqlx::{AssertSqlSafe, Connection, Executor, FromRow};

use crate::corpus::{Attack, Dialect, Statement, TABLES};

/// A text in every row of tenant a, and of no one else.
pub(crate) const CANARY_A: &str = "cnry-alder";
/// A text in every row of tenant b, and of no one else.
pub(crate) const CANARY_B: &str = "cnry-birch";
const MASTER_KEY: &str = "6f1d2c3b4a59687786957483726150c1d2e3f405162738495a6b7c8d9eafb0c1";

/// The modes in which tenants' statements run on MariaDB.
#[cfg(feature = "mysql")]
const MARIADB_MODES: &str = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,\
    ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,PIPES_AS_CONCAT'";

/// What tenant b asks for to see that all is as it was.
const SIGHT: [&str; 3] = [
    "SELECT * FROM customers ORDER BY id",
    "SELECT l.*, o.note, i.name FROM order_lines AS l JOIN orders AS o ON o.id = l.order_id JOIN items AS i ON i.id = l.item_id \
     ORDER BY l.order_id, l.line_no",
    "SELECT (SELECT count(*) FROM items) AS a, (SELECT count(*) FROM tags) AS b, (SELECT count(*) FROM item_tags) AS c, \
     (SELECT count(*) FROM notes) AS d, (SELECT count(*) FROM events) AS e, (SELECT sum(stock) FROM items) AS f",
];

/// Where a stage stands; dropped after everything else of it.
#[derive(Debug)]
enum Ground {
    #[cfg(feature = "sqlite")]
    Sqlite(mtp_testkit::SqliteDir),
    #[cfg(feature = "postgres")]
    Postgres(mtp_testkit::FreshLogin),
    #[cfg(feature = "mysql")]
    MySql(mtp_testkit::FreshMariaDb),
}

/// Two tenants on one server connection at a time.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) dialect: Dialect,
    pub(crate) isolation: Isolation,
    pub(crate) two: TwoTenants,
    raw_a: Raw,
    raw_b: Raw,
    ground: Ground,
}

/// A connection that no wall of ours holds back.
#[derive(Debug)]
pub(crate) enum Raw {
    #[cfg(feature = "sqlite")]
    Sqlite(Box<sqlx::SqliteConnection>),
    #[cfg(feature = "postgres")]
    Postgres(Box<sqlx::PgConnection>),
    #[cfg(feature = "mysql")]
    MySql(Box<sqlx::MySqlConnection>),
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    A,
    B,
}

impl Stage {
    /// SQLite, in a folder of its own, with a pool of one.
    #[cfg(feature = "sqlite")]
    pub(crate) async fn sqlite(isolation: Isolation) -> Self {
        let folder = mtp_testkit::SqliteDir::new();
        let url = format!("sqlite://{}/central.sqlite", folder.path().display());
        let builder = TenantManager::builder("suite", Dsn::parse(url).unwrap()).allow_single_wall(true);
        Self::set(Dialect::Sqlite, isolation, builder, Ground::Sqlite(folder)).await
    }

    /// The test server, by a login and in databases of its own, with a pool of one.
    #[cfg(feature = "postgres")]
    pub(crate) async fn postgres(isolation: Isolation) -> Self {
        Self::postgres_with(isolation, |builder| builder).await
    }

    /// As [`postgres`](Self::postgres), the tenants' statements through a pooler in transaction mode that has one
    /// backend for all of them.
    #[cfg(feature = "postgres")]
    pub(crate) async fn pooled(isolation: Isolation) -> Self {
        let url = mtp_testkit::pgbouncer_one().url();
        let (_, rest) = url.rsplit_once('@').unwrap();
        let address = rest.split('/').next().unwrap().to_owned();
        Self::postgres_with(isolation, |builder| builder.pooler(address)).await
    }

    #[cfg(feature = "postgres")]
    async fn postgres_with(
        isolation: Isolation,
        set_up: impl FnOnce(TenantManagerBuilder) -> TenantManagerBuilder,
    ) -> Self {
        let login = mtp_testkit::postgres().fresh_login("suite").await;
        let builder = TenantManager::builder(login.service(), Dsn::parse(login.url()).unwrap());
        let builder = set_up(builder.tenant_db_prefix(login.prefix()));
        Self::set(Dialect::Postgres, isolation, builder, Ground::Postgres(login)).await
    }

    /// The MariaDB test server, by a login and in databases of its own, with a pool of one.
    #[cfg(feature = "mysql")]
    pub(crate) async fn mariadb(isolation: Isolation) -> Self {
        let login = mtp_testkit::mariadb().fresh_login("suite").await;
        let builder = TenantManager::builder(login.service(), Dsn::parse(login.url()).unwrap());
        let builder = builder.tenant_db_prefix(login.prefix());
        Self::set(Dialect::MySql, isolation, builder, Ground::MySql(login)).await
    }

    /// The server's name for what belongs to this stage.
    #[cfg(feature = "postgres")]
    pub(crate) fn login(&self) -> &mtp_testkit::FreshLogin {
        match &self.ground {
            Ground::Postgres(login) => login,
            #[allow(unreachable_patterns, reason = "with one database feature only")]
            _ => panic!("not on PostgreSQL"),
        }
    }

    /// The same on MariaDB.
    #[cfg(feature = "mysql")]
    pub(crate) fn mariadb_login(&self) -> &mtp_testkit::FreshMariaDb {
        match &self.ground {
            Ground::MySql(login) => login,
            #[allow(unreachable_patterns, reason = "with one database feature only")]
            _ => panic!("not on MariaDB"),
        }
    }

    async fn set(dialect: Dialect, isolation: Isolation, builder: TenantManagerBuilder, ground: Ground) -> Self {
        let builder = builder
            .master_key(MasterKey::parse(MASTER_KEY).unwrap())
            .isolation(isolation)
            .migrations_from(dialect.migrations())
            // Where each has a database of its own there is nothing to share, and a login for every turn is slow.
            .max_connections(if isolation == Isolation::Database { 2 } else { 1 })
            .pool_size(1);
        let two = TwoTenants::of(builder).await.unwrap();
        let raw_a = Raw::beside(&ground, &two, two.a()).await;
        let raw_b = Raw::beside(&ground, &two, two.b()).await;
        let mut stage = Self {
            dialect,
            isolation,
            two,
            raw_a,
            raw_b,
            ground,
        };
        stage.seed(Who::A).await;
        stage.seed(Who::B).await;
        stage
    }

    pub(crate) fn handle(&self, who: Who) -> &TenantHandle {
        match who {
            Who::A => self.two.a(),
            Who::B => self.two.b(),
        }
    }

    /// The raw connection beside a tenant's place.
    pub(crate) fn raw(&mut self, who: Who) -> &mut Raw {
        match who {
            Who::A => &mut self.raw_a,
            Who::B => &mut self.raw_b,
        }
    }

    /// Puts a tenant's rows back to what they were at the beginning.
    pub(crate) async fn seed(&mut self, who: Who) {
        let id = self.handle(who).id().to_string();
        let canary = match who {
            Who::A => CANARY_A,
            Who::B => CANARY_B,
        };
        let deletes: String = TABLES
            .iter()
            .rev()
            .map(|table| format!("DELETE FROM {table} WHERE tenant_id = '{id}';\n"))
            .collect();
        let mut script = match self.dialect {
            // Row by row it would refuse to delete one that another of the table refers to.
            Dialect::MySql => format!("SET foreign_key_checks = 0;\n{deletes}SET foreign_key_checks = 1;\n"),
            Dialect::Postgres | Dialect::Sqlite => deletes,
        };
        script.push_str(&self.dialect.seed(&id, canary));
        self.raw(who).run(&script).await;
    }

    /// Every row in a tenant's place but for the other's: what must stay as it is whatever the other does.
    pub(crate) async fn all_but(&mut self, attacker: Who, place: Who) -> Vec<String> {
        let attacker = self.handle(attacker).id().to_string();
        let whole = |table: &str| match self.dialect {
            Dialect::Postgres => {
                format!("SELECT '{table} ' || x::text FROM {table} AS x WHERE tenant_id <> '{attacker}'")
            }
            // The others have no text of a whole row, but take a table's columns in one list.
            Dialect::MySql | Dialect::Sqlite => format!("SELECT * FROM {table} WHERE tenant_id <> '{attacker}'"),
        };
        let statements = TABLES.map(whole);
        let statements = match self.dialect {
            Dialect::Postgres => vec![statements.join(" UNION ALL ")],
            Dialect::MySql | Dialect::Sqlite => statements.to_vec(),
        };
        let raw = self.raw(place);
        let mut rows = Vec::new();
        for sql in statements {
            let part = raw.rows(&sql, Vec::new()).await.unwrap();
            rows.extend(part.iter().map(|row| format!("{row:?}")));
        }
        rows.sort();
        rows
    }

    /// A tenant's own rows of one table, in an order of their own.
    pub(crate) async fn own_rows(&mut self, who: Who, table: &str) -> Vec<TextRow> {
        let id = self.handle(who).id().to_string();
        let sql = format!("SELECT * FROM {table} WHERE tenant_id = '{id}'");
        let mut rows = self.raw(who).rows(&sql, Vec::new()).await.unwrap();
        rows.sort();
        rows
    }

    /// What the attacks of tenant a are aimed at.
    pub(crate) async fn attack(&self) -> (String, String, String, String) {
        let manager = self.two.manager();
        let placement = manager.get(self.two.b().id()).await.unwrap().placement.unwrap();
        let schema = placement.schema.clone().unwrap_or_else(|| match self.dialect {
            Dialect::Postgres => "app".to_owned(),
            #[cfg(feature = "mysql")]
            Dialect::MySql => tables_on_mariadb(self.mariadb_login(), self.isolation, &placement.database),
            #[cfg(not(feature = "mysql"))]
            Dialect::MySql => panic!("without the feature mysql"),
            Dialect::Sqlite => "main".to_owned(),
        });
        let database = match &self.ground {
            #[cfg(feature = "sqlite")]
            Ground::Sqlite(folder) => sqlite_file(folder, &placement.database).display().to_string(),
            #[cfg(feature = "postgres")]
            Ground::Postgres(_) => placement.database,
            #[cfg(feature = "mysql")]
            Ground::MySql(_) => placement.database,
        };
        (
            self.two.a().id().to_string(),
            self.two.b().id().to_string(),
            schema,
            database,
        )
    }

    /// Connections opened to the tenants' server since the start.
    pub(crate) fn opened(&self) -> u64 {
        self.two.manager().pool_gauges().iter().map(|(_, g)| g.opened).sum()
    }

    /// Tenant b's small suite: rows as they were, joined and counted, and a write that is undone. `expected` is what it
    /// saw at the beginning.
    pub(crate) async fn serves_b(&self, expected: &[Vec<TextRow>]) -> Result<(), String> {
        let db = self.two.b().db();
        for (sql, expected) in SIGHT.iter().zip(expected) {
            let rows = db.query(*sql).fetch_all().await;
            if rows.as_ref().ok() != Some(expected) {
                return Err(format!("tenant b sees by {sql}: {rows:?}, and saw {expected:?}"));
            }
        }
        let mut tx = db.begin().await.map_err(|e| text_of(&e))?;
        let changed = tx
            .query(format!(
                "UPDATE items SET stock = stock + 1 WHERE id = {}",
                self.dialect.placeholder()
            ))
            .bind(1_i64)
            .execute()
            .await
            .map_err(|e| text_of(&e))?;
        tx.rollback().await.map_err(|e| text_of(&e))?;
        if changed == 1 {
            Ok(())
        } else {
            Err(format!("tenant b changed {changed} rows instead of 1"))
        }
    }

    /// What tenant b sees at the beginning.
    pub(crate) async fn sight_of_b(&self) -> Vec<Vec<TextRow>> {
        let mut sight = Vec::new();
        for sql in SIGHT {
            sight.push(self.two.b().db().query(sql).fetch_all().await.unwrap());
        }
        // 6 customers and 7 lines of orders; the counts hold no text.
        let held = sight
            .iter()
            .flatten()
            .filter(|row: &&TextRow| row.holds(CANARY_B))
            .count();
        assert_eq!(held, 13, "{sight:?}");
        sight
    }
}

/// Sends a corpus statement through a handle, alone.
pub(crate) async fn alone(handle: &TenantHandle, statement: &Statement) -> Result<Vec<TextRow>, Error> {
    let mut query = handle.db().query(statement.sql.as_str());
    for value in values(statement) {
        query = query.bind(value);
    }
    query.fetch_all().await
}

/// Sends a corpus statement in a transaction.
pub(crate) async fn within(tx: &mut mtp_core::TenantTransaction, statement: &Statement) -> Result<Vec<TextRow>, Error> {
    let mut query = tx.query(statement.sql.as_str());
    for value in values(statement) {
        query = query.bind(value);
    }
    query.fetch_all().await
}

/// The values to bind.
pub(crate) fn values(statement: &Statement) -> Vec<sea_query::Value> {
    let value = |value: &serde_json::Value| match value {
        serde_json::Value::Null => sea_query::Value::String(None),
        serde_json::Value::Bool(flag) => (*flag).into(),
        serde_json::Value::Number(number) => number
            .as_i64()
            .map_or_else(|| number.as_f64().unwrap().into(), Into::into),
        serde_json::Value::String(text) => text.as_str().into(),
        other => panic!("{}: {other} cannot be bound", statement.name),
    };
    statement.params.iter().map(value).collect()
}

/// Rows in an order of their own.
pub(crate) fn sorted<E>(rows: Result<Vec<TextRow>, E>) -> Result<Vec<TextRow>, E> {
    rows.map(|mut rows| {
        rows.sort();
        rows
    })
}

/// Everything that an error tells, its causes and the server's details included.
pub(crate) fn text_of(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |e| e.source())
        .map(|e| format!("{e} {e:?}"))
        .collect::<Vec<_>>()
        .join(" | ")
}

impl Raw {
    async fn beside(ground: &Ground, two: &TwoTenants, handle: &TenantHandle) -> Self {
        let placement = two.manager().get(handle.id()).await.unwrap().placement.unwrap();
        match ground {
            #[cfg(feature = "sqlite")]
            Ground::Sqlite(folder) => Self::sqlite(&sqlite_file(folder, &placement.database), false).await,
            #[cfg(feature = "postgres")]
            Ground::Postgres(login) => {
                let url = login.server().url_for(&placement.database);
                Self::postgres(&url, placement.schema.as_deref().unwrap_or("app")).await
            }
            #[cfg(feature = "mysql")]
            Ground::MySql(login) => {
                let tables = tables_on_mariadb(login, placement.isolation, &placement.database);
                Self::mariadb(&login.server().url_for(&tables)).await
            }
        }
    }

    /// A SQLite file, with foreign keys.
    #[cfg(feature = "sqlite")]
    pub(crate) async fn sqlite(file: &std::path::Path, create: bool) -> Self {
        use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(create)
            .foreign_keys(true)
            .busy_timeout(std::time::Duration::from_secs(10));
        Self::Sqlite(Box::new(options.connect().await.unwrap()))
    }

    /// A PostgreSQL database as superuser, unqualified names meaning those of `schema`.
    #[cfg(feature = "postgres")]
    pub(crate) async fn postgres(url: &str, schema: &str) -> Self {
        let mut conn = sqlx::PgConnection::connect(url).await.unwrap();
        let path = format!("SET search_path = pg_catalog, \"{schema}\"");
        conn.execute(AssertSqlSafe(path)).await.unwrap();
        Self::Postgres(Box::new(conn))
    }

    /// A MariaDB database as superuser, in the modes in which tenants' statements run.
    #[cfg(feature = "mysql")]
    pub(crate) async fn mariadb(url: &str) -> Self {
        use sqlx::{ConnectOptions, mysql::MySqlConnectOptions};
        let options: MySqlConnectOptions = url.parse().unwrap();
        let options = options
            .charset("utf8mb4")
            .pipes_as_concat(false)
            .no_engine_substitution(false);
        let mut conn = options.connect().await.unwrap();
        conn.execute(MARIADB_MODES).await.unwrap();
        Self::MySql(Box::new(conn))
    }

    /// Runs a script.
    pub(crate) async fn run(&mut self, sql: &str) {
        self.try_run(sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    }

    /// Runs a script that may fail.
    pub(crate) async fn try_run(&mut self, sql: &str) -> sqlx::Result<()> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(conn) => (&mut **conn).execute(sql).await.map(drop),
            #[cfg(feature = "postgres")]
            Self::Postgres(conn) => (&mut **conn).execute(sql).await.map(drop),
            #[cfg(feature = "mysql")]
            Self::MySql(conn) => (&mut **conn).execute(sql).await.map(drop),
        }
    }

    /// Runs one statement with bound values and reads its rows.
    pub(crate) async fn rows(&mut self, sql: &str, values: Vec<sea_query::Value>) -> sqlx::Result<Vec<TextRow>> {
        let values = sea_query_sqlx::SqlxValues(sea_query::Values(values));
        let query = AssertSqlSafe(sql.to_owned());
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(conn) => {
                let rows = sqlx::query_with(query, values).fetch_all(&mut **conn).await?;
                rows.iter().map(TextRow::from_row).collect()
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(conn) => {
                let rows = sqlx::query_with(query, values).fetch_all(&mut **conn).await?;
                rows.iter().map(TextRow::from_row).collect()
            }
            #[cfg(feature = "mysql")]
            Self::MySql(conn) => {
                let rows = sqlx::query_with(query, values).fetch_all(&mut **conn).await?;
                rows.iter().map(TextRow::from_row).collect()
            }
        }
    }
}

/// The database that holds the tables themselves: where tenants share them it is not the one of the views.
#[cfg(feature = "mysql")]
fn tables_on_mariadb(login: &mtp_testkit::FreshMariaDb, isolation: Isolation, database: &str) -> String {
    match isolation {
        Isolation::Shared => format!("mtp_{}_data", login.service()),
        _ => database.to_owned(),
    }
}

#[cfg(feature = "sqlite")]
fn sqlite_file(folder: &mtp_testkit::SqliteDir, database: &str) -> std::path::PathBuf {
    folder.path().join("suite-tenants").join(format!("{database}.sqlite"))
}

/// The attack that a's statements make on b.
pub(crate) fn aimed(names: &(String, String, String, String)) -> Attack<'_> {
    Attack {
        tenant: &names.0,
        other: &names.1,
        other_canary: CANARY_B,
        other_schema: &names.2,
        other_database: &names.3,
    }
}
