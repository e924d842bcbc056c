//! What each kind of statement may and may not do by itself.

pub(super) mod routine;
mod table;

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, ObjectName, ObjectType, Query, SetExpr, Spanned as _, Statement, visit_expressions, visit_relations,
};

use super::{Rule, Scope, TENANT_ID};
pub(super) use table::MAX_NAME_BYTES;

pub(super) fn check(scope: &mut Scope<'_>, statement: &Statement) {
    unqualified(scope, statement);
    match statement {
        _ if routine::is_mysql_routine(scope) => routine::refuse(scope),
        Statement::CreateTable(create) => table::create_table(scope, create),
        Statement::CreateView(create) => table::create_view(scope, create),
        Statement::CreateIndex(create) => table::create_index(scope, create),
        Statement::AlterTable(alter) => table::alter_table(scope, alter),
        Statement::CreateFunction(create) => routine::create(scope, create),
        Statement::AlterFunction(alter) => routine::alter(scope, alter),
        Statement::CreateTrigger(create) => {
            scope.find(Rule::Trigger, format!("{} is a trigger", create.name));
            if create.temporary {
                scope.find(Rule::Temporary, "the trigger is temporary");
            }
        }
        Statement::CreateSequence { temporary: true, .. } => {
            scope.find(Rule::Temporary, "the sequence is temporary");
        }
        Statement::Drop { object_type, .. } => drop_object(scope, *object_type),
        Statement::CreateType { name, .. }
        | Statement::Comment { object_name: name, .. }
        | Statement::AlterView { name, .. } => {
            if matches!(statement, Statement::AlterView { .. }) {
                scope.find(
                    Rule::UnreadableTable,
                    "ALTER VIEW is not read: write CREATE OR REPLACE VIEW",
                );
            } else if !matches!(statement, Statement::Comment { .. }) {
                scope.name(name);
            }
        }
        Statement::CreateDomain(create) => drop(scope.name(&create.name)),
        Statement::AlterType(alter) => drop(scope.name(&alter.name)),
        Statement::Insert(_)
        | Statement::Update(_)
        | Statement::Delete(_)
        | Statement::Merge(_)
        | Statement::Truncate(_) => rows(scope),
        Statement::Query(query) => select(scope, query),
        Statement::CreateVirtualTable { name, .. } => {
            scope.find(
                Rule::ForeignTable,
                format!("{name} is a virtual table, whose keys cannot begin with {TENANT_ID}"),
            );
        }
        Statement::CreateExtension(_) | Statement::DropExtension(_) => {
            scope.find(Rule::Extension, "an extension belongs to a whole database");
        }
        Statement::Pragma { name, .. } if name.to_string().eq_ignore_ascii_case("defer_foreign_keys") => {}
        // These change nothing that a wall stands on.
        Statement::CreateSequence { .. }
        | Statement::AlterIndex { .. }
        | Statement::DropFunction(_)
        | Statement::DropDomain(_)
        | Statement::DropProcedure { .. }
        | Statement::DropTrigger(_)
        | Statement::Analyze(_) => {}
        other => refused(scope, other),
    }
}

fn refused(scope: &mut Scope<'_>, statement: &Statement) {
    let verb = scope
        .statement
        .words
        .iter()
        .take(2)
        .cloned()
        .collect::<Vec<_>>()
        .join(" ");
    match statement {
        Statement::Grant(_)
        | Statement::Revoke(_)
        | Statement::Deny(_)
        | Statement::CreatePolicy(_)
        | Statement::AlterPolicy(_)
        | Statement::DropPolicy(_)
        | Statement::CreateRole(_)
        | Statement::AlterRole { .. }
        | Statement::CreateUser(_)
        | Statement::AlterUser(_) => scope.find(Rule::Wall, format!("{verb} is mtp's own")),
        Statement::Set(_)
        | Statement::Reset(_)
        | Statement::Pragma { .. }
        | Statement::Discard { .. }
        | Statement::Use(_)
        | Statement::LISTEN { .. }
        | Statement::UNLISTEN { .. }
        | Statement::Lock(_)
        | Statement::Vacuum(_)
        | Statement::Load { .. } => {
            scope.find(Rule::Session, format!("{verb} has no place in a migration"));
        }
        Statement::StartTransaction { .. }
        | Statement::Commit { .. }
        | Statement::Rollback { .. }
        | Statement::Savepoint { .. }
        | Statement::ReleaseSavepoint { .. }
        | Statement::Prepare { .. } => {
            scope.find(Rule::Transaction, format!("{verb} is the runner's own"));
        }
        Statement::CreateSchema { .. }
        | Statement::AlterSchema(_)
        | Statement::CreateDatabase { .. }
        | Statement::AttachDatabase { .. }
        | Statement::CreateServer(_) => {
            scope.find(Rule::Elsewhere, format!("{verb} is outside the tenant's schema"));
        }
        _ => scope.find(Rule::Statement, format!("{verb} has no use in a migration")),
    }
}

/// No relation and no table's name may have a schema in front.
fn unqualified(scope: &mut Scope<'_>, statement: &Statement) {
    let mut qualified: Vec<ObjectName> = Vec::new();
    let _: ControlFlow<()> = visit_relations(statement, |name| {
        if name.0.len() > 1 {
            qualified.push(name.clone());
        }
        ControlFlow::Continue(())
    });
    for name in qualified {
        scope.name(&name);
    }
}

fn drop_object(scope: &mut Scope<'_>, object: ObjectType) {
    match object {
        ObjectType::Schema | ObjectType::Database => {
            scope.find(Rule::Elsewhere, format!("DROP {object} is outside the tenant's schema"));
        }
        ObjectType::Role | ObjectType::User => {
            scope.find(Rule::Wall, format!("DROP {object} is mtp's own"));
        }
        _ => {}
    }
}

fn rows(scope: &mut Scope<'_>) {
    if scope.options.shared {
        let verb = scope.statement.words.first().cloned().unwrap_or_default();
        scope.find(Rule::Rows, format!("{verb} touches the rows of every tenant"));
    }
}

fn select(scope: &mut Scope<'_>, query: &Query) {
    match &*query.body {
        SetExpr::Select(select) if select.into.is_some() => {
            scope.find(Rule::TableAs, "SELECT … INTO makes a table without keys");
        }
        SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
            rows(scope);
        }
        _ => scope.find(Rule::Select, "a SELECT changes nothing by itself"),
    }
    functions(scope, query);
}

/// Functions that change the session.
fn functions(scope: &mut Scope<'_>, query: &Query) {
    let mut found = Vec::new();
    let _: ControlFlow<()> = visit_expressions(query, |expr| {
        if let Expr::Function(function) = expr
            && function.name.to_string().to_lowercase().ends_with("set_config")
        {
            found.push(function.name.span());
        }
        ControlFlow::Continue(())
    });
    for span in found {
        let at = scope.at(span);
        scope.find_at(Rule::Session, at, "set_config changes the session");
    }
}
