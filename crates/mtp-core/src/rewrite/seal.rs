//! The sealed forms of a statement (PostgreSQL): the statement carries its own context in one round trip.
//!
//! A read is `SELECT q.* FROM (SELECT set_config('mtp.seal', $n, true) AS s) c CROSS JOIN LATERAL
//! (SELECT u.* FROM (<statement>) u WHERE c.s IS NOT NULL OFFSET 0) q`, a write
//! `WITH w AS (<statement>) SELECT q.* FROM c CROSS JOIN LATERAL (SELECT w.* FROM w WHERE c.s IS NOT NULL OFFSET 0) q`;
//! `c.s IS NOT NULL` is a one-time filter whose parameter comes from `c`, so the setting is made before the inner plan
//! is pulled. The aliases begin with `mtp_`, which no caller's name may: the statement stands inside a LATERAL, so a
//! `c` of its own choosing would reach the seal.

use sqlparser::ast::{
    Cte, CteAsMaterialized, Expr, Ident, Query, SelectItem, SetExpr, Statement, TableAlias, Value, With,
    helpers::attached_token::AttachedToken,
};

use super::{dialect::Dialect, filter, read};

/// The name under which the statement stands beside the driver.
pub(super) const CTE: &str = "mtp_w";

/// The driver around a read; `{n}` is the seal's placeholder, the inner `SELECT 1` is replaced.
fn around_read(seal: &str) -> String {
    format!(
        "SELECT mtp_q.* FROM (SELECT pg_catalog.set_config('mtp.seal', {seal}, true) AS mtp_s) AS mtp_c \
         CROSS JOIN LATERAL (SELECT mtp_u.* FROM (SELECT 1) AS mtp_u WHERE mtp_c.mtp_s IS NOT NULL OFFSET 0) AS mtp_q"
    )
}

/// The driver around a write, or around a read that must run whatever the planner proves about its rows.
fn around_cte(seal: &str) -> String {
    format!(
        "SELECT mtp_q.* FROM (SELECT pg_catalog.set_config('mtp.seal', {seal}, true) AS mtp_s) AS mtp_c \
         CROSS JOIN LATERAL (SELECT mtp_w.* FROM mtp_w WHERE mtp_c.mtp_s IS NOT NULL OFFSET 0) AS mtp_q"
    )
}

fn driver(dialect: Dialect, text: &str) -> Option<Box<Query>> {
    match read::again(dialect, text)? {
        Statement::Query(query) => Some(query),
        _ => None,
    }
}

/// The statement's query in the driver for reads.
pub(super) fn read_form(dialect: Dialect, statement: &Query, seal: usize) -> Option<Statement> {
    use sqlparser::ast::TableFactor::Derived;
    let mut driver = driver(dialect, &around_read(&dialect.placeholder(seal)))?;
    let SetExpr::Select(outer) = driver.body.as_mut() else {
        return None;
    };
    let Derived { subquery: lateral, .. } = &mut outer.from.first_mut()?.joins.first_mut()?.relation else {
        return None;
    };
    let SetExpr::Select(fenced) = lateral.body.as_mut() else {
        return None;
    };
    let Derived { subquery: inner, .. } = &mut fenced.from.first_mut()?.relation else {
        return None;
    };
    **inner = statement.clone();
    Some(Statement::Query(driver))
}

/// The statement as a CTE beside the driver.
///
/// CTEs of the statement's own go before it: data-modifying ones must stand at the top, and they are run when `w` is
/// scanned or at the end, either of which is after the setting is made. A SELECT becomes MATERIALIZED: were it
/// planned into the driver, one that is proven empty would take the driver with it (seen on PostgreSQL 15 with
/// `a JOIN b ON false`: the whole plan is `Result`, `One-Time Filter: false`), the setting would not be made, and its
/// data-modifying CTEs, or the rest of a transaction, would run without the seal and find no rows.
pub(super) fn cte_form(dialect: Dialect, statement: &Statement, seal: usize) -> Option<Statement> {
    let mut driver = driver(dialect, &around_cte(&dialect.placeholder(seal)))?;
    let (with, query, select) = match statement {
        Statement::Query(query) => {
            let mut query = query.as_ref().clone();
            let select = !matches!(
                *query.body,
                SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_)
            );
            (query.with.take(), query, select)
        }
        Statement::Insert(_) => (None, filter::body(SetExpr::Insert(statement.clone())), false),
        Statement::Update(_) => (None, filter::body(SetExpr::Update(statement.clone())), false),
        Statement::Delete(_) => (None, filter::body(SetExpr::Delete(statement.clone())), false),
        _ => return None,
    };
    let mut with = with.unwrap_or_else(|| With {
        with_token: AttachedToken::empty(),
        recursive: false,
        cte_tables: Vec::new(),
    });
    let mut query = query;
    give_rows(&mut query);
    with.cte_tables.push(Cte {
        alias: TableAlias {
            explicit: false,
            name: Ident::new(CTE),
            columns: Vec::new(),
            at: None,
        },
        query: Box::new(query),
        from: None,
        materialized: select.then_some(CteAsMaterialized::Materialized),
        closing_paren_token: AttachedToken::empty(),
    });
    driver.with = Some(with);
    Some(Statement::Query(driver))
}

/// A write without RETURNING gets `RETURNING 1`, since the driver selects from it.
fn give_rows(query: &mut Query) {
    let returning = match query.body.as_mut() {
        SetExpr::Insert(Statement::Insert(insert)) => &mut insert.returning,
        SetExpr::Update(Statement::Update(update)) => &mut update.returning,
        SetExpr::Delete(Statement::Delete(delete)) => &mut delete.returning,
        _ => return,
    };
    if returning.is_none() {
        let one = Expr::Value(Value::Number("1".to_owned(), false).with_empty_span());
        *returning = Some(vec![SelectItem::UnnamedExpr(one)]);
    }
}
