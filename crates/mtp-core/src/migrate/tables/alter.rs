//! ALTER TABLE and ALTER INDEX.

use sqlparser::ast::{
    AlterColumnOperation, AlterIndexOperation, AlterTable, AlterTableOperation, ColumnDef, ColumnOption,
    ColumnOptionDef, DataType, Ident, ObjectName, RenameTableNameKind,
};

use super::{Schema, TableShape, column};
use crate::migrate::dialect::Dialect;
use crate::migrate::lint::{Rule, Scope};

impl Schema {
    pub(super) fn alter_table(&mut self, scope: &mut Scope<'_>, alter: &AlterTable) {
        let mut name = scope.name(&alter.name);
        for operation in &alter.operations {
            let Some(mut table) = self.tables.remove(&name) else {
                if !alter.if_exists {
                    scope.find(
                        Rule::UnknownTable,
                        format!("{name} is altered, but no migration made it"),
                    );
                }
                return;
            };
            match operation {
                AlterTableOperation::RenameTable { table_name } => {
                    let (RenameTableNameKind::As(to) | RenameTableNameKind::To(to)) = table_name;
                    table.name = scope.name(to);
                    self.rename_references(&name, &table.name);
                    if self.tables.contains_key(&table.name) {
                        scope.find(
                            Rule::Exists,
                            format!("{name} is renamed to {}, which is taken", table.name),
                        );
                    }
                    name.clone_from(&table.name);
                }
                AlterTableOperation::RenameColumn {
                    old_column_name,
                    new_column_name,
                } => {
                    let (old, new) = (
                        scope.dialect().fold(old_column_name),
                        scope.dialect().fold(new_column_name),
                    );
                    table.rename_column(&old, &new);
                    for other in self.tables.values_mut() {
                        other.rename_referenced(&name, &old, &new);
                    }
                }
                AlterTableOperation::ChangeColumn {
                    old_name,
                    new_name,
                    data_type,
                    options,
                    ..
                } => {
                    let (old, new) = (scope.dialect().fold(old_name), scope.dialect().fold(new_name));
                    table.rename_column(&old, &new);
                    for other in self.tables.values_mut() {
                        other.rename_referenced(&name, &old, &new);
                    }
                    table.modify_column(scope, &definition(new_name, data_type, options));
                }
                other => table.alter(scope, other),
            }
            self.tables.insert(name.clone(), table);
        }
    }

    pub(super) fn alter_index(&mut self, scope: &mut Scope<'_>, name: &ObjectName, operation: &AlterIndexOperation) {
        let old = scope.name(name);
        let AlterIndexOperation::RenameIndex { index_name } = operation;
        let new = scope.name(index_name);
        for key in self
            .tables
            .values_mut()
            .flat_map(|table| table.uniques.iter_mut().chain(&mut table.primary_key))
        {
            if key.name.as_ref() == Some(&old) {
                key.name = Some(new.clone());
            }
        }
    }

    fn rename_references(&mut self, old: &str, new: &str) {
        for key in self.tables.values_mut().flat_map(|table| &mut table.foreign_keys) {
            if key.references == old {
                new.clone_into(&mut key.references);
            }
        }
    }
}

/// A column as ALTER TABLE writes it.
fn definition(name: &Ident, data_type: &DataType, options: &[ColumnOption]) -> ColumnDef {
    let option = |option: &ColumnOption| ColumnOptionDef {
        name: None,
        option: option.clone(),
    };
    ColumnDef {
        name: name.clone(),
        data_type: data_type.clone(),
        options: options.iter().map(option).collect(),
    }
}

impl TableShape {
    fn alter(&mut self, scope: &mut Scope<'_>, operation: &AlterTableOperation) {
        match operation {
            AlterTableOperation::AddColumn {
                column_def,
                if_not_exists,
                ..
            } => {
                self.add_column(scope, column_def, *if_not_exists);
            }
            AlterTableOperation::DropColumn { column_names, .. } => {
                for column in column_names {
                    let column = scope.dialect().fold(column);
                    self.drop_column(scope.dialect(), &column);
                }
            }
            AlterTableOperation::AddConstraint { constraint, .. } => {
                self.add_constraint(scope, constraint);
            }
            AlterTableOperation::ModifyColumn {
                col_name,
                data_type,
                options,
                ..
            } => self.modify_column(scope, &definition(col_name, data_type, options)),
            AlterTableOperation::DropIndex { name } => {
                let name = scope.dialect().fold(name);
                self.uniques.retain(|key| key.name.as_ref() != Some(&name));
            }
            AlterTableOperation::DropConstraint { name, .. } | AlterTableOperation::DropForeignKey { name, .. } => {
                let name = scope.dialect().fold(name);
                self.drop_constraint(&name);
            }
            AlterTableOperation::DropPrimaryKey { .. } => self.primary_key = None,
            AlterTableOperation::RenameConstraint { old_name, new_name } => {
                let (old, new) = (scope.dialect().fold(old_name), scope.dialect().fold(new_name));
                for name in self.constraint_names().filter(|name| **name == old) {
                    name.clone_from(&new);
                }
            }
            AlterTableOperation::AlterColumn { column_name, op } => {
                self.alter_column(scope, column_name, op);
            }
            // Judged by the lint; they change no shape.
            _ => {}
        }
    }

