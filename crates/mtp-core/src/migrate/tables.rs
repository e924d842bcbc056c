//! The tables that a set of migrations leads to.

mod alter;
mod column;
mod create;
mod key;
mod view;

use std::collections::BTreeMap;

use sqlparser::ast::{ObjectType, Statement};

use super::error::Position;
use super::lint::{Rule, Scope};
pub(crate) use key::key_columns;

/// A table or view as the whole set leaves it. Names are as the server compares them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TableShape {
    /// The name, without a schema.
    pub name: String,
    /// The columns, in the order in which they were added.
    pub columns: Vec<ColumnShape>,
    /// The primary key.
    pub primary_key: Option<KeyShape>,
    /// Unique constraints and unique indexes.
    pub uniques: Vec<KeyShape>,
    /// Foreign keys.
    pub foreign_keys: Vec<ForeignKeyShape>,
    /// Whether it is a view.
    pub is_view: bool,
    /// Where it was created.
    pub at: Position,
    /// EXCLUDE constraints, with the columns that they compare by `=`.
    pub(crate) exclusions: Vec<KeyShape>,
    /// The number of the file that created it.
    pub(crate) created: i64,
    /// Of a view: what keeps the lint from trusting it.
    pub(crate) view: view::ViewFacts,
}

impl TableShape {
    /// The column with this name.
    pub fn column(&self, name: &str) -> Option<&ColumnShape> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The names of the columns, in order.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }
}

/// A column.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ColumnShape {
    /// The name.
    pub name: String,
    /// The type as it was written; empty for a view's column and for SQLite's columns without a type.
    pub type_text: String,
    /// Whether it can hold NULL; true for a view's column, where it is not known.
    pub nullable: bool,
    /// Why its type cannot hold a tenant's id.
    pub(crate) unfit: Option<&'static str>,
    /// What counts it up, if anything does.
    pub(crate) counter: Option<&'static str>,
    pub(crate) at: Position,
}

/// A primary or unique key, or an exclusion.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct KeyShape {
    /// The name, given or as the server makes it.
    pub name: Option<String>,
    /// The columns in order; an expression stands in parentheses.
    pub columns: Vec<String>,
    /// Where it was written.
    pub at: Position,
}

/// A foreign key.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ForeignKeyShape {
    /// The name, given or as the server makes it.
    pub name: Option<String>,
    /// The columns of this table, in order.
    pub columns: Vec<String>,
    /// The other table.
    pub references: String,
    /// The columns of the other table; empty means its primary key.
    pub referenced_columns: Vec<String>,
    /// Where it was written.
    pub at: Position,
    /// Whether a delete or update of the other row would overwrite every column, `tenant_id` too.
    pub(crate) overwrites: bool,
}

/// The tables as they stand after the statements seen so far.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    tables: BTreeMap<String, TableShape>,
    sequences: BTreeMap<String, Position>,
}

impl Schema {
    pub(crate) fn get(&self, name: &str) -> Option<&TableShape> {
        self.tables.get(name)
    }

    pub(crate) fn tables(&self) -> impl Iterator<Item = &TableShape> {
        self.tables.values()
    }

    pub(crate) fn sequences(&self) -> impl Iterator<Item = (&String, &Position)> {
        self.sequences.iter()
    }

    /// Whether the table was there before this file, so that it may be large and in use.
    pub(crate) fn is_older(&self, name: &str, version: i64) -> bool {
        self.tables.get(name).is_some_and(|table| table.created < version)
    }

    pub(crate) fn into_shapes(self) -> Vec<TableShape> {
        self.tables.into_values().collect()
    }

    /// Folds one statement in. Statements that change no shape are passed over.
    pub(crate) fn apply(&mut self, scope: &mut Scope<'_>, statement: &Statement) {
        match statement {
            Statement::CreateTable(create) => self.create_table(scope, create),
            Statement::CreateView(create) => self.create_view(scope, create),
            Statement::CreateIndex(create) => self.create_index(scope, create),
            Statement::AlterTable(alter) => self.alter_table(scope, alter),
            Statement::AlterIndex { name, operation } => self.alter_index(scope, name, operation),
            Statement::CreateSequence { name, .. } => {
                let name = scope.name(name);
                self.sequences.insert(name, scope.statement.at.clone());
            }
            Statement::Drop {
                object_type,
                if_exists,
                names,
                table,
                ..
            } => {
                for name in names {
                    let name = scope.name(name);
                    match object_type {
                        ObjectType::Table | ObjectType::View => {
                            self.drop_relation(scope, &name, *if_exists);
                        }
                        ObjectType::Index => {
                            let table = table.as_ref().map(|table| scope.name(table));
                            self.drop_index(&name, table.as_deref());
                        }
                        ObjectType::Sequence => drop(self.sequences.remove(&name)),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// Adds a relation, unless there is one of that name.
    fn add(&mut self, scope: &mut Scope<'_>, shape: TableShape, if_not_exists: bool) {
        if let Some(first) = self.tables.get(&shape.name) {
            // IF NOT EXISTS leaves the first one as it is, and so does the fold.
            if !if_not_exists {
                let message = format!("{} was already created at {}", shape.name, first.at);
                scope.find(Rule::Exists, message);
            }
            return;
        }
        self.tables.insert(shape.name.clone(), shape);
    }

    fn drop_relation(&mut self, scope: &mut Scope<'_>, name: &str, if_exists: bool) {
        if self.tables.remove(name).is_none() && !if_exists {
            scope.find(
                Rule::UnknownTable,
                format!("{name} is dropped, but no migration made it"),
            );
        }
        // A server drops these with CASCADE and refuses the statement without it.
        for table in self.tables.values_mut() {
            table.foreign_keys.retain(|key| key.references != name);
        }
    }

    /// On the MySQL wire an index's name is its table's own.
    fn drop_index(&mut self, name: &str, of: Option<&str>) {
        for table in self
            .tables
            .values_mut()
            .filter(|table| of.is_none_or(|of| of == table.name))
        {
            table.uniques.retain(|key| key.name.as_deref() != Some(name));
        }
    }
}
