//! Logins and a common database that an operator made by hand: nothing of the kind is made here, and what is missing is
//! named, each with what to run as an administrator of the server.

use super::{PgServer, logins, marker};
use crate::{db::Conn, doctor::Finding, error::Result};

#[derive(sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the answer")]
struct Made {
    owner: bool,
    runtime: bool,
    wall: bool,
    wall_logs_in: bool,
    acts_as_owner: bool,
    acts_as_runtime: bool,
    acts_as_wall: bool,
    runtime_connects: bool,
}

/// What the logins and the database lack, before any of them is used.
pub(super) async fn missing(server: &PgServer, conn: &mut Conn) -> Result<Vec<Finding>> {
    let (owner, runtime, wall, common) = (&server.owner.name, &server.runtime.name, &server.wall, &server.common);
    let sql = "SELECT o.oid IS NOT NULL AS owner, r.oid IS NOT NULL AS runtime, w.oid IS NOT NULL AS wall, \
                 coalesce(w.rolcanlogin OR w.rolsuper, false) AS wall_logs_in, \
                 coalesce(pg_has_role(o.oid, 'USAGE'), true) AS acts_as_owner, \
                 coalesce(pg_has_role(r.oid, 'USAGE'), true) AS acts_as_runtime, \
                 coalesce(pg_has_role(w.oid, 'USAGE'), true) AS acts_as_wall, \
                 coalesce(has_database_privilege(r.oid, d.oid, 'CONNECT'), true) AS runtime_connects \
               FROM (SELECT 1) one LEFT JOIN pg_roles o ON o.rolname = $1 LEFT JOIN pg_roles r ON r.rolname = $2 \
                 LEFT JOIN pg_roles w ON w.rolname = $3 LEFT JOIN pg_database d ON d.datname = $4";
    let values = vec![
        owner.as_str().into(),
        runtime.as_str().into(),
        wall.as_str().into(),
        common.as_str().into(),
    ];
    let made: Option<Made> = conn.fetch_first(sql.into(), values, false).await?;
    let made = made.ok_or(crate::error::Error::Internal("a question about logins had no answer"))?;
    let mut findings = Vec::new();
    let mut add = |down: bool, rule, what: String, mend: String| {
        if down {
            findings.push(Finding::error(rule, what, mend));
        }
    };
    for (there, name, options) in [
        (made.owner, owner, "LOGIN PASSWORD …"),
        (made.runtime, runtime, "LOGIN PASSWORD …"),
        (made.wall, wall, "NOLOGIN"),
    ] {
        add(
            !there,
            "login-missing",
            format!("there is no role {}", name.as_str()),
            format!("CREATE ROLE {name} {options}"),
        );
    }
    add(
        made.wall_logs_in,
        "wall-logs-in",
        format!(
            "somebody can log in as {}, which alone may read the secrets of seals",
            wall.as_str()
        ),
        format!("ALTER ROLE {wall} NOLOGIN NOSUPERUSER"),
    );
    for (acts, name) in [
        (made.acts_as_owner, owner),
        (made.acts_as_runtime, runtime),
        (made.acts_as_wall, wall),
    ] {
        add(
            !acts,
            "login-not-granted",
            format!("the login of MTP_CENTRAL_DB_URL may not act as {}", name.as_str()),
            format!("GRANT {name} TO the login of MTP_CENTRAL_DB_URL, which inherits (ALTER ROLE … INHERIT)"),
        );
    }
    match marker::owner_and_marker(conn, common).await? {
        None => findings.push(Finding::error(
            "common-database",
            format!("there is no database {}", common.as_str()),
            format!("CREATE DATABASE {common} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8'"),
        )),
        Some((found, _)) if found != owner.as_str() => findings.push(Finding::error(
            "common-database",
            format!("the database {} belongs to {found}", common.as_str()),
            format!("ALTER DATABASE {common} OWNER TO {owner}"),
        )),
        Some(_) if !made.runtime_connects => findings.push(Finding::error(
            "login-not-let-in",
            format!("{} may not connect to {}", runtime.as_str(), common.as_str()),
            format!("GRANT CONNECT ON DATABASE {common} TO {runtime}"),
        )),
        Some(_) => {}
    }
    if made.runtime && !logins::is_pinned(conn, runtime, common).await? {
        findings.push(Finding::error(
            "settings-not-pinned",
            format!(
                "the settings of {} in {} are not the pinned ones",
                runtime.as_str(),
                common.as_str()
            ),
            logins::pin(runtime, common),
        ));
    }
    Ok(findings)
}