    fn add_column(&mut self, scope: &mut Scope<'_>, def: &ColumnDef, if_not_exists: bool) {
        let shape = column::read(scope, def);
        if self.column(&shape.name).is_some() {
            if !if_not_exists {
                scope.find_at(
                    Rule::Exists,
                    shape.at,
                    format!("{} already has the column {}", self.name, shape.name),
                );
            }
            return;
        }
        self.columns.push(shape);
        self.add_column_keys(scope, def);
    }

    /// The column as it is from now on (MODIFY and CHANGE give all of it anew, its keys beside).
    fn modify_column(&mut self, scope: &mut Scope<'_>, def: &ColumnDef) {
        let mut shape = column::read(scope, def);
        let in_primary_key = self
            .primary_key
            .as_ref()
            .is_some_and(|key| key.columns.contains(&shape.name));
        shape.nullable &= !in_primary_key;
        match self.columns.iter_mut().find(|column| column.name == shape.name) {
            Some(column) => *column = shape,
            None => scope.find_at(
                Rule::UnknownTable,
                shape.at,
                format!("{} has no column {}", self.name, shape.name),
            ),
        }
        self.add_column_keys(scope, def);
    }

    /// A column takes the keys with it that it is part of, as on PostgreSQL; SQLite refuses to drop it. On the MySQL wire
    /// the keys go on without it.
    fn drop_column(&mut self, dialect: Dialect, column: &str) {
        self.columns.retain(|have| have.name != column);
        if dialect == Dialect::MySql {
            for key in self.uniques.iter_mut().chain(&mut self.primary_key) {
                key.columns.retain(|have| have != column);
            }
            self.uniques.retain(|key| !key.columns.is_empty());
            self.primary_key.take_if(|key| key.columns.is_empty());
            return;
        }
        let holds = |columns: &Vec<String>| columns.iter().any(|have| have == column);
        self.primary_key.take_if(|key| holds(&key.columns));
        self.uniques.retain(|key| !holds(&key.columns));
        self.exclusions.retain(|key| !holds(&key.columns));
        self.foreign_keys.retain(|key| !holds(&key.columns));
    }

    fn drop_constraint(&mut self, name: &str) {
        let named = |have: &Option<String>| have.as_deref() == Some(name);
        self.primary_key.take_if(|key| named(&key.name));
        self.uniques.retain(|key| !named(&key.name));
        self.exclusions.retain(|key| !named(&key.name));
        self.foreign_keys.retain(|key| !named(&key.name));
    }

    fn constraint_names(&mut self) -> impl Iterator<Item = &mut String> {
        let keys = self
            .primary_key
            .iter_mut()
            .chain(&mut self.uniques)
            .chain(&mut self.exclusions);
        keys.map(|key| &mut key.name)
            .chain(self.foreign_keys.iter_mut().map(|key| &mut key.name))
            .flatten()
    }

    fn rename_column(&mut self, old: &str, new: &str) {
        for column in self.columns.iter_mut().filter(|column| column.name == old) {
            new.clone_into(&mut column.name);
        }
        let this = self.name.clone();
        let keys = self
            .primary_key
            .iter_mut()
            .chain(&mut self.uniques)
            .chain(&mut self.exclusions);
        let columns = keys.flat_map(|key| &mut key.columns);
        for column in columns.chain(self.foreign_keys.iter_mut().flat_map(|key| &mut key.columns)) {
            if column == old {
                new.clone_into(column);
            }
        }
        self.rename_referenced(&this, old, new);
    }

    fn rename_referenced(&mut self, table: &str, old: &str, new: &str) {
        for key in self.foreign_keys.iter_mut().filter(|key| key.references == table) {
            for column in key.referenced_columns.iter_mut().filter(|column| *column == old) {
                new.clone_into(column);
            }
        }
    }

    fn alter_column(&mut self, scope: &mut Scope<'_>, name: &Ident, op: &AlterColumnOperation) {
        let dialect = scope.dialect();
        let folded = dialect.fold(name);
        let Some(column) = self.columns.iter_mut().find(|column| column.name == folded) else {
            scope.find_at(
                Rule::UnknownTable,
                scope.at(name.span),
                format!("{} has no column {folded}", self.name),
            );
            return;
        };
        match op {
            AlterColumnOperation::SetNotNull => column.nullable = false,
            AlterColumnOperation::DropNotNull => column.nullable = true,
            AlterColumnOperation::SetDefault { value } => {
                column.counter = column::takes_next_value(value).then_some("a sequence");
                column.at = scope.at(name.span);
            }
            AlterColumnOperation::DropDefault => column.counter = None,
            AlterColumnOperation::SetDataType { data_type, .. } => {
                column.type_text = column::type_text(data_type);
                column.unfit = column::unfit(dialect, data_type);
            }
            AlterColumnOperation::AddGenerated { .. } => {
                column.counter = Some("an identity");
                column.at = scope.at(name.span);
            }
        }
    }
}
