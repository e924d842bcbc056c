//! The shapes that come out, word for word.

use super::*;

/// `@t` in an expected text is the filtered self of a table: `(SELECT * FROM "app"."t" WHERE "t"."tenant_id" = ` and
/// then the placeholder after `:`, as in `@items:$2`.
fn spelled(expected: &str, schema: &str) -> String {
    let mut out = String::new();
    let mut rest = expected;
    while let Some((before, after)) = rest.split_once('@') {
        out.push_str(before);
        let (table, after) = after.split_once(':').unwrap();
        let end = after[1..]
            .find(|c: char| !c.is_ascii_digit())
            .map_or(after.len(), |i| i + 1);
        let (placeholder, after) = after.split_at(end);
        let filter = format!(r#"(SELECT * FROM "{schema}"."{table}" WHERE "{table}"."tenant_id" = {placeholder})"#);
        out += &filter;
        rest = after;
    }
    out + rest
}

#[track_caller]
fn plain(rewritten: &Result<Arc<Rewritten>, Refusal>, schema: &str, expected: &str) {
    let rewritten = rewritten.as_ref().unwrap();
    assert_eq!(&*rewritten.plain.sql, spelled(expected, schema));
}

const POSTGRES: &[(&str, &str)] = &[
    ("SELECT 1", "SELECT 1"),
    ("VALUES (1, $1);", "VALUES (1, $1)"),
    (
        "select * from Items -- all of them",
        r#"SELECT * FROM @items:$1 AS "items""#,
    ),
    (r#"SELECT * FROM "Odd" o"#, r"SELECT * FROM @Odd:$1 AS o"),
    ("SELECT items FROM items", r#"SELECT items FROM @items:$1 AS "items""#),
    (
        "SELECT i.name, count(*) FROM items i LEFT JOIN orders o ON o.item = i.id \
         WHERE i.id IN (SELECT id FROM orders) GROUP BY i.name ORDER BY 1 LIMIT $2 OFFSET $1",
        r#"SELECT i.name, count(*) FROM @items:$3 AS i LEFT JOIN @orders:$3 AS o ON o.item = i.id WHERE i.id IN (SELECT id FROM @orders:$3 AS "orders") GROUP BY i.name ORDER BY 1 LIMIT $2 OFFSET $1"#,
    ),
    (
        "WITH x AS (SELECT * FROM items) SELECT * FROM x JOIN x y USING (id)",
        r#"WITH x AS (SELECT * FROM @items:$1 AS "items") SELECT * FROM x JOIN x AS y USING(id)"#,
    ),
    (
        "WITH RECURSIVE d(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM d WHERE n < 5) SELECT * FROM d",
        "WITH RECURSIVE d (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM d WHERE n < 5) SELECT * FROM d",
    ),
    (
        "(SELECT id FROM items) UNION ALL SELECT id FROM orders ORDER BY 1",
        r#"(SELECT id FROM @items:$1 AS "items") UNION ALL SELECT id FROM @orders:$1 AS "orders" ORDER BY 1"#,
    ),
    (
        "SELECT * FROM items i, LATERAL (SELECT * FROM orders WHERE item = i.id LIMIT 3) o FOR UPDATE OF i SKIP LOCKED",
        r#"SELECT * FROM @items:$1 AS i, LATERAL (SELECT * FROM @orders:$1 AS "orders" WHERE item = i.id LIMIT 3) AS o FOR UPDATE OF i SKIP LOCKED"#,
    ),
    (
        "SELECT EXISTS (SELECT 1 FROM items), (SELECT max(id) FROM orders), ARRAY(SELECT id FROM items)",
        r#"SELECT EXISTS (SELECT 1 FROM @items:$1 AS "items"), (SELECT max(id) FROM @orders:$1 AS "orders"), ARRAY(SELECT id FROM @items:$1 AS "items")"#,
    ),
    (
        "SELECT - - 1, 1 - -1, doc->>'a', doc ? 'k', current_date, x::numeric(10,2), y::mood, rank_of(id) FROM items",
        r#"SELECT -(-1), 1 - -1, doc ->> 'a', doc ? 'k', current_date, x::NUMERIC(10,2), y::"app"."mood", "app"."rank_of"(id) FROM @items:$1 AS "items""#,
    ),
    (
        "INSERT INTO items (id, name) VALUES ($1, $2), ($3, DEFAULT)",
        r#"INSERT INTO "app"."items" AS "items" (id, name, "tenant_id") VALUES ($1, $2, $4), ($3, DEFAULT, $4)"#,
    ),
    (
        "INSERT INTO items (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE items.id > 1 OR true",
        r#"INSERT INTO "app"."items" AS "items" (id, "tenant_id") VALUES ($1, $2) ON CONFLICT("tenant_id", id) DO UPDATE SET name = excluded.name WHERE (items.id > 1 OR true) AND "items"."tenant_id" = $2"#,
    ),
    (
        "INSERT INTO items (id) VALUES ($1) ON CONFLICT (tenant_id, id) DO NOTHING RETURNING id",
        r#"INSERT INTO "app"."items" AS "items" (id, "tenant_id") VALUES ($1, $2) ON CONFLICT(tenant_id, id) DO NOTHING RETURNING id"#,
    ),
    (
        "INSERT INTO items (id) VALUES ($1) ON CONFLICT ON CONSTRAINT items_pkey DO NOTHING",
        r#"INSERT INTO "app"."items" AS "items" (id, "tenant_id") VALUES ($1, $2) ON CONFLICT ON CONSTRAINT items_pkey DO NOTHING"#,
    ),
    (
        "INSERT INTO items AS i (id, name) SELECT id, 'b' FROM orders UNION (SELECT 'a', name FROM items) ORDER BY 1",
        r#"INSERT INTO "app"."items" AS i (id, name, "tenant_id") SELECT id, 'b', $1 FROM @orders:$1 AS "orders" UNION (SELECT 'a', name, $1 FROM @items:$1 AS "items") ORDER BY 1"#,
    ),
    (
        "UPDATE items SET name = o.name FROM orders o WHERE o.id = items.id OR 1=1",
        r#"UPDATE "app"."items" AS "items" SET name = o.name FROM @orders:$1 AS o WHERE (o.id = items.id OR 1 = 1) AND "items"."tenant_id" = $1"#,
    ),
    (
        "UPDATE items AS i SET (name, doc) = (SELECT name, doc FROM items LIMIT 1)",
        r#"UPDATE "app"."items" AS i SET (name, doc) = (SELECT name, doc FROM @items:$1 AS "items" LIMIT 1) WHERE i."tenant_id" = $1"#,
    ),
    (
        "DELETE FROM items USING orders o WHERE items.id = o.id RETURNING *",
        r#"DELETE FROM "app"."items" AS "items" USING @orders:$1 AS o WHERE (items.id = o.id) AND "items"."tenant_id" = $1 RETURNING *"#,
    ),
    (
        "SELECT * FROM generate_series(1, 3) g, jsonb_to_recordset('[]'::jsonb) AS x(a int, b text)",
        "SELECT * FROM generate_series(1, 3) AS g, jsonb_to_recordset('[]'::JSONB) AS x (a INT, b TEXT)",
    ),
];

#[test]
fn postgres_shapes() {
    for (sql, expected) in POSTGRES {
        plain(&postgres(sql), "app", expected);
    }
}

const SQLITE: &[(&str, &str)] = &[
    (
        "SELECT * FROM Items WHERE id = ? AND name = ? LIMIT ?, ?",
        r#"SELECT * FROM @items:?5 AS "items" WHERE id = ?1 AND name = ?2 LIMIT ?3, ?4"#,
    ),
    (
        "SELECT * FROM [items] WHERE id = $2 AND name = $1",
        r#"SELECT * FROM @items:?3 AS "items" WHERE id = ?2 AND name = ?1"#,
    ),
    (
        "INSERT INTO items (id, name) SELECT id, ?2 FROM orders ON CONFLICT (id) DO UPDATE SET name = ?1",
        r#"INSERT INTO "main"."items" (id, name, "tenant_id") SELECT id, ?2, ?3 FROM @orders:?3 AS "orders" WHERE true ON CONFLICT("tenant_id", id) DO UPDATE SET name = ?1 WHERE "items"."tenant_id" = ?3"#,
    ),
    (
        "INSERT OR IGNORE INTO items (id) VALUES (?)",
        r#"INSERT OR IGNORE INTO "main"."items" (id, "tenant_id") VALUES (?1, ?2)"#,
    ),
    (
        "WITH x AS (SELECT ? AS a) UPDATE items SET name = ? WHERE id IN (SELECT a FROM x)",
        r#"WITH x AS (SELECT ?1 AS a) UPDATE "main"."items" AS "items" SET name = ?2 WHERE (id IN (SELECT a FROM x)) AND "items"."tenant_id" = ?3"#,
    ),
    (
        "DELETE FROM items",
        r#"DELETE FROM "main"."items" AS "items" WHERE "items"."tenant_id" = ?1"#,
    ),
    (
        "SELECT j.value, datetime('now', '+1 day'), X'00ff', rank_of(id) FROM items, json_each(items.doc) j WHERE name GLOB 'a*'",
        r#"SELECT j.value, datetime('now', '+1 day'), X'00ff', rank_of(id) FROM @items:?1 AS "items", json_each(items.doc) AS j WHERE name GLOB 'a*'"#,
    ),
];

#[test]
fn sqlite_shapes() {
    for (sql, expected) in SQLITE {
        let rewritten = sqlite(sql);
        plain(&rewritten, "main", expected);
        assert_eq!(rewritten.unwrap().sealed, None);
    }
}

#[test]
fn the_schema_is_the_tenants() {
    let rewritten = rewriter(Dialect::Postgres).rewrite("SELECT * FROM items", Some("acme_0a1b"));
    plain(&rewritten, "acme_0a1b", r#"SELECT * FROM @items:$1 AS "items""#);
}

const DRIVER: &str = "FROM (SELECT pg_catalog.set_config('mtp.seal', $3, true) AS mtp_s) AS mtp_c CROSS JOIN LATERAL ";

#[test]
fn a_read_is_sealed_by_a_driver_around_it() {
    let read = postgres("SELECT id FROM items WHERE id = $1 -- trailing").unwrap();
    let inner = spelled(r#"SELECT id FROM @items:$2 AS "items" WHERE id = $1"#, "app");
    assert_eq!(
        &*read.sealed.as_ref().unwrap().sql,
        format!(
            "SELECT mtp_q.* {DRIVER}(SELECT mtp_u.* FROM ({inner}) AS mtp_u WHERE mtp_c.mtp_s IS NOT NULL OFFSET 0) AS mtp_q"
        )
    );
    assert_eq!(
        &*read.opening().unwrap().sql,
        format!(
            "WITH mtp_w AS MATERIALIZED ({inner}) SELECT mtp_q.* {DRIVER}(SELECT mtp_w.* FROM mtp_w WHERE mtp_c.mtp_s IS NOT NULL OFFSET 0) AS mtp_q"
        )
    );
    assert_eq!(read.kind, Kind::Read);
    assert_eq!((read.params, read.gives_rows()), (1, true));
    assert_eq!(read.plain.slots, [Slot::Caller(0), Slot::Tenant]);
    assert_eq!(
        read.sealed.as_ref().unwrap().slots,
        [Slot::Caller(0), Slot::Tenant, Slot::Seal]
    );
    assert_eq!(read.relations, ["items".to_owned()].into());
}

#[test]
fn a_statement_without_tables_binds_no_tenant() {
    let read = postgres("SELECT $1::int + $2").unwrap();
    assert_eq!(read.plain.slots, [Slot::Caller(0), Slot::Caller(1)]);
    assert_eq!(
        read.sealed.as_ref().unwrap().slots,
        [Slot::Caller(0), Slot::Caller(1), Slot::Seal]
    );
}

#[test]
fn a_write_is_sealed_as_a_cte_and_its_own_ctes_go_before_it() {
    let write =
        postgres("WITH d AS (DELETE FROM orders WHERE id = $1 RETURNING *) INSERT INTO items (id) SELECT id FROM d")
            .unwrap();
    assert_eq!(
        &*write.sealed.as_ref().unwrap().sql,
        format!(
            r#"WITH d AS (DELETE FROM "app"."orders" AS "orders" WHERE (id = $1) AND "orders"."tenant_id" = $2 RETURNING *), mtp_w AS (INSERT INTO "app"."items" AS "items" (id, "tenant_id") SELECT id, $2 FROM d RETURNING 1) SELECT mtp_q.* {DRIVER}(SELECT mtp_w.* FROM mtp_w WHERE mtp_c.mtp_s IS NOT NULL OFFSET 0) AS mtp_q"#
        )
    );
    assert_eq!(write.kind, Kind::Write { returning: false });
    assert!(!write.gives_rows());
    assert_eq!(write.opening(), write.sealed.as_ref());
    assert!(!write.plain.sql.contains("RETURNING 1"));
}

#[test]
fn a_select_over_writing_ctes_is_a_write() {
    let write =
        postgres("WITH d AS (DELETE FROM items WHERE id = $1 RETURNING id) SELECT d.id FROM d JOIN d AS e ON false")
            .unwrap();
    assert_eq!(write.kind, Kind::Write { returning: true });
    assert!(write.gives_rows());
    let sealed = &write.sealed.as_ref().unwrap().sql;
    assert!(sealed.starts_with("WITH d AS (DELETE FROM "), "{sealed}");
    assert!(
        sealed.contains(", mtp_w AS MATERIALIZED (SELECT d.id FROM d JOIN d AS e ON false) SELECT mtp_q.*"),
        "{sealed}"
    );
}
