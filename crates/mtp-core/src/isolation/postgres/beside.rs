//! Migrations that cannot touch a wall: to look at it after them costs more than they do.

use sqlparser::ast::{
    AlterTable, AlterTableOperation, ColumnDef, ColumnOption, CreateIndex, DataType, Expr, IndexColumn, Statement,
};

use crate::migrate::SqlStatement;

/// Whether all that is done is to add plain columns and indexes to tables that are there. Neither makes anything that
/// could be read or granted on, nor runs a function that could; whatever else a statement says, the answer is no.
pub(super) fn leaves_walls(statements: &[SqlStatement]) -> bool {
    statements
        .iter()
        .all(|statement| statement.parsed.as_deref().is_ok_and(leaves))
}

fn leaves(statement: &Statement) -> bool {
    match statement {
        Statement::CreateIndex(CreateIndex {
            columns,
            include,
            with,
            predicate: None,
            concurrently: false,
            ..
        }) => include.is_empty() && with.is_empty() && columns.iter().all(is_plain_key),
        Statement::AlterTable(AlterTable {
            operations,
            location: None,
            on_cluster: None,
            table_type: None,
            ..
        }) => operations.iter().all(|operation| match operation {
            AlterTableOperation::AddColumn { column_def, .. } => is_plain_column(column_def),
            _ => false,
        }),
        _ => false,
    }
}

/// A column by its name: an expression calls functions.
fn is_plain_key(key: &IndexColumn) -> bool {
    key.operator_class.is_none() && matches!(key.column.expr, Expr::Identifier(_))
}

/// Of a type of the server's own (a serial makes a sequence, a domain may call functions), with nothing computed.
fn is_plain_column(column: &ColumnDef) -> bool {
    // With this one a table becomes a tenant's.
    !column.name.value.eq_ignore_ascii_case("tenant_id")
        && !matches!(column.data_type, DataType::Custom(..) | DataType::Unspecified)
        && column.options.iter().all(|option| {
            matches!(
                option.option,
                ColumnOption::Null | ColumnOption::NotNull | ColumnOption::Default(Expr::Value(_))
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::{Dialect, MigrationSet};

    fn leaves_walls_of(sql: &str) -> bool {
        let set = MigrationSet::from_static(&[(1, "test", sql)]).unwrap();
        leaves_walls(&set.get(1).unwrap().statements(Dialect::Postgres).unwrap())
    }

    #[test]
    fn plain_columns_and_indexes_leave_walls() {
        for sql in [
            "ALTER TABLE t ADD COLUMN added TEXT; CREATE INDEX t_added ON t (tenant_id, added);",
            "ALTER TABLE t ADD COLUMN a INT NOT NULL DEFAULT 0, ADD COLUMN b TIMESTAMPTZ NULL",
            "CREATE UNIQUE INDEX t_a ON t (tenant_id, a DESC)",
        ] {
            assert!(leaves_walls_of(sql), "{sql}");
        }
    }

    #[test]
    fn anything_else_may_touch_one() {
        for sql in [
            "CREATE TABLE t (tenant_id TEXT)",
            "ALTER TABLE t ADD COLUMN tenant_id TEXT",
            "ALTER TABLE t ADD COLUMN \"Tenant_ID\" TEXT",
            "ALTER TABLE t ADD COLUMN n BIGSERIAL",
            "ALTER TABLE t ADD COLUMN n my_domain",
            "ALTER TABLE t ADD COLUMN n INT DEFAULT f()",
            "ALTER TABLE t ADD COLUMN n INT GENERATED ALWAYS AS IDENTITY",
            "ALTER TABLE t ADD COLUMN n INT GENERATED ALWAYS AS (f(a)) STORED",
            "ALTER TABLE t ADD COLUMN n INT CHECK (f(n))",
            "ALTER TABLE t ADD COLUMN n INT REFERENCES u (id)",
            "ALTER TABLE t DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE t ADD COLUMN a INT, OWNER TO somebody",
            "ALTER TABLE t ADD COLUMN a INT; GRANT ALL ON t TO PUBLIC",
            "ALTER TABLE t RENAME TO u",
            "CREATE INDEX t_f ON t (tenant_id, f(a))",
            "CREATE INDEX t_p ON t (tenant_id) WHERE f(a)",
            "CREATE INDEX CONCURRENTLY t_a ON t (tenant_id, a)",
            "DROP POLICY mtp_tenant ON t",
            "UPDATE t SET a = 1",
            "SELECT f()",
        ] {
            assert!(!leaves_walls_of(sql), "{sql}");
        }
    }
}
