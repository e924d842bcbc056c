//! What a login that serves tenants may do in a database: table by table, for there is no taking away from a right on a
//! whole database, and our own ledger lies among the tables.

use std::{collections::HashSet, fmt::Write};

use super::{accounts::account, views::tick};
use crate::{db::Conn, error::Result, ident::SqlIdent, isolation::ledger};

/// What a runtime login may do with a tenant's table, as the server's own table of rights names it.
const RIGHTS: &str = "Select,Insert,Update,Delete";

/// A table or view, and who was granted what on it.
#[derive(Debug, Clone)]
pub(super) struct Granted {
    database: String,
    pub(super) name: String,
    /// Whether it has a column `tenant_id` and is not ours.
    tenant: bool,
    /// What the login was granted.
    pub(super) rights: String,
    /// Whether the login was granted anything on columns of it.
    columns: bool,
    /// Who else was granted anything on it.
    pub(super) others: Vec<String>,
    /// Who of all of them may give it on.
    lenders: Vec<String>,
}

/// What in a database has a column `tenant_id`. Asked by itself: joined to another of `information_schema`'s tables, the
/// server opens every table of the database anew for each row of the other.
pub(super) async fn tenant_tables(conn: &mut Conn, database: &SqlIdent) -> Result<HashSet<String>> {
    let sql =
        "SELECT TABLE_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND LOWER(COLUMN_NAME) = 'tenant_id'";
    let rows: Vec<(String,)> = conn
        .fetch_all(sql.into(), vec![database.as_str().into()], false)
        .await?;
    Ok(rows.into_iter().map(|(table,)| table).collect())
}

/// How the rights on everything in a database stand.
pub(super) async fn list(conn: &mut Conn, database: &SqlIdent, user: &SqlIdent) -> Result<Vec<Granted>> {
    let name = database.as_str();
    let tenants = tenant_tables(conn, database).await?;
    let sql = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME";
    let tables: Vec<(String,)> = conn.fetch_all(sql.into(), vec![name.into()], false).await?;
    let mut granted: Vec<Granted> = tables
        .into_iter()
        .map(|(table,)| Granted {
            database: name.to_owned(),
            tenant: tenants.contains(&table) && table != ledger::TABLE,
            name: table,
            rights: String::new(),
            columns: false,
            others: Vec::new(),
            lenders: Vec::new(),
        })
        .collect();
    let sql = "SELECT CAST(Table_name AS CHAR), CAST(User AS CHAR), CAST(Host AS CHAR), CAST(Table_priv AS CHAR), \
               CAST(Column_priv AS CHAR) FROM mysql.tables_priv";
    // The host comes first in the key: asked for at once, every right on the server would be read for each tenant.
    let sql = format!("{sql} WHERE Host = '%' AND Db = ? UNION ALL {sql} WHERE Host <> '%' AND Db = ?");
    let rows: Vec<(String, String, String, String, String)> = conn
        .fetch_all(sql.into(), vec![name.into(), name.into()], false)
        .await?;
    for (table, who, host, rights, columns) in rows {
        let named = format!("{}@{}", tick(&who), tick(&host));
        let lenders = rights.split(',').any(|right| right == "Grant").then(|| named.clone());
        let Some(on) = granted.iter_mut().find(|g| g.name == table) else {
            // What is granted on a table that is not there yet would hold once it is.
            if who != user.as_str() {
                granted.push(Granted {
                    database: name.to_owned(),
                    name: table,
                    tenant: false,
                    rights: String::new(),
                    columns: false,
                    others: vec![named],
                    lenders: lenders.into_iter().collect(),
                });
            }
            continue;
        };
        on.lenders.extend(lenders);
        if who == user.as_str() && host == "%" {
            on.rights = rights;
            on.columns = !columns.is_empty();
        } else {
            on.others.push(named);
        }
    }
    Ok(granted)
}

impl Granted {
    /// What the login should have been granted.
    pub(super) fn due(&self) -> &'static str {
        if self.tenant { RIGHTS } else { "" }
    }

    /// The name, quoted: a service's table may be called anything.
    pub(super) fn quoted(&self) -> String {
        format!("{}.{}", tick(&self.database), tick(&self.name))
    }

    /// What takes all from an account. The right to give on is not among all, and a statement of its own.
    pub(super) fn revoke(&self, who: &str) -> String {
        let on = self.quoted();
        let mut sql = format!("REVOKE ALL PRIVILEGES ON {on} FROM {who}; ");
        if self.lenders.iter().any(|lender| lender == who) {
            let _ = write!(sql, "REVOKE GRANT OPTION ON {on} FROM {who}; ");
        }
        sql
    }

    /// What brings the rights into order, if they are not.
    pub(super) fn mend(&self, user: &SqlIdent) -> Option<String> {
        let mine = self.rights == self.due() && !self.columns;
        if mine && self.others.is_empty() {
            return None;
        }
        let (on, user) = (self.quoted(), account(user));
        let mut sql: String = self.others.iter().map(|other| self.revoke(other)).collect();
        if !mine {
            if !self.rights.is_empty() || self.columns {
                sql.push_str(&self.revoke(&user));
            }
            if !self.due().is_empty() {
                let _ = write!(sql, "GRANT {} ON {on} TO {user}", self.due());
            }
        }
        Some(sql.trim_end_matches([';', ' ']).to_owned())
    }
}

/// Brings the rights on everything in a database into order; what is in order is not touched.
pub(super) async fn raise(conn: &mut Conn, database: &SqlIdent, user: &SqlIdent) -> Result<()> {
    for granted in list(conn, database, user).await? {
        if let Some(sql) = granted.mend(user) {
            conn.run(sql).await?;
        }
    }
    Ok(())
}
