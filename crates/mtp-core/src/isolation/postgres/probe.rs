//! Finds out what stands between us and a server: nothing, or a pooler, and whether it keeps prepared statements.

use sqlx::{ConnectOptions, postgres::PgConnectOptions};

use crate::{db::Conn, error::Result};

/// How often two connections are asked which backend serves them.
const ROUNDS: usize = 4;

/// How statements travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    /// Two statements of one connection may be served by two backends.
    pub(super) pooled: bool,
    /// A prepared statement is found again.
    pub(super) keeps_statements: bool,
}

async fn open(options: &PgConnectOptions, cache: usize) -> Result<Conn> {
    let options = options.clone().statement_cache_capacity(cache);
    Ok(Conn::Postgres(Box::new(options.connect().await?)))
}

async fn backend(conn: &mut Conn) -> Result<i32> {
    use sqlx::{Executor, Row};
    match conn {
        // Over the simple protocol: a statement, and nothing prepared for it.
        Conn::Postgres(c) => {
            let row = c.fetch_one(sqlx::raw_sql("SELECT pg_backend_pid()::text")).await?;
            let pid: String = row.try_get(0)?;
            Ok(pid.parse().unwrap_or(0))
        }
        #[cfg(any(feature = "mysql", feature = "sqlite"))]
        _ => Ok(0),
    }
}

/// Whether a pooler in transaction mode stands before the server: two connections that are both open and were served
/// by the same backend, or one that was served by two.
pub(crate) async fn is_pooled(options: &PgConnectOptions) -> Result<bool> {
    let (mut a, mut b) = (open(options, 0).await?, open(options, 0).await?);
    let pooled = shared(&mut a, &mut b).await?;
    a.close().await;
    b.close().await;
    Ok(pooled)
}

async fn shared(a: &mut Conn, b: &mut Conn) -> Result<bool> {
    let first = backend(a).await?;
    for _ in 0..ROUNDS {
        if backend(b).await? == backend(a).await? {
            return Ok(true);
        }
    }
    Ok(backend(a).await? != first)
}

/// How statements travel to a server as a login.
pub(super) async fn way(options: &PgConnectOptions) -> Result<Way> {
    if !is_pooled(options).await? {
        return Ok(Way {
            pooled: false,
            keeps_statements: true,
        });
    }
    Ok(Way {
        pooled: true,
        keeps_statements: keeps(options).await?,
    })
}

/// A driver names its prepared statements by number, so two connections on one backend collide, unless the pooler
/// keeps their statements apart (PgBouncer from 1.21 on, where it is told to). What is not shown to work is off.
async fn keeps(options: &PgConnectOptions) -> Result<bool> {
    let (mut a, mut b) = (open(options, 8).await?, open(options, 8).await?);
    let mut met = false;
    let mut fine = true;
    for round in 0..ROUNDS {
        met |= backend(&mut a).await? == backend(&mut b).await?;
        let (one, two) = (format!("SELECT {round}::bigint"), format!("SELECT {round}::bigint + 1"));
        for (conn, sql, wanted) in [(&mut a, one, round), (&mut b, two, round + 1)] {
            // Twice: to be prepared, and to be found again.
            for _ in 0..2 {
                let row = conn.fetch_first::<(i64,)>(sql.as_str().into(), Vec::new(), true).await;
                fine &= matches!(row, Ok(Some((n,))) if usize::try_from(n).ok() == Some(wanted));
            }
        }
    }
    if !fine {
        // Leave nothing prepared behind; where statements are not kept apart this reaches nobody's that works.
        for conn in [&mut a, &mut b] {
            // The connections are given up; what matters was found out.
            let _ = conn.run("DEALLOCATE ALL").await;
        }
    }
    a.close().await;
    b.close().await;
    Ok(met && fine)
}
