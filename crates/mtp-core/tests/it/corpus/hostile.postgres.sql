-- Attacks as SQL text, through the handle. Each must be refused, or return nothing of the other tenant's and change
-- nothing of it; afterwards the same connection serves the other tenant.
-- {tenant} attacks {other}, whose rows hold {other_canary}; {other_schema} and {other_database} are where the other's
-- tables are (on SQLite the other's file); {mark} is text that only an answer can hold whole. {repeat:N:text} is N
-- times the text; {nul}, {cr}, {bom}, {zwsp}, {nbsp}, {rlo} are characters that a file should not hold.

-- name: comment/line-swallows-filter
SELECT * FROM items --

-- name: comment/line-swallows-filter-after-where
SELECT * FROM items WHERE 1 = 1 --

-- name: comment/block-left-open
SELECT * FROM items /*

-- name: comment/block-around-where
SELECT * FROM items /* WHERE tenant_id = '{tenant}' */

-- name: comment/filter-looks-present
SELECT * FROM items WHERE 1 = 1 OR tenant_id = '{other}' /* AND tenant_id = '{tenant}' */

-- name: comment/inside-name
SELECT * FROM it/**/ems

-- name: comment/between-tokens
SELECT/**/*/**/FROM/**/items/**/WHERE/**/tenant_id/**/=/**/'{other}'

-- name: comment/newline-ends-line-comment
SELECT * FROM tags -- harmless
UNION ALL SELECT tenant_id, 0, name, email FROM customers

-- name: comment/carriage-return
SELECT id FROM tags --{cr}UNION SELECT id FROM items WHERE tenant_id = '{other}'

-- name: comment/nested
SELECT * FROM items /* a /* b */ WHERE tenant_id = '{other}' -- */

-- name: comment/hint
SELECT /*+ SeqScan(items) NO_FILTER */ * FROM items WHERE tenant_id = '{other}'

-- name: comment/executable
SELECT * FROM items /*!50000 WHERE tenant_id = '{other}' */

-- name: comment/hash
SELECT * FROM items # WHERE tenant_id = '{tenant}'

-- name: predicate/or-true
SELECT * FROM items WHERE id = 1 OR 1 = 1

-- name: predicate/or-other-tenant
SELECT * FROM items WHERE id = 1 OR tenant_id = '{other}'

-- name: predicate/other-tenant
SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: predicate/tenant-not-mine
SELECT * FROM customers WHERE tenant_id <> '{tenant}'

-- name: predicate/tenant-in-list
SELECT * FROM customers WHERE tenant_id IN ('{tenant}', '{other}')

-- name: predicate/tenant-like
SELECT * FROM customers WHERE tenant_id LIKE '%'

-- name: predicate/bracket-escape
SELECT * FROM items WHERE (id = 1) OR (1 = 1

-- name: predicate/bracket-escape-balanced
SELECT * FROM items WHERE 1 = 0) OR (1 = 1

-- name: predicate/bracket-and-comment
SELECT * FROM items WHERE 1 = 0) OR 1 = 1 --

-- name: predicate/precedence
SELECT * FROM items WHERE tenant_id = '{other}' OR id > 0 AND id < 100

-- name: predicate/not
SELECT * FROM items WHERE NOT tenant_id = '{tenant}'

-- name: predicate/null-safe
SELECT * FROM items WHERE tenant_id IS DISTINCT FROM '{tenant}'

-- name: predicate/bound-other-tenant
-- params: ["{other}"]
SELECT * FROM items WHERE tenant_id = $1

-- name: predicate/bound-text-with-sql
-- params: ["x' OR tenant_id = '{other}' -- "]
SELECT * FROM items WHERE name = $1

-- name: predicate/having
SELECT max(name) FROM items GROUP BY tenant_id HAVING tenant_id = '{other}'

-- name: predicate/search-by-canary
SELECT * FROM notes WHERE title LIKE '%' || 'e' || '%' OR doc IS NOT NULL

-- name: predicate/case
SELECT * FROM items WHERE CASE WHEN tenant_id = '{other}' THEN 1 ELSE 0 END = 1

-- name: union/all
SELECT id, name FROM items UNION ALL SELECT id, name FROM customers WHERE tenant_id = '{other}'

-- name: union/plain
SELECT name FROM tags UNION SELECT name FROM customers WHERE tenant_id = '{other}'

-- name: union/first-arm
SELECT name FROM customers WHERE tenant_id = '{other}' UNION SELECT name FROM tags

-- name: union/three-arms
SELECT name FROM tags UNION SELECT title FROM notes UNION SELECT subject FROM events WHERE tenant_id = '{other}'

-- name: union/except-mine
SELECT name FROM customers EXCEPT SELECT name FROM customers WHERE tenant_id = '{tenant}'

-- name: union/intersect
SELECT name FROM customers INTERSECT SELECT name FROM customers WHERE tenant_id = '{other}'

-- name: union/in-subquery
SELECT * FROM (SELECT name FROM tags UNION ALL SELECT name FROM items WHERE tenant_id = '{other}') both_names

-- name: union/table-statement
SELECT * FROM tags UNION ALL TABLE tags

-- name: union/values-and-select
VALUES ('a') UNION ALL SELECT name FROM items WHERE tenant_id = '{other}'

-- name: cte/plain
WITH x AS (SELECT * FROM items WHERE tenant_id = '{other}') SELECT * FROM x

-- name: cte/shadows-table
WITH items AS (SELECT * FROM items) SELECT * FROM items

-- name: cte/shadows-another-table
WITH tags AS (SELECT tenant_id, id, name, email AS title FROM customers) SELECT * FROM tags WHERE tenant_id = '{other}'

-- name: cte/shadows-then-union
WITH items AS (SELECT 1 AS id) SELECT name FROM customers WHERE tenant_id = '{other}' UNION SELECT 'x' FROM items

-- name: cte/inner-shadow
SELECT * FROM (WITH items AS (SELECT * FROM customers) SELECT * FROM items) x WHERE tenant_id = '{other}'

-- name: cte/shadow-ends-with-scope
SELECT * FROM (WITH items AS (SELECT 1 AS id) SELECT id FROM items) x JOIN items i ON i.tenant_id = '{other}'

-- name: cte/recursive
WITH RECURSIVE r AS (SELECT id, name, tenant_id FROM items UNION ALL SELECT i.id, i.name, i.tenant_id FROM items i JOIN r ON r.id = i.id AND i.tenant_id = '{other}' WHERE r.tenant_id = '{tenant}') SELECT * FROM r WHERE tenant_id = '{other}'

-- name: cte/recursive-shadow
WITH RECURSIVE items AS (SELECT name FROM items UNION SELECT name FROM customers) SELECT * FROM items

-- name: cte/unused-with-delete
WITH gone AS (DELETE FROM events WHERE tenant_id = '{other}' RETURNING *) SELECT * FROM gone

-- name: cte/named-tenant
WITH tenant AS (SELECT '{other}' AS id) SELECT i.* FROM items i, tenant WHERE i.tenant_id = tenant.id

-- name: cte/columns-rename-tenant
WITH x (a, tenant_id, name) AS (SELECT tenant_id, '{tenant}', email FROM customers) SELECT * FROM x WHERE a = '{other}'

-- name: subquery/scalar
SELECT (SELECT name FROM customers WHERE tenant_id = '{other}' ORDER BY id LIMIT 1) AS leak

-- name: subquery/scalar-bare
SELECT (SELECT max(email) FROM customers) AS leak

-- name: subquery/in-where
SELECT {mark} AS leak FROM tags WHERE name IN (SELECT name FROM tags WHERE tenant_id = '{other}') AND EXISTS (SELECT 1 FROM customers WHERE tenant_id = '{other}')

-- name: subquery/exists
SELECT {mark} AS leak FROM tags WHERE EXISTS (SELECT 1 FROM items WHERE tenant_id = '{other}')

-- name: subquery/count
SELECT CASE WHEN (SELECT count(*) FROM items) > 8 THEN {mark} END AS leak

-- name: subquery/count-distinct-tenants
SELECT CASE WHEN count(DISTINCT tenant_id) > 1 THEN {mark} END AS leak FROM items

-- name: subquery/from
SELECT * FROM (SELECT * FROM items) x WHERE tenant_id = '{other}'

-- name: subquery/from-deep
SELECT * FROM (SELECT * FROM (SELECT * FROM (SELECT * FROM customers) a) b) c WHERE tenant_id = '{other}'

-- name: subquery/order-by
SELECT {mark} AS leak FROM tags WHERE id = 1 AND (SELECT count(*) FROM tags) > 4 ORDER BY (SELECT count(*) FROM items WHERE tenant_id = '{other}')

-- name: subquery/limit
SELECT {mark} AS leak FROM tags LIMIT (SELECT count(*) FROM items WHERE tenant_id = '{other}')

-- name: subquery/in-join-on
SELECT {mark} AS leak FROM tags a JOIN tags b ON EXISTS (SELECT 1 FROM customers WHERE tenant_id = '{other}')

-- name: subquery/in-values
VALUES ((SELECT max(name) FROM customers WHERE tenant_id = '{other}'))

-- name: subquery/in-function
SELECT upper((SELECT max(name) FROM customers WHERE tenant_id = '{other}')) AS leak, lower((SELECT max(email) FROM customers WHERE tenant_id = '{other}')) AS low

-- name: subquery/in-case
SELECT CASE WHEN 1 = 1 THEN (SELECT max(title) FROM notes WHERE tenant_id = '{other}') END AS leak

-- name: subquery/in-aggregate
SELECT max((SELECT max(c.name) FROM customers c WHERE c.tenant_id = '{other}')) AS leak FROM tags

-- name: subquery/in-window
SELECT first_value((SELECT max(c.name) FROM customers c WHERE c.tenant_id = '{other}')) OVER (ORDER BY id) AS leak FROM tags

-- name: subquery/in-group-by
SELECT x, count(*) FROM (SELECT (SELECT max(name) FROM customers WHERE tenant_id = '{other}') AS x FROM tags) y GROUP BY x

-- name: subquery/in-returning
UPDATE tags SET title = title WHERE id = 1 RETURNING (SELECT max(name) FROM customers WHERE tenant_id = '{other}') AS leak

-- name: subquery/in-set
UPDATE tags SET title = (SELECT max(name) FROM customers WHERE tenant_id = '{other}') WHERE id = 1 RETURNING title

-- name: subquery/in-insert-values
INSERT INTO tags (id, name, title) VALUES (900, 'leak', (SELECT max(name) FROM customers WHERE tenant_id = '{other}')) RETURNING title

-- name: subquery/in-insert-select
INSERT INTO tags (id, name, title) SELECT 900 + id, name, email FROM customers WHERE tenant_id = '{other}' RETURNING title

-- name: subquery/in-delete
DELETE FROM tags WHERE id = 4 AND EXISTS (SELECT 1 FROM customers WHERE tenant_id = '{other}') RETURNING {mark} AS leak

-- name: subquery/in-conflict-update
INSERT INTO tags (id, name) VALUES (1, 'new') ON CONFLICT (tenant_id, id) DO UPDATE SET title = (SELECT max(email) FROM customers WHERE tenant_id = '{other}') RETURNING title

-- name: subquery/in-conflict-where
INSERT INTO tags (id, name) VALUES (1, 'new') ON CONFLICT (tenant_id, id) DO UPDATE SET title = {mark} WHERE EXISTS (SELECT 1 FROM customers WHERE tenant_id = '{other}') RETURNING title

-- name: join/cross
SELECT b.* FROM tags a CROSS JOIN customers b WHERE b.tenant_id <> a.tenant_id

-- name: join/inner-on-other
SELECT b.* FROM tags a JOIN customers b ON b.tenant_id = '{other}'

-- name: join/left-filter-in-on
SELECT b.name FROM tags a LEFT JOIN customers b ON b.id = a.id AND b.tenant_id = '{other}'

-- name: join/right
SELECT b.name FROM tags a RIGHT JOIN customers b ON 1 = 0

-- name: join/full
SELECT a.name, b.name FROM tags a FULL JOIN customers b ON a.id = b.id AND a.tenant_id = b.tenant_id

-- name: join/natural
SELECT * FROM items NATURAL JOIN (SELECT '{other}' AS tenant_id) x

-- name: join/using-tenant
SELECT * FROM (SELECT '{other}' AS tenant_id) x JOIN customers USING (tenant_id)

-- name: join/comma
SELECT b.name FROM tags a, customers b WHERE b.tenant_id = '{other}'

-- name: join/self-with-colliding-id
SELECT b.name FROM items a JOIN items b ON a.id = b.id AND b.tenant_id <> a.tenant_id

-- name: join/nested-brackets
SELECT c.name FROM (tags t JOIN (customers c JOIN orders o ON o.customer_id = c.id) ON 1 = 1) WHERE c.tenant_id = '{other}'

-- name: shadow/alias-is-another-table
SELECT tags.* FROM customers tags WHERE tags.tenant_id = '{other}'

-- name: shadow/alias-is-the-table
SELECT items.* FROM items items WHERE items.tenant_id = '{other}'

-- name: shadow/alias-tenant-id
SELECT tenant_id.name FROM customers tenant_id WHERE tenant_id.tenant_id = '{other}'

-- name: shadow/column-alias-tenant-id
SELECT '{tenant}' AS tenant_id, name FROM (SELECT name FROM customers WHERE tenant_id = '{other}') x

-- name: shadow/derived-claims-my-tenant
SELECT * FROM (SELECT '{tenant}' AS tenant_id, name, email FROM customers) items

-- name: shadow/two-aliases-swapped
SELECT orders.name FROM customers AS orders, orders AS customers WHERE orders.tenant_id = '{other}'

-- name: shadow/lateral-alias
SELECT x.name FROM tags t, (SELECT * FROM customers WHERE customers.tenant_id = '{other}') x

-- name: shadow/alias-columns
SELECT c.a, c.b, c.c FROM customers AS c (a, b, c) WHERE c.a = '{other}'

-- name: shadow/internal-names
SELECT q.name FROM (SELECT 1 AS s) c CROSS JOIN customers q WHERE c.s IS NOT NULL AND q.tenant_id = '{other}'

-- name: shadow/internal-names-cte
WITH w AS (SELECT * FROM customers), c AS (SELECT 'x' AS s), q AS (SELECT * FROM w) SELECT u.* FROM q u WHERE u.tenant_id = '{other}'

-- name: shadow/correlated-outer-alias
SELECT (SELECT i.name FROM (SELECT 1) y WHERE i.tenant_id = '{other}') FROM items i

-- name: name/upper-case
SELECT * FROM ITEMS WHERE TENANT_ID = '{other}'

-- name: name/quoted
SELECT * FROM "items" WHERE "tenant_id" = '{other}'

-- name: name/quoted-upper
SELECT * FROM "ITEMS" WHERE tenant_id = '{other}'

-- name: name/quoted-with-space
SELECT * FROM "items " WHERE tenant_id = '{other}'

-- name: name/quoted-with-statement
SELECT * FROM "items; DROP TABLE items; --"

-- name: name/quoted-with-quote
SELECT * FROM "items"" WHERE tenant_id = '{other}' --"

-- name: name/quoted-dot
SELECT * FROM "app.items" WHERE tenant_id = '{other}'

-- name: name/full-width-letters
SELECT * FROM ｉｔｅｍｓ WHERE tenant_id = '{other}'

-- name: name/cyrillic-letters
SELECT * FROM іtems WHERE tenant_id = '{other}'

-- name: name/zero-width
SELECT * FROM items{zwsp} WHERE tenant_id = '{other}'

-- name: name/no-break-space
SELECT * FROM items WHERE tenant_id = '{other}'

-- name: name/column-in-text-quotes
SELECT * FROM items WHERE 'tenant_id' = 'tenant_id'

-- name: name/backticks
SELECT * FROM `customers` WHERE `tenant_id` = '{other}'

-- name: name/brackets
SELECT * FROM [customers] WHERE [tenant_id] = '{other}'

-- name: stacked/select
SELECT id FROM tags; SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: stacked/delete
SELECT 1; DELETE FROM events WHERE tenant_id = '{other}'

-- name: stacked/drop
SELECT 1; DROP TABLE items

-- name: stacked/update
UPDATE tags SET title = 'x' WHERE id = 1; UPDATE customers SET name = 'gone' WHERE tenant_id = '{other}'

-- name: stacked/end-transaction
SELECT 1; COMMIT; BEGIN; DELETE FROM items WHERE tenant_id = '{other}'

-- name: stacked/rollback
SELECT 1; ROLLBACK; SELECT * FROM customers

-- name: stacked/after-comment
SELECT 1 /* ; */; DELETE FROM tags WHERE tenant_id = '{other}'

-- name: stacked/inside-text-that-is-not
SELECT 'a;'' ; DELETE FROM tags' ; DELETE FROM tags WHERE tenant_id = '{other}'

-- name: stacked/empty-statements
;;; SELECT * FROM customers WHERE tenant_id = '{other}' ;;;

-- name: transaction/begin
BEGIN

-- name: transaction/commit
COMMIT

-- name: transaction/rollback
ROLLBACK

-- name: transaction/savepoint
SAVEPOINT mine

-- name: transaction/release
RELEASE SAVEPOINT mine

-- name: ddl/drop-table
DROP TABLE items

-- name: ddl/create-table-as
CREATE TABLE stolen AS SELECT * FROM customers

-- name: ddl/create-temp-table-as
CREATE TEMP TABLE stolen AS SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: ddl/create-temp-shadow
CREATE TEMP TABLE items (tenant_id TEXT, id BIGINT, name TEXT)

-- name: ddl/create-view
CREATE VIEW everyone AS SELECT * FROM customers

-- name: ddl/create-temp-view
CREATE TEMP VIEW everyone AS SELECT * FROM customers

-- name: ddl/alter-add-column
ALTER TABLE items ADD COLUMN evil TEXT

-- name: ddl/alter-rename
ALTER TABLE items RENAME TO items_old

-- name: ddl/create-index
CREATE UNIQUE INDEX evil ON items (id)

-- name: ddl/create-trigger
CREATE TRIGGER evil AFTER INSERT ON items BEGIN DELETE FROM items; END

-- name: write/insert-other-tenant
INSERT INTO tags (tenant_id, id, name) VALUES ('{other}', 901, 'planted')

-- name: write/insert-other-tenant-mixed-rows
INSERT INTO tags (id, name, tenant_id) VALUES (902, 'mine', '{tenant}'), (903, 'planted', '{other}')

-- name: write/insert-other-tenant-bound
-- params: ["{other}"]
INSERT INTO tags (tenant_id, id, name) VALUES ($1, 904, 'planted')

-- name: write/insert-other-tenant-upper-case
INSERT INTO tags (TENANT_ID, id, name) VALUES ('{other}', 905, 'planted')

-- name: write/insert-other-tenant-quoted
INSERT INTO tags ("tenant_id", id, name) VALUES ('{other}', 906, 'planted')

-- name: write/insert-tenant-twice
INSERT INTO tags (tenant_id, tenant_id, id, name) VALUES ('{tenant}', '{other}', 907, 'planted')

-- name: write/insert-no-columns
INSERT INTO tags VALUES ('{other}', 908, 'planted', NULL)

-- name: write/insert-select-other-tenant
INSERT INTO tags (tenant_id, id, name) SELECT '{other}', 909, 'planted'

-- name: write/insert-select-star
INSERT INTO tags SELECT '{other}', 910, 'planted', NULL

-- name: write/insert-default-values
INSERT INTO tags DEFAULT VALUES

-- name: write/insert-steals-rows
INSERT INTO tags (id, name, title) SELECT 1000 + id, name || '-stolen', title FROM tags WHERE tenant_id = '{other}' RETURNING title

-- name: write/update-other-tenant
UPDATE items SET name = 'gone' WHERE tenant_id = '{other}'

-- name: write/update-everything
UPDATE items SET name = 'gone' WHERE 1 = 1 OR tenant_id <> ''

-- name: write/update-comment
UPDATE items SET name = 'gone' --

-- name: write/update-moves-row-away
UPDATE tags SET tenant_id = '{other}', id = 911, name = 'moved' WHERE tenant_id = '{tenant}' AND id = 4

-- name: write/update-moves-row-here
UPDATE tags SET tenant_id = '{tenant}', id = id + 2000, name = name || 'x' WHERE tenant_id = '{other}' AND id = 4

-- name: write/update-tenant-upper-case
UPDATE tags SET TENANT_ID = '{other}', id = 936, name = 'moved' WHERE id = 4 AND tenant_id = '{tenant}'

-- name: write/update-tenant-quoted
UPDATE tags SET "tenant_id" = '{other}', id = 937, name = 'moved' WHERE id = 4 AND tenant_id = '{tenant}'

-- name: write/update-tenant-in-row
UPDATE tags SET (tenant_id, id, name) = ('{other}', 938, 'moved') WHERE id = 4 AND tenant_id = '{tenant}'

-- name: write/update-from-other
UPDATE tags SET title = c.name FROM customers c WHERE c.tenant_id = '{other}' AND tags.id = 1 RETURNING title

-- name: write/update-alias-other
UPDATE items AS x SET name = 'gone' WHERE x.tenant_id = '{other}'

-- name: write/update-from-cte-called-as-target
WITH x AS (SELECT '{tenant}' AS tenant_id) UPDATE items AS x SET name = 'gone' FROM x

-- name: write/update-from-cte-called-as-target-joined
WITH x (tenant_id) AS (SELECT '{tenant}') UPDATE customers AS x SET city = 'gone' FROM tags y JOIN x USING (tenant_id)

-- name: write/update-from-cte-called-as-target-nested
WITH x (tenant_id) AS (SELECT '{tenant}') UPDATE items AS x SET name = 'gone' FROM (tags y CROSS JOIN x)

-- name: write/update-from-function-called-as-target
UPDATE items AS generate_series SET name = 'gone' FROM generate_series(1, 2)

-- name: write/delete-using-cte-called-as-target
WITH x (tenant_id) AS (SELECT '{tenant}') DELETE FROM items AS x USING x

-- name: call/attribute-notation
SELECT i.set_config, i.current_setting, i.pg_sleep FROM items i

-- name: call/attribute-notation-of-a-row
SELECT (i).query_to_xml, i.record_out, i.row_to_json FROM (SELECT 1 AS a) i

-- name: write/update-returning-other
UPDATE customers SET city = city WHERE tenant_id = '{other}' RETURNING *

-- name: write/delete-other-tenant
DELETE FROM events WHERE tenant_id = '{other}'

-- name: write/delete-colliding-id
DELETE FROM item_tags WHERE item_id = 1 OR tenant_id = '{other}'

-- name: write/delete-everything
DELETE FROM item_tags WHERE 1 = 1 OR 1 = 1 --

-- name: write/delete-returning-other
DELETE FROM events WHERE tenant_id = '{other}' RETURNING *

-- name: write/delete-by-subquery
DELETE FROM item_tags WHERE (tenant_id, item_id) IN (SELECT tenant_id, id FROM items WHERE tenant_id = '{other}')

-- name: write/replace
REPLACE INTO tags (tenant_id, id, name) VALUES ('{other}', 1, 'overwritten')

-- name: write/insert-or-replace
INSERT OR REPLACE INTO tags (tenant_id, id, name) VALUES ('{other}', 1, 'overwritten')

-- name: write/truncate
TRUNCATE TABLE items

-- name: upsert/other-tenant
INSERT INTO tags (tenant_id, id, name) VALUES ('{other}', 1, 'taken') ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name

-- name: upsert/moves-row
INSERT INTO tags (id, name) VALUES (4, 'x') ON CONFLICT (tenant_id, id) DO UPDATE SET tenant_id = '{other}', id = 912

-- name: upsert/other-tenant-in-set
INSERT INTO tags (id, name) VALUES (1, 'x') ON CONFLICT (tenant_id, id) DO UPDATE SET title = tags.title || excluded.tenant_id WHERE tags.tenant_id = '{other}' RETURNING title

-- name: upsert/probe-do-nothing
INSERT INTO tags (tenant_id, id, name) VALUES ('{other}', 1, 'probe') ON CONFLICT DO NOTHING RETURNING id

-- name: upsert/probe-existence-by-error
INSERT INTO customers (tenant_id, id, name, email) VALUES ('{other}', 1, {mark}, 'x')

-- name: upsert/probe-by-email
INSERT INTO customers (id, name, email) SELECT 913, {mark}, email FROM customers WHERE tenant_id = '{other}' LIMIT 1

-- name: upsert/excluded-claims-other
INSERT INTO tags (id, name) SELECT id, name FROM tags WHERE tenant_id = '{other}' ON CONFLICT (tenant_id, id) DO UPDATE SET title = excluded.tenant_id || excluded.name RETURNING *

-- name: upsert/conflict-without-tenant
INSERT INTO tags (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET title = 'all tenants'

-- name: upsert/foreign-key-probe
INSERT INTO orders (tenant_id, id, customer_id, status, placed_on) VALUES ('{other}', 914, 1, 'probe', '2026-01-01')

-- name: returning/star-of-source
UPDATE tags SET title = title FROM customers WHERE tags.id = 1 AND customers.tenant_id = '{other}' RETURNING *

-- name: returning/subquery-star
DELETE FROM tags WHERE id = 4 RETURNING (SELECT group_name FROM (SELECT max(name) AS group_name FROM customers) x)

-- name: returning/exists
INSERT INTO tags (id, name) VALUES (915, 'probe') RETURNING CASE WHEN EXISTS (SELECT 1 FROM items WHERE tenant_id = '{other}') THEN {mark} END AS leak

-- name: error/division
SELECT 1 / (SELECT CASE WHEN count(*) > 0 THEN 0 ELSE 1 END FROM items WHERE tenant_id = '{other}') AS probe, CASE WHEN (SELECT count(*) FROM items WHERE tenant_id = '{other}') > 0 THEN {mark} END AS leak

-- name: error/overflow
SELECT 9223372036854775807 + (SELECT count(*) FROM items WHERE tenant_id = '{other}') AS probe, (SELECT max(name) FROM items WHERE tenant_id = '{other}') AS leak

-- name: error/bad-json
SELECT (SELECT max(name) FROM customers WHERE tenant_id = '{other}') || CAST(NULL AS TEXT) AS n, (SELECT min(name) FROM customers WHERE tenant_id = '{other}') AS leak

-- name: error/predicate-before-filter
SELECT id FROM customers WHERE CASE WHEN tenant_id = '{other}' THEN CAST(1 / (id - id) AS TEXT) = name ELSE 1 = 0 END

-- name: aggregate/over-all
SELECT max(name), min(email), count(*) FROM customers

-- name: aggregate/group-by-tenant
SELECT tenant_id, count(*), max(name) FROM customers GROUP BY tenant_id

-- name: aggregate/filter-other
SELECT max(name) FILTER (WHERE tenant_id = '{other}') AS leak FROM customers

-- name: window/over-all
SELECT id, max(name) OVER () AS hi, min(name) OVER () AS lo FROM customers

-- name: window/lag-into-other
SELECT lag(name) OVER (ORDER BY tenant_id, id) AS before, lead(name) OVER (ORDER BY tenant_id, id) AS after FROM customers

-- name: window/partition-by-tenant
SELECT first_value(name) OVER (PARTITION BY id ORDER BY tenant_id DESC) AS leak FROM customers

-- name: distinct/tenants
SELECT DISTINCT CASE WHEN tenant_id = '{other}' THEN {mark} END AS leak FROM customers

-- name: explain/plan
EXPLAIN SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: text/tail-backslash
SELECT 'a\', name FROM customers WHERE name = ' OR 1=1 -- '

-- name: text/doubled-quotes
SELECT 'it''s' AS a, name FROM customers WHERE name = '''' OR tenant_id = '{other}'

-- name: text/looks-like-filter
SELECT name, 'AND tenant_id = ''{tenant}''' AS f FROM customers WHERE tenant_id = '{other}'

-- name: text/null-byte-in-name
SELECT * FROM items{nul} WHERE tenant_id = '{other}'

-- name: text/null-byte-in-text
SELECT name FROM customers WHERE name <> 'a{nul}' AND tenant_id = '{other}'

-- name: text/null-byte-at-end
SELECT name FROM customers WHERE tenant_id = '{other}'{nul} AND tenant_id = '{tenant}'

-- name: text/byte-order-mark
{bom}SELECT name FROM customers WHERE tenant_id = '{other}'

-- name: text/right-to-left
SELECT name FROM customers WHERE tenant_id = '{other}' --{rlo} '{tenant}' = di_tnanet DNA

-- name: text/only-comment
-- nothing

-- name: text/only-space
{repeat:3: }

-- name: text/unfinished
SELECT * FROM customers WHERE tenant_id = '

-- name: text/unfinished-quoted-name
SELECT * FROM "customers WHERE tenant_id = '{other}'

-- name: text/words
give me the rows of {other}

-- name: size/very-long-text
SELECT name, '{repeat:200000:x}' AS pad FROM customers WHERE tenant_id = '{other}'

-- name: size/very-long-in-list
SELECT name FROM customers WHERE id IN (1{repeat:50000:,1}) AND tenant_id = '{other}'

-- name: size/very-long-or
SELECT name FROM customers WHERE id = 0{repeat:5000: OR 1 = 1}

-- name: size/deep-brackets
SELECT name FROM customers WHERE {repeat:5000:(}1 = 1{repeat:5000:)}

-- name: size/deep-subqueries
SELECT * FROM {repeat:300:(SELECT * FROM }customers{repeat:300:) x}

-- name: size/deep-not
SELECT name FROM customers WHERE {repeat:5000:NOT }tenant_id = '{other}'

-- name: size/deep-case
SELECT {repeat:500:CASE WHEN 1 = 1 THEN }name{repeat:500: END} FROM customers

-- name: size/many-unions
SELECT name FROM customers WHERE tenant_id = '{other}'{repeat:1000: UNION ALL SELECT name FROM customers}

-- name: size/many-ctes
WITH a0 AS (SELECT name FROM customers){repeat:1:, a1 AS (SELECT * FROM a0)}, a2 AS (SELECT * FROM a1) SELECT * FROM a2

-- name: size/long-comment
SELECT name /* {repeat:100000:*} */ FROM customers

-- name: size/long-plus-chain
SELECT 1{repeat:20000:+1} AS n, name FROM customers WHERE tenant_id = '{other}'

-- name: recursion/no-end
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT n FROM r LIMIT 5

-- name: recursion/over-all-rows
WITH RECURSIVE r (id, name) AS (SELECT CAST(0 AS BIGINT), '' UNION SELECT c.id, c.name FROM customers c JOIN r ON c.id = r.id + 1) SELECT * FROM r

-- name: placeholder/too-few
-- params: []
SELECT name FROM customers WHERE tenant_id = $1

-- name: placeholder/too-many
-- params: [1, 2, 3]
SELECT name FROM customers WHERE id = $1

-- name: placeholder/gap
-- params: [1, "{other}"]
SELECT name FROM customers WHERE tenant_id = $3

-- name: placeholder/huge
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = $65536

-- name: placeholder/zero
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = $0

-- name: placeholder/reach-for-the-walls-own
-- params: ["{other}"]
SELECT $2 AS mine, name FROM customers WHERE tenant_id = $1

-- name: placeholder/as-table
-- params: ["customers"]
SELECT * FROM $1

-- name: placeholder/in-text
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = '$1' OR tenant_id = $1

-- name: placeholder/in-comment
-- params: ["{other}"]
SELECT name FROM customers /* $1 */ WHERE tenant_id = $1

-- name: setting/set-config-seal
SELECT set_config('mtp.seal', '{other}', true)

-- name: setting/set-config-empty
SELECT set_config('mtp.seal', '', false), name FROM customers

-- name: setting/set-config-in-where
SELECT name FROM customers WHERE set_config('mtp.seal', '{other}', false) IS NOT NULL

-- name: setting/set-config-in-default-argument
SELECT coalesce(set_config('mtp.seal', 'x', false), 'x')

-- name: setting/set-config-qualified
SELECT pg_catalog.set_config('search_path', 'pg_temp', false)

-- name: setting/set-config-quoted
SELECT "set_config"('row_security', 'off', false)

-- name: setting/set-config-unicode
SELECT U&"set\005fconfig"('mtp.seal', 'x', false)

-- name: setting/set-config-in-from
SELECT * FROM set_config('mtp.seal', 'x', false) AS s

-- name: setting/set-config-lateral
SELECT c.name FROM customers c CROSS JOIN LATERAL set_config('mtp.seal', c.tenant_id, false) s

-- name: setting/current-setting
SELECT current_setting('mtp.seal', true) AS seal

-- name: setting/current-setting-in-returning
UPDATE tags SET title = current_setting('mtp.seal', true) WHERE id = 1 RETURNING title

-- name: setting/set
SET mtp.seal = 'x'

-- name: setting/set-local
SET LOCAL row_security = off

-- name: setting/set-search-path
SET search_path = {other_schema}, public

-- name: setting/set-session-authorization
SET SESSION AUTHORIZATION postgres

-- name: setting/set-role
SET ROLE postgres

-- name: setting/set-role-none
SET ROLE NONE

-- name: setting/reset-role
RESET ROLE

-- name: setting/reset-seal
RESET mtp.seal

-- name: setting/reset-all
RESET ALL

-- name: setting/discard
DISCARD ALL

-- name: setting/show
SHOW mtp.seal

-- name: setting/show-all
SHOW ALL

-- name: setting/alter-role
ALTER ROLE CURRENT_USER SET row_security = off

-- name: setting/alter-system
ALTER SYSTEM SET log_statement = 'all'

-- name: setting/constraints
SET CONSTRAINTS ALL DEFERRED

-- name: setting/transaction-mode
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE

-- name: schema/app
SELECT * FROM app.customers

-- name: schema/app-other-tenant
SELECT * FROM app.customers WHERE tenant_id = '{other}'

-- name: schema/app-quoted
SELECT * FROM "app"."customers"

-- name: schema/app-unicode
SELECT * FROM U&"\0061pp".customers

-- name: schema/other-tenants
SELECT * FROM {other_schema}.customers

-- name: schema/other-tenants-quoted
SELECT * FROM "{other_schema}"."customers"

-- name: schema/other-tenants-insert
INSERT INTO {other_schema}.tags (tenant_id, id, name) VALUES ('{other}', 920, 'planted')

-- name: schema/other-tenants-update
UPDATE {other_schema}.items SET name = 'gone'

-- name: schema/other-tenants-delete
DELETE FROM {other_schema}.item_tags

-- name: schema/database-qualified
SELECT * FROM {other_database}.{other_schema}.customers

-- name: schema/public
SELECT * FROM public.customers

-- name: schema/temp
SELECT * FROM pg_temp.customers

-- name: schema/mtp-secrets
SELECT * FROM mtp.seal_secret

-- name: schema/mtp-function
SELECT mtp.tenant()

-- name: schema/mtp-central
SELECT * FROM mtp_central.tenants

-- name: schema/in-subquery
SELECT {mark} FROM tags WHERE EXISTS (SELECT 1 FROM app.customers WHERE tenant_id = '{other}') AND 1 = (SELECT 1)

-- name: schema/in-cte
WITH x AS (SELECT * FROM app.customers) SELECT * FROM x

-- name: schema/table-statement
TABLE app.customers

-- name: schema/table-statement-plain
TABLE customers

-- name: schema/table-statement-in-cte
WITH x AS (TABLE customers) SELECT * FROM x

-- name: schema/table-statement-in-in
SELECT {mark} WHERE '{other}' IN (SELECT tenant_id FROM (TABLE tags) t)

-- name: only/select
SELECT * FROM ONLY customers

-- name: only/select-brackets
SELECT * FROM ONLY (customers)

-- name: only/update
UPDATE ONLY items SET name = 'gone' WHERE tenant_id = '{other}'

-- name: only/delete
DELETE FROM ONLY events WHERE tenant_id = '{other}'

-- name: only/star
SELECT * FROM customers * WHERE tenant_id = '{other}'

-- name: only/sample
SELECT * FROM customers TABLESAMPLE BERNOULLI (100)

-- name: only/sample-repeatable
SELECT * FROM customers TABLESAMPLE SYSTEM (100) REPEATABLE (1) WHERE tenant_id = '{other}'

-- name: only/rows-from
SELECT * FROM ROWS FROM (unnest(ARRAY(SELECT name FROM customers))) AS r (name)

-- name: only/select-into
SELECT * INTO stolen FROM customers

-- name: only/select-into-temp
SELECT * INTO TEMP stolen FROM customers

-- name: catalogue/pg-class
SELECT relname FROM pg_class

-- name: catalogue/pg-class-qualified
SELECT relname FROM pg_catalog.pg_class

-- name: catalogue/information-schema
SELECT table_schema, table_name FROM information_schema.tables

-- name: catalogue/information-schema-columns
SELECT column_default FROM information_schema.columns

-- name: catalogue/pg-database
SELECT datname FROM pg_database

-- name: catalogue/pg-roles
SELECT rolname FROM pg_roles

-- name: catalogue/pg-authid
SELECT rolname, rolpassword FROM pg_authid

-- name: catalogue/pg-stats
SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats

-- name: catalogue/pg-statistic
SELECT stavalues1::text FROM pg_statistic

-- name: catalogue/pg-stat-activity
SELECT query FROM pg_stat_activity

-- name: catalogue/pg-stat-statements
SELECT query FROM pg_stat_statements

-- name: catalogue/pg-prepared-statements
SELECT statement FROM pg_prepared_statements

-- name: catalogue/pg-cursors
SELECT statement FROM pg_cursors

-- name: catalogue/pg-settings
SELECT name, setting FROM pg_settings

-- name: catalogue/pg-policies
SELECT * FROM pg_policies

-- name: catalogue/pg-proc
SELECT prosrc FROM pg_proc WHERE proname = 'tenant'

-- name: catalogue/pg-locks
SELECT * FROM pg_locks

-- name: catalogue/pg-largeobject
SELECT data FROM pg_largeobject

-- name: catalogue/pg-user-mappings
SELECT * FROM pg_user_mappings

-- name: catalogue/in-subquery
SELECT id FROM tags WHERE name IN (SELECT relname FROM pg_class)

-- name: catalogue/regclass
SELECT '{other_schema}.customers'::regclass::oid

-- name: catalogue/regclass-cast-function
SELECT CAST('app.customers' AS regclass)

-- name: catalogue/regproc-of-secret
SELECT 'mtp.tenant'::regproc

-- name: catalogue/to-regclass
SELECT to_regclass('{other_schema}.customers') IS NOT NULL

-- name: catalogue/table-size
SELECT pg_total_relation_size('{other_schema}.customers')

-- name: catalogue/function-definition
SELECT pg_get_functiondef('mtp.tenant'::regproc)

-- name: catalogue/view-definition
SELECT pg_get_viewdef('pg_stats'::regclass)

-- name: catalogue/has-privilege
SELECT has_table_privilege('{other_schema}.customers', 'SELECT')

-- name: catalogue/system-columns
SELECT ctid, xmin, xmax, tableoid, name FROM customers

-- name: catalogue/by-ctid
SELECT name FROM customers WHERE ctid = '(0,7)'::tid

-- name: catalogue/tableoid-cast
SELECT tableoid::regclass, name FROM customers WHERE tenant_id = '{other}'

-- name: catalogue/current-user
SELECT current_user, session_user, current_database(), version()

-- name: function/query-to-xml
SELECT query_to_xml('SELECT * FROM app.customers', true, true, '')

-- name: function/query-to-xml-qualified
SELECT pg_catalog.query_to_xml('SELECT * FROM app.customers', true, true, '')

-- name: function/query-to-xml-quoted
SELECT "query_to_xml"('SELECT * FROM app.customers', true, true, '')

-- name: function/query-to-xml-upper
SELECT QUERY_TO_XML('SELECT * FROM app.customers', TRUE, TRUE, '')

-- name: function/query-to-xml-in-from
SELECT * FROM query_to_xml('SELECT * FROM app.customers', true, true, '') AS x

-- name: function/query-to-xml-in-where
SELECT id FROM tags WHERE query_to_xml('DELETE FROM app.item_tags', true, true, '') IS NOT NULL

-- name: function/query-to-xml-in-default
INSERT INTO tags (id, name, title) VALUES (930, 'x', query_to_xml('SELECT * FROM app.customers', true, true, '')::text) RETURNING title

-- name: function/query-to-xml-and-schema
SELECT query_to_xml_and_xmlschema('SELECT * FROM app.customers', true, true, '')

-- name: function/table-to-xml
SELECT table_to_xml('app.customers', true, true, '')

-- name: function/schema-to-xml
SELECT schema_to_xml('{other_schema}', true, true, '')

-- name: function/database-to-xml
SELECT database_to_xml(true, true, '')

-- name: function/cursor-to-xml
SELECT cursor_to_xml('c', 1, true, true, '')

-- name: function/ts-stat
SELECT word FROM ts_stat('SELECT to_tsvector(''simple'', name || '' '' || email) FROM app.customers')

-- name: function/ts-rewrite
SELECT ts_rewrite('a'::tsquery, 'SELECT to_tsquery(''simple'', ''a''), to_tsquery(''simple'', split_part(email, ''@'', 1)) FROM app.customers')

-- name: function/dblink
SELECT * FROM dblink('dbname={other_database}', 'SELECT name FROM app.customers') AS t (name text)

-- name: function/dblink-exec
SELECT dblink_exec('dbname={other_database}', 'DELETE FROM app.item_tags')

-- name: function/crosstab
SELECT * FROM crosstab('SELECT name, email, city FROM app.customers') AS t (a text, b text)

-- name: function/connectby
SELECT * FROM connectby('app.customers', 'id', 'referred_by', '1', 0) AS t (a bigint, b bigint, c int)

-- name: function/xpath-table
SELECT * FROM xpath_table('id', 'doc', 'app.notes', '/', 'true') AS t (id int, a text)

-- name: function/xml-external-entity
SELECT xmlparse(DOCUMENT '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>')

-- name: function/read-file
SELECT pg_read_file('/etc/passwd')

-- name: function/read-binary-file
SELECT pg_read_binary_file('PG_VERSION')

-- name: function/list-directory
SELECT * FROM pg_ls_dir('.')

-- name: function/stat-file
SELECT * FROM pg_stat_file('/etc/passwd')

-- name: function/lo-import
SELECT lo_import('/etc/passwd')

-- name: function/lo-export
SELECT lo_export(1, '/tmp/mtp-hostile')

-- name: function/lo-get
SELECT lo_get(1)

-- name: function/lo-create
SELECT lo_from_bytea(0, 'x')

-- name: function/sleep
SELECT pg_sleep(30)

-- name: function/sleep-if-other-exists
SELECT CASE WHEN EXISTS (SELECT 1 FROM items WHERE tenant_id = '{other}') THEN pg_sleep(30) END

-- name: function/terminate-backend
SELECT pg_terminate_backend(pid) FROM pg_stat_activity

-- name: function/cancel-backend
SELECT pg_cancel_backend(1)

-- name: function/reload-conf
SELECT pg_reload_conf()

-- name: function/advisory-lock
SELECT pg_advisory_lock(1)

-- name: function/try-advisory-lock
SELECT pg_try_advisory_xact_lock(1)

-- name: function/advisory-unlock-all
SELECT pg_advisory_unlock_all()

-- name: function/notify
SELECT pg_notify('mtp', 'purge {other}')

-- name: function/logical-emit
SELECT pg_logical_emit_message(false, 'a', 'b')

-- name: function/export-snapshot
SELECT pg_export_snapshot()

-- name: function/setval
SELECT setval('app.some_seq', 1)

-- name: function/nextval
SELECT nextval('app.some_seq')

-- name: function/transaction-ids
SELECT txid_current(), pg_current_xact_id()

-- name: function/backend-pid
SELECT pg_backend_pid(), inet_server_addr()

-- name: function/uncalled-by-operator
SELECT 'a' OPERATOR(pg_catalog.||) (SELECT max(name) FROM app.customers)

-- name: function/user-defined
SELECT app.leak('{other}')

-- name: function/array-of-rows
SELECT ARRAY(SELECT name FROM customers WHERE tenant_id = '{other}')

-- name: function/json-agg-of-all
SELECT jsonb_agg(c) FROM customers c WHERE c.tenant_id = '{other}'

-- name: function/row-to-json
SELECT row_to_json(customers) FROM customers WHERE tenant_id = '{other}'

-- name: function/string-agg-of-all
SELECT string_agg(name || email, ',') FROM customers

-- name: function/srf-in-select
SELECT unnest(ARRAY(SELECT email FROM customers WHERE tenant_id = '{other}'))

-- name: statement/explain-analyze-write
EXPLAIN ANALYZE DELETE FROM item_tags WHERE tenant_id = '{other}'

-- name: statement/explain-verbose
EXPLAIN (VERBOSE, ANALYZE, FORMAT JSON) SELECT * FROM customers

-- name: statement/do
DO $$ BEGIN EXECUTE 'DELETE FROM app.item_tags'; END $$

-- name: statement/prepare
PREPARE evil AS SELECT * FROM app.customers

-- name: statement/execute
EXECUTE evil

-- name: statement/deallocate
DEALLOCATE ALL

-- name: statement/declare-cursor
DECLARE c CURSOR WITH HOLD FOR SELECT * FROM app.customers

-- name: statement/fetch
FETCH ALL FROM c

-- name: statement/move
MOVE ALL IN c

-- name: statement/where-current-of
DELETE FROM items WHERE CURRENT OF c

-- name: statement/listen
LISTEN mtp

-- name: statement/notify
NOTIFY mtp, 'purge {other}'

-- name: statement/unlisten
UNLISTEN *

-- name: statement/copy-out
COPY customers TO STDOUT

-- name: statement/copy-query-out
COPY (SELECT * FROM app.customers) TO STDOUT

-- name: statement/copy-program
COPY customers TO PROGRAM 'cat > /tmp/mtp-hostile'

-- name: statement/copy-in
COPY tags FROM '/etc/passwd'

-- name: statement/lock-table
LOCK TABLE items IN ACCESS EXCLUSIVE MODE

-- name: statement/truncate-cascade
TRUNCATE items CASCADE

-- name: statement/vacuum
VACUUM items

-- name: statement/analyze
ANALYZE items

-- name: statement/grant
GRANT ALL ON items TO PUBLIC

-- name: statement/revoke
REVOKE ALL ON items FROM PUBLIC

-- name: statement/disable-row-security
ALTER TABLE items DISABLE ROW LEVEL SECURITY

-- name: statement/create-policy
CREATE POLICY everyone ON items USING (true)

-- name: statement/drop-policy
DROP POLICY tenant ON items

-- name: statement/create-function
CREATE FUNCTION leak() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT max(name) FROM app.customers'

-- name: statement/create-rule
CREATE RULE r AS ON SELECT TO tags DO INSTEAD SELECT * FROM customers

-- name: statement/create-extension
CREATE EXTENSION dblink

-- name: statement/create-schema
CREATE SCHEMA evil

-- name: statement/create-role
CREATE ROLE evil SUPERUSER

-- name: statement/create-database
CREATE DATABASE evil TEMPLATE {other_database}

-- name: statement/drop-database
DROP DATABASE {other_database}

-- name: statement/drop-schema
DROP SCHEMA {other_schema} CASCADE

-- name: statement/drop-owned
DROP OWNED BY CURRENT_USER

-- name: statement/reassign-owned
REASSIGN OWNED BY CURRENT_USER TO postgres

-- name: statement/comment-on
COMMENT ON TABLE items IS 'x'

-- name: statement/security-label
SECURITY LABEL ON TABLE items IS 'x'

-- name: statement/load
LOAD 'dblink'

-- name: statement/checkpoint
CHECKPOINT

-- name: statement/call
CALL app.evil()

-- name: statement/refresh
REFRESH MATERIALIZED VIEW everyone

-- name: statement/reindex
REINDEX TABLE items

-- name: statement/cluster
CLUSTER items

-- name: statement/merge-other
MERGE INTO tags AS t USING (SELECT * FROM app.tags WHERE tenant_id = '{other}') AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET title = s.title

-- name: statement/merge-delete-other
MERGE INTO item_tags AS t USING (VALUES ('{other}')) AS s (who) ON t.tenant_id = s.who WHEN MATCHED THEN DELETE

-- name: statement/merge-insert-other
MERGE INTO tags AS t USING (VALUES (931)) AS s (id) ON t.id = s.id WHEN NOT MATCHED THEN INSERT (tenant_id, id, name) VALUES ('{other}', s.id, 'planted')

-- name: statement/create-table-like
CREATE TABLE x (LIKE customers INCLUDING ALL)

-- name: statement/import-foreign-schema
IMPORT FOREIGN SCHEMA public FROM SERVER s INTO app

-- name: wholerow/select
SELECT customers FROM customers WHERE customers.tenant_id = '{other}'

-- name: wholerow/cast-to-text
SELECT customers::text FROM customers

-- name: wholerow/field
SELECT (c).name FROM customers c WHERE (c).tenant_id = '{other}'

-- name: wholerow/field-star
SELECT (x.c).* FROM (SELECT c FROM customers c) x WHERE (x.c).tenant_id = '{other}'

-- name: wholerow/row-compare
SELECT name FROM customers c WHERE c IS DISTINCT FROM NULL AND c.tenant_id = '{other}'

-- name: wholerow/returning
UPDATE tags SET title = title WHERE tenant_id = '{other}' RETURNING tags

-- name: lateral/into-other
SELECT l.name FROM tags t CROSS JOIN LATERAL (SELECT c.name FROM customers c WHERE c.tenant_id <> t.tenant_id) l

-- name: lateral/function-of-column
SELECT x FROM customers c, LATERAL unnest(ARRAY[c.name, c.email]) x WHERE c.tenant_id = '{other}'

-- name: lateral/named-like-table
SELECT items.* FROM tags t, LATERAL (SELECT c.* FROM customers c WHERE c.tenant_id = '{other}') items

-- name: text/escape-string
SELECT name FROM customers WHERE name = E'\' OR 1=1 --'

-- name: text/escape-string-octal
SELECT name FROM customers WHERE name = E'\047 OR tenant_id = \047{other}\047 --'

-- name: text/escape-string-hex
SELECT name FROM customers WHERE name = E'\x27 OR 1=1 -- '

-- name: text/escape-string-continued
SELECT name FROM customers WHERE name = E'a\\'
'' OR tenant_id = '{other}'

-- name: text/unicode-escape-string
SELECT name FROM customers WHERE name = U&'\0027 OR 1=1 --'

-- name: text/unicode-escape-custom
SELECT name FROM customers WHERE tenant_id = U&'!0062!006f!006c!0074' UESCAPE '!' OR tenant_id = '{other}'

-- name: text/unicode-name
SELECT U&"n\0061me" FROM U&"c\0075stomers" WHERE U&"tenant\005fid" = '{other}'

-- name: text/unicode-name-custom-escape
SELECT * FROM U&"!0063ustomers" UESCAPE '!'

-- name: text/dollar-quotes
SELECT name FROM customers WHERE name = $$' OR 1=1 -- $$ OR tenant_id = $x${other}$x$

-- name: text/dollar-quotes-unfinished
SELECT name FROM customers WHERE name = $a$ OR tenant_id = '{other}' $b$

-- name: text/dollar-quote-hides-statement
SELECT $q$ $q$; DELETE FROM app.item_tags; SELECT $q$ $q$

-- name: text/continued
SELECT name FROM customers WHERE tenant_id = ''
'{other}'

-- name: text/bit-string
SELECT name FROM customers WHERE B'1' = B'1' AND tenant_id = '{other}'

-- name: text/national
SELECT name FROM customers WHERE tenant_id = N'{other}'

-- name: text/cast-of-name
SELECT name FROM customers WHERE tenant_id = name '{other}'

-- name: operator/custom-schema
SELECT name FROM customers WHERE tenant_id OPERATOR(pg_catalog.=) '{other}'

-- name: operator/regex
SELECT name FROM customers WHERE tenant_id ~ '.*'

-- name: error/cast-name-to-integer
SELECT CAST(name AS INTEGER) FROM customers WHERE tenant_id = '{other}'

-- name: error/cast-before-filter
SELECT id FROM customers WHERE tenant_id = '{other}' AND name::int > 0

-- name: error/cast-in-subquery
SELECT (SELECT max(email) FROM customers WHERE tenant_id = '{other}')::int

-- name: error/cast-to-regclass
SELECT (SELECT max(email) FROM customers WHERE tenant_id = '{other}')::regclass

-- name: error/cast-to-json
SELECT (SELECT max(email) FROM customers WHERE tenant_id = '{other}')::json

-- name: error/cast-to-uuid-or-date
SELECT (SELECT max(title) FROM notes WHERE tenant_id = '{other}')::uuid, (SELECT max(title) FROM notes WHERE tenant_id = '{other}')::date

-- name: error/cast-of-mark
SELECT CAST({mark} || max(id) AS INTEGER) FROM items WHERE tenant_id = '{other}' HAVING count(*) > 0

-- name: error/bad-regex
SELECT id FROM tags WHERE name ~ ('(' || (SELECT max(email) FROM customers WHERE tenant_id = '{other}'))

-- name: error/bad-time-zone
SELECT now() AT TIME ZONE (SELECT max(email) FROM customers WHERE tenant_id = '{other}')

-- name: error/bad-configuration-name
SELECT to_tsvector((SELECT max(email) FROM customers WHERE tenant_id = '{other}')::regconfig, 'x')

-- name: error/more-than-one-row
SELECT CASE WHEN (SELECT 1 FROM customers WHERE tenant_id = '{other}') = 1 THEN {mark} END

-- name: error/division-per-row
SELECT id FROM customers WHERE tenant_id = '{other}' AND 1 / (id - id) > 0

-- name: error/check-violation-shows-row
UPDATE items SET price_cents = -1 WHERE tenant_id = '{other}'

-- name: error/null-violation-shows-row
UPDATE customers SET email = NULL WHERE tenant_id = '{other}'

-- name: error/unique-violation-shows-key
UPDATE customers SET email = (SELECT max(email) FROM customers WHERE tenant_id = '{other}') WHERE id IN (1, 2)

-- name: lock/for-update-all
SELECT id, name FROM customers WHERE tenant_id = '{other}' FOR UPDATE

-- name: lock/for-update-of
SELECT c.name FROM tags t, customers c WHERE c.tenant_id = '{other}' FOR UPDATE OF c NOWAIT

-- name: json/path-with-other
SELECT doc FROM notes WHERE doc @? '$ ? (@.mark like_regex ".*")' AND tenant_id = '{other}'

-- name: json/path-variables
SELECT jsonb_path_query(n.doc, '$.mark', jsonb_build_object('t', '{other}')) FROM notes n WHERE n.tenant_id = '{other}'

-- name: json/populate-record
SELECT (jsonb_populate_record(NULL::app.customers, '{}')).*

-- name: json/recordset-as-table
SELECT * FROM jsonb_to_recordset('[]') AS items (tenant_id text, name text) UNION ALL SELECT tenant_id, name FROM customers WHERE tenant_id = '{other}'

-- name: grouping/sets
SELECT tenant_id, name FROM customers GROUP BY GROUPING SETS ((tenant_id, name), ()) HAVING tenant_id = '{other}'

-- name: distinct/on
SELECT DISTINCT ON (id) name FROM customers ORDER BY id, tenant_id DESC

-- name: array/any-select
SELECT name FROM customers WHERE tenant_id = ANY (SELECT DISTINCT tenant_id FROM app.customers)

-- name: array/any-literal
SELECT name FROM customers WHERE tenant_id = ANY ('{{tenant},{other}}')

-- name: write/delete-using-other
DELETE FROM item_tags USING customers c WHERE c.tenant_id = '{other}' AND item_tags.tenant_id = c.tenant_id

-- name: write/modifying-cte-of-other
WITH a AS (UPDATE customers SET name = 'gone' WHERE tenant_id = '{other}' RETURNING name), b AS (DELETE FROM item_tags WHERE tenant_id = '{other}' RETURNING reason) SELECT * FROM a, b

-- name: write/overriding
INSERT INTO tags (tenant_id, id, name) OVERRIDING SYSTEM VALUE VALUES ('{other}', 932, 'planted')

-- name: write/on-constraint
INSERT INTO tags (id, name) VALUES (1, 'x') ON CONFLICT ON CONSTRAINT tags_pkey DO UPDATE SET title = {mark} WHERE tags.tenant_id = '{other}' RETURNING title

-- name: write/update-indirection
UPDATE items SET labels[1] = (SELECT max(name) FROM customers WHERE tenant_id = '{other}') WHERE id = 1 RETURNING labels
