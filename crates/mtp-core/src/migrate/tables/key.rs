//! Keys: constraints of a table, beside a column, or as an index.

use sqlparser::ast::{
    ColumnDef, ColumnOption, CreateIndex, Expr, ForeignKeyConstraint, Ident, IndexColumn, ReferentialAction,
    Spanned as _, TableConstraint,
};

use super::{ForeignKeyShape, KeyShape, Schema, TableShape};
use crate::migrate::dialect::Dialect;
use crate::migrate::error::Position;
use crate::migrate::lint::{Rule, Scope};

impl TableShape {
    /// Reads the keys that stand beside a column.
    pub(super) fn add_column_keys(&mut self, scope: &Scope<'_>, column: &ColumnDef) {
        let this = scope.dialect().fold(&column.name);
        let at = scope.at(column.name.span);
        for option in &column.options {
            let given = option.name.as_ref();
            let columns = vec![this.clone()];
            match &option.option {
                ColumnOption::PrimaryKey(_) => {
                    self.set_primary_key(scope, given, columns, at.clone());
                }
                ColumnOption::Unique(_) => self.add_unique(scope, given, columns, at.clone()),
                ColumnOption::ForeignKey(key) => {
                    self.add_foreign_key(scope, given, columns, key, at.clone());
                }
                _ => {}
            }
        }
    }

    pub(super) fn add_constraint(&mut self, scope: &mut Scope<'_>, constraint: &TableConstraint) {
        let at = scope.at(constraint.span());
        match constraint {
            TableConstraint::PrimaryKey(key) => {
                self.set_primary_key(scope, key.name.as_ref(), key_columns(scope, &key.columns), at);
            }
            TableConstraint::Unique(key) => {
                let name = key.index_name.as_ref().or(key.name.as_ref());
                self.add_unique(scope, name, key_columns(scope, &key.columns), at);
            }
            TableConstraint::ForeignKey(key) => {
                let columns = key.columns.iter().map(|column| scope.dialect().fold(column)).collect();
                self.add_foreign_key(scope, key.name.as_ref(), columns, key, at);
            }
            TableConstraint::Exclude(key) => {
                let equal = key
                    .elements
                    .iter()
                    .filter(|element| element.operator.to_string() == "=");
                let columns = equal.map(|element| key_column(scope, &element.column)).collect();
                let name = key.name.as_ref().map(|name| scope.dialect().fold(name));
                self.exclusions.push(KeyShape { name, columns, at });
            }
            TableConstraint::PrimaryKeyUsingIndex(using) | TableConstraint::UniqueUsingIndex(using) => {
                let index = scope.dialect().fold(&using.index_name);
                let Some(place) = self.uniques.iter().position(|key| key.name.as_ref() == Some(&index)) else {
                    scope.find(
                        Rule::UnknownTable,
                        format!("{index} is not a unique index of {}", self.name),
                    );
                    return;
                };
                let key = self.uniques.remove(place);
                let name = using.name.as_ref().map(|name| scope.dialect().fold(name)).or(key.name);
                let key = KeyShape { name, ..key };
                if matches!(constraint, TableConstraint::PrimaryKeyUsingIndex(_)) {
                    self.primary_key = Some(key);
                    self.primary_key_is_not_null();
                } else {
                    self.uniques.push(key);
                }
            }
            TableConstraint::Check(_) | TableConstraint::Index(_) | TableConstraint::FulltextOrSpatial(_) => {}
        }
    }

    fn set_primary_key(&mut self, scope: &Scope<'_>, given: Option<&Ident>, columns: Vec<String>, at: Position) {
        let name = match (scope.dialect(), given) {
            // Whatever it is called.
            (Dialect::MySql, _) => "primary".to_owned(),
            (_, Some(name)) => scope.dialect().fold(name),
            (_, None) => format!("{}_pkey", self.name),
        };
        self.primary_key = Some(KeyShape {
            name: Some(name),
            columns,
            at,
        });
        if scope.dialect().primary_key_is_not_null() {
            self.primary_key_is_not_null();
        }
    }

    pub(super) fn primary_key_is_not_null(&mut self) {
        let Some(key) = &self.primary_key else { return };
        for column in self
            .columns
            .iter_mut()
            .filter(|column| key.columns.contains(&column.name))
        {
            column.nullable = false;
        }
    }

    fn add_unique(&mut self, scope: &Scope<'_>, given: Option<&Ident>, columns: Vec<String>, at: Position) {
        let made = || match scope.dialect() {
            Dialect::MySql => self.first_column_name(&columns),
            Dialect::Postgres | Dialect::Sqlite => format!("{}_{}_key", self.name, columns.join("_")),
        };
        let name = given.map_or_else(made, |name| scope.dialect().fold(name));
        self.uniques.push(KeyShape {
            name: Some(name),
            columns,
            at,
        });
    }

    /// What MariaDB and MySQL call a key without a name: as its first column, with a number where that is taken.
    fn first_column_name(&self, columns: &[String]) -> String {
        let first = columns.first().map_or("", String::as_str);
        let taken = |name: &str| self.uniques.iter().any(|key| key.name.as_deref() == Some(name));
        let mut name = first.to_owned();
        let mut number = 1;
        while taken(&name) {
            number += 1;
            name = format!("{first}_{number}");
        }
        name
    }

    fn add_foreign_key(
        &mut self,
        scope: &Scope<'_>,
        given: Option<&Ident>,
        columns: Vec<String>,
        key: &ForeignKeyConstraint,
        at: Position,
    ) {
        let made = || match scope.dialect() {
            Dialect::MySql => format!("{}_ibfk_{}", self.name, self.foreign_keys.len() + 1),
            Dialect::Postgres | Dialect::Sqlite => format!("{}_{}_fkey", self.name, columns.join("_")),
        };
        let name = given.map_or_else(made, |name| scope.dialect().fold(name));
        let sets = |action: Option<ReferentialAction>| {
            matches!(action, Some(ReferentialAction::SetNull | ReferentialAction::SetDefault))
        };
        self.foreign_keys.push(ForeignKeyShape {
            name: Some(name),
            references: super::create::last_part(scope.dialect(), &key.foreign_table),
            referenced_columns: key
                .referred_columns
                .iter()
                .map(|column| scope.dialect().fold(column))
                .collect(),
            overwrites: sets(key.on_delete) || sets(key.on_update),
            columns,
            at,
        });
    }
}

impl Schema {
    pub(super) fn create_index(&mut self, scope: &mut Scope<'_>, index: &CreateIndex) {
        let table = scope.name(&index.table_name);
        let columns = key_columns(scope, &index.columns);
        let name = index.name.as_ref().map(|name| scope.name(name));
        let at = scope.statement.at.clone();
        let Some(shape) = self.tables.get_mut(&table) else {
            scope.find(
                Rule::UnknownTable,
                format!("the index is on {table}, which no migration made"),
            );
            return;
        };
        if index.unique {
            let name = name.unwrap_or_else(|| format!("{table}_{}_idx", columns.join("_")));
            shape.uniques.push(KeyShape {
                name: Some(name),
                columns,
                at,
            });
        }
    }
}

pub(crate) fn key_columns(scope: &Scope<'_>, columns: &[IndexColumn]) -> Vec<String> {
    columns.iter().map(|column| key_column(scope, column)).collect()
}

fn key_column(scope: &Scope<'_>, column: &IndexColumn) -> String {
    match &column.column.expr {
        Expr::Identifier(ident) => scope.dialect().fold(ident),
        other => format!("({other})"),
    }
}
