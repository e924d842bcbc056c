//! Tables, views and indexes: their names and their kind.

use sqlparser::ast::{
    AlterTable, AlterTableOperation, CreateIndex, CreateTable, CreateTableOptions, CreateView, IndexType, ObjectName,
    RenameTableNameKind, SqlOption, TableConstraint,
};

use crate::migrate::dialect::Dialect;
use crate::migrate::lint::{Rule, Scope, TENANT_ID};
use crate::migrate::tables::key_columns;

/// Names that mean something else to a server or to the first wall: `ONLY t` and `FROM dual` are read
/// as tables, `excluded`, `old` and `new` are rows of the statement itself.
const RESERVED: [&str; 6] = ["only", "dual", "excluded", "old", "new", "information_schema"];

/// What the library, the servers and sqlx call their own relations.
const RESERVED_PREFIXES: [&str; 4] = ["mtp_", "pg_", "sqlite_", "_sqlx"];

/// The longest name, in bytes: PostgreSQL cuts the rest off without a word.
pub(in crate::migrate::lint) const MAX_NAME_BYTES: usize = 63;

fn new_name(scope: &mut Scope<'_>, name: &ObjectName) {
    let name = scope.name(name);
    let mut letters = name.bytes();
    let plain = letters.next().is_some_and(|b| b.is_ascii_lowercase() || b == b'_')
        && letters.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !plain || name.len() > MAX_NAME_BYTES {
        scope.find(
            Rule::NameForm,
            format!("{name:?} is not a name that every database reads alike"),
        );
    }
    let taken = RESERVED_PREFIXES
        .iter()
        .any(|prefix| name.starts_with(prefix) && !(scope.options.library && *prefix == "mtp_"));
    if taken || RESERVED.contains(&name.as_str()) {
        scope.find(Rule::ReservedName, format!("{name} is a reserved name"));
    }
}

pub(super) fn create_table(scope: &mut Scope<'_>, create: &CreateTable) {
    new_name(scope, &create.name);
    if create.temporary {
        scope.find(Rule::Temporary, format!("{} is temporary", create.name));
    }
    if create.query.is_some() {
        scope.find(
            Rule::TableAs,
            format!("{} takes its columns from a query and has no keys", create.name),
        );
    }
    if create.inherits.is_some() || create.partition_of.is_some() || create.partition_by.is_some() {
        scope.find(Rule::Inheritance, format!("{} has parents or partitions", create.name));
    }
    if create.like.is_some() || create.clone.is_some() {
        scope.find(
            Rule::Inheritance,
            format!("{} takes its columns from another table", create.name),
        );
    }
    if create.external {
        scope.find(Rule::ForeignTable, format!("{} lives elsewhere", create.name));
    }
    for given in &create.constraints {
        constraint(scope, given);
    }
    if scope.dialect() == Dialect::MySql
        && let CreateTableOptions::Plain(options) = &create.table_options
    {
        for option in options {
            mysql_option(scope, &create.name, option);
        }
    }
}

fn constraint(scope: &mut Scope<'_>, given: &TableConstraint) {
    match given {
        TableConstraint::ForeignKey(key) => drop(scope.name(&key.foreign_table)),
        TableConstraint::Index(index) => index_prefix(scope, &key_columns(scope, &index.columns)),
        _ => {}
    }
}

/// Options behind a table on the MySQL wire: an engine can keep rows elsewhere, or without transactions.
fn mysql_option(scope: &mut Scope<'_>, table: &ObjectName, option: &SqlOption) {
    const PLAIN: [&str; 8] = [
        "CHARSET",
        "CHARACTER SET",
        "COLLATE",
        "DEFAULT CHARSET",
        "DEFAULT CHARACTER SET",
        "DEFAULT COLLATE",
        "ROW_FORMAT",
        "ENGINE",
    ];
    let (key, value) = match option {
        SqlOption::Comment(_) => return,
        SqlOption::NamedParenthesizedList(list) if list.values.is_empty() => (
            list.key.value.to_uppercase(),
            list.name.as_ref().map(|name| name.value.to_lowercase()),
        ),
        SqlOption::KeyValue { key, value } => (key.value.to_uppercase(), Some(value.to_string().to_lowercase())),
        other => (other.to_string(), None),
    };
    if !PLAIN.contains(&key.as_str()) {
        scope.find(Rule::ForeignTable, format!("{table} has the option {key}"));
    } else if key == "ENGINE" && value.as_deref() != Some("innodb") {
        scope.find(
            Rule::ForeignTable,
            format!("{table} is kept by an engine other than InnoDB"),
        );
    }
}

