//! What a database said when it did not do what it was asked.

use std::{fmt, time::Duration};

use crate::error::ErrorKind;

/// The kinds of refusal that callers tell apart, the same on every database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// A row with this key exists.
    Unique,
    /// A row that is referred to does not exist, or is still referred to.
    ForeignKey,
    /// A value is missing.
    NotNull,
    /// A check of the table, or the wall itself, refused the row.
    Check,
    /// Two transactions collided; the same one again may succeed.
    Collision,
    /// It waited for a lock for longer than it may; the same again may succeed.
    Locked,
    /// It took longer than it may.
    Timeout,
    /// The login may not do this.
    Denied,
    /// The statement is wrong.
    Statement,
    /// A row does not fit the struct it should become.
    Decode,
    /// No row where one was expected.
    NoRow,
    /// The server cannot be reached, or hung up.
    Connection,
    /// Anything else.
    Other,
}

/// A database's refusal: the kind, the constraint's name where one was broken, and the cause for logs.
#[derive(Debug)]
pub struct DatabaseFault {
    kind: FaultKind,
    constraint: Option<String>,
    source: sqlx::Error,
}

impl DatabaseFault {
    /// What kind of refusal it was.
    pub fn kind(&self) -> FaultKind {
        self.kind
    }

    /// The constraint that was broken, where the database names it.
    pub fn constraint(&self) -> Option<&str> {
        self.constraint.as_deref()
    }

    pub(crate) fn error_kind(&self) -> ErrorKind {
        match self.kind {
            FaultKind::Unique | FaultKind::ForeignKey | FaultKind::Collision => ErrorKind::Conflict,
            FaultKind::NotNull | FaultKind::Check => ErrorKind::Invalid,
            FaultKind::NoRow => ErrorKind::NotFound,
            FaultKind::Connection | FaultKind::Locked => ErrorKind::Unavailable,
            FaultKind::Timeout => ErrorKind::Timeout,
            _ => ErrorKind::Internal,
        }
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        matches!(self.kind, FaultKind::Connection | FaultKind::Locked).then(|| Duration::from_secs(1))
    }

    /// A statement that this process ended, since its time was over.
    pub(crate) fn out_of_time() -> Self {
        let why = "its time was over, so its connection was closed";
        Self {
            kind: FaultKind::Timeout,
            constraint: None,
            source: sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, why)),
        }
    }

    /// Whether the connection may be used again: the server answered, and is where it was.
    pub(crate) fn connection_survives(&self) -> bool {
        matches!(
            self.source,
            sqlx::Error::Database(_)
                | sqlx::Error::RowNotFound
                | sqlx::Error::ColumnDecode { .. }
                | sqlx::Error::ColumnNotFound(_)
        ) && self.kind != FaultKind::Connection
    }

    /// The number of an error of MariaDB's or MySQL's.
    #[cfg(feature = "mysql")]
    pub(crate) fn number(&self) -> Option<u16> {
        self.source
            .as_database_error()?
            .try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()
            .map(sqlx::mysql::MySqlDatabaseError::number)
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn code(&self) -> Option<String> {
        self.source
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .map(std::borrow::Cow::into_owned)
    }
}

impl fmt::Display for DatabaseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the database refused: {}", self.kind)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unique => "a row with this key exists",
            Self::ForeignKey => "a row referred to is missing or still referred to",
            Self::NotNull => "a value is missing",
            Self::Check => "a check refused the row",
            Self::Collision => "two transactions collided; try again",
            Self::Locked => "it waited too long for a lock; try again",
            Self::Timeout => "it took longer than it may; ask for less at once",
            Self::Denied => "the login may not do this",
            Self::Statement => "the statement is wrong",
            Self::Decode => "a row does not fit the struct it is read into",
            Self::NoRow => "there is no such row",
            Self::Connection => "the server is away",
            Self::Other => "see the cause",
        })
    }
}

