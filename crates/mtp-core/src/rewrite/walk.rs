//! The walk over a statement's tree: every node is named here or refused, every tenant table is replaced.
//!
//! Written out by hand and not with the parser's visitor, so that a kind of node or a field that is new in the parser
//! is a compile error or a refusal, never something passed over.

mod call;
mod dml;
mod expr;
mod query;
mod relation;

use std::collections::BTreeSet;

use sqlparser::ast::{Expr, Ident, LockClause, ObjectName, Statement, Value};

use super::{
    Options,
    dialect::Dialect,
    filter,
    names::{self, TENANT_COLUMN},
    refusal::{Refusal, ShownName},
    tables::TenantTables,
};

/// What a walk needs and what it counts.
pub(super) struct Walker<'a> {
    pub(super) dialect: Dialect,
    pub(super) tables: &'a TenantTables,
    pub(super) options: &'a Options,
    pub(super) schema: &'a str,
    /// Number of our placeholder for the tenant.
    pub(super) tenant: usize,
    /// CTE names in scope, innermost frame last.
    scopes: Vec<Vec<String>>,
    /// Each CTE name met anywhere, for the second net.
    pub(super) cte_names: BTreeSet<String>,
    /// Tables and views of the tenant that the statement names.
    pub(super) touched: BTreeSet<String>,
    /// Tables replaced by their filtered selves.
    pub(super) filters: usize,
    /// Targets of INSERT, UPDATE and DELETE.
    pub(super) targets: usize,
    /// Row locks of the query that is being walked, where they must be written at its tables.
    locks: Vec<LockClause>,
    /// Caller's placeholders met.
    pub(super) placeholders: usize,
    /// Data-modifying CTEs met.
    pub(super) writing_ctes: usize,
}

/// Stack that must be left before one more level of nesting, and size of each further piece.
const RED_ZONE_BYTES: usize = 128 * 1024;
const STACK_BYTES: usize = 2 * 1024 * 1024;

impl<'a> Walker<'a> {
    pub(super) fn new(
        dialect: Dialect,
        tables: &'a TenantTables,
        options: &'a Options,
        schema: &'a str,
        tenant: usize,
    ) -> Self {
        Self {
            dialect,
            tables,
            options,
            schema,
            tenant,
            scopes: Vec::new(),
            cte_names: BTreeSet::new(),
            touched: BTreeSet::new(),
            filters: 0,
            targets: 0,
            locks: Vec::new(),
            placeholders: 0,
            writing_ctes: 0,
        }
    }

