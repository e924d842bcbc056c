//! What comes out, what is refused, and what a rewrite costs.

mod golden;
mod limits;
mod literals;
mod mysql;
mod refused;

use super::*;

/// Tables of the tests: `items` with known columns, `orders` and `Odd` without.
fn tables() -> TenantTables {
    TenantTables::new([
        ("items", vec!["tenant_id", "id", "name", "doc"]),
        ("orders", vec![]),
        ("Odd", vec![]),
        ("open_list", vec!["id"]),
    ])
}

fn rewriter(dialect: Dialect) -> Rewriter {
    let options = Options {
        extra_functions: ["rank_of".to_owned()].into(),
        extra_types: ["mood".to_owned()].into(),
    };
    Rewriter::new(dialect, tables(), options)
}

fn postgres(sql: &str) -> Result<Arc<Rewritten>, Refusal> {
    rewriter(Dialect::Postgres).rewrite(sql, None)
}

fn mysql(sql: &str) -> Result<Arc<Rewritten>, Refusal> {
    rewriter(Dialect::MySql).rewrite(sql, None)
}

fn sqlite(sql: &str) -> Result<Arc<Rewritten>, Refusal> {
    rewriter(Dialect::Sqlite).rewrite(sql, None)
}
