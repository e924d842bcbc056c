//! The doctor's round through a service's databases: one query a topic, each finding with what to run.

use chrono::Utc;

use super::{
    MySqlServer,
    accounts::{account, grantee},
    fence, grants, half, keys,
    probe::Flavor,
    views::{self, Standing, tick},
    wall,
};
use crate::{db::Conn, doctor::Finding, error::Result, ident::SqlIdent, limits::MAX_CLOCK_SKEW};

/// Looks whether the second wall of the service stands.
pub(super) async fn server(server: &MySqlServer) -> Result<Vec<Finding>> {
    let flavor = server.ready()?.flavor;
    let mut conn = fence::plain(&server.provisioner).await?;
    let mut findings = Vec::new();
    clock(&mut conn, &mut findings).await?;
    runtime(server, &mut conn, &mut findings).await?;
    login(&mut conn, &server.owner.name, "owner-strong", &mut findings).await?;
    seal(server, &mut conn, flavor, &mut findings).await?;
    outsiders(server, &mut conn, &mut findings).await?;
    views(server, &mut conn, &mut findings).await?;
    keys::keys(&mut conn, &server.data, &mut findings).await?;
    keys::routines(server, &mut conn, &mut findings).await?;
    keys::collations(&mut conn, &server.data, &mut findings).await?;
    half::applied(&mut conn, &server.data, &mut findings).await?;
    logs(&mut conn, &mut findings).await?;
    conn.close().await;
    Ok(findings)
}

