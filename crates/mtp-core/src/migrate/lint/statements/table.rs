//! Tables, views and indexes: their names and their kind.

use sqlparser::ast::{
    AlterTable, AlterTableOperation, CreateIndex, CreateTable, CreateView, IndexType, ObjectName, RenameTableNameKind,
    TableConstraint,
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
    for constraint in &create.constraints {
        referenced(scope, constraint);
    }
}

fn referenced(scope: &mut Scope<'_>, constraint: &TableConstraint) {
    if let TableConstraint::ForeignKey(key) = constraint {
        scope.name(&key.foreign_table);
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
    super::functions(scope, &create.query);
}

pub(super) fn create_index(scope: &mut Scope<'_>, create: &CreateIndex) {
    let columns = key_columns(scope, &create.columns);
    let first = columns.first().map_or("", String::as_str);
    match &create.using {
        None | Some(IndexType::BTree | IndexType::Hash) if !create.unique && first != TENANT_ID => {
            scope.find(
                Rule::IndexPrefix,
                format!("the index ({}) does not begin with {TENANT_ID}", columns.join(", ")),
            );
        }
        Some(IndexType::GIN | IndexType::GiST | IndexType::SPGiST) if scope.dialect() == Dialect::Postgres => {
            scope.find(
                Rule::IndexLeakproof,
                format!("the operators of this index on {} are not leakproof", create.table_name),
            );
        }
        _ => {}
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
            AlterTableOperation::AddConstraint { constraint, .. } => referenced(scope, constraint),
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
            other => {
                scope.find(
                    Rule::UnreadableTable,
                    format!("ALTER TABLE … {other} is not one that can be followed"),
                );
            }
        }
    }
}
