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
SELECT * FROM items WHERE tenant_id = ?1

-- name: predicate/bound-text-with-sql
-- params: ["x' OR tenant_id = '{other}' -- "]
SELECT * FROM items WHERE name = ?1

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
INSERT INTO tags (tenant_id, id, name) VALUES (?1, 904, 'planted')

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
UPDATE items AS json_each SET name = 'gone' FROM json_each('[1]')

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
SELECT name FROM customers WHERE tenant_id = ?1

-- name: placeholder/too-many
-- params: [1, 2, 3]
SELECT name FROM customers WHERE id = ?1

-- name: placeholder/gap
-- params: [1, "{other}"]
SELECT name FROM customers WHERE tenant_id = ?3

-- name: placeholder/huge
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = ?65536

-- name: placeholder/zero
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = ?0

-- name: placeholder/reach-for-the-walls-own
-- params: ["{other}"]
SELECT ?2 AS mine, name FROM customers WHERE tenant_id = ?1

-- name: placeholder/as-table
-- params: ["customers"]
SELECT * FROM ?1

-- name: placeholder/in-text
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = '?1' OR tenant_id = ?1

-- name: placeholder/in-comment
-- params: ["{other}"]
SELECT name FROM customers /* ?1 */ WHERE tenant_id = ?1

-- name: catalogue/sqlite-master
SELECT name, sql FROM sqlite_master

-- name: catalogue/sqlite-schema
SELECT * FROM sqlite_schema

-- name: catalogue/sqlite-master-qualified
SELECT * FROM main.sqlite_master

-- name: catalogue/sqlite-temp-master
SELECT * FROM sqlite_temp_master

-- name: catalogue/sqlite-master-quoted
SELECT * FROM "sqlite_master"

-- name: catalogue/sqlite-master-brackets
SELECT * FROM [sqlite_master]

-- name: catalogue/sqlite-master-in-subquery
SELECT id FROM tags WHERE name IN (SELECT sql FROM sqlite_master)

-- name: catalogue/sqlite-sequence
SELECT * FROM sqlite_sequence

-- name: catalogue/sqlite-stat
SELECT * FROM sqlite_stat1

-- name: catalogue/dbstat
SELECT * FROM dbstat

-- name: catalogue/sqlite-dbpage
SELECT hex(data) FROM sqlite_dbpage

-- name: catalogue/sqlite-stmt
SELECT sql FROM sqlite_stmt

-- name: catalogue/bytecode
SELECT * FROM bytecode('SELECT * FROM customers')

-- name: catalogue/tables-used
SELECT * FROM tables_used('SELECT * FROM customers')

-- name: catalogue/pragma-table-info-function
SELECT * FROM pragma_table_info('customers')

-- name: catalogue/pragma-database-list-function
SELECT file FROM pragma_database_list

-- name: catalogue/pragma-table-list-function
SELECT * FROM pragma_table_list

-- name: catalogue/pragma-function-list
SELECT name FROM pragma_function_list()

-- name: catalogue/update-sqlite-master
UPDATE sqlite_master SET sql = 'CREATE TABLE x (y)'

-- name: catalogue/delete-sqlite-master
DELETE FROM sqlite_master

-- name: catalogue/json-each-of-master
SELECT j.value FROM sqlite_master m, json_each(json_array(m.sql)) j

-- name: pragma/writable-schema
PRAGMA writable_schema = ON

-- name: pragma/foreign-keys-off
PRAGMA foreign_keys = OFF

-- name: pragma/table-info
PRAGMA table_info(customers)

-- name: pragma/database-list
PRAGMA database_list

-- name: pragma/trusted-schema
PRAGMA trusted_schema = ON

-- name: pragma/journal-mode
PRAGMA journal_mode = DELETE

-- name: pragma/user-version
PRAGMA user_version = 99

-- name: pragma/temp-store-directory
PRAGMA temp_store_directory = '/tmp'

-- name: pragma/case-sensitive-like
PRAGMA case_sensitive_like = ON

-- name: pragma/query-only
PRAGMA main.query_only = 0

-- name: pragma/integrity-check
PRAGMA integrity_check

-- name: attach/other-file
ATTACH DATABASE '{other_database}' AS other

-- name: attach/memory
ATTACH ':memory:' AS m

-- name: attach/new-file
ATTACH DATABASE '/tmp/mtp-hostile.db' AS evil

-- name: attach/detach
DETACH DATABASE main

-- name: attach/read-attached
SELECT * FROM other.customers

-- name: attach/vacuum-into
VACUUM INTO '/tmp/mtp-hostile-copy.db'

-- name: attach/vacuum
VACUUM

-- name: schema/main
SELECT * FROM main.customers

-- name: schema/main-quoted
SELECT * FROM "main"."customers"