pub(super) fn create_view(scope: &mut Scope<'_>, create: &CreateView) {
    new_name(scope, &create.name);
    if create.temporary {
        scope.find(Rule::Temporary, format!("{} is temporary", create.name));
    }
    if create.materialized {
        scope.find(
            Rule::MaterializedView,
            format!("{} keeps the rows of all tenants without a policy", create.name),
        );
    }
    if create.params.as_ref().is_some_and(|params| params.definer.is_some()) {
        scope.find(Rule::Wall, format!("whose rights {} has is mtp's own", create.name));
    }
    super::functions(scope, &create.query);
}

pub(super) fn create_index(scope: &mut Scope<'_>, create: &CreateIndex) {
    let columns = key_columns(scope, &create.columns);
    match &create.using {
        None | Some(IndexType::BTree | IndexType::Hash) if !create.unique => index_prefix(scope, &columns),
        Some(IndexType::GIN | IndexType::GiST | IndexType::SPGiST) if scope.dialect() == Dialect::Postgres => {
            scope.find(
                Rule::IndexLeakproof,
                format!("the operators of this index on {} are not leakproof", create.table_name),
            );
        }
        _ => {}
    }
}

fn index_prefix(scope: &mut Scope<'_>, columns: &[String]) {
    if columns.first().is_none_or(|first| first != TENANT_ID) {
        scope.find(
            Rule::IndexPrefix,
            format!("the index ({}) does not begin with {TENANT_ID}", columns.join(", ")),
        );
    }
}

pub(super) fn alter_table(scope: &mut Scope<'_>, alter: &AlterTable) {
    for operation in &alter.operations {
        match operation {
            AlterTableOperation::EnableRowLevelSecurity
            | AlterTableOperation::DisableRowLevelSecurity
            | AlterTableOperation::ForceRowLevelSecurity
            | AlterTableOperation::NoForceRowLevelSecurity => {
                scope.find(Rule::Wall, "row-level security is mtp's own");
            }
            AlterTableOperation::OwnerTo { .. } => scope.find(Rule::Wall, "owners are mtp's own"),
            AlterTableOperation::AttachPartition { .. } | AlterTableOperation::DetachPartition { .. } => {
                scope.find(Rule::Inheritance, format!("{} has partitions", alter.name));
            }
            AlterTableOperation::EnableRule { .. }
            | AlterTableOperation::DisableRule { .. }
            | AlterTableOperation::EnableAlwaysRule { .. }
            | AlterTableOperation::EnableReplicaRule { .. } => {
                scope.find(Rule::RewriteRule, "a rule rewrites statements behind the walls");
            }
            AlterTableOperation::EnableTrigger { .. }
            | AlterTableOperation::DisableTrigger { .. }
            | AlterTableOperation::EnableAlwaysTrigger { .. }
            | AlterTableOperation::EnableReplicaTrigger { .. } => {
                scope.find(Rule::Trigger, "a trigger is switched");
            }
            AlterTableOperation::RenameTable { table_name } => {
                let (RenameTableNameKind::As(to) | RenameTableNameKind::To(to)) = table_name;
                new_name(scope, to);
            }
            AlterTableOperation::AddConstraint { constraint: given, .. } => constraint(scope, given),
            AlterTableOperation::AddColumn { .. }
            | AlterTableOperation::DropColumn { .. }
            | AlterTableOperation::AlterColumn { .. }
            | AlterTableOperation::RenameColumn { .. }
            | AlterTableOperation::RenameConstraint { .. }
            | AlterTableOperation::DropConstraint { .. }
            | AlterTableOperation::ValidateConstraint { .. }
            | AlterTableOperation::ReplicaIdentity { .. }
            | AlterTableOperation::SetLogged
            | AlterTableOperation::SetUnlogged
            | AlterTableOperation::SetOptionsParens { .. } => {}
            AlterTableOperation::DropPrimaryKey { .. }
            | AlterTableOperation::DropForeignKey { .. }
            | AlterTableOperation::DropIndex { .. }
            | AlterTableOperation::ModifyColumn { .. }
            | AlterTableOperation::ChangeColumn { .. }
            | AlterTableOperation::Algorithm { .. }
            | AlterTableOperation::Lock { .. }
                if scope.dialect() == Dialect::MySql => {}
            other => {
                scope.find(
                    Rule::UnreadableTable,
                    format!("ALTER TABLE … {other} is not one that can be followed"),
                );
            }
        }
    }
}
