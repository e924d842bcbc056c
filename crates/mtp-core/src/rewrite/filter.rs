//! The filtered self of a tenant's table: `(SELECT * FROM "schema"."table" WHERE "table"."tenant_id" = $n)`.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, GroupByExpr, LimitClause, LockClause, ObjectNamePart, Query, Select, SelectFlavor,
    SelectItem, SetExpr, Statement, TableFactor, TableWithJoins, Value, VisitMut, VisitorMut,
    WildcardAdditionalOptions, helpers::attached_token::AttachedToken,
};

use super::{dialect::Dialect, names::TENANT_COLUMN};

/// More rows than any table has: `u64::MAX`, as the manual of MySQL writes "all from here on".
const ALL_ROWS: &str = "18446744073709551615";

/// `column = placeholder`.
pub(super) fn equals_tenant(column: Expr, placeholder: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(column),
        op: BinaryOperator::Eq,
        right: Box::new(placeholder),
    }
}

/// The filtered query of a table, named with its schema. `locks` are those of the query around it, on databases where
/// they would not reach into this one.
pub(super) fn query(dialect: Dialect, schema: &str, table: &str, tenant: usize, locks: Vec<LockClause>) -> Query {
    let name = dialect.table(schema, table);
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
    Query {
        locks,
        ..body(SetExpr::Select(Box::new(select)))
    }
}

/// An UPDATE or DELETE that reads tables beside its target, with each filtered table kept apart by a limit above any
/// number of rows. On a view of another's (`SQL SECURITY DEFINER`) MariaDB 10.11 refuses such a write when it is prepared
/// and the filtered tables are merged into it ("SELECT command denied" to the view's definer, who has the right); MySQL
/// refuses to read the table that is written to, unless it is kept apart. `None` where nothing is to be kept apart.
pub(super) fn fenced(statement: &Statement, schema: &str, tenant: usize, filters: usize) -> Option<Statement> {
    if filters == 0 || !matches!(statement, Statement::Update(_) | Statement::Delete(_)) {
        return None;
    }
    let mut statement = statement.clone();
    let _ = statement.visit(&mut Fence { schema, tenant });
    Some(statement)
}

struct Fence<'s> {
    schema: &'s str,
    tenant: usize,
}

impl VisitorMut for Fence<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, found: &mut Query) -> ControlFlow<()> {
        if let SetExpr::Select(select) = found.body.as_ref()
            && let [from] = select.from.as_slice()
            && let TableFactor::Table { name, .. } = &from.relation
            && let [ObjectNamePart::Identifier(table)] = name.0.as_slice()
            && *found
                == query(
                    Dialect::MySql,
                    self.schema,
                    &table.value,
                    self.tenant,
                    found.locks.clone(),
                )
        {
            found.limit_clause = Some(fence());
        }
        ControlFlow::Continue(())
    }
}

/// The limit that keeps a table apart: the largest that MySQL's manual gives for "all rows".
pub(super) fn fence() -> LimitClause {
    LimitClause::LimitOffset {
        limit: Some(Expr::Value(Value::Number(ALL_ROWS.to_owned(), false).with_empty_span())),
        offset: None,
        limit_by: Vec::new(),
    }
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