/// The time that seals are measured by: the server's, and its own.
async fn clock(conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<()> {
    // A session that says it is another time must not be believed.
    conn.run("SET SESSION timestamp = 1000000000").await?;
    let before = Utc::now().timestamp_millis();
    let sql = "SELECT CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)";
    let there: Option<(i64,)> = conn.fetch_first(sql.into(), Vec::new(), false).await?;
    let after = Utc::now().timestamp_millis();
    conn.run("SET SESSION timestamp = DEFAULT").await?;
    let there = there.map_or(0, |t| t.0);
    if there == 1_000_000_000_000 {
        findings.push(Finding::error(
            "sysdate-is-now",
            "the server's SYSDATE() is what a session sets as its time, so a session could believe a seal that has expired",
            "start the server without --sysdate-is-now",
        ));
        return Ok(());
    }
    let skew = (there - before.midpoint(after)).unsigned_abs();
    if u128::from(skew) > MAX_CLOCK_SKEW.as_millis() {
        findings.push(Finding::error(
            "clock-skew",
            format!(
                "the server's clock is {} s off ours, and seals have a time",
                skew / 1000
            ),
            "let both machines follow a time server (timedatectl set-ntp true)",
        ));
    }
    Ok(())
}

/// Whether a login that serves or migrates has rights on the whole server, or others' by a role.
pub(super) async fn login(
    conn: &mut Conn,
    login: &SqlIdent,
    rule: &'static str,
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let sql =
        "SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = ? AND PRIVILEGE_TYPE <> 'USAGE'";
    let rows: Vec<(String,)> = conn.fetch_all(sql.into(), vec![grantee(login).into()], false).await?;
    if !rows.is_empty() {
        let rights: Vec<String> = rows.into_iter().map(|r| r.0).collect();
        findings.push(Finding::error(
            rule,
            format!(
                "the login {} has rights on every database: {}",
                login.as_str(),
                rights.join(", ")
            ),
            format!("REVOKE {} ON *.* FROM {}", rights.join(", "), account(login)),
        ));
    }
    let sql =
        "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'mysql' AND TABLE_NAME = 'roles_mapping'";
    let mapping: Option<(i64,)> = conn.fetch_first(sql.into(), Vec::new(), false).await?;
    let sql = if mapping.is_some_and(|m| m.0 == 1) {
        "SELECT CAST(Role AS CHAR) FROM mysql.roles_mapping WHERE User = ?"
    } else {
        "SELECT CAST(FROM_USER AS CHAR) FROM mysql.role_edges WHERE TO_USER = ?"
    };
    let roles: Vec<(String,)> = conn.fetch_all(sql.into(), vec![login.as_str().into()], false).await?;
    for (role,) in roles {
        findings.push(Finding::error(
            "login-role",
            format!("the login {} has the role {role}", login.as_str()),
            format!("REVOKE {} FROM {}", tick(&role), account(login)),
        ));
    }
    Ok(())
}

/// The runtime login sees the views and calls the wall's function, and nothing else.
async fn runtime(server: &MySqlServer, conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<()> {
    let name = &server.runtime.name;
    if server.runtime.name == server.owner.name {
        findings.push(Finding::error(
            "runtime-owner",
            format!(
                "{} migrates and serves: an owner sees the tables behind the views",
                name.as_str()
            ),
            "give MTP_RUNTIME_DB_URL another login than MTP_OWNER_DB_URL",
        ));
    }
    login(conn, name, "runtime-strong", findings).await?;
    let sql = "SELECT TABLE_SCHEMA, PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE = ?";
    let rows: Vec<(String, String)> = conn.fetch_all(sql.into(), vec![grantee(name).into()], false).await?;
    for (database, right) in rows {
        findings.push(Finding::error(
            "runtime-database",
            format!("{} has {right} on a whole database, {database}", name.as_str()),
            format!("REVOKE {right} ON {}.* FROM {}", tick(&database), account(name)),
        ));
    }
    let sql = "SELECT TABLE_SCHEMA, TABLE_NAME, PRIVILEGE_TYPE FROM information_schema.TABLE_PRIVILEGES \
               WHERE GRANTEE = ? AND TABLE_SCHEMA <> ? \
               UNION SELECT TABLE_SCHEMA, TABLE_NAME, PRIVILEGE_TYPE FROM information_schema.COLUMN_PRIVILEGES \
               WHERE GRANTEE = ? AND TABLE_SCHEMA <> ?";
    let common = server.common.as_str();
    let values = vec![grantee(name).into(), common.into(), grantee(name).into(), common.into()];
    let rows: Vec<(String, String, String)> = conn.fetch_all(sql.into(), values, false).await?;
    for (database, table, right) in rows {
        let on = format!("{}.{}", tick(&database), tick(&table));
        findings.push(Finding::error(
            "runtime-table",
            format!("{} has {right} on {on}, outside the views", name.as_str()),
            format!("REVOKE ALL PRIVILEGES ON {on} FROM {}", account(name)),
        ));
    }
    Ok(())
}

/// The secret is the wall's alone, and the function is this release's and the service's.
async fn seal(server: &MySqlServer, conn: &mut Conn, flavor: Flavor, findings: &mut Vec<Finding>) -> Result<()> {
    let function = wall::function(server);
    let secrets = format!("{}.{}", server.wall.ticked(), wall::SECRETS);
    if !wall::stands(server, conn).await? {
        findings.push(Finding::error(
            "seal-function",
            format!("{function} is not the function of this release, or not its definer's"),
            "restart the service: it makes the function anew",
        ));
    }
    if !wall::is_locked(server, conn, flavor).await? {
        findings.push(Finding::error(
            "wall-owner",
            format!(
                "somebody can log in as {}, who reads the seal's secret",
                server.guard.as_str()
            ),
            format!("ALTER USER {} ACCOUNT LOCK", account(&server.guard)),
        ));
    }
    login(conn, &server.guard, "wall-strong", findings).await?;
    for who in wall::readers(server, conn).await? {
        findings.push(Finding::error(
            "secret-readable",
            format!(
                "{who} has rights in {}, where the seal's secret is",
                server.wall.as_str()
            ),
            format!("SHOW GRANTS FOR {who}, and revoke those on {secrets} and its database; the secret is known then"),
        ));
    }
    let sql = "SELECT CAST(User AS CHAR), CAST(Host AS CHAR) FROM mysql.procs_priv WHERE Db = ?";
    let rows: Vec<(String, String)> = conn
        .fetch_all(sql.into(), vec![server.wall.as_str().into()], false)
        .await?;
    let ours = [&server.guard, &server.owner.name, &server.runtime.name];
    let is = |who: &str, host: &str, name: &SqlIdent| who == name.as_str() && host == "%";
    for (who, host) in &rows {
        if !ours.iter().any(|name| is(who, host, name)) {
            let who = format!("{}@{}", tick(who), tick(host));
            findings.push(Finding::error(
                "seal-function-lent",
                format!("{who} may call {function}"),
                format!("REVOKE ALL PRIVILEGES ON FUNCTION {function} FROM {who}"),
            ));
        }
    }
    for name in ours {
        if !rows.iter().any(|(who, host)| is(who, host, name)) {
            findings.push(Finding::error(
                "seal-function-denied",
                format!("{} may not call {function}, so no row is seen", name.as_str()),
                format!("GRANT EXECUTE ON FUNCTION {function} TO {}", account(name)),
            ));
        }
    }
    let sql = format!("SELECT COUNT(*) FROM {secrets} WHERE retired_at IS NULL OR retired_at > UNIX_TIMESTAMP()");
    let live: Option<(i64,)> = conn.fetch_first(sql.into(), Vec::new(), false).await?;
    if live.is_none_or(|l| l.0 == 0 || l.0 > 2) {
        findings.push(Finding::error(
            "seal-secrets",
            "one secret of seals is good, two while one replaces the other; here it is another number",
            format!("SELECT id, created_at, retired_at FROM {secrets}, and retire what is too much"),
        ));
    }
    Ok(())
}

/// Nobody but the owner is let at the tables, and nobody but the owner and the runtime login at the views.
async fn outsiders(server: &MySqlServer, conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<()> {
    let owner = grantee(&server.owner.name);
    for database in [&server.data, &server.common] {
        // What was granted on names of a shape is taken away by that shape.
        let sql = "SELECT DISTINCT GRANTEE, TABLE_SCHEMA FROM information_schema.SCHEMA_PRIVILEGES \
                   WHERE ? LIKE TABLE_SCHEMA AND GRANTEE <> ?";
        let values = vec![database.as_str().into(), owner.as_str().into()];
        let rows: Vec<(String, String)> = conn.fetch_all(sql.into(), values, false).await?;
        for (who, shape) in rows {
            // Told by its own rule already.
            if who == grantee(&server.runtime.name) {
                continue;
            }
            findings.push(Finding::error(
                "database-readable",
                format!("{who} has rights on the database {}", database.as_str()),
                format!("REVOKE ALL PRIVILEGES ON {}.* FROM {who}", tick(&shape)),
            ));
        }
    }
    // Table by table; in the common database the views' own rule tells.
    for granted in grants::list(conn, &server.data, &server.owner.name).await? {
        for who in &granted.others {
            findings.push(Finding::error(
                "table-readable",
                format!("{who} has rights on the table {} behind its view", granted.quoted()),
                granted.revoke(who).trim_end_matches([';', ' ']).to_owned(),
            ));
        }
    }
    Ok(())
}

/// Every shared table has its view as we made it, and nothing else is in the common database.
pub(super) async fn views(server: &MySqlServer, conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<()> {
    for view in views::examine(server, conn).await? {
        let on = format!("{}.{}", server.common.ticked(), tick(&view.name));
        match view.standing {
            Standing::Stands => {}
            Standing::Missing => findings.push(Finding::error(
                "view-missing",
                format!("the view {on} was never made"),
                "restart the service, which makes it; until then nothing is served",
            )),
            Standing::Down => findings.push(Finding::error(
                "view",
                format!("the view {on} is gone, or not as it was made"),
                view.create.unwrap_or_default(),
            )),
            Standing::Stale => findings.push(Finding::warning(
                "view-stale",
                format!("the view {on} is of a table that is gone"),
                format!("DROP VIEW {on}"),
            )),
            Standing::Foreign => findings.push(Finding::error(
                "view-foreign",
                format!("{on} is not one of our views, and whoever serves tenants might be let at it"),
                format!("DROP VIEW {on} (or DROP TABLE {on})"),
            )),
        }
    }
    let runtime = &server.runtime.name;
    for granted in grants::list(conn, &server.common, runtime).await? {
        if let Some(mend) = granted.mend(runtime) {
            findings.push(Finding::error(
                "grants",
                format!(
                    "on {} {} has [{}] and should have [{}]{}",
                    granted.quoted(),
                    runtime.as_str(),
                    granted.rights,
                    granted.due(),
                    if granted.others.is_empty() {
                        String::new()
                    } else {
                        format!(", and {} has rights too", granted.others.join(", "))
                    }
                ),
                mend,
            ));
        }
    }
    Ok(())
}

/// A log of statements holds the bound values too, seals among them.
async fn logs(conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<()> {
    let sql = "SELECT CAST(@@global.general_log OR @@global.slow_query_log AS SIGNED), \
               CAST(@@global.log_bin AND @@global.binlog_format <> 'ROW' AS SIGNED)";
    let row: Option<(i64, i64)> = conn.fetch_first(sql.into(), Vec::new(), false).await?;
    let (logged, replicated) = row.unwrap_or_default();
    if logged != 0 {
        findings.push(Finding::warning(
            "values-in-log",
            "the server writes statements with their bound values, seals among them, into its log",
            "SET GLOBAL general_log = 0, slow_query_log = 0",
        ));
    }
    if replicated != 0 {
        findings.push(Finding::warning(
            "values-in-binlog",
            "the server writes statements, and seals with them, into its binary log",
            "SET GLOBAL binlog_format = 'ROW'",
        ));
    }
    Ok(())
}
