//! CREATE TABLE.

use sqlparser::ast::{CreateTable, ObjectName, ObjectNamePart};

use super::{Schema, TableShape, column, view};
use crate::migrate::dialect::Dialect;
use crate::migrate::lint::Scope;

impl Schema {
    pub(super) fn create_table(&mut self, scope: &mut Scope<'_>, create: &CreateTable) {
        let mut shape = TableShape {
            name: scope.name(&create.name),
            columns: create.columns.iter().map(|def| column::read(scope, def)).collect(),
            primary_key: None,
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            is_view: false,
            at: scope.statement.at.clone(),
            exclusions: Vec::new(),
            created: scope.version,
            view: view::ViewFacts::default(),
        };
        for def in &create.columns {
            shape.add_column_keys(scope, def);
        }
        for constraint in &create.constraints {
            shape.add_constraint(scope, constraint);
        }
        if create.without_rowid || create.strict {
            shape.primary_key_is_not_null();
        }
        self.add(scope, shape, create.if_not_exists);
    }
}

/// The last part of a name as the server compares it, where the parts in front were already judged.
pub(super) fn last_part(dialect: Dialect, name: &ObjectName) -> String {
    match name.0.last() {
        Some(ObjectNamePart::Identifier(ident)) => dialect.fold(ident),
        _ => name.to_string(),
    }
}
