//! CREATE VIEW: which columns it gives, and what it reads.

use std::ops::ControlFlow;

use sqlparser::ast::{
    CreateTableOptions, CreateView, Expr, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr,
    SqlOption, TableFactor, Value, visit_relations,
};

use super::{ColumnShape, Schema, TableShape};
use crate::migrate::lint::{Rule, Scope};

/// What the lint needs to know of a view.
#[derive(Debug, Clone, Default)]
pub(crate) struct ViewFacts {
    /// `WITH (security_invoker = true)`.
    pub(crate) invoker: bool,
    /// How many times its query names a table or view.
    pub(crate) relations: usize,
}

impl Schema {
    pub(super) fn create_view(&mut self, scope: &mut Scope<'_>, create: &CreateView) {
        if create.materialized {
            // Judged by the lint, and no part of the tables that the service may use.
            return;
        }
        let name = scope.name(&create.name);
        let mut relations = 0;
        let _: ControlFlow<()> = visit_relations(&*create.query, |_| {
            relations += 1;
            ControlFlow::Continue(())
        });
        let names = if create.columns.is_empty() {
            self.columns_of(scope, &create.query)
        } else {
            create
                .columns
                .iter()
                .map(|column| scope.dialect().fold(&column.name))
                .collect()
        };
        let at = scope.statement.at.clone();
        let column = |name| ColumnShape {
            name,
            type_text: String::new(),
            nullable: true,
            unfit: None,
            counter: None,
            at: at.clone(),
        };
        let shape = TableShape {
            name,
            columns: names.into_iter().map(column).collect(),
            primary_key: None,
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            is_view: true,
            at: at.clone(),
            exclusions: Vec::new(),
            created: scope.version,
            view: ViewFacts {
                invoker: is_invoker(&create.options),
                relations,
            },
        };
        if create.or_replace && self.tables.get(&shape.name).is_some_and(|table| table.is_view) {
            self.tables.remove(&shape.name);
        }
        self.add(scope, shape, create.if_not_exists);
    }

    /// The names of a query's columns. One that has no name of its own is a finding: each server makes
    /// up another.
    fn columns_of(&self, scope: &mut Scope<'_>, query: &Query) -> Vec<String> {
        let Some(select) = first_select(&query.body) else {
            scope.find(
                Rule::UnreadableTable,
                "the view's columns cannot be read: list them, CREATE VIEW name (…)",
            );
            return Vec::new();
        };
        let mut names = Vec::new();
        for item in &select.projection {
            let dialect = scope.dialect();
            match item {
                SelectItem::ExprWithAlias { alias, .. } => names.push(dialect.fold(alias)),
                SelectItem::UnnamedExpr(Expr::Identifier(ident)) => names.push(dialect.fold(ident)),
                SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
                    names.extend(parts.last().map(|ident| dialect.fold(ident)));
                }
                SelectItem::Wildcard(_) => names.extend(self.expand(scope, select, None)),
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(of), _) => {
                    let of = super::create::last_part(dialect, of);
                    names.extend(self.expand(scope, select, Some(&of)));
                }
                other => scope.find(
                    Rule::UnreadableTable,
                    format!("the view's column {other} has no name: write {other} AS name"),
                ),
            }
        }
        names
    }

    /// The columns behind `*` or `alias.*`.
    fn expand(&self, scope: &mut Scope<'_>, select: &Select, alias: Option<&str>) -> Vec<String> {
        let factors = select
            .from
            .iter()
            .flat_map(|from| std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation)));
        let mut names = Vec::new();
        for factor in factors {
            let TableFactor::Table { name, alias: given, .. } = factor else {
                scope.find(
                    Rule::UnreadableTable,
                    "* over a subquery: name the view's columns one by one",
                );
                continue;
            };
            let name = super::create::last_part(scope.dialect(), name);
            let called = given
                .as_ref()
                .map_or_else(|| name.clone(), |given| scope.dialect().fold(&given.name));
            if alias.is_some_and(|alias| alias != called) {
                continue;
            }
            match self.tables.get(&name) {
                Some(table) => names.extend(table.column_names().map(str::to_owned)),
                None => scope.find(
                    Rule::UnknownTable,
                    format!("the view reads {name}, which no migration made"),
                ),
            }
        }
        names
    }
}

fn first_select(body: &SetExpr) -> Option<&Select> {
    match body {
        SetExpr::Select(select) => Some(select),
        SetExpr::Query(query) => first_select(&query.body),
        SetExpr::SetOperation { left, .. } => first_select(left),
        _ => None,
    }
}

fn is_invoker(options: &CreateTableOptions) -> bool {
    let CreateTableOptions::With(options) = options else {
        return false;
    };
    options.iter().any(|option| match option {
        SqlOption::KeyValue { key, value } => key.value.eq_ignore_ascii_case("security_invoker") && is_true(value),
        _ => false,
    })
}

fn is_true(value: &Expr) -> bool {
    let text = match value {
        Expr::Value(value) => match &value.value {
            Value::Boolean(on) => return *on,
            Value::Number(number, _) => number.clone(),
            Value::SingleQuotedString(text) => text.clone(),
            _ => return false,
        },
        Expr::Identifier(ident) => ident.value.clone(),
        _ => return false,
    };
    matches!(text.to_lowercase().as_str(), "true" | "on" | "yes" | "1")
}
