//! Checks that one tenant cannot read, change, or learn of, another's rows.

use std::fmt;

use super::{row::TextRow, two::TwoTenants};
use crate::{
    context::TenantHandle,
    error::{Error, Result},
    ident::SqlIdent,
};

/// What was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Checked {
    /// Rows of the other tenant that were there to be seen.
    pub rows: usize,
    /// Statements that ran and told nothing.
    pub ran: usize,
    /// Statements that were refused.
    pub refused: usize,
}

/// A wall does not hold, or a check would have shown nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Breach {
    /// The tenant to be protected has no row in the table, so nothing could be seen of it.
    #[error("the other tenant has no row in {table}: write one before, or the check shows nothing")]
    Empty {
        /// The table.
        table: String,
    },
    /// A statement gave something of the other tenant.
    #[error("tenant {by} learned of tenant {of} by: {statement}")]
    Seen {
        /// Who learned it.
        by: String,
        /// Of whom.
        of: String,
        /// By which statement.
        statement: String,
    },
    /// A statement that must be refused ran.
    #[error("tenant {by} could run: {statement}")]
    Ran {
        /// Who ran it.
        by: String,
        /// Which statement.
        statement: String,
    },
    /// The other tenant's rows are not what they were.
    #[error("rows of tenant {of} in {table} changed")]
    Changed {
        /// Whose.
        of: String,
        /// Where.
        table: String,
    },
    /// The check itself could not be done.
    #[error("the check could not be done; see the cause")]
    Failed(#[from] Error),
}

/// Reads, `{t}` the table, `{me}` and `{other}` the tenants' ids. Whatever comes back must not hold the other's id, and
/// each either names it in a predicate or gives the column that would.
const READS: &[&str] = &[
    "SELECT tenant_id FROM {t}",
    "SELECT * FROM {t}",
    "SELECT tenant_id FROM {t} WHERE tenant_id = '{other}'",
    "SELECT tenant_id FROM {t} WHERE tenant_id <> '{me}'",
    "SELECT tenant_id FROM {t} WHERE 1 = 1 OR tenant_id = '{other}'",
    "SELECT tenant_id FROM {t} WHERE 1 = 0) OR (1 = 1",
    "SELECT tenant_id FROM {t} --",
    "SELECT tenant_id FROM {t}; SELECT tenant_id FROM {t}",
    "SELECT x.tenant_id FROM (SELECT * FROM {t}) AS x",
    "SELECT y.tenant_id FROM {t} AS x LEFT JOIN {t} AS y ON y.tenant_id <> x.tenant_id",
    "SELECT tenant_id FROM {t} UNION ALL SELECT tenant_id FROM {t}",
    "WITH x AS (SELECT * FROM {t}) SELECT tenant_id FROM x",
    "WITH {t} AS (SELECT * FROM {t}) SELECT tenant_id FROM {t}",
    "SELECT max(tenant_id), min(tenant_id) FROM {t}",
    "SELECT x.tenant_id FROM {t} AS x WHERE EXISTS (SELECT 1 FROM {t} AS y WHERE y.tenant_id = '{other}')",
    "SELECT (SELECT max(y.tenant_id) FROM {t} AS y WHERE y.tenant_id <> x.tenant_id) FROM {t} AS x",
    "SELECT first_value(tenant_id) OVER (ORDER BY tenant_id), last_value(tenant_id) OVER () FROM {t}",
    "SELECT tenant_id FROM main.{t}",
    "SELECT tenant_id FROM app.{t}",
];

/// Writes that must be refused: each would put a row into the other's hands.
const FORBIDDEN: &[&str] = &[
    "UPDATE {t} SET tenant_id = '{other}'",
    "INSERT INTO {t} (tenant_id) VALUES ('{other}')",
    "INSERT INTO {t} SELECT * FROM {t}",
];

/// Writes of which none may touch a row of the other's: all name it and no row else.
const AIMED: &[&str] = &[
    "DELETE FROM {t} WHERE tenant_id = '{other}'",
    "DELETE FROM {t} WHERE tenant_id <> '{me}'",
    "DELETE FROM {t} WHERE tenant_id IN (SELECT tenant_id FROM {t} WHERE tenant_id = '{other}')",
];

/// Shows that tenant b reads, changes and learns nothing of tenant a's rows in these tables, by statements alone and in a
/// transaction. Tenant a must have a row in each; tenant b may. b's own rows stay as they are.
///
/// # Errors
/// [`Breach`]: what did not hold.
pub async fn tenant_b_cannot_see_a(two: &TwoTenants, tables: &[&str]) -> Result<Checked, Breach> {
    cannot_see(two.b(), two.a(), tables).await
}

