//! The shapes that come out for MariaDB and MySQL: texts, and what is bound at which place.

use super::*;

/// `@t` in an expected text is the filtered self of a table.
fn spelled(expected: &str) -> String {
    let mut out = String::new();
    let mut rest = expected;
    while let Some((before, after)) = rest.split_once('@') {
        out.push_str(before);
        let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (table, after) = after.split_at(end);
        let filter = format!("(SELECT * FROM `{table}` WHERE `{table}`.`tenant_id` = ?");
        out.push_str(&filter);
        // Locks stand within.
        if let Some(after) = after.strip_prefix(':') {
            let (locks, after) = after.split_once(':').unwrap();
            out.push(' ');
            out.push_str(locks);
            out.push(')');
            rest = after;
        } else {
            out.push(')');
            rest = after;
        }
    }
    out + rest
}

/// Digits are the caller's values, `t` is the tenant.
fn slots(text: &Text) -> String {
    let slot = |slot: &Slot| match slot {
        Slot::Caller(at) => at.to_string(),
        Slot::Tenant => "t".to_owned(),
        Slot::Seal => "s".to_owned(),
    };
    text.slots.iter().map(slot).collect()
}

const SHAPES: &[(&str, &str, &str)] = &[
    ("SELECT 1", "SELECT 1", ""),
    ("select * from Items # all", "SELECT * FROM @items AS `items`", "t"),
    (
        "SELECT * FROM `Odd` o WHERE o.id = ?",
        "SELECT * FROM @Odd AS o WHERE o.id = ?",
        "t0",
    ),
    (
        "SELECT '?', id FROM items WHERE name = ? AND doc <> '\\'?' LIMIT ?, ?",
        "SELECT '?', id FROM @items AS `items` WHERE name = ? AND doc <> '\\'?' LIMIT ?, ?",
        "t012",
    ),
    (
        "SELECT i.name, count(*) FROM items i LEFT JOIN orders o ON o.item = i.id AND o.n > ? WHERE i.id IN (SELECT id FROM orders) GROUP BY i.name WITH ROLLUP",
        "SELECT i.name, count(*) FROM @items AS i LEFT JOIN @orders AS o ON o.item = i.id AND o.n > ? WHERE i.id IN (SELECT id FROM @orders AS `orders`) GROUP BY i.name WITH ROLLUP",
        "tt0t",
    ),
    (
        "WITH RECURSIVE d (n) AS (SELECT ? UNION ALL SELECT n + 1 FROM d WHERE n < ?) SELECT * FROM d JOIN items i ON i.id = d.n",
        "WITH RECURSIVE d (n) AS (SELECT ? UNION ALL SELECT n + 1 FROM d WHERE n < ?) SELECT * FROM d JOIN @items AS i ON i.id = d.n",
        "01t",
    ),
    (
        "SELECT * FROM items WHERE id = ? FOR UPDATE SKIP LOCKED",
        "SELECT * FROM @items:FOR UPDATE SKIP LOCKED: AS `items` WHERE id = ? FOR UPDATE SKIP LOCKED",
        "t0",
    ),
    (
        "SELECT * FROM items WHERE id IN (SELECT item FROM orders) FOR UPDATE",
        "SELECT * FROM @items:FOR UPDATE: AS `items` WHERE id IN (SELECT item FROM @orders AS `orders`) FOR UPDATE",
        "tt",
    ),
    (
        "SELECT a <=> b, a DIV 2, a XOR b, a REGEXP 'x', a && b, a || b, CONVERT(a USING utf8mb4), CONVERT(a, CHAR), CAST(a AS UNSIGNED) FROM items",
        "SELECT a <=> b, a DIV 2, a XOR b, a REGEXP 'x', a AND b, a || b, CONVERT(a USING utf8mb4), CONVERT(a, CHAR), CAST(a AS UNSIGNED) FROM @items AS `items`",
        "t",
    ),
    (
        "SELECT DATE_ADD(a, INTERVAL 1 DAY), NOW(6), GROUP_CONCAT(DISTINCT name ORDER BY name DESC SEPARATOR ', '), IF(a, 1, 2), b'01' FROM items",
        "SELECT DATE_ADD(a, INTERVAL 1 DAY), NOW(6), GROUP_CONCAT(DISTINCT name ORDER BY name DESC SEPARATOR ', '), IF(a, 1, 2), B'01' FROM @items AS `items`",
        "t",
    ),
    ("SELECT 1 FROM dual WHERE 1 = ?", "SELECT 1 FROM dual WHERE 1 = ?", "0"),
    (
        "SELECT j.a FROM items i, JSON_TABLE(i.doc, '$[*]' COLUMNS (n FOR ORDINALITY, a INT PATH '$.a')) AS j",
        "SELECT j.a FROM @items AS i, JSON_TABLE(i.doc, '$[*]' COLUMNS(n FOR ORDINALITY, a INT PATH '$.a')) AS j",
        "t",
    ),
    (
        "INSERT INTO items (id, name) VALUES (?, ?), (?, DEFAULT)",
        "INSERT INTO `items` (id, name, `tenant_id`) VALUES (?, ?, ?), (?, DEFAULT, ?)",
        "01t2t",
    ),
    (
        "INSERT IGNORE INTO items (id) VALUES (?) RETURNING id",
        "INSERT IGNORE INTO `items` (id, `tenant_id`) VALUES (?, ?) RETURNING id",
        "0t",
    ),
    (
        "INSERT INTO items (id, name) VALUES (?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name), doc = ?",
        "INSERT INTO `items` (id, name, `tenant_id`) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name), doc = ?",
        "01t2",
    ),
    (
        "INSERT INTO items (id, name) SELECT id, ? FROM orders WHERE id > ?",
        "INSERT INTO `items` (id, name, `tenant_id`) SELECT id, ?, ? FROM @orders AS `orders` WHERE id > ?",
        "0tt1",
    ),
    (
        "UPDATE items SET name = ? WHERE id = ? OR 1=1 ORDER BY id LIMIT 3",
        "UPDATE `items` AS `items` SET name = ? WHERE (id = ? OR 1 = 1) AND `items`.`tenant_id` = ? ORDER BY id LIMIT 3",
        "01t",
    ),
    (
        "UPDATE items i SET name = 'a'",
        "UPDATE `items` AS i SET name = 'a' WHERE i.`tenant_id` = ?",
        "t",
    ),
    (
        "DELETE FROM items WHERE id = ? RETURNING name",
        "DELETE FROM `items` WHERE (id = ?) AND `items`.`tenant_id` = ? RETURNING name",
        "0t",
    ),
    (
        "DELETE FROM items",
        "DELETE FROM `items` WHERE `items`.`tenant_id` = ?",
        "t",
    ),
];