-- name: schema/temp
SELECT * FROM temp.customers

-- name: schema/main-insert
INSERT INTO main.tags (tenant_id, id, name) VALUES ('{other}', 920, 'planted')

-- name: schema/main-update
UPDATE main.items SET name = 'gone'

-- name: schema/main-delete
DELETE FROM main.item_tags

-- name: schema/main-column
SELECT main.customers.name FROM customers WHERE main.customers.tenant_id = '{other}'

-- name: schema/ledger
SELECT * FROM _sqlx_migrations

-- name: schema/library-tables
SELECT * FROM mtp_ledger

-- name: schema/central
SELECT * FROM mtp_central_tenants

-- name: rowid/rowid
SELECT rowid, name FROM customers WHERE rowid > 6

-- name: rowid/oid
SELECT oid, name FROM customers WHERE oid BETWEEN 1 AND 100

-- name: rowid/underscored
SELECT _rowid_, name FROM customers WHERE _rowid_ = 7

-- name: rowid/quoted
SELECT "rowid", name FROM customers WHERE "rowid" >= 7

-- name: rowid/update
UPDATE items SET name = 'gone' WHERE rowid > 8

-- name: rowid/delete
DELETE FROM item_tags WHERE rowid > 7

-- name: rowid/insert
INSERT INTO tags (rowid, id, name) VALUES (5, 933, 'over')

-- name: rowid/last-insert
SELECT last_insert_rowid(), changes(), total_changes()

-- name: function/load-extension
SELECT load_extension('/tmp/evil.so')

-- name: function/load-extension-upper
SELECT LOAD_EXTENSION('/tmp/evil.so', 'init')

-- name: function/load-extension-quoted
SELECT "load_extension"('/tmp/evil.so')

-- name: function/readfile
SELECT readfile('{other_database}')

-- name: function/writefile
SELECT writefile('/tmp/mtp-hostile', name) FROM customers

-- name: function/edit
SELECT edit(name) FROM customers

-- name: function/fts3-tokenizer
SELECT fts3_tokenizer('simple')

-- name: function/sqlite-version-and-options
SELECT sqlite_version(), sqlite_source_id(), sqlite_compileoption_get(0)

-- name: function/sqlite-log
SELECT sqlite_log(1, 'x')

-- name: function/eval
SELECT eval('SELECT name FROM customers')

-- name: function/zipfile
SELECT * FROM zipfile('{other_database}')

-- name: function/fsdir
SELECT name, data FROM fsdir('/')

-- name: function/generate-series
SELECT value FROM generate_series(1, 5)

-- name: function/randomblob-flood
SELECT length(randomblob(1000000000))

-- name: function/zeroblob-flood
SELECT length(hex(zeroblob(500000000)))

-- name: function/like-flood
SELECT {repeat:100:'a' LIKE '%a%' AND }name FROM customers WHERE tenant_id = '{other}'

-- name: function/printf-flood
SELECT length(printf('%.*c', 500000000, 'x'))

-- name: function/json-group-array-of-all
SELECT json_group_array(name) FROM customers

-- name: function/json-group-object-of-all
SELECT json_group_object(tenant_id || id, email) FROM customers

-- name: function/group-concat-of-all
SELECT group_concat(name || email) FROM customers

-- name: function/json-each-of-other
SELECT j.value FROM notes n, json_each(n.doc) j WHERE n.tenant_id = '{other}'

-- name: function/json-tree-of-other
SELECT t.atom FROM notes n JOIN json_tree(n.doc) t WHERE n.tenant_id = '{other}'

-- name: function/json-each-hidden-columns
SELECT j.json, j.root FROM customers c, json_each(json_array(c.name)) j WHERE c.tenant_id = '{other}'

-- name: fts/create
CREATE VIRTUAL TABLE stolen USING fts5(name)

-- name: fts/match
SELECT * FROM customers WHERE customers MATCH 'x'

-- name: fts/create-csv
CREATE VIRTUAL TABLE passwd USING csv(filename = '/etc/passwd')

-- name: fts/create-dbpage
CREATE VIRTUAL TABLE temp.pages USING sqlite_dbpage

-- name: fts/shadow-command
INSERT INTO notes (notes) VALUES ('rebuild')

-- name: syntax/in-table
SELECT 1 WHERE '{other}' IN customers

-- name: syntax/in-table-function
SELECT name FROM customers WHERE tenant_id IN json_each('["{other}"]')

-- name: syntax/indexed-by
SELECT name FROM customers INDEXED BY sqlite_autoindex_customers_1 WHERE tenant_id = '{other}'

-- name: syntax/not-indexed
SELECT name FROM customers NOT INDEXED WHERE tenant_id = '{other}'

-- name: syntax/bare-column-of-group
SELECT name, max(tenant_id) FROM customers

