//! Rows become structs, whatever the database.

/// A struct that a row of PostgreSQL becomes; every `#[derive(sqlx::FromRow)]` struct whose fields
/// PostgreSQL can hold.
#[cfg(feature = "postgres")]
pub trait PgTenantRow: for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow> {}
#[cfg(feature = "postgres")]
impl<T: for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>> PgTenantRow for T {}
/// Empty where PostgreSQL is not compiled in.
#[cfg(not(feature = "postgres"))]
pub trait PgTenantRow {}
#[cfg(not(feature = "postgres"))]
impl<T> PgTenantRow for T {}

/// A struct that a row of the MySQL wire becomes; every `#[derive(sqlx::FromRow)]` struct whose fields
/// MariaDB and MySQL can hold.
#[cfg(feature = "mysql")]
pub trait MySqlTenantRow: for<'r> sqlx::FromRow<'r, sqlx::mysql::MySqlRow> {}
#[cfg(feature = "mysql")]
impl<T: for<'r> sqlx::FromRow<'r, sqlx::mysql::MySqlRow>> MySqlTenantRow for T {}
/// Empty where the MySQL wire is not compiled in.
#[cfg(not(feature = "mysql"))]
pub trait MySqlTenantRow {}
#[cfg(not(feature = "mysql"))]
impl<T> MySqlTenantRow for T {}

/// A struct that a row of SQLite becomes; every `#[derive(sqlx::FromRow)]` struct whose fields
/// SQLite can hold.
#[cfg(feature = "sqlite")]
pub trait SqliteTenantRow: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow> {}
#[cfg(feature = "sqlite")]
impl<T: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>> SqliteTenantRow for T {}
/// Empty where SQLite is not compiled in.
#[cfg(not(feature = "sqlite"))]
pub trait SqliteTenantRow {}
#[cfg(not(feature = "sqlite"))]
impl<T> SqliteTenantRow for T {}

/// What a row of a tenant can be read into: every struct with `#[derive(sqlx::FromRow)]` whose fields
/// all compiled-in databases can hold (`i32`, `i64`, `f64`, `bool`, `String`, `Vec<u8>`, `Option`,
/// `sqlx::types::Json`, `chrono` and `uuid` types), and tuples of them.
///
/// PostgreSQL is strict: an `INTEGER` column is an `i32` and not an `i64`, `SUM` of integers is a
/// `NUMERIC` and wants a cast.
pub trait TenantRow: PgTenantRow + MySqlTenantRow + SqliteTenantRow + Send + Unpin + 'static {}
impl<T: PgTenantRow + MySqlTenantRow + SqliteTenantRow + Send + Unpin + 'static> TenantRow for T {}
