//! The filtered self of a tenant's table: `(SELECT * FROM "schema"."table" WHERE "table"."tenant_id" = $n)`.

use sqlparser::ast::{
    BinaryOperator, Expr, GroupByExpr, ObjectName, Query, Select, SelectFlavor, SelectItem, SetExpr, TableFactor,
    TableWithJoins, WildcardAdditionalOptions, helpers::attached_token::AttachedToken,
};

use super::{dialect::Dialect, names::TENANT_COLUMN};

/// `column = placeholder`.
pub(super) fn equals_tenant(column: Expr, placeholder: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(column),
        op: BinaryOperator::Eq,
        right: Box::new(placeholder),
    }
}

/// The filtered query of a table, named with its schema.
pub(super) fn query(dialect: Dialect, schema: &str, table: &str, tenant: usize) -> Query {
    let name = ObjectName::from(vec![dialect.quoted(schema), dialect.quoted(table)]);
    let from = TableWithJoins {
        relation: TableFactor::Table {
            name,
            alias: None,
            args: None,
            with_hints: Vec::new(),
            version: None,
            with_ordinality: false,
            partitions: Vec::new(),
            json_path: None,
            sample: None,
            index_hints: Vec::new(),
        },
        joins: Vec::new(),
    };
    // With the table's name before it, so that it can be no other query's column, and on SQLite no string
    // (`"tenant_id"` alone would be one in a table without that column).
    let column = Expr::CompoundIdentifier(vec![dialect.quoted(table), dialect.quoted(TENANT_COLUMN)]);
    let select = Select {
        select_token: AttachedToken::empty(),
        optimizer_hints: Vec::new(),
        distinct: None,
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection: vec![SelectItem::Wildcard(WildcardAdditionalOptions::default())],
        exclude: None,
        into: None,
        from: vec![from],
        lateral_views: Vec::new(),
        prewhere: None,
        selection: Some(equals_tenant(column, dialect.placeholder_expr(tenant))),
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: None,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    };
    body(SetExpr::Select(Box::new(select)))
}

/// A query that is nothing but this body.
pub(super) fn body(body: SetExpr) -> Query {
    Query {
        with: None,
        body: Box::new(body),
        order_by: None,
        limit_clause: None,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}
