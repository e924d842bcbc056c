//! The first wall: one rewriter for every statement of a tenant.
//!
//! A real SQL parser reads the statement; each tenant table is replaced by its filtered self, writes get the tenant's
//! id, and the tree is printed anew: the caller's text is never sent. Whatever is not known to be safe is refused with
//! a reason. Afterwards the printed text is read once more and compared (`verify`), so that a mistake of
//! the printer is a refusal and not a hole. Bound values are never seen here.
//!
//! What the result promises, for a statement of tenant A: each row it reads or writes has `tenant_id = A`; it names no
//! schema, catalogue, function or session state beyond the lists in `functions`, `types` and `names`.
//!
//! What is lost against raw SQL: a table becomes a subquery, so PostgreSQL no longer sees that a primary key in
//! GROUP BY determines the other columns (name them), `tableoid` and `ctid` cannot be asked, and a whole row
//! (`SELECT t FROM t`) is a record without a type of its own.
//!
//! Cost: see [`Rewriter::rewrite`].

mod dialect;
mod filter;
mod functions;
mod names;
mod read;
mod refusal;
mod seal;
mod tables;
mod types;
mod verify;
mod walk;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use quick_cache::{Equivalent, Weighter, sync::Cache};
use sqlparser::ast::{SetExpr, Statement};

pub use self::{
    refusal::{Refusal, ShownName},
    tables::TenantTables,
};
pub(crate) use crate::dialect::Dialect;
use crate::limits::{
    MAX_CHAIN_TOKENS, MAX_NESTING, MAX_SET_OPERATIONS, MAX_STATEMENT_BYTES, REWRITE_CACHE_BYTES, REWRITE_CACHE_ENTRIES,
};

/// Stack for statements with long chains: printing, comparing and dropping a tree go as deep as it is.
const DEEP_STACK_BYTES: usize = 64 * 1024 * 1024;
/// Stack that must be left for all others.
const RED_ZONE_BYTES: usize = 1024 * 1024;
/// Bytes that an entry of the cache takes beside its texts, roughly.
const ENTRY_BYTES: usize = 256;

/// What a service adds to the allow-lists. Names are as the database stores them (lower case).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Functions that the service's own migrations make; on PostgreSQL printed with the statement's schema. They
    /// must be SECURITY INVOKER and must not run text.
    pub extra_functions: BTreeSet<String>,
    /// Types (enums, domains) that the service's own migrations make; on PostgreSQL printed with the statement's
    /// schema.
    pub extra_types: BTreeSet<String>,
}

/// Where a bound value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    /// The caller's value of this index, counted from 0.
    Caller(usize),
    /// The tenant's id, as text.
    Tenant,
    /// The seal, as text.
    Seal,
}

/// How it is learnt how many rows a text changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    /// The database says it with its answer.
    Told,
    /// By counting the rows that come.
    Rows,
}

/// A statement to be sent, and what to bind at each position: `slots[0]` is bound as `$1`, and so on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) sql: Arc<str>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) count: Count,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Reads only (it may lock rows).
    Read,
    /// Writes; `returning` says that it gives rows of the caller's choice.
    Write { returning: bool },
}

/// A statement after the first wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rewritten {
    /// The filtered statement alone: for isolation `database`, for SQLite, and inside a transaction whose seal is set.
    pub(crate) plain: Text,
    /// PostgreSQL: the form that carries its own seal, for a statement outside a transaction. The MySQL wire: the form
    /// for sealed views, where it differs from `plain`.
    pub(crate) sealed: Option<Text>,
    /// PostgreSQL: the form for the first statement of a transaction, where it differs from `sealed`. A read that
    /// the planner proves empty (`a JOIN b ON false`) takes `sealed`'s `set_config` with it, which is right for
    /// the read alone but would leave the rest of the transaction without its seal; this form always sets it. It
    /// does not stream.
    opening: Option<Text>,
    /// What it does.
    pub(crate) kind: Kind,
    /// How many values the caller must bind. To be compared before anything is sent.
    pub(crate) params: usize,
    /// The tenant's tables and views that the statement names.
    pub(crate) relations: BTreeSet<String>,
}

impl Rewritten {
    /// PostgreSQL: the form for the first statement after BEGIN; the seal then lasts to the transaction's end.
    pub(crate) fn opening(&self) -> Option<&Text> {
        self.opening.as_ref().or(self.sealed.as_ref())
    }

