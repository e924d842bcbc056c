//! What is slow or dangerous on a database that serves: long locks, and things taken away.

use sqlparser::ast::{
    AlterColumnOperation, AlterTable, AlterTableOperation, ColumnDef, ColumnOption, Expr, ObjectType, Spanned as _,
    Statement, TableConstraint, visit_expressions,
};
use std::ops::ControlFlow;

use super::{Rule, Scope};
use crate::migrate::dialect::Dialect;
use crate::migrate::tables::Schema;

/// Functions whose value is one for the whole statement, so that PostgreSQL (11 and later) keeps a
/// default made of them without writing the table anew
/// (<https://www.postgresql.org/docs/current/sql-altertable.html>, Notes).
const STABLE: [&str; 8] = [
    "now",
    "transaction_timestamp",
    "statement_timestamp",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtime",
    "localtimestamp",
];

pub(super) fn check(scope: &mut Scope<'_>, schema: &Schema, statement: &Statement) {
    let version = scope.version;
    match statement {
        Statement::CreateIndex(index) => {
            let table = scope.name(&index.table_name);
            if !index.concurrently && scope.dialect() == Dialect::Postgres && schema.is_older(&table, version) {
                scope.find(
                    Rule::LockIndex,
                    format!("building the index stops every write to {table}"),
                );
            }
        }
        Statement::Drop {
            object_type: ObjectType::Table | ObjectType::View,
            names,
            ..
        } => {
            for name in names {
                let name = scope.name(name);
                if schema.is_older(&name, version) {
                    scope.find(Rule::Contract, format!("{name} is dropped"));
                }
            }
        }
        Statement::AlterTable(alter) => {
            let table = scope.name(&alter.name);
            if schema.is_older(&table, version) {
                self::alter(scope, &table, alter);
            }
        }
        _ => {}
    }
}

fn alter(scope: &mut Scope<'_>, table: &str, alter: &AlterTable) {
    let postgres = scope.dialect() == Dialect::Postgres;
    for operation in &alter.operations {
        match operation {
            AlterTableOperation::AddColumn { column_def, .. } => {
                add_column(scope, table, column_def);
            }
            AlterTableOperation::DropColumn { column_names, .. } => {
                for column in column_names {
                    let at = scope.at(column.span);
                    scope.find_at(Rule::Contract, at, format!("{table}.{column} is dropped"));
                }
            }
            AlterTableOperation::RenameColumn { old_column_name, .. } => {
                scope.find(Rule::Contract, format!("{table}.{old_column_name} is renamed"));
            }
            AlterTableOperation::ChangeColumn { old_name, new_name, .. } if old_name.value != new_name.value => {
                scope.find(Rule::Contract, format!("{table}.{old_name} is renamed"));
            }
            AlterTableOperation::RenameTable { .. } => {
                scope.find(Rule::Contract, format!("{table} is renamed"));
            }
            AlterTableOperation::AlterColumn { column_name, op } if postgres => match op {
                AlterColumnOperation::SetNotNull => {
                    scope.find(
                        Rule::LockNotNull,
                        format!("every row of {table} is read for {column_name}"),
                    );
                }
                AlterColumnOperation::SetDataType { .. } => {
                    let message = format!("{table} is written anew for the type of {column_name}");
                    scope.find(Rule::LockRewrite, message);
                }
                _ => {}
            },
            AlterTableOperation::AddConstraint { constraint, not_valid } if postgres => {
                constraint_lock(scope, table, constraint, *not_valid);
            }
            _ => {}
        }
    }
}

fn constraint_lock(scope: &mut Scope<'_>, table: &str, constraint: &TableConstraint, not_valid: bool) {
    let at = scope.at(constraint.span());
    match constraint {
        TableConstraint::ForeignKey(_) | TableConstraint::Check(_) if !not_valid => {
            scope.find_at(
                Rule::LockConstraint,
                at,
                format!("every row of {table} is read while writes wait"),
            );
        }
        TableConstraint::Unique(_) | TableConstraint::PrimaryKey(_) | TableConstraint::Exclude(_) => {
            scope.find_at(
                Rule::LockIndex,
                at,
                format!("building the key's index stops everything on {table}"),
            );
        }
        _ => {}
    }
}

fn add_column(scope: &mut Scope<'_>, table: &str, column: &ColumnDef) {
    let at = scope.at(column.name.span);
    let name = &column.name;
    let (mut not_null, mut filled) = (false, false);
    for option in &column.options {
        match &option.option {
            ColumnOption::NotNull => not_null = true,
            ColumnOption::Default(value) => {
                filled = true;
                if scope.dialect() == Dialect::Postgres && is_volatile(value) {
                    let message = format!("the default of {table}.{name} is worked out for each row, under a lock");
                    scope.find_at(Rule::LockRewrite, at.clone(), message);
                }
            }
            ColumnOption::Generated {
                generation_expr: Some(_),
                ..
            } => {
                filled = true;
                if scope.dialect() == Dialect::Postgres {
                    let message = format!("{table} is written anew for the generated column {name}");
                    scope.find_at(Rule::LockRewrite, at.clone(), message);
                }
            }
            ColumnOption::ForeignKey(_) | ColumnOption::Check(_) if scope.dialect() == Dialect::Postgres => {
                let message = format!("every row of {table} is read for the constraint of {name}");
                scope.find_at(Rule::LockConstraint, at.clone(), message);
            }
            ColumnOption::Unique(_) if scope.dialect() == Dialect::Postgres => {
                let message = format!("building the key of {name} stops everything on {table}");
                scope.find_at(Rule::LockIndex, at.clone(), message);
            }
            _ => {}
        }
    }
    if not_null && !filled {
        scope.find_at(
            Rule::NotNull,
            at,
            format!("{table}.{name} is NOT NULL without a default"),
        );
    }
}

fn is_volatile(value: &Expr) -> bool {
    visit_expressions(value, |expr| match expr {
        Expr::Function(function) if !STABLE.contains(&function.name.to_string().to_lowercase().as_str()) => {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}
