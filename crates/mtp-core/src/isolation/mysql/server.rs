//! Makes a server ready for a service: the accounts, the three databases, the wall.

use super::{
    MySqlServer,
    accounts::{self, account},
    fence,
    ledger::Ledger,
    marks, migrate, probe,
    probe::Flavor,
    views::{self, Standing},
    wall,
};
use crate::{
    db::Conn,
    error::{Error, Result},
    ident::SqlIdent,
    isolation::PlaceKind,
    limits::INSTALL_TIMEOUT,
};

/// What the owner may do where it makes tables: no triggers, routines or events, which would run with its rights.
const OWNER_RIGHTS: &str = "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, \
                            CREATE TEMPORARY TABLES, LOCK TABLES, CREATE VIEW, SHOW VIEW";
/// What the owner may do in the database of the views, which read and write with its rights.
const OWNER_RIGHTS_ON_VIEWS: &str = "SELECT, INSERT, UPDATE, DELETE";

/// What was found out of a server while it was made ready.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ready {
    /// Whether the provisioner may create databases and logins.
    pub(super) creates: bool,
    /// Whose server it is.
    pub(super) flavor: Flavor,
}

/// Brings everything into place; processes that start together take turns.
pub(super) async fn prepare(server: &MySqlServer) -> Result<Ready> {
    let mut conn = fence::plain(&server.provisioner).await?;
    let flavor = probe::flavor(&mut conn).await?;
    take_turn(server, &mut conn).await?;
    let creates = may_create(&mut conn).await?;
    if server.managed {
        if !creates {
            return Err(Error::Config(
                "the login of MTP_CENTRAL_DB_URL may not create databases and logins; grant it ALL PRIVILEGES ON *.* \
                 WITH GRANT OPTION, or make them by hand and give MTP_OWNER_DB_URL and MTP_RUNTIME_DB_URL"
                    .into(),
            ));
        }
        make(server, &mut conn, flavor).await?;
    } else {
        marks::install(server, &mut conn).await?;
    }
    views::install(server, &mut conn).await?;
    wall::raise(server, &mut conn, flavor).await?;
    catch_up(server, &mut conn).await?;
    if server.managed {
        for login in [&server.owner, &server.runtime] {
            accounts::let_in(&mut conn, flavor, login).await?;
        }
    }
    conn.close().await;
    Ok(Ready { creates, flavor })
}

/// Makes the views follow tables that a migration changed before it was broken off. What else is wrong with them is
/// the doctor's to tell.
async fn catch_up(server: &MySqlServer, conn: &mut Conn) -> Result<()> {
    let begun = !Ledger::of(&server.data).begun(conn).await?.is_empty();
    let missing = views::examine(server, conn)
        .await?
        .iter()
        .any(|view| view.standing == Standing::Missing);
    if begun || missing {
        migrate::raise(server, conn, &server.shared_ground()).await?;
    }
    Ok(())
}

/// The lock goes with the session.
pub(super) async fn take_turn(server: &MySqlServer, conn: &mut Conn) -> Result<()> {
    let wait = i64::try_from(INSTALL_TIMEOUT.as_secs()).unwrap_or(i64::MAX);
    let values = vec![format!("mtp-server:{}", server.service).into(), wait.into()];
    let got: Option<(Option<i64>,)> = conn.fetch_first("SELECT GET_LOCK(?, ?)".into(), values, false).await?;
    match got {
        Some((Some(1),)) => Ok(()),
        _ => Err(Error::Unavailable {
            what: "a server that another process is making ready",
            retry_after: std::time::Duration::from_secs(1),
            source: None,
        }),
    }
}

/// Whether the session's account may make databases and accounts, and grant rights on them.
async fn may_create(conn: &mut Conn) -> Result<bool> {
    // CURRENT_USER() is `name@host`, a grantee `'name'@'host'`; a host holds no @.
    let sql = "SELECT COUNT(DISTINCT PRIVILEGE_TYPE) FROM information_schema.USER_PRIVILEGES \
               WHERE GRANTEE = CONCAT('''', SUBSTRING(CURRENT_USER(), 1, CHAR_LENGTH(CURRENT_USER()) - CHAR_LENGTH(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)) - 1), \
                 '''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''') \
               AND PRIVILEGE_TYPE IN ('CREATE', 'DROP', 'CREATE USER', 'CREATE ROUTINE', 'SELECT') AND IS_GRANTABLE = 'YES'";
    let row: Option<(i64,)> = conn.fetch_first(sql.into(), Vec::new(), false).await?;
    Ok(row.is_some_and(|r| r.0 == 5))
}

