//! What is checked on the tables as the whole set leaves them.

use super::statements::MAX_NAME_BYTES;
use super::{Finding, LintOptions, Rule, TENANT_ID, finding};
use crate::migrate::dialect::Dialect;
use crate::migrate::tables::{ColumnShape, ForeignKeyShape, KeyShape, Schema, TableShape};

/// What the servers call numbers of rows and transactions that all tenants share.
const SYSTEM_COLUMNS: [&str; 9] = [
    "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "rowid", "_rowid_", "oid",
];

pub(super) fn check(schema: &Schema, options: &LintOptions, findings: &mut Vec<Finding>) {
    for table in schema.tables() {
        if table.is_view {
            view(table, options, findings);
        } else {
            tenant_column(table, findings);
            own_keys(table, findings);
            for key in &table.foreign_keys {
                foreign_key(schema, table, key, findings);
            }
        }
        for column in &table.columns {
            column_name(table, column, options, findings);
            if let Some(counter) = column.counter {
                let message = format!("{}.{} is counted up by {counter}", table.name, column.name);
                findings.push(finding(Rule::Sequence, column.at.clone(), message));
            }
        }
    }
    for (name, at) in schema.sequences() {
        findings.push(finding(Rule::Sequence, at.clone(), format!("{name} is a sequence")));
    }
}

/// A column must have a name that the rewriter takes in a tenant's statement.
fn column_name(table: &TableShape, column: &ColumnShape, options: &LintOptions, findings: &mut Vec<Finding>) {
    let folded = column.name.to_ascii_lowercase();
    let odd = column.name.chars().any(|c| c.is_control() || "\"'`[]\\".contains(c));
    if odd || column.name.is_empty() || column.name.len() > MAX_NAME_BYTES {
        let message = format!(
            "the column {:?} of {} has a name that not every statement can use",
            column.name, table.name
        );
        findings.push(finding(Rule::NameForm, column.at.clone(), message));
    }
    if SYSTEM_COLUMNS.contains(&folded.as_str()) || folded.starts_with("mtp_") && !options.library {
        let message = format!("the column {} of {} has a reserved name", column.name, table.name);
        findings.push(finding(Rule::ReservedName, column.at.clone(), message));
    }
}

fn tenant_column(table: &TableShape, findings: &mut Vec<Finding>) {
    let name = &table.name;
    let Some(column) = table.column(TENANT_ID) else {
        findings.push(finding(
            Rule::TenantId,
            table.at.clone(),
            format!("{name} has no column {TENANT_ID}"),
        ));
        return;
    };
    if let Some(unfit) = column.unfit {
        findings.push(finding(
            Rule::TenantId,
            column.at.clone(),
            format!("{name}.{TENANT_ID} {unfit}"),
        ));
    }
    if column.nullable {
        let message = format!("{name}.{TENANT_ID} is not NOT NULL");
        findings.push(finding(Rule::TenantId, column.at.clone(), message));
    }
}

fn own_keys(table: &TableShape, findings: &mut Vec<Finding>) {
    let name = &table.name;
    let begins = |key: &KeyShape| key.columns.first().is_some_and(|column| column == TENANT_ID);
    let mut found = |key: &KeyShape, what: &str| {
        let message = format!(
            "the {what} of {name} ({}) does not begin with {TENANT_ID}",
            key.columns.join(", ")
        );
        findings.push(finding(Rule::KeyPrefix, key.at.clone(), message));
    };
    if let Some(key) = table.primary_key.as_ref().filter(|key| !begins(key)) {
        found(key, "primary key");
    }
    for key in table.uniques.iter().filter(|key| !begins(key)) {
        found(key, "unique key");
    }
    // An exclusion has no order: it is enough that tenant_id is compared by =.
    for key in table
        .exclusions
        .iter()
        .filter(|key| !key.columns.iter().any(|column| column == TENANT_ID))
    {
        found(key, "EXCLUDE constraint");
    }
    if table.primary_key.is_none() {
        findings.push(finding(
            Rule::PrimaryKey,
            table.at.clone(),
            format!("{name} has no primary key"),
        ));
    }
}

fn foreign_key(schema: &Schema, table: &TableShape, key: &ForeignKeyShape, findings: &mut Vec<Finding>) {
    let (name, other) = (&table.name, &key.references);
    let mut found = |rule, message: String| findings.push(finding(rule, key.at.clone(), message));
    let Some(target) = schema.get(other) else {
        found(
            Rule::UnknownTable,
            format!("a foreign key of {name} names {other}, which no migration made"),
        );
        return;
    };
    let primary = target
        .primary_key
        .as_ref()
        .map(|key| key.columns.as_slice())
        .unwrap_or_default();
    let referenced = if key.referenced_columns.is_empty() {
        primary
    } else {
        &key.referenced_columns
    };
    for (table, columns) in [(name, key.columns.as_slice()), (other, referenced)] {
        if columns.first().is_none_or(|column| column != TENANT_ID) {
            let shown = columns.join(", ");
            let message =
                format!("the foreign key of {name} has ({shown}) of {table}, which does not begin with {TENANT_ID}");
            found(Rule::ForeignKey, message);
        }
    }
    if key.overwrites {
        let message = format!("SET NULL or SET DEFAULT in the foreign key of {name} would overwrite {TENANT_ID} too");
        found(Rule::ForeignKey, message);
    }
}

fn view(view: &TableShape, options: &LintOptions, findings: &mut Vec<Finding>) {
    let name = &view.name;
    if options.dialect == Dialect::Postgres && !view.view.invoker {
        findings.push(finding(
            Rule::ViewInvoker,
            view.at.clone(),
            format!("{name} reads with its owner's rights"),
        ));
    }
    if view.column(TENANT_ID).is_none() {
        findings.push(finding(
            Rule::ViewTenantId,
            view.at.clone(),
            format!("{name} does not give {TENANT_ID}"),
        ));
    }
    if options.shared && !options.dialect.has_row_security() && view.view.relations > 1 {
        let message = format!("{name} reads several tables, and only its result is filtered by tenant");
        findings.push(finding(Rule::ViewJoin, view.at.clone(), message));
    }
}
