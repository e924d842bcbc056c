//! The second net: what was printed is read again and compared.
//!
//! It does not trust the walk: it uses the parser's visitor, and asks of the final text that each table that is
//! named with a schema is either inside our own filter or the target of a write that carries it, that no other
//! relation is named but CTEs and functions, and that the numbers agree.

use std::{collections::BTreeSet, ops::ControlFlow};

use sqlparser::ast::{
    BinaryOperator, Expr, FromTable, ObjectName, ObjectNamePart, OnConflictAction, OnInsert, Query, Statement,
    TableFactor, TableObject, Visit, Visitor,
};

use super::{dialect::Dialect, filter, names::TENANT_COLUMN, read, refusal::Refusal, tables::TenantTables};

/// What the walk says that the text must hold.
pub(super) struct Expected<'a> {
    pub(super) dialect: Dialect,
    pub(super) tables: &'a TenantTables,
    pub(super) schema: &'a str,
    pub(super) tenant: usize,
    pub(super) filters: usize,
    pub(super) targets: usize,
    pub(super) cte_names: &'a BTreeSet<String>,
}

/// Prints a statement and checks the text.
pub(super) fn print(statement: &Statement, expected: &Expected<'_>) -> Result<String, Refusal> {
    let text = statement.to_string();
    let again = read::again(expected.dialect, &text).ok_or(Refusal::SecondNet {
        step: "reading it again",
    })?;
    if again != *statement {
        return Err(Refusal::SecondNet {
            step: "comparing the trees",
        });
    }
    let mut net = Net {
        expected,
        filters: 0,
        targets: 0,
        qualified: 0,
    };
    if let ControlFlow::Break(step) = again.visit(&mut net) {
        return Err(Refusal::SecondNet { step });
    }
    let agrees = net.filters == expected.filters
        && net.targets == expected.targets
        && net.qualified == expected.filters + expected.targets;
    if agrees {
        Ok(text)
    } else {
        Err(Refusal::SecondNet {
            step: "counting the tables",
        })
    }
}

struct Net<'a> {
    expected: &'a Expected<'a>,
    filters: usize,
    targets: usize,
    qualified: usize,
}