    /// Rewrites a whole statement.
    pub(super) fn statement(&mut self, statement: &mut Statement) -> Result<(), Refusal> {
        match statement {
            Statement::Query(query) => self.query(query, true),
            Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_) => self.dml(statement),
            other => {
                // The statement's text may hold literals: only its first word is shown.
                let text = other.to_string();
                let word = text
                    .split(|c: char| !c.is_ascii_alphabetic())
                    .next()
                    .unwrap_or_default();
                Err(Refusal::Statement {
                    what: ShownName::new(&word.to_uppercase()),
                })
            }
        }
    }

    /// Runs `f` with room left on the stack.
    fn with_stack<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        stacker::maybe_grow(RED_ZONE_BYTES, STACK_BYTES, || f(self))
    }

    fn in_scope(&self, cte_name: &str) -> bool {
        self.scopes
            .iter()
            .any(|frame| frame.iter().any(|name| name == cte_name))
    }

    /// Refuses a table whose columns are known to hold no `tenant_id`.
    fn check_walled(&self, table: &str) -> Result<(), Refusal> {
        let mut columns = self.tables.columns(table).into_iter().flatten().peekable();
        if columns.peek().is_none() || columns.any(|column| column.eq_ignore_ascii_case(TENANT_COLUMN)) {
            Ok(())
        } else {
            Err(Refusal::Unwalled {
                name: ShownName::new(table),
            })
        }
    }

    /// The stored name of a tenant's table or view.
    fn table(&self, ident: &Ident) -> Option<String> {
        let folded = self.dialect.folded(ident);
        match self.dialect {
            Dialect::Postgres => self.tables.contains(&folded).then_some(folded),
            Dialect::MySql | Dialect::Sqlite => self.tables.find_ignoring_case(&folded).map(str::to_owned),
        }
    }

    /// `"schema"."name"`.
    fn qualified(&self, name: &str) -> ObjectName {
        self.dialect.table(self.schema, name)
    }

    /// Puts the schema before a function or type of the service's own, where the database has schemas for them.
    pub(super) fn qualify(&self, name: &mut ObjectName, folded: &str) {
        if self.dialect.is_postgres() {
            *name = self.qualified(folded);
        }
    }

    fn tenant_placeholder(&self) -> Expr {
        self.dialect.placeholder_expr(self.tenant)
    }

    /// `"alias"."tenant_id" = $tenant`.
    fn tenant_condition(&self, alias: &Ident) -> Expr {
        filter::equals_tenant(
            Expr::CompoundIdentifier(vec![alias.clone(), self.dialect.quoted(TENANT_COLUMN)]),
            self.tenant_placeholder(),
        )
    }

    /// Checks the name of a function that is called, and qualifies the service's own.
    fn function_name(&mut self, name: &mut ObjectName, in_from: bool) -> Result<(), Refusal> {
        use sqlparser::ast::ObjectNamePart::Identifier;
        let refused = |name: &ObjectName| Refusal::Function {
            name: ShownName::new(&names::plain(name)),
        };
        let (ident, bare) = match name.0.as_slice() {
            [Identifier(ident)] => (ident, true),
            [Identifier(catalogue), Identifier(ident)]
                if self.dialect.is_postgres() && self.dialect.folded(catalogue) == "pg_catalog" =>
            {
                (ident, false)
            }
            _ => return Err(refused(name)),
        };
        self.dialect.check_object(ident)?;
        let folded = self.dialect.folded(ident);
        if bare && self.options.extra_functions.contains(&folded) {
            self.qualify(name, &folded);
            return Ok(());
        }
        let allowed = if in_from {
            self.dialect.allows_table_function(&folded)
        } else {
            self.dialect.allows_function(&folded)
        };
        if allowed { Ok(()) } else { Err(refused(name)) }
    }

    /// Checks a literal or placeholder, and writes special strings as plain ones: those are read alike by the parser
    /// and by the server (`standard_conforming_strings` is pinned).
    fn value(&mut self, value: &mut Value) -> Result<(), Refusal> {
        const INSTEAD: &str = "bind the value, or write a plain '…' string";
        let postgres = self.dialect.is_postgres();
        match value {
            Value::Number(text, false) if text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+-".contains(&b)) => {
                Ok(())
            }
            Value::SingleQuotedString(_) | Value::Boolean(_) | Value::Null => Ok(()),
            Value::Placeholder(text) => {
                let number = text
                    .get(1..)
                    .and_then(|digits| digits.parse::<usize>().ok())
                    .unwrap_or_default();
                let known = (1..self.tenant).contains(&number) && *text == self.dialect.placeholder(number);
                self.placeholders += 1;
                if known {
                    Ok(())
                } else {
                    Err(Refusal::Placeholder {
                        why: "write $1, $2, … or ?",
                    })
                }
            }
            Value::HexStringLiteral(text) if text.bytes().all(|b| b.is_ascii_hexdigit()) => Ok(()),
            Value::SingleQuotedByteStringLiteral(text)
                if !self.dialect.is_sqlite() && text.bytes().all(|b| matches!(b, b'0' | b'1')) =>
            {
                Ok(())
            }
            Value::EscapedStringLiteral(text) | Value::UnicodeStringLiteral(text) if postgres => {
                *value = plain_string(text);
                Ok(())
            }
            Value::DollarQuotedString(text) if postgres => {
                *value = plain_string(&text.value);
                Ok(())
            }
            _ => Err(Refusal::clause("this kind of literal", INSTEAD)),
        }
    }
}

/// A string whose content is known, as a plain literal (as the tree keeps it: quotes doubled).
fn plain_string(content: &str) -> Value {
    Value::SingleQuotedString(content.replace('\'', "''"))
}

/// Refuses with a clause's name if it is there.
fn none(absent: bool, what: &'static str, instead: &'static str) -> Result<(), Refusal> {
    if absent {
        Ok(())
    } else {
        Err(Refusal::clause(what, instead))
    }
}