-- name: syntax/double-quoted-text
SELECT name FROM customers WHERE tenant_id = "{other}"

-- name: syntax/double-equals
SELECT name FROM customers WHERE tenant_id == '{other}'

-- name: syntax/glob
SELECT name FROM customers WHERE tenant_id GLOB '*'

-- name: syntax/is
SELECT name FROM customers WHERE tenant_id IS '{other}'

-- name: syntax/collate
SELECT name FROM customers WHERE tenant_id COLLATE NOCASE = upper('{other}') COLLATE NOCASE

-- name: syntax/blob-compare
SELECT name FROM customers WHERE CAST(tenant_id AS BLOB) = CAST('{other}' AS BLOB)

-- name: syntax/values-join
SELECT c.name FROM (VALUES ('{other}')) v JOIN customers c ON c.tenant_id = v.column1

-- name: syntax/limit-minus-one
SELECT name FROM customers WHERE tenant_id <> '{tenant}' LIMIT -1 OFFSET 0

-- name: syntax/order-by-other
SELECT id FROM tags WHERE (SELECT count(*) FROM tags) > 4 OR {mark} IS NULL ORDER BY (SELECT max(name) FROM customers)

-- name: syntax/raise
SELECT RAISE(ABORT, 'x')

-- name: syntax/explain-query-plan
EXPLAIN QUERY PLAN SELECT * FROM customers

-- name: syntax/named-placeholder
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = :tenant

-- name: syntax/at-placeholder
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = @tenant

-- name: syntax/dollar-placeholder
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = $tenant

-- name: syntax/anonymous-placeholder
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = ?

-- name: syntax/mixed-placeholders
-- params: ["{other}", 1]
SELECT name FROM customers WHERE tenant_id = ?1 OR id = ?

-- name: syntax/placeholder-out-of-range
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = ?999999

-- name: syntax/begin-exclusive
BEGIN EXCLUSIVE

-- name: syntax/end
END TRANSACTION

-- name: syntax/rollback-to
ROLLBACK TO mine

-- name: syntax/reindex
REINDEX items

-- name: syntax/analyze
ANALYZE

-- name: syntax/alter-drop-column
ALTER TABLE items DROP COLUMN tenant_id

-- name: syntax/create-without-rowid
CREATE TABLE evil (a PRIMARY KEY) WITHOUT ROWID

-- name: syntax/create-temp-trigger
CREATE TEMP TRIGGER evil AFTER UPDATE ON main.tags BEGIN DELETE FROM items; END

-- name: syntax/drop-trigger
DROP TRIGGER IF EXISTS guard

-- name: write/update-or-replace
UPDATE OR REPLACE tags SET tenant_id = '{other}', id = 1 WHERE id = 4

-- name: write/update-or-fail-other
UPDATE OR FAIL tags SET name = 'gone' WHERE tenant_id = '{other}'

-- name: write/insert-or-abort-other
INSERT OR ABORT INTO tags (tenant_id, id, name) VALUES ('{other}', 934, 'planted')

-- name: write/insert-or-rollback
INSERT OR ROLLBACK INTO tags (tenant_id, id, name) VALUES ('{tenant}', 1, 'dup')

-- name: write/insert-or-replace-moves
INSERT OR REPLACE INTO tags (tenant_id, id, name) SELECT '{other}', id, name FROM tags

-- name: write/replace-select
REPLACE INTO tags (id, name, title, tenant_id) SELECT id, name, 'mine now', tenant_id FROM tags WHERE tenant_id = '{other}'

-- name: write/update-limit
UPDATE items SET name = 'gone' WHERE tenant_id = '{other}' LIMIT 1

-- name: write/delete-order-limit
DELETE FROM item_tags ORDER BY tenant_id DESC LIMIT 7

-- name: write/upsert-second-target-moves
INSERT INTO tags (id, name) VALUES (1, 'zz') ON CONFLICT (tenant_id, name) DO NOTHING ON CONFLICT (tenant_id, id) DO UPDATE SET tenant_id = '{other}', id = 935

-- name: error/cast-keeps-text
SELECT CAST(name AS INTEGER), name FROM customers WHERE tenant_id = '{other}'

-- name: error/bad-json-of-other
SELECT json((SELECT max(name) FROM customers WHERE tenant_id = '{other}'))

-- name: error/bad-json-path
SELECT json_extract('{}', (SELECT max(name) FROM customers WHERE tenant_id = '{other}'))

-- name: error/abs-overflow
SELECT abs(-9223372036854775807 - (SELECT count(*) > 0 FROM items WHERE tenant_id = '{other}')), CASE WHEN EXISTS (SELECT 1 FROM items WHERE tenant_id = '{other}') THEN {mark} END