async fn make(server: &MySqlServer, conn: &mut Conn, flavor: Flavor) -> Result<()> {
    adopt_wall(server, conn).await?;
    for name in [&server.common, &server.data] {
        database(server, conn, name, &server.marker).await?;
    }
    for login in [&server.owner, &server.runtime] {
        let options = accounts::identified(flavor, login.password.as_ref())?;
        accounts::ensure(server, conn, &login.name, &options, &server.marker).await?;
    }
    accounts::ensure(server, conn, &server.guard, "ACCOUNT LOCK", &server.marker).await?;
    let owner = account(&server.owner.name);
    conn.run(format!(
        "GRANT {OWNER_RIGHTS} ON {}.* TO {owner}",
        pattern(&server.data)
    ))
    .await?;
    conn.run(format!(
        "GRANT {OWNER_RIGHTS_ON_VIEWS} ON {}.* TO {owner}",
        pattern(&server.common)
    ))
    .await?;
    Ok(())
}

/// The wall's database holds the marks, its own too: one without marks and without tables is one whose making was
/// broken off.
async fn adopt_wall(server: &MySqlServer, conn: &mut Conn) -> Result<()> {
    let foreign = || {
        Error::Config(format!(
            "the database {} exists and is not of this service in this catalogue; drop it where it is a leftover \
             (DROP DATABASE {})",
            server.wall.as_str(),
            server.wall.ticked()
        ))
    };
    if marks::exists(conn, PlaceKind::Database, &server.wall).await? {
        let sql = "SELECT COUNT(*), CAST(COALESCE(SUM(TABLE_NAME = ?), 0) AS SIGNED) FROM information_schema.TABLES \
                   WHERE TABLE_SCHEMA = ?";
        let values = vec![marks::TABLE.into(), server.wall.as_str().into()];
        let (tables, marked): (i64, i64) = conn
            .fetch_first(sql.into(), values, false)
            .await?
            .ok_or(Error::Internal("a count has no row"))?;
        if tables > 0 && marked == 0 {
            return Err(foreign());
        }
    } else {
        create(conn, &server.wall).await?;
    }
    marks::install(server, conn).await?;
    match marks::found(server, conn, PlaceKind::Database, &server.wall).await? {
        Some(found) if found != server.marker => Err(foreign()),
        Some(_) => Ok(()),
        None => {
            let sql = format!(
                "INSERT INTO {}.{} (kind, name, mark) VALUES (?, ?, ?)",
                server.wall.ticked(),
                marks::TABLE
            );
            let values = vec![
                PlaceKind::Database.to_string().into(),
                server.wall.as_str().into(),
                server.marker.as_str().into(),
            ];
            conn.execute(sql.into(), values, false).await?;
            Ok(())
        }
    }
}

async fn create(conn: &mut Conn, name: &SqlIdent) -> Result<()> {
    // Texts are compared as they are, as on the other databases.
    conn.run(format!(
        "CREATE DATABASE IF NOT EXISTS {} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        name.ticked()
    ))
    .await?;
    Ok(())
}

/// Makes a database of ours where it is not there.
pub(super) async fn database(server: &MySqlServer, conn: &mut Conn, name: &SqlIdent, mark: &str) -> Result<()> {
    if !marks::claim(server, conn, PlaceKind::Database, name, mark).await? {
        create(conn, name).await?;
    }
    Ok(())
}

/// Lets the owner make tables in a tenant's database.
pub(super) async fn let_owner_in(server: &MySqlServer, conn: &mut Conn, database: &SqlIdent) -> Result<()> {
    conn.run(format!(
        "GRANT {OWNER_RIGHTS} ON {}.* TO {}",
        pattern(database),
        account(&server.owner.name)
    ))
    .await?;
    Ok(())
}

/// A database as GRANT names it: there `_` stands for any character.
pub(super) fn pattern(name: &SqlIdent) -> String {
    format!("`{}`", name.as_str().replace('_', "\\_"))
}
