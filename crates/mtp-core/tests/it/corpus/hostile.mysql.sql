-- Attacks as SQL text, through the handle. Each must be refused, or return nothing of the other tenant's and change
-- nothing of it; afterwards the same connection serves the other tenant.
-- {tenant} attacks {other}, whose rows hold {other_canary}; {other_schema} and {other_database} are where the other's
-- tables are (in shared tables the database on which the service's login has no right, and the one of the views);
-- {mark} is text that only an answer can hold whole. {repeat:N:text} is N times the text; {nul}, {cr}, {bom}, {zwsp},
-- {nbsp}, {rlo} are characters that a file should not hold.

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
SELECT * FROM items WHERE NOT tenant_id <=> '{tenant}'

-- name: predicate/bound-other-tenant
-- params: ["{other}"]
SELECT * FROM items WHERE tenant_id = ?

-- name: predicate/bound-text-with-sql
-- params: ["x' OR tenant_id = '{other}' -- "]
SELECT * FROM items WHERE name = ?

-- name: predicate/having
SELECT max(name) FROM items GROUP BY tenant_id HAVING tenant_id = '{other}'

-- name: predicate/search-by-canary
SELECT * FROM notes WHERE title LIKE concat('%', 'e', '%') OR doc IS NOT NULL

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
INSERT INTO tags (id, name) VALUES (899, 'leak') RETURNING (SELECT max(name) FROM customers WHERE tenant_id = '{other}') AS leak

-- name: subquery/in-set
UPDATE tags SET title = (SELECT max(name) FROM customers WHERE tenant_id = '{other}') WHERE id = 1

-- name: subquery/in-insert-values
INSERT INTO tags (id, name, title) VALUES (900, 'leak', (SELECT max(name) FROM customers WHERE tenant_id = '{other}')) RETURNING title

-- name: subquery/in-insert-select
INSERT INTO tags (id, name, title) SELECT 900 + id, name, email FROM customers WHERE tenant_id = '{other}' RETURNING title

-- name: subquery/in-delete
DELETE FROM tags WHERE id = 4 AND EXISTS (SELECT 1 FROM customers WHERE tenant_id = '{other}') RETURNING {mark} AS leak

-- name: subquery/in-conflict-update
INSERT INTO tags (id, name) VALUES (1, 'new') ON DUPLICATE KEY UPDATE title = (SELECT max(email) FROM customers WHERE tenant_id = '{other}') RETURNING title

-- name: subquery/in-conflict-where
INSERT INTO tags (id, name) VALUES (1, 'new') ON DUPLICATE KEY UPDATE title = if(EXISTS (SELECT 1 FROM customers WHERE tenant_id = '{other}'), {mark}, title) RETURNING title

-- name: join/cross
SELECT b.* FROM tags a CROSS JOIN customers b WHERE b.tenant_id <> a.tenant_id

-- name: join/inner-on-other
SELECT b.* FROM tags a JOIN customers b ON b.tenant_id = '{other}'

-- name: join/left-filter-in-on
SELECT b.name FROM tags a LEFT JOIN customers b ON b.id = a.id AND b.tenant_id = '{other}'

-- name: join/right
SELECT b.name FROM tags a RIGHT JOIN customers b ON 1 = 0

-- name: join/full
SELECT a.name, b.name FROM tags a LEFT JOIN customers b ON a.id = b.id AND a.tenant_id <> b.tenant_id UNION ALL SELECT a.name, b.name FROM tags a RIGHT JOIN customers b ON a.tenant_id <> b.tenant_id

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
SELECT * FROM `items` WHERE `tenant_id` = '{other}'

-- name: name/quoted-upper
SELECT * FROM `ITEMS` WHERE tenant_id = '{other}'

-- name: name/quoted-with-space
SELECT * FROM `items ` WHERE tenant_id = '{other}'

-- name: name/quoted-with-statement
SELECT * FROM `items; DROP TABLE items; --`

-- name: name/quoted-with-quote
SELECT * FROM `items`` WHERE tenant_id = '{other}' --`

-- name: name/quoted-dot
SELECT * FROM `app.items` WHERE tenant_id = '{other}'

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
SELECT * FROM "customers" WHERE "tenant_id" = '{other}'

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
INSERT INTO tags (tenant_id, id, name) VALUES (?, 904, 'planted')

-- name: write/insert-other-tenant-upper-case
INSERT INTO tags (TENANT_ID, id, name) VALUES ('{other}', 905, 'planted')

-- name: write/insert-other-tenant-quoted
INSERT INTO tags (`tenant_id`, id, name) VALUES ('{other}', 906, 'planted')

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
INSERT INTO tags (id, name, title) SELECT 1000 + id, concat(name, '-stolen'), title FROM tags WHERE tenant_id = '{other}' RETURNING title

-- name: write/update-other-tenant
UPDATE items SET name = 'gone' WHERE tenant_id = '{other}'

-- name: write/update-everything
UPDATE items SET name = 'gone' WHERE 1 = 1 OR tenant_id <> ''

-- name: write/update-comment
UPDATE items SET name = 'gone' --

-- name: write/update-moves-row-away
UPDATE tags SET tenant_id = '{other}', id = 911, name = 'moved' WHERE tenant_id = '{tenant}' AND id = 4

-- name: write/update-moves-row-here
UPDATE tags SET tenant_id = '{tenant}', id = id + 2000, name = concat(name, 'x') WHERE tenant_id = '{other}' AND id = 4

-- name: write/update-tenant-upper-case
UPDATE tags SET TENANT_ID = '{other}', id = 936, name = 'moved' WHERE id = 4 AND tenant_id = '{tenant}'

-- name: write/update-tenant-quoted
UPDATE tags SET `tenant_id` = '{other}', id = 937, name = 'moved' WHERE id = 4 AND tenant_id = '{tenant}'

-- name: write/update-tenant-in-row
UPDATE tags SET (tenant_id, id, name) = ('{other}', 938, 'moved') WHERE id = 4 AND tenant_id = '{tenant}'

-- name: write/update-from-other
UPDATE tags SET title = c.name FROM customers c WHERE c.tenant_id = '{other}' AND tags.id = 1 RETURNING title

-- name: write/update-alias-other
UPDATE items AS x SET name = 'gone' WHERE x.tenant_id = '{other}'

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
REPLACE tags (tenant_id, id, name) VALUES ('{other}', 1, 'overwritten')

-- name: write/truncate
TRUNCATE TABLE items

-- name: upsert/other-tenant
INSERT INTO tags (tenant_id, id, name) VALUES ('{other}', 1, 'taken') ON DUPLICATE KEY UPDATE name = VALUES(name)

-- name: upsert/moves-row
INSERT INTO tags (id, name) VALUES (4, 'x') ON DUPLICATE KEY UPDATE tenant_id = '{other}', id = 912

-- name: upsert/other-tenant-in-set
INSERT INTO tags (id, name) VALUES (1, 'x') ON DUPLICATE KEY UPDATE title = (SELECT max(email) FROM customers WHERE tenant_id = '{other}') RETURNING title

-- name: upsert/probe-do-nothing
INSERT IGNORE INTO tags (tenant_id, id, name) VALUES ('{other}', 1, 'probe') RETURNING id

-- name: upsert/probe-existence-by-error
INSERT INTO customers (tenant_id, id, name, email) VALUES ('{other}', 1, {mark}, 'x')

-- name: upsert/probe-by-email
INSERT INTO customers (id, name, email) SELECT 913, {mark}, email FROM customers WHERE tenant_id = '{other}' LIMIT 1

-- name: upsert/excluded-claims-other
INSERT INTO tags (id, name) SELECT id, name FROM tags WHERE tenant_id = '{other}' ON DUPLICATE KEY UPDATE title = VALUES(name) RETURNING *

-- name: upsert/conflict-without-tenant
INSERT INTO tags (id, name) VALUES (1, 'x') ON DUPLICATE KEY UPDATE title = VALUES(tenant_id) RETURNING *

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
SELECT concat((SELECT max(name) FROM customers WHERE tenant_id = '{other}'), NULL) AS n, (SELECT min(name) FROM customers WHERE tenant_id = '{other}') AS leak

-- name: error/predicate-before-filter
SELECT id FROM customers WHERE CASE WHEN tenant_id = '{other}' THEN CAST(1 / (id - id) AS CHAR) = name ELSE 1 = 0 END

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
WITH RECURSIVE r (id, name) AS (SELECT CAST(0 AS SIGNED), '' UNION SELECT c.id, c.name FROM customers c JOIN r ON c.id = r.id + 1) SELECT * FROM r

-- name: placeholder/too-few
-- params: []
SELECT name FROM customers WHERE tenant_id = ?

-- name: placeholder/too-many
-- params: [1, 2, 3]
SELECT name FROM customers WHERE id = ?

-- name: placeholder/gap
-- params: [1, "{other}"]
SELECT name FROM customers WHERE id = ? AND tenant_id = ? AND id = ?

-- name: placeholder/huge
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = ?65536

-- name: placeholder/zero
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = ?

-- name: placeholder/reach-for-the-walls-own
-- params: ["{other}", "{other}"]
SELECT ? AS mine, name FROM customers WHERE tenant_id = ?

-- name: placeholder/as-table
-- params: ["customers"]
SELECT * FROM ?

-- name: placeholder/in-text
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = '?' OR tenant_id = "?" OR `name` = ?

-- name: placeholder/in-comment
-- params: ["{other}"]
SELECT name FROM customers /* ? */ WHERE tenant_id = ? -- ?

-- name: function/like-flood
SELECT {repeat:100:'a' LIKE '%a%' AND }name FROM customers WHERE tenant_id = '{other}'

-- name: syntax/bare-column-of-group
SELECT name, max(tenant_id) FROM customers

-- name: syntax/double-quoted-text
SELECT name FROM customers WHERE tenant_id = "{other}"

-- name: syntax/collate
SELECT name FROM customers WHERE tenant_id COLLATE NOCASE = upper('{other}') COLLATE NOCASE

-- name: syntax/values-join
SELECT c.name FROM (VALUES ('{other}')) v JOIN customers c ON c.tenant_id = v.column1

-- name: syntax/limit-minus-one
SELECT name FROM customers WHERE tenant_id <> '{tenant}' LIMIT -1 OFFSET 0

-- name: syntax/order-by-other
SELECT id FROM tags WHERE (SELECT count(*) FROM tags) > 4 OR {mark} IS NULL ORDER BY (SELECT max(name) FROM customers)

-- name: write/update-limit
UPDATE items SET name = 'gone' WHERE tenant_id = '{other}' LIMIT 1

-- name: write/delete-order-limit
DELETE FROM item_tags ORDER BY tenant_id DESC LIMIT 7

-- name: comment/executable-any-version
SELECT * FROM items /*! WHERE 1 = 1 OR tenant_id = '{other}' */

-- name: comment/executable-mariadb
SELECT * FROM items /*M! WHERE tenant_id = '{other}' */

-- name: comment/executable-mariadb-version
SELECT * FROM items /*M!100100 UNION ALL SELECT * FROM items */

-- name: comment/executable-union
SELECT name FROM tags /*!50000 UNION ALL SELECT name FROM customers WHERE tenant_id = '{other}' */

-- name: comment/executable-later-version
SELECT * FROM items /*!999999 WHERE tenant_id = '{tenant}' */

-- name: comment/executable-opens-bracket
SELECT * FROM items WHERE (1 = 0 /*! ) OR (1 = 1 */ )

-- name: comment/executable-in-name
SELECT * FROM /*! mysql. */ user

-- name: comment/executable-ends-block
SELECT 1 /*! ; END; SELECT name FROM customers */

-- name: comment/dashes-without-space
SELECT name FROM customers WHERE id = 5--1 OR tenant_id = '{other}'

-- name: comment/dashes-at-end
SELECT name FROM customers WHERE tenant_id = '{other}'--

-- name: comment/dashes-with-tab
SELECT name FROM customers WHERE tenant_id = '{other}' --	AND tenant_id = '{tenant}'

-- name: comment/dashes-with-no-break-space
SELECT name FROM customers WHERE tenant_id = '{other}' --{nbsp} AND tenant_id = '{tenant}'

-- name: comment/hash-without-space
SELECT name FROM customers WHERE tenant_id = '{other}' #AND tenant_id = '{tenant}'

-- name: comment/hash-then-newline
SELECT name FROM tags # harmless
UNION ALL SELECT name FROM customers WHERE tenant_id = '{other}'

-- name: comment/optimizer-hint
SELECT /*+ SET_VAR(sql_mode = '') NO_MERGE() */ * FROM customers WHERE tenant_id = '{other}'

-- name: comment/hint-max-time
SELECT /*+ MAX_EXECUTION_TIME(1) */ name FROM customers WHERE tenant_id = '{other}'

-- name: comment/unended-executable
SELECT name FROM customers /*! WHERE tenant_id = '{other}'

-- name: text/backslash-quote
SELECT 'a\'', name FROM customers WHERE name = ' OR 1=1 -- '

-- name: text/two-backslashes-quote
SELECT 'a\\', name FROM customers WHERE name = ' OR 1=1 -- '

-- name: text/three-backslashes-quote
SELECT 'a\\\', name FROM customers WHERE name = ' OR 1=1 -- '

-- name: text/backslash-double-quote
SELECT "a\"", name FROM customers WHERE name = " OR 1=1 -- "

-- name: text/two-backslashes-double-quote
SELECT "a\\", name FROM customers WHERE name = " OR 1=1 -- "

-- name: text/backslash-in-backticks
SELECT name AS `a\`, tenant_id AS `b` FROM customers WHERE tenant_id = '{other}'

-- name: text/backslash-newline
SELECT 'a\
b', name FROM customers WHERE tenant_id = '{other}'

-- name: text/wide-quote-trick
SELECT '뼧\' OR 1=1 -- ', name FROM customers WHERE tenant_id = '{other}'

-- name: text/introducer
SELECT _binary'a', _latin1'b', name FROM customers WHERE tenant_id = _utf8mb4'{other}'

-- name: text/introducer-wide
SELECT _gbk'縗\' OR 1=1 -- ', name FROM customers WHERE tenant_id = '{other}'

-- name: text/introducer-hex
SELECT name FROM customers WHERE tenant_id = _latin1 0x626f6c74

-- name: text/national
SELECT N'a\'', name FROM customers WHERE tenant_id = n'{other}'

-- name: text/adjacent-strings
SELECT 'a' 'b' '\'' ' OR 1=1 -- ', name FROM customers WHERE tenant_id = '{other}'

-- name: text/mixed-quotes
SELECT "'" AS a, name FROM customers WHERE tenant_id = '{other}' OR name = "'"

-- name: text/null-shorthand
SELECT \N AS n, name FROM customers WHERE tenant_id = '{other}'

-- name: text/zero-escape
SELECT 'a\0', name FROM customers WHERE tenant_id = '{other}'

-- name: text/hex-as-text
SELECT name FROM customers WHERE tenant_id = 0x626f6c74 OR tenant_id = x'626f6c74'

-- name: text/bits-as-text
SELECT name FROM customers WHERE tenant_id = b'01100010' OR 0b1

-- name: text/trailing-spaces
SELECT name FROM customers WHERE tenant_id = '{other}    '

-- name: text/other-collation
SELECT name FROM customers WHERE tenant_id COLLATE utf8mb4_general_ci = upper('{other}')

-- name: text/zero-equals-any-text
SELECT name FROM customers WHERE tenant_id = 0

-- name: text/odbc-escape
SELECT {d '2026-01-01'} AS d, name FROM customers WHERE tenant_id = '{other}'

-- name: text/odbc-function-escape
SELECT {fn user()} AS u, name FROM customers WHERE tenant_id = '{other}'

-- name: variable/read-seal
-- no-rows
SELECT @mtp_seal

-- name: variable/read-seal-upper
-- no-rows
SELECT @MTP_SEAL AS s FROM tags

-- name: variable/read-seal-quoted
-- no-rows
SELECT @`mtp_seal`, @'mtp_seal', @"mtp_seal"

-- name: variable/assign-seal
SELECT @mtp_seal := '{other}', name FROM customers

-- name: variable/assign-in-predicate
SELECT name FROM customers WHERE (@mtp_seal := '{other}') IS NOT NULL

-- name: variable/assign-null
SELECT @mtp_seal := NULL, name FROM customers

-- name: variable/into
SELECT '{other}' INTO @mtp_seal

-- name: variable/into-from-table
SELECT name INTO @x FROM customers WHERE tenant_id = '{other}' LIMIT 1

-- name: variable/into-middle
SELECT tenant_id, name INTO @a, @b FROM customers LIMIT 1

-- name: variable/update-assign
UPDATE tags SET title = (@mtp_seal := '{other}') WHERE id = 1

-- name: variable/insert-assign
INSERT INTO tags (id, name) VALUES (@x := 921, @mtp_seal)

-- name: variable/in-limit
SELECT name FROM customers LIMIT @x

-- name: variable/in-order
SELECT name FROM customers ORDER BY @mtp_seal

-- name: variable/system
-- no-rows
SELECT @@version, @@datadir, @@sql_mode

-- name: variable/system-session
-- no-rows
SELECT @@session.sql_mode, @@global.general_log_file

-- name: variable/set
SET @mtp_seal = '{other}'

-- name: variable/set-sql-mode
SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'

-- name: variable/set-session
SET SESSION sql_mode = ''

-- name: variable/set-global
SET GLOBAL general_log = 1

-- name: variable/set-names
SET NAMES gbk

-- name: variable/set-character-set
SET CHARACTER SET latin1

-- name: variable/set-transaction
SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED

-- name: variable/set-statement
SET STATEMENT max_statement_time = 1 FOR SELECT * FROM customers

-- name: variable/set-role
SET ROLE ALL

-- name: variable/set-password
SET PASSWORD = PASSWORD('known to the attacker')

-- name: file/into-outfile
SELECT name FROM customers INTO OUTFILE '/tmp/mtp-hostile'

-- name: file/into-outfile-first
SELECT name INTO OUTFILE '/tmp/mtp-hostile' FROM customers WHERE tenant_id = '{other}'

-- name: file/into-dumpfile
SELECT name FROM customers LIMIT 1 INTO DUMPFILE '/tmp/mtp-hostile'

-- name: file/load-data
LOAD DATA INFILE '/etc/passwd' INTO TABLE tags

-- name: file/load-data-local
LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE tags (name)

-- name: file/load-xml
LOAD XML INFILE '/etc/passwd' INTO TABLE tags

-- name: file/load-file
-- no-rows
SELECT load_file('/etc/passwd')

-- name: file/load-file-in-predicate
SELECT name FROM tags WHERE load_file('/etc/passwd') LIKE 'root%'

-- name: catalogue/information-schema-tables
-- no-rows
SELECT table_name FROM information_schema.tables

-- name: catalogue/information-schema-quoted
-- no-rows
SELECT * FROM `information_schema`.`processlist`

-- name: catalogue/information-schema-upper
-- no-rows
SELECT * FROM INFORMATION_SCHEMA.SCHEMATA

-- name: catalogue/information-schema-spaces
-- no-rows
SELECT * FROM information_schema . columns

-- name: catalogue/information-schema-comment
-- no-rows
SELECT * FROM information_schema/**/./**/views

-- name: catalogue/unqualified
-- no-rows
SELECT * FROM processlist

-- name: catalogue/mysql-user
-- no-rows
SELECT * FROM mysql.user

-- name: catalogue/mysql-global-priv
-- no-rows
SELECT * FROM mysql.global_priv

-- name: catalogue/performance-schema-variables
-- no-rows
SELECT * FROM performance_schema.user_variables_by_thread

-- name: catalogue/user-variables
-- no-rows
SELECT * FROM information_schema.user_variables

-- name: catalogue/sys
-- no-rows
SELECT * FROM sys.session

-- name: catalogue/in-subquery
SELECT id FROM tags WHERE name IN (SELECT table_name FROM information_schema.tables)

-- name: catalogue/show-tables
-- no-rows
SHOW TABLES

-- name: catalogue/show-databases
-- no-rows
SHOW DATABASES

-- name: catalogue/show-processlist
-- no-rows
SHOW FULL PROCESSLIST

-- name: catalogue/show-create-view
-- no-rows
SHOW CREATE TABLE customers

-- name: catalogue/show-variables
-- no-rows
SHOW VARIABLES

-- name: catalogue/show-grants
-- no-rows
SHOW GRANTS

-- name: catalogue/show-columns
-- no-rows
SHOW FULL COLUMNS FROM customers

-- name: catalogue/show-status
-- no-rows
SHOW STATUS

-- name: catalogue/show-warnings
-- no-rows
SHOW WARNINGS

-- name: catalogue/show-engine
-- no-rows
SHOW ENGINE INNODB STATUS

-- name: catalogue/describe
-- no-rows
DESCRIBE customers

-- name: catalogue/desc-select
-- no-rows
DESC SELECT * FROM customers

-- name: catalogue/explain-extended
-- no-rows
EXPLAIN EXTENDED SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: catalogue/explain-json
-- no-rows
EXPLAIN FORMAT=JSON SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: catalogue/explain-for-connection
-- no-rows
EXPLAIN FOR CONNECTION 1

-- name: catalogue/analyze-select
-- no-rows
ANALYZE SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: catalogue/help
HELP 'contents'

-- name: schema/use
USE `{other_database}`

-- name: schema/other-database
SELECT * FROM {other_database}.customers

-- name: schema/other-database-quoted
SELECT * FROM `{other_database}`.`customers` WHERE tenant_id = '{other}'

-- name: schema/other-database-column
SELECT `{other_database}`.customers.name FROM customers

-- name: schema/data-tables
SELECT * FROM {other_schema}.customers

-- name: schema/dot-first
SELECT * FROM .customers

-- name: schema/insert-other-database
INSERT INTO {other_database}.tags (tenant_id, id, name) VALUES ('{other}', 920, 'planted')

-- name: schema/update-other-database
UPDATE {other_database}.items SET name = 'gone'

-- name: schema/delete-other-database
DELETE FROM {other_database}.item_tags

-- name: schema/join-other-database
SELECT b.name FROM tags a JOIN {other_schema}.customers b ON b.tenant_id = '{other}'

-- name: schema/ledger
SELECT * FROM mtp_ledger

-- name: schema/library-tables
SELECT * FROM mtp_tenants

-- name: schema/central
SELECT * FROM mtp_central_tenants

-- name: schema/seal-secret
SELECT * FROM seal_secret

-- name: function/user
-- no-rows
SELECT user(), current_user(), session_user(), system_user()

-- name: function/current-user-bare
-- no-rows
SELECT current_user

-- name: function/database
-- no-rows
SELECT database(), schema()

-- name: function/version
-- no-rows
SELECT version()

-- name: function/connection-id
-- no-rows
SELECT connection_id()

-- name: function/last-insert-id
-- no-rows
SELECT last_insert_id(), row_count(), found_rows()

-- name: function/set-last-insert-id
SELECT last_insert_id(5)

-- name: function/sleep
SELECT sleep(30)

-- name: function/sleep-for-each
SELECT name FROM customers WHERE sleep(5) = 0

-- name: function/benchmark
SELECT benchmark(1000000000, sha2('x', 512))

-- name: function/get-lock
SELECT get_lock('mtp', 0)

-- name: function/release-all-locks
SELECT release_all_locks()

-- name: function/is-used-lock
-- no-rows
SELECT is_used_lock('mtp')

-- name: function/master-pos-wait
SELECT master_pos_wait('x', 1, 1)

-- name: function/name-const
SELECT name_const('leak', '{other}')

-- name: function/extractvalue
SELECT extractvalue('<a/>', concat('~', (SELECT max(name) FROM customers WHERE tenant_id = '{other}')))

-- name: function/updatexml
SELECT updatexml('<a/>', concat('~', (SELECT max(name) FROM customers WHERE tenant_id = '{other}')), 'x')

-- name: function/sys-exec
SELECT sys_exec('id'), sys_eval('id')

-- name: function/wall-tenant
-- no-rows
SELECT tenant()

-- name: function/wall-tenant-qualified
-- no-rows
SELECT {other_schema}.tenant()

-- name: function/default-of-column
SELECT DEFAULT(tenant_id) FROM customers

-- name: function/values-outside-insert
SELECT VALUES(tenant_id) FROM customers

-- name: function/space-before-bracket
SELECT load_file ('/etc/passwd'), sleep (5)

-- name: function/quoted
SELECT `load_file`('/etc/passwd')

-- name: function/comment-before-bracket
SELECT user/**/()

-- name: function/encrypt
SELECT encrypt('x'), old_password('x'), password('x')

-- name: function/des-key
SELECT des_decrypt('x'), decode('x', 'y')

-- name: function/load-json-of-other
SELECT j.n FROM customers c, JSON_TABLE(json_array(c.name), '$[*]' COLUMNS (n VARCHAR(99) PATH '$')) j WHERE c.tenant_id = '{other}'

-- name: function/json-table-of-subquery
SELECT j.n FROM JSON_TABLE((SELECT json_arrayagg(name) FROM customers WHERE tenant_id = '{other}'), '$[*]' COLUMNS (n VARCHAR(99) PATH '$')) j

-- name: function/json-table-default
SELECT j.n FROM JSON_TABLE('[{}]', '$[*]' COLUMNS (n VARCHAR(99) PATH '$.x' DEFAULT '{other}' ON EMPTY)) j JOIN customers c ON c.tenant_id = j.n

-- name: function/json-arrayagg-of-all
SELECT json_arrayagg(name), json_objectagg(id, email) FROM customers

-- name: function/group-concat-of-all
SELECT group_concat(name, email ORDER BY tenant_id SEPARATOR '|') FROM customers

-- name: function/group-concat-subquery-order
SELECT group_concat(name ORDER BY (SELECT max(email) FROM customers WHERE tenant_id = '{other}')) FROM tags

-- name: function/match-against
SELECT name FROM customers WHERE MATCH (name) AGAINST ('{other}' IN BOOLEAN MODE)

-- name: function/repeat-flood
SELECT length(repeat('x', 900000000))

-- name: function/convert
SELECT name FROM customers WHERE CONVERT(tenant_id USING latin1) = '{other}'

-- name: function/cast-signed
SELECT name FROM customers WHERE CAST(tenant_id AS BINARY) = CAST('{other}' AS BINARY)

-- name: function/soundex
SELECT name FROM customers WHERE tenant_id SOUNDS LIKE '{other}'

-- name: function/nextval
SELECT nextval(mtp), lastval(mtp)

-- name: function/next-value-for
SELECT NEXT VALUE FOR mtp

-- name: function/get-diagnostics
GET DIAGNOSTICS @n = NUMBER

-- name: block/begin-not-atomic
BEGIN NOT ATOMIC SET @mtp_seal = '{other}'; SELECT name FROM customers; END

-- name: block/end-injected
SELECT name FROM customers; END

-- name: block/end-and-more
SELECT 1; END; SELECT name FROM customers WHERE tenant_id = '{other}'; BEGIN

-- name: block/set-injected
SELECT 1; SET @mtp_seal = '{other}'; SELECT name FROM customers

-- name: block/set-null-injected
SELECT 1; SET @mtp_seal = NULL

-- name: block/declare-handler
DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SELECT 1

-- name: block/signal
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the tenant seal is not valid'

-- name: block/prepare
PREPARE evil FROM 'SELECT * FROM customers'

-- name: block/execute-immediate
EXECUTE IMMEDIATE 'SELECT * FROM customers'

-- name: block/execute
EXECUTE evil

-- name: block/deallocate
DEALLOCATE PREPARE evil

-- name: block/call
CALL evil('{other}')

-- name: block/call-sys
CALL sys.execute_prepared_stmt('SELECT * FROM customers')

-- name: block/do
DO (SELECT max(name) FROM customers WHERE tenant_id = '{other}')

-- name: block/do-sleep
DO sleep(10)

-- name: block/handler-open
HANDLER customers OPEN

-- name: block/handler-read
-- no-rows
HANDLER customers READ FIRST

-- name: block/if
IF (SELECT count(*) FROM customers WHERE tenant_id = '{other}') > 0 THEN SELECT {mark}; END IF

-- name: block/return
RETURN (SELECT max(name) FROM customers)

-- name: block/case
CASE WHEN 1 THEN SELECT name FROM customers; END CASE

-- name: block/delimiter
DELIMITER //

-- name: block/with-returning
WITH gone AS (SELECT name FROM customers WHERE tenant_id = '{other}') DELETE FROM tags WHERE name IN (SELECT name FROM gone)

-- name: admin/kill
KILL 1

-- name: admin/kill-query
KILL QUERY 1

-- name: admin/flush
FLUSH PRIVILEGES

-- name: admin/flush-tables
FLUSH TABLES WITH READ LOCK

-- name: admin/lock-tables
LOCK TABLES customers READ

-- name: admin/unlock-tables
UNLOCK TABLES

-- name: admin/grant
GRANT ALL ON *.* TO CURRENT_USER

-- name: admin/create-user
CREATE USER evil IDENTIFIED BY 'x'

-- name: admin/alter-user
ALTER USER CURRENT_USER IDENTIFIED BY 'known to the attacker'

-- name: admin/shutdown
SHUTDOWN

-- name: admin/install-plugin
INSTALL PLUGIN evil SONAME 'evil.so'

-- name: admin/create-function
CREATE FUNCTION evil RETURNS STRING SONAME 'evil.so'

-- name: admin/reset-master
RESET MASTER

-- name: admin/purge-logs
PURGE BINARY LOGS BEFORE now()

-- name: admin/binlog
BINLOG 'x'

-- name: admin/optimize
-- no-rows
OPTIMIZE TABLE items

-- name: admin/check
-- no-rows
CHECK TABLE items

-- name: admin/checksum
-- no-rows
CHECKSUM TABLE items

-- name: admin/repair
-- no-rows
REPAIR TABLE items

-- name: admin/analyze
-- no-rows
ANALYZE TABLE items

-- name: admin/xa-start
XA START 'evil'

-- name: admin/xa-recover
-- no-rows
XA RECOVER

-- name: admin/backup-stage
BACKUP STAGE START

-- name: transaction/start
START TRANSACTION

-- name: transaction/start-snapshot
START TRANSACTION WITH CONSISTENT SNAPSHOT

-- name: transaction/begin-work
BEGIN WORK

-- name: transaction/commit-and-chain
COMMIT AND CHAIN

-- name: transaction/rollback-release
ROLLBACK RELEASE

-- name: transaction/autocommit
SET autocommit = 0

-- name: ddl/create-temporary-shadow
CREATE TEMPORARY TABLE items (tenant_id VARCHAR(63), id BIGINT, name TEXT)

-- name: ddl/create-temporary-as
CREATE TEMPORARY TABLE stolen SELECT * FROM customers

-- name: ddl/create-table-like
CREATE TABLE stolen LIKE customers

-- name: ddl/create-or-replace-view
CREATE OR REPLACE VIEW customers AS SELECT 1

-- name: ddl/alter-view
ALTER VIEW customers AS SELECT 1

-- name: ddl/create-definer-view
CREATE DEFINER = root@localhost SQL SECURITY DEFINER VIEW evil AS SELECT * FROM customers

-- name: ddl/create-procedure
CREATE PROCEDURE evil() SELECT * FROM customers

-- name: ddl/create-event
CREATE EVENT evil ON SCHEDULE EVERY 1 SECOND DO DELETE FROM items

-- name: ddl/create-database
CREATE DATABASE evil

-- name: ddl/drop-database
DROP DATABASE `{other_database}`

-- name: ddl/rename-table
RENAME TABLE items TO {other_database}.items

-- name: ddl/create-sequence
CREATE SEQUENCE evil

-- name: ddl/create-server
CREATE SERVER evil FOREIGN DATA WRAPPER mysql OPTIONS (HOST '127.0.0.1')

-- name: ddl/federated
CREATE TABLE evil (id INT) ENGINE = FEDERATED CONNECTION = 'mysql://root@127.0.0.1/mysql/user'

-- name: ddl/connect-engine
CREATE TABLE evil (l VARCHAR(255)) ENGINE = CONNECT TABLE_TYPE = DOS FILE_NAME = '/etc/passwd'

-- name: write/insert-set
INSERT INTO tags SET tenant_id = '{other}', id = 940, name = 'planted'

-- name: write/insert-set-own
INSERT INTO tags SET id = 941, name = 'mine'

-- name: write/insert-delayed
INSERT DELAYED INTO tags (tenant_id, id, name) VALUES ('{other}', 942, 'planted')

-- name: write/insert-low-priority
INSERT LOW_PRIORITY INTO tags (tenant_id, id, name) VALUES ('{other}', 943, 'planted')

-- name: write/insert-ignore-other
INSERT IGNORE INTO tags (tenant_id, id, name) VALUES ('{other}', 944, 'planted')

-- name: write/insert-partition
INSERT INTO tags PARTITION (p0) (tenant_id, id, name) VALUES ('{other}', 945, 'planted')

-- name: write/insert-alias
INSERT INTO tags (id, name) VALUES (1, 'x') AS new ON DUPLICATE KEY UPDATE title = new.tenant_id

-- name: write/insert-table
INSERT INTO tags TABLE tags

-- name: write/insert-values-row
INSERT INTO tags (tenant_id, id, name) VALUES ROW('{other}', 946, 'planted')

-- name: write/insert-qualified-column
INSERT INTO tags (tags.tenant_id, tags.id, tags.name) VALUES ('{other}', 947, 'planted')

-- name: write/insert-default-tenant
INSERT INTO tags (tenant_id, id, name) VALUES (DEFAULT, 948, 'planted')

-- name: write/insert-two-rows-one-short
INSERT INTO tags (id, name) VALUES (949, 'a'), (950, 'b', '{other}')

-- name: write/insert-row-wider
INSERT INTO tags (id, name) VALUES (949, 'a', '{other}')

-- name: write/insert-empty-row
INSERT INTO tags () VALUES ()

-- name: write/replace-set
REPLACE INTO tags SET tenant_id = '{other}', id = 1, name = 'overwritten'

-- name: write/replace-own
REPLACE INTO tags (id, name) VALUES (1, 'mine')

-- name: write/replace-select-other
REPLACE INTO tags (tenant_id, id, name) SELECT '{other}', id, name FROM tags

-- name: write/upsert-other-then-name
INSERT INTO tags (tenant_id, id, name) VALUES ('{other}', 1, 'x') ON DUPLICATE KEY UPDATE name = 'taken', title = {mark}

-- name: write/upsert-tenant-upper
INSERT INTO tags (id, name) VALUES (1, 'x') ON DUPLICATE KEY UPDATE TENANT_ID = '{other}'

-- name: write/upsert-tenant-quoted
INSERT INTO tags (id, name) VALUES (1, 'x') ON DUPLICATE KEY UPDATE `tenant_id` = '{other}'

-- name: write/upsert-tenant-qualified
INSERT INTO tags (id, name) VALUES (1, 'x') ON DUPLICATE KEY UPDATE tags.tenant_id = '{other}'

-- name: write/upsert-tenant-by-values
INSERT INTO tags (id, name) VALUES (1, '{other}') ON DUPLICATE KEY UPDATE tenant_id = VALUES(name)

-- name: write/upsert-select-other
INSERT INTO tags (id, name) SELECT c.id, c.email FROM customers c WHERE c.tenant_id = '{other}' ON DUPLICATE KEY UPDATE title = c.email

-- name: write/update-ignore-other
UPDATE IGNORE tags SET tenant_id = '{other}' WHERE id = 4

-- name: write/update-low-priority
UPDATE LOW_PRIORITY tags SET name = 'gone' WHERE tenant_id = '{other}'

-- name: write/update-qualified-tenant
UPDATE tags SET tags.tenant_id = '{other}', id = 960, name = 'moved' WHERE id = 4

-- name: write/update-alias-tenant
UPDATE tags AS t SET t.tenant_id = '{other}', id = 961, name = 'moved' WHERE t.id = 4

-- name: write/update-two-tables
UPDATE tags, customers SET tags.title = customers.email WHERE customers.tenant_id = '{other}' AND tags.id = 1

-- name: write/update-join
UPDATE tags t JOIN customers c ON c.id = t.id SET t.title = c.email, c.name = 'gone' WHERE c.tenant_id = '{other}'

-- name: write/update-join-derived
UPDATE tags t JOIN (SELECT id, email FROM customers WHERE tenant_id = '{other}') c ON c.id = t.id SET t.title = c.email

-- name: write/update-order-limit-other
UPDATE items SET name = 'gone' WHERE tenant_id = '{other}' ORDER BY tenant_id DESC LIMIT 3

-- name: write/update-derived-target
UPDATE (SELECT * FROM items) x SET name = 'gone'

-- name: write/update-partition
UPDATE items PARTITION (p0) SET name = 'gone' WHERE tenant_id = '{other}'

-- name: write/update-for-portion
UPDATE items FOR PORTION OF p FROM '2026-01-01' TO '2027-01-01' SET name = 'gone'

-- name: write/update-default-tenant
UPDATE tags SET tenant_id = DEFAULT WHERE id = 4

-- name: write/update-index-hint
UPDATE items USE INDEX (PRIMARY) SET name = 'gone' WHERE tenant_id = '{other}'

-- name: write/delete-two-tables
DELETE t, c FROM tags t JOIN customers c ON c.id = t.id WHERE c.tenant_id = '{other}'

-- name: write/delete-using
DELETE FROM item_tags USING item_tags JOIN customers c WHERE c.tenant_id = '{other}'

-- name: write/delete-multi-from
DELETE tags FROM tags, customers WHERE customers.tenant_id = '{other}'

-- name: write/delete-star
DELETE item_tags.* FROM item_tags WHERE tenant_id = '{other}'

-- name: write/delete-quick-ignore
DELETE QUICK IGNORE FROM item_tags WHERE tenant_id = '{other}'

-- name: write/delete-history
DELETE HISTORY FROM item_tags

-- name: write/delete-partition
DELETE FROM item_tags PARTITION (p0)

-- name: write/delete-limit-other
DELETE FROM events WHERE tenant_id <> '{tenant}' ORDER BY tenant_id LIMIT 100

-- name: write/truncate-short
TRUNCATE items

-- name: syntax/table-statement
TABLE customers

-- name: syntax/values-row
VALUES ROW((SELECT max(name) FROM customers WHERE tenant_id = '{other}'))

-- name: syntax/values-subquery
VALUES ((SELECT max(name) FROM customers WHERE tenant_id = '{other}')), (1)

-- name: syntax/straight-join
SELECT STRAIGHT_JOIN b.name FROM tags a STRAIGHT_JOIN customers b ON b.tenant_id = '{other}'

-- name: syntax/select-modifiers
SELECT HIGH_PRIORITY SQL_NO_CACHE SQL_CALC_FOUND_ROWS name FROM customers WHERE tenant_id = '{other}'

-- name: syntax/procedure-analyse
SELECT name FROM customers PROCEDURE ANALYSE()

-- name: syntax/lock-in-share-mode
SELECT name FROM customers WHERE tenant_id = '{other}' LOCK IN SHARE MODE

-- name: syntax/for-update-of
SELECT name FROM customers c WHERE tenant_id = '{other}' FOR UPDATE OF c NOWAIT

-- name: syntax/use-index
SELECT name FROM customers USE INDEX (PRIMARY) WHERE tenant_id = '{other}'

-- name: syntax/force-index
SELECT name FROM customers FORCE INDEX FOR JOIN (PRIMARY) WHERE tenant_id = '{other}'

-- name: syntax/partition
SELECT name FROM customers PARTITION (p0) WHERE tenant_id = '{other}'

-- name: syntax/system-time
SELECT name FROM customers FOR SYSTEM_TIME ALL WHERE tenant_id = '{other}'

-- name: syntax/limit-rows-examined
SELECT name FROM customers WHERE tenant_id = '{other}' LIMIT ROWS EXAMINED 1000

-- name: syntax/limit-comma-flood
SELECT name FROM customers WHERE tenant_id = '{other}' LIMIT 0, 18446744073709551615

-- name: syntax/rollup-of-tenants
SELECT tenant_id, max(name) FROM customers GROUP BY tenant_id WITH ROLLUP

-- name: syntax/or-signs
SELECT name FROM customers WHERE id = 1 || tenant_id = '{other}'

-- name: syntax/and-signs
SELECT name FROM customers WHERE tenant_id = '{other}' && 1

-- name: syntax/not-sign-binds-tighter
SELECT name FROM customers WHERE ! tenant_id = '{tenant}'

-- name: syntax/xor
SELECT name FROM customers WHERE tenant_id = '{tenant}' XOR 1 = 1

-- name: syntax/regexp
SELECT name FROM customers WHERE tenant_id REGEXP '.*' AND tenant_id NOT REGEXP '^{tenant}$'

-- name: syntax/in-row
SELECT name FROM customers WHERE (tenant_id, id) IN (('{other}', 1), ('{other}', 2))

-- name: syntax/any-table
SELECT name FROM customers WHERE tenant_id = ANY (TABLE tags)

-- name: syntax/natural-join-swap
SELECT * FROM customers NATURAL LEFT JOIN (SELECT '{other}' AS tenant_id, 1 AS id) x

-- name: syntax/brackets-around-table
SELECT name FROM (customers) WHERE tenant_id = '{other}'

-- name: syntax/brackets-around-join
SELECT c.name FROM ((customers c)) JOIN (tags t) ON c.tenant_id = '{other}'

-- name: syntax/odbc-join
SELECT c.name FROM {oj customers c LEFT OUTER JOIN tags t ON c.id = t.id}

-- name: syntax/lateral
SELECT x.name FROM tags t, LATERAL (SELECT name FROM customers c WHERE c.tenant_id = '{other}') x

-- name: syntax/cte-cycle
WITH RECURSIVE r AS (SELECT tenant_id, name FROM customers UNION SELECT c.tenant_id, c.name FROM customers c JOIN r ON c.tenant_id <> r.tenant_id) SELECT * FROM r

-- name: syntax/cte-with-insert
INSERT INTO tags (id, name) WITH x AS (SELECT email FROM customers WHERE tenant_id = '{other}') SELECT 970, email FROM x

-- name: syntax/intersect-all
SELECT name FROM customers INTERSECT ALL SELECT name FROM customers WHERE tenant_id = '{other}'

-- name: syntax/union-order-by-subquery
SELECT name FROM tags UNION SELECT name FROM tags ORDER BY (SELECT max(email) FROM customers WHERE tenant_id = '{other}')

-- name: syntax/window-over-other
SELECT name, last_value(email) OVER (ORDER BY tenant_id RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS leak FROM customers

-- name: syntax/named-placeholder
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = :tenant

-- name: syntax/at-placeholder
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = @tenant

-- name: syntax/dollar-placeholder
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = $1

-- name: syntax/numbered-placeholder
-- params: ["{other}"]
SELECT name FROM customers WHERE tenant_id = ?1

-- name: syntax/placeholder-as-limit
-- params: ["{other}"]
SELECT name FROM customers LIMIT ?

-- name: syntax/dollar-quotes
SELECT $$a$$, name FROM customers WHERE tenant_id = '{other}'

-- name: syntax/double-dot
SELECT * FROM mysql..user

-- name: syntax/caret-and-shift
SELECT name FROM customers WHERE tenant_id = '{other}' ^ 0 | 1

-- name: syntax/assignment-operator
SELECT name FROM customers WHERE tenant_id := '{other}'

-- name: syntax/arrow
SELECT name -> '$', doc ->> '$.mark' FROM notes WHERE tenant_id = '{other}'

-- name: syntax/member-of
SELECT name FROM customers WHERE tenant_id MEMBER OF ('["{other}"]')

-- name: syntax/interval-function
SELECT interval(1, 2, 3), name FROM customers WHERE tenant_id = '{other}'

-- name: syntax/binary-operator
SELECT name FROM customers WHERE BINARY tenant_id = '{other}'

-- name: error/cast-of-other
SELECT CAST((SELECT max(name) FROM customers WHERE tenant_id = '{other}') AS SIGNED)

-- name: error/duplicate-tells
INSERT INTO tags (id, name) SELECT 1, max(email) FROM customers WHERE tenant_id = '{other}'

-- name: error/too-many-rows
SELECT id FROM tags WHERE id = (SELECT id FROM customers WHERE tenant_id = '{other}')

-- name: error/bad-json-of-other
SELECT json_extract((SELECT max(name) FROM customers WHERE tenant_id = '{other}'), '$')

-- name: error/bad-date-of-other
INSERT INTO orders (id, customer_id, status, placed_on) SELECT 971, 1, 'x', max(name) FROM customers WHERE tenant_id = '{other}'

-- name: error/geometry
SELECT polygon((SELECT * FROM (SELECT max(name) FROM customers WHERE tenant_id = '{other}') x))

-- name: error/exp-overflow
SELECT exp(~(SELECT * FROM (SELECT max(name) FROM customers WHERE tenant_id = '{other}') x))

-- name: error/group-by-floor-rand
SELECT count(*), concat((SELECT max(email) FROM customers WHERE tenant_id = '{other}'), floor(rand(0) * 2)) AS x FROM customers GROUP BY x

-- name: error/constraint-message
INSERT INTO items (id, sku, name, kind, price_cents) SELECT 972, max(email), 'x', 'x', -1 FROM customers WHERE tenant_id = '{other}'

-- name: error/foreign-key-probe
INSERT INTO order_lines (order_id, line_no, item_id, quantity, unit_cents) SELECT 1, 99, max(id), 1, 1 FROM items WHERE tenant_id = '{other}'

-- name: shadow/mtp-alias
SELECT mtp_a.name FROM customers AS mtp_a WHERE mtp_a.tenant_id = '{other}'

-- name: shadow/column-named-like-seal
SELECT '{other}' AS mtp_seal, name FROM customers

-- name: shadow/alias-hides-filtered
SELECT x.name FROM tags AS customers JOIN customers AS x ON x.tenant_id = '{other}'

-- name: placeholder/order-across-filters
-- params: ["{other}", "{tenant}"]
SELECT (SELECT max(name) FROM items WHERE tenant_id = ?) AS leak, name FROM customers WHERE tenant_id <> ?