/// [`tenant_b_cannot_see_a`], and the other way round. Both tenants must have a row in each table.
///
/// # Errors
/// [`Breach`]: what did not hold.
pub async fn tenants_are_apart(two: &TwoTenants, tables: &[&str]) -> Result<Checked, Breach> {
    let one = cannot_see(two.b(), two.a(), tables).await?;
    let (attacker, other) = two.swapped();
    // In this direction the attacker is a.
    let back = cannot_see(other, attacker, tables).await?;
    Ok(Checked {
        rows: one.rows + back.rows,
        ran: one.ran + back.ran,
        refused: one.refused + back.refused,
    })
}

async fn cannot_see(by: &TenantHandle, of: &TenantHandle, tables: &[&str]) -> Result<Checked, Breach> {
    let mut checked = Checked::default();
    for table in tables {
        let table = SqlIdent::new(*table)
            .map_err(|_| Error::invalid("table", "a name of a-z, 0-9 and '_', starting with a letter"))?
            .as_str()
            .to_owned();
        let before = rows(of, &table).await?;
        if before.is_empty() {
            return Err(Breach::Empty { table });
        }
        checked.rows += before.len();
        let attempt = Attempt { by, of, table: &table };
        for text in READS {
            attempt.read(text, &mut checked).await?;
        }
        for text in FORBIDDEN {
            attempt.forbidden(text, &mut checked).await?;
        }
        for text in AIMED {
            attempt.aimed(text, &mut checked).await?;
        }
        if rows(of, &table).await? != before {
            return Err(Breach::Changed {
                of: of.id().to_string(),
                table,
            });
        }
    }
    Ok(checked)
}

async fn rows(of: &TenantHandle, table: &str) -> Result<Vec<TextRow>> {
    let mut rows: Vec<TextRow> = of.db().query(format!("SELECT * FROM {table}")).fetch_all().await?;
    rows.sort();
    Ok(rows)
}

struct Attempt<'a> {
    by: &'a TenantHandle,
    of: &'a TenantHandle,
    table: &'a str,
}

impl Attempt<'_> {
    fn text(&self, template: &str) -> String {
        template
            .replace("{t}", self.table)
            .replace("{me}", self.by.id().as_str())
            .replace("{other}", self.of.id().as_str())
    }

    fn seen(&self, statement: String) -> Breach {
        Breach::Seen {
            by: self.by.id().to_string(),
            of: self.of.id().to_string(),
            statement,
        }
    }

    /// A statement that was refused told something where the refusal names the other, in words of the database's.
    fn count<T>(&self, outcome: Result<T>, statement: &str, checked: &mut Checked) -> Result<Option<T>, Breach> {
        match outcome {
            Ok(value) => {
                checked.ran += 1;
                Ok(Some(value))
            }
            Err(e @ (Error::Statement(_) | Error::Database(_))) => {
                checked.refused += 1;
                let told = std::iter::successors(Some(&e as &dyn std::error::Error), |e| e.source())
                    .any(|e| e.to_string().contains(self.of.id().as_str()));
                if told && !statement.contains(self.of.id().as_str()) {
                    return Err(self.seen(statement.to_owned()));
                }
                Ok(None)
            }
            Err(e) => Err(e.into()),
        }
    }

    async fn read(&self, template: &str, checked: &mut Checked) -> Result<(), Breach> {
        let text = self.text(template);
        let alone = self.by.db().query(text.clone()).fetch_all::<TextRow>().await;
        let mut tx = self.by.db().begin().await?;
        let within = tx.query(text.clone()).fetch_all::<TextRow>().await;
        tx.rollback().await?;
        for outcome in [alone, within] {
            let rows = self.count(outcome, &text, checked)?.unwrap_or_default();
            if rows.iter().any(|row| row.holds(self.of.id().as_str())) {
                return Err(self.seen(text));
            }
        }
        Ok(())
    }

    async fn forbidden(&self, template: &str, checked: &mut Checked) -> Result<(), Breach> {
        let text = self.text(template);
        let mut tx = self.by.db().begin().await?;
        let outcome = tx.query(text.clone()).execute().await;
        tx.rollback().await?;
        match self.count(outcome, &text, checked)? {
            None => Ok(()),
            Some(_) => Err(Breach::Ran {
                by: self.by.id().to_string(),
                statement: text,
            }),
        }
    }

    async fn aimed(&self, template: &str, checked: &mut Checked) -> Result<(), Breach> {
        let text = self.text(template);
        let outcome = self.by.db().query(text.clone()).execute().await;
        match self.count(outcome, &text, checked)? {
            None | Some(0) => Ok(()),
            Some(_) => Err(self.seen(text)),
        }
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} statements ran, {} were refused, none told of {} rows",
            self.ran, self.refused, self.rows
        )
    }
}