#[test]
fn mysql_shapes() {
    for (sql, expected, bound) in SHAPES {
        let rewritten = mysql(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
        assert_eq!(&*rewritten.plain.sql, spelled(expected));
        assert_eq!(slots(&rewritten.plain), *bound, "{sql}");
        assert_eq!(rewritten.sealed, None, "{sql}");
        assert_eq!(rewritten.params, bound.replace('t', "").len(), "{sql}");
    }
}

/// A view of another's refuses such a write unless what it reads is kept apart.
#[test]
fn a_write_that_reads_keeps_what_it_reads_apart_on_sealed_views() {
    let rewritten =
        mysql("UPDATE items SET name = ? WHERE id IN (SELECT item FROM orders WHERE n = ? LIMIT 1)").unwrap();
    assert_eq!(
        &*rewritten.plain.sql,
        spelled(
            "UPDATE `items` AS `items` SET name = ? WHERE (id IN (SELECT item FROM @orders AS `orders` WHERE n = ? LIMIT 1)) AND `items`.`tenant_id` = ?"
        )
    );
    let sealed = rewritten.sealed.as_ref().unwrap();
    assert_eq!(
        &*sealed.sql,
        spelled(
            "UPDATE `items` AS `items` SET name = ? WHERE (id IN (SELECT item FROM @orders:LIMIT 18446744073709551615: AS `orders` WHERE n = ? LIMIT 1)) AND `items`.`tenant_id` = ?"
        )
    );
    assert_eq!((slots(sealed), slots(&rewritten.plain)), ("0t1t".into(), "0t1t".into()));
}

#[test]
fn rows_are_counted_as_the_wire_can() {
    for (sql, count) in [
        ("SELECT * FROM items", Count::Rows),
        ("INSERT INTO items (id) VALUES (1)", Count::Told),
        ("INSERT INTO items (id) VALUES (1) RETURNING id", Count::Rows),
        ("UPDATE items SET name = 'a'", Count::Told),
        ("DELETE FROM items", Count::Told),
    ] {
        assert_eq!(mysql(sql).unwrap().plain.count, count, "{sql}");
    }
}

#[test]
fn sea_query_is_read() {
    use sea_query::{Expr, ExprTrait, MysqlQueryBuilder, OnConflict, Query};
    let upsert = Query::insert()
        .into_table("items")
        .columns(["id", "name"])
        .values_panic(["a".into(), "it's a \\ b".into()])
        .on_conflict(OnConflict::column("id").update_column("name").to_owned())
        .to_owned();
    let update = Query::update()
        .table("items")
        .value("name", "b")
        .and_where(Expr::col("id").eq("a"))
        .to_owned();
    for (sql, values) in [upsert.build(MysqlQueryBuilder), update.build(MysqlQueryBuilder)] {
        let rewritten = mysql(&sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
        assert_eq!(rewritten.params, values.0.len(), "{sql}");
    }
}