impl Net<'_> {
    /// The table's name if this is a table of the tenant's, with its schema.
    fn table<'n>(&self, name: &'n ObjectName) -> Option<&'n str> {
        match name.0.as_slice() {
            [ObjectNamePart::Identifier(table)]
                if self.expected.schema.is_empty()
                    && table.quote_style.is_some()
                    && self.expected.tables.contains(&table.value) =>
            {
                Some(&table.value)
            }
            [ObjectNamePart::Identifier(schema), ObjectNamePart::Identifier(table)]
                if schema.value == self.expected.schema
                    && schema.quote_style.is_some()
                    && table.quote_style.is_some()
                    && self.expected.tables.contains(&table.value) =>
            {
                Some(&table.value)
            }
            _ => None,
        }
    }

    /// Whether a condition is, or ends with, `AND "x"."tenant_id" = $tenant` for the given name.
    fn narrowed(&self, selection: Option<&Expr>, target: &str) -> bool {
        let last = match selection {
            Some(Expr::BinaryOp {
                op: BinaryOperator::And,
                right,
                left,
            }) if matches!(**left, Expr::Nested(_)) => right,
            Some(other) => other,
            None => return false,
        };
        let Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        } = last
        else {
            return false;
        };
        let Expr::CompoundIdentifier(parts) = left.as_ref() else {
            return false;
        };
        let column = matches!(parts.as_slice(), [alias, column]
            if alias.value == target && column.value == TENANT_COLUMN && column.quote_style.is_some());
        column && **right == self.expected.dialect.placeholder_expr(self.expected.tenant)
    }

    fn target_alias<'t>(&self, factor: &'t TableFactor) -> Option<&'t str> {
        let TableFactor::Table { name, alias, .. } = factor else {
            return None;
        };
        let table = self.table(name)?;
        match alias {
            Some(alias) => Some(alias.name.value.as_str()),
            // DELETE on the MySQL wire.
            None => self.expected.dialect.is_mysql().then_some(table),
        }
    }

    fn write(&self, statement: &Statement) -> bool {
        match statement {
            Statement::Update(update) => self
                .target_alias(&update.table.relation)
                .is_some_and(|alias| self.narrowed(update.selection.as_ref(), alias)),
            Statement::Delete(delete) => {
                let FromTable::WithFromKeyword(from) = &delete.from else {
                    return false;
                };
                let [from] = from.as_slice() else {
                    return false;
                };
                self.target_alias(&from.relation)
                    .is_some_and(|alias| self.narrowed(delete.selection.as_ref(), alias))
            }
            Statement::Insert(insert) => {
                let TableObject::TableName(name) = &insert.table else {
                    return false;
                };
                let Some(table) = self.table(name) else {
                    return false;
                };
                let last = insert.columns.last().is_some_and(
                    |column| matches!(column.0.as_slice(), [ObjectNamePart::Identifier(i)] if i.value == TENANT_COLUMN),
                );
                let alias = insert
                    .table_alias
                    .as_ref()
                    .map_or(table, |alias| alias.alias.value.as_str());
                let conflict = match &insert.on {
                    None => true,
                    Some(OnInsert::OnConflict(conflict)) => match &conflict.action {
                        OnConflictAction::DoNothing => true,
                        OnConflictAction::DoUpdate(update) => self.narrowed(update.selection.as_ref(), alias),
                    },
                    // Every unique key begins with tenant_id.
                    Some(OnInsert::DuplicateKeyUpdate(_)) => self.expected.dialect.is_mysql(),
                    Some(_) => false,
                };
                last && conflict
            }
            _ => false,
        }
    }
}

impl Visitor for Net<'_> {
    type Break = &'static str;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Self::Break> {
        let sqlparser::ast::SetExpr::Select(select) = query.body.as_ref() else {
            return ControlFlow::Continue(());
        };
        let [from] = select.from.as_slice() else {
            return ControlFlow::Continue(());
        };
        let TableFactor::Table { name, .. } = &from.relation else {
            return ControlFlow::Continue(());
        };
        if let Some(table) = self.table(name) {
            let Expected {
                dialect,
                schema,
                tenant,
                ..
            } = *self.expected;
            let whole = filter::query(dialect, schema, table, tenant, Vec::new());
            // On the MySQL wire it may have the locks of the query around it, and be kept apart by a limit.
            let is_whole = if dialect.is_mysql() {
                let mut found = query.clone();
                found.locks.clear();
                if found.limit_clause == Some(filter::fence()) {
                    found.limit_clause = None;
                }
                found == whole
            } else {
                *query == whole
            };
            if !is_whole {
                return ControlFlow::Break("a filter is not whole");
            }
            self.filters += 1;
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<Self::Break> {
        match statement {
            Statement::Query(_) => ControlFlow::Continue(()),
            write if self.write(write) => {
                self.targets += 1;
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Break("a write is not narrowed"),
        }
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Self::Break> {
        let TableFactor::Table { name, args, .. } = factor else {
            return ControlFlow::Continue(());
        };
        let known = if args.is_some() {
            // The walk has asked the allow-list for its name; only that it is no table is asked here.
            self.table(name).is_none()
        } else {
            match name.0.as_slice() {
                [ObjectNamePart::Identifier(ident)] => {
                    let cte_name = self.expected.dialect.cte_name(ident);
                    self.expected.cte_names.contains(&cte_name) || self.table(name).is_some()
                }
                _ => self.table(name).is_some(),
            }
        };
        if known {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break("a relation is not known")
        }
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<Self::Break> {
        if self.table(relation).is_some() {
            self.qualified += 1;
        }
        ControlFlow::Continue(())
    }
}