impl std::error::Error for DatabaseFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl From<sqlx::Error> for DatabaseFault {
    fn from(source: sqlx::Error) -> Self {
        let constraint = source
            .as_database_error()
            .and_then(|e| e.constraint())
            .map(str::to_owned);
        Self {
            kind: classify(&source),
            constraint,
            source,
        }
    }
}

impl From<sqlx::Error> for crate::error::Error {
    fn from(source: sqlx::Error) -> Self {
        Self::Database(source.into())
    }
}

fn classify(error: &sqlx::Error) -> FaultKind {
    use sqlx::error::ErrorKind as K;
    match error {
        sqlx::Error::Database(e) => match e.kind() {
            K::UniqueViolation => FaultKind::Unique,
            K::ForeignKeyViolation => FaultKind::ForeignKey,
            K::NotNullViolation => FaultKind::NotNull,
            K::CheckViolation => FaultKind::Check,
            #[cfg(feature = "mysql")]
            _ if let Some(kind) = mysql(e.as_ref()) => kind,
            _ => by_code(e.code().as_deref().unwrap_or_default()),
        },
        sqlx::Error::RowNotFound => FaultKind::NoRow,
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::ColumnIndexOutOfBounds { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::TypeNotFound { .. } => FaultKind::Decode,
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
            FaultKind::Connection
        }
        sqlx::Error::PoolTimedOut => FaultKind::Timeout,
        _ => FaultKind::Other,
    }
}

/// MariaDB's and MySQL's error numbers, where the SQLSTATE says too little. `None`: by the SQLSTATE.
#[cfg(feature = "mysql")]
fn mysql(error: &dyn sqlx::error::DatabaseError) -> Option<FaultKind> {
    let number = error
        .try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()
        .map(sqlx::mysql::MySqlDatabaseError::number)?;
    Some(match number {
        // Deadlock, changed since the snapshot.
        1213 | 1020 => FaultKind::Collision,
        // Lock wait timeout, no wait (MySQL).
        1205 | 3572 => FaultKind::Locked,
        // Interrupted, statement times of MariaDB and of MySQL.
        1317 | 1969 | 3024 => FaultKind::Timeout,
        // No right to a database, table, column, routine or server function; a view's definer has none; a row outside
        // the view, and the seal's refusal: the walls themselves.
        1044 | 1142 | 1143 | 1370 | 1227 | 1345 | 1356 | 1369 | 1644 => FaultKind::Denied,
        // Too many connections, login refused or locked, no such database, shut down or killed.
        1040 | 1203 | 1226 | 1045 | 1698 | 1049 | 1053 | 1129 | 1130 | 1927 | 3118 | 4151 => FaultKind::Connection,
        // MariaDB's CHECK; a value of the wrong kind, cut off, or out of range.
        4025 | 1265 | 1366 => FaultKind::Check,
        // Numbers of columns or rows that do not fit; what a view or the parser cannot do.
        1222 | 1241 | 1242 | 1093 | 1288 | 1235 => FaultKind::Statement,
        _ => return None,
    })
}

/// PostgreSQL's SQLSTATE (appendix A of its manual) and that of the MySQL wire, SQLite's result codes.
fn by_code(code: &str) -> FaultKind {
    match code {
        "40001" | "40P01" | "6" | "517" | "261" => FaultKind::Collision,
        "55P03" | "5" => FaultKind::Locked,
        // The last is SQLite's: broken off.
        "57014" | "25P03" | "25P04" | "9" => FaultKind::Timeout,
        // The wall itself: a row-level policy refuses a row with insufficient_privilege.
        "42501" => FaultKind::Denied,
        "57P01" | "57P02" | "57P03" | "53300" => FaultKind::Connection,
        _ if code.starts_with("08") || code.starts_with("28") || code == "3D000" => FaultKind::Connection,
        _ if code.starts_with("42") || code == "1" => FaultKind::Statement,
        _ if code.starts_with("22") || code.starts_with("23") => FaultKind::Check,
        _ => FaultKind::Other,
    }
}