    /// Whether rows of the caller's choice come back. The sealed form of a write without RETURNING gives rows as
    /// well, which are ours to count.
    pub(crate) fn gives_rows(&self) -> bool {
        self.kind != Kind::Write { returning: false }
    }

    fn bytes(&self) -> usize {
        let text = |t: &Text| t.sql.len() + t.slots.len() * size_of::<Slot>();
        let relations: usize = self.relations.iter().map(|name| name.len() + size_of::<String>()).sum();
        text(&self.plain)
            + self.sealed.as_ref().map_or(0, text)
            + self.opening.as_ref().map_or(0, text)
            + relations
            + size_of::<Self>()
    }
}

type Outcome = Result<Arc<Rewritten>, Refusal>;

#[derive(PartialEq, Eq, Hash, Clone)]
struct Key {
    schema: Box<str>,
    sql: Box<str>,
}

/// A [`Key`] that borrows, so that a hit allocates nothing.
struct KeyRef<'a> {
    schema: &'a str,
    sql: &'a str,
}

impl Hash for KeyRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // In the order and by the rules of `Key`'s derived Hash (a `Box<str>` hashes as its `str`).
        self.schema.hash(state);
        self.sql.hash(state);
    }
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self.schema == *key.schema && *self.sql == *key.sql
    }
}

/// Weighs by bytes, and never less than a full cache's share of one entry: so the weight bounds the count as well.
#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Outcome> for ByBytes {
    fn weight(&self, key: &Key, outcome: &Outcome) -> u64 {
        let value = match outcome {
            Ok(rewritten) => rewritten.bytes(),
            Err(refusal) => refusal.heap_bytes(),
        };
        let bytes = key.sql.len() + key.schema.len() + value + ENTRY_BYTES;
        bytes.max(REWRITE_CACHE_BYTES / REWRITE_CACHE_ENTRIES) as u64
    }
}

/// The first wall of one service on one kind of database. Share it: it is `Sync`, and it remembers.
pub(crate) struct Rewriter {
    dialect: Dialect,
    tables: TenantTables,
    options: Options,
    cache: Cache<Key, Outcome, ByBytes>,
}

impl fmt::Debug for Rewriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rewriter")
            .field("dialect", &self.dialect)
            .field("tables", &self.tables.len())
            .field("remembered", &self.cache.len())
            .finish_non_exhaustive()
    }
}

impl Rewriter {
    /// A rewriter for these tables.
    pub(crate) fn new(dialect: Dialect, tables: TenantTables, options: Options) -> Self {
        let cache = Cache::with_weighter(REWRITE_CACHE_ENTRIES, REWRITE_CACHE_BYTES as u64, ByBytes);
        Self {
            dialect,
            tables,
            options,
            cache,
        }
    }

    /// Rewrites a statement, or says why not; either is remembered. `schema` is where the tenant's tables are
    /// (`app` on PostgreSQL and `main` on SQLite when not given, and where the connection leads on the MySQL wire).
    ///
    /// Cost, of a join of two tables with GROUP BY in its three forms, in a debug build (test `cost`): 1.5–2 ms anew,
    /// 0.6 µs remembered. An optimised build is faster by far; the prototype's bare rewrite took 10–40 µs there.
    ///
    /// # Errors
    /// [`Refusal`]: the statement is not let through.
    pub(crate) fn rewrite(&self, sql: &str, schema: Option<&str>) -> Result<Arc<Rewritten>, Refusal> {
        if sql.len() > MAX_STATEMENT_BYTES {
            return Err(Refusal::TooLong {
                bytes: sql.len(),
                limit: MAX_STATEMENT_BYTES,
            });
        }
        let schema = schema.unwrap_or(self.dialect.default_schema());
        if let Some(remembered) = self.cache.get(&KeyRef { schema, sql }) {
            return remembered;
        }
        let outcome = self.rewrite_anew(sql, schema).map(Arc::new);
        self.cache.insert(
            Key {
                schema: schema.into(),
                sql: sql.into(),
            },
            outcome.clone(),
        );
        outcome
    }

    /// Whose SQL it reads and writes.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn rewrite_anew(&self, sql: &str, schema: &str) -> Result<Rewritten, Refusal> {
        // Whether the tree is deep is known from the tokens, before there is a tree.
        let tokens = read::split(self.dialect, sql)?;
        let red_zone = if tokens.deep {
            DEEP_STACK_BYTES / 4 * 3
        } else {
            RED_ZONE_BYTES
        };
        stacker::maybe_grow(red_zone, DEEP_STACK_BYTES, || {
            self.rewrite_on_this_stack(tokens, schema)
        })
    }

    fn rewrite_on_this_stack(&self, tokens: read::Tokens, schema: &str) -> Result<Rewritten, Refusal> {
        let dialect = self.dialect;
        let read::Read {
            mut statement,
            params,
            placeholders,
        } = read::read(dialect, tokens)?;
        let tenant = params + 1;
        let mut walker = walk::Walker::new(dialect, &self.tables, &self.options, schema, tenant);
        walker.statement(&mut statement)?;
        if walker.placeholders != placeholders {
            return Err(Refusal::SecondNet {
                step: "counting the placeholders",
            });
        }
        let expected = verify::Expected {
            dialect,
            tables: &self.tables,
            schema,
            tenant,
            filters: walker.filters,
            targets: walker.targets,
            cte_names: &walker.cte_names,
        };
        let kind = kind(&statement, walker.writing_ctes > 0);
        let mut slots: Vec<Slot> = (0..params).map(Slot::Caller).collect();
        if walker.filters + walker.targets > 0 {
            slots.push(Slot::Tenant);
        }
        if dialect.is_mysql() {
            let text = |statement: &Statement| mysql_text(&verify::print(statement, &expected)?, &slots, kind);
            let plain = text(&statement)?;
            let fenced = filter::fenced(&statement, schema, tenant, walker.filters);
            return Ok(Rewritten {
                plain,
                sealed: fenced.as_ref().map(text).transpose()?,
                opening: None,
                kind,
                params,
                relations: walker.touched,
            });
        }
        let plain = Text {
            sql: verify::print(&statement, &expected)?.into(),
            slots: slots.clone(),
            count: Count::Told,
        };

        let (mut sealed, mut opening) = (None, None);
        if dialect.is_postgres() {
            slots.push(Slot::Seal);
            let seal = slots.len();
            let mut cte_names = walker.cte_names.clone();
            cte_names.insert(seal::CTE.to_owned());
            let expected = verify::Expected {
                cte_names: &cte_names,
                ..expected
            };
            let form = |statement: Option<Statement>| {
                let statement = statement.ok_or(Refusal::SecondNet { step: "sealing it" })?;
                Ok(Some(Text {
                    sql: verify::print(&statement, &expected)?.into(),
                    slots: slots.clone(),
                    count: Count::Told,
                }))
            };
            match (&statement, kind) {
                (Statement::Query(query), Kind::Read) => {
                    sealed = form(seal::read_form(dialect, query, seal))?;
                    opening = form(seal::cte_form(dialect, &statement, seal))?;
                }
                _ => sealed = form(seal::cte_form(dialect, &statement, seal))?,
            }
        }
        Ok(Rewritten {
            plain,
            sealed,
            opening,
            kind,
            params,
            relations: walker.touched,
        })
    }
}

/// A text of the MySQL wire, where a placeholder is a `?` without a number: each stands for what its number stood for.
fn mysql_text(printed: &str, slots: &[Slot], kind: Kind) -> Result<Text, Refusal> {
    let lost = Refusal::SecondNet {
        step: "placing the placeholders",
    };
    let (sql, numbers) = read::unnumbered(Dialect::MySql, printed).ok_or_else(|| lost.clone())?;
    let slots: Option<Vec<Slot>> = numbers
        .iter()
        .map(|number| slots.get(number.checked_sub(1)?).copied())
        .collect();
    Ok(Text {
        sql: sql.into(),
        slots: slots.ok_or(lost)?,
        count: match kind {
            Kind::Write { returning: false } => Count::Told,
            Kind::Read | Kind::Write { returning: true } => Count::Rows,
        },
    })
}

fn kind(statement: &Statement, writing_ctes: bool) -> Kind {
    let write = match statement {
        Statement::Query(query) => match query.body.as_ref() {
            SetExpr::Insert(write) | SetExpr::Update(write) | SetExpr::Delete(write) => write,
            _ if writing_ctes => return Kind::Write { returning: true },
            _ => return Kind::Read,
        },
        write => write,
    };
    let returning = match write {
        Statement::Insert(insert) => insert.returning.is_some(),
        Statement::Update(update) => update.returning.is_some(),
        Statement::Delete(delete) => delete.returning.is_some(),
        _ => false,
    };
    Kind::Write { returning }
}
