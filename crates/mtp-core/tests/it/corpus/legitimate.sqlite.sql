-- Statements as services write them, in the words of SQLite. Each stands alone on a fresh seed and must give
-- through the handle what it gives raw in a database that holds this one tenant's rows only.
-- params: bound in order; unordered: the rows have no order of their own; writes: compare these tables afterwards.

-- name: point-read
-- params: [3]
SELECT id, name, price_cents FROM items WHERE id = ?1

-- name: point-read-star
-- params: [1]
SELECT * FROM customers WHERE id = ?1

-- name: point-read-composite-key
-- params: [1, 2]
SELECT item_id, quantity FROM order_lines WHERE order_id = ?1 AND line_no = ?2

-- name: point-read-missing
-- params: [999]
SELECT id, name FROM items WHERE id = ?1

-- name: list-all
SELECT id, name FROM items ORDER BY id

-- name: list-all-star
SELECT * FROM orders ORDER BY id

-- name: list-unordered
-- unordered
SELECT id, name, kind FROM items

-- name: list-with-tenant-id
SELECT tenant_id, id FROM tags ORDER BY id

-- name: list-tenant-id-in-where-of-itself
SELECT id FROM tags WHERE tenant_id IS NOT NULL ORDER BY id

-- name: list-page
-- params: [3, 2]
SELECT id, name FROM items ORDER BY name, id LIMIT ?1 OFFSET ?2

-- name: list-page-by-key
-- params: [2, 3]
SELECT id, name FROM items WHERE id > ?1 ORDER BY id LIMIT ?2

-- name: list-page-by-two-keys
-- params: [700, 7]
SELECT id, price_cents FROM items WHERE (price_cents, id) > (?1, ?2) ORDER BY price_cents, id LIMIT 3

-- name: list-nulls-first
SELECT id, city FROM customers ORDER BY city ASC NULLS FIRST, id

-- name: list-nulls-last
SELECT id, weight FROM items ORDER BY weight DESC NULLS LAST, id DESC

-- name: list-order-by-position
SELECT kind, name FROM items ORDER BY 1, 2 DESC

-- name: list-order-by-alias
SELECT id, price_cents * stock AS worth FROM items ORDER BY worth DESC, id

-- name: list-order-by-expression
SELECT id FROM items ORDER BY price_cents % 7, id

-- name: list-order-by-case
SELECT id, status FROM orders ORDER BY CASE status WHEN 'open' THEN 0 WHEN 'paid' THEN 1 ELSE 2 END, id

-- name: filter-and-or
-- params: ["furniture", 500]
SELECT id FROM items WHERE kind = ?1 AND (price_cents > ?2 OR stock = 0) ORDER BY id

-- name: filter-or-at-top
-- params: ["lighting", 10000]
SELECT id FROM items WHERE kind = ?1 OR price_cents > ?2 ORDER BY id

-- name: filter-not
SELECT id FROM items WHERE NOT (kind = 'furniture' OR stock < 5) ORDER BY id

-- name: filter-in-list
SELECT id, status FROM orders WHERE status IN ('paid', 'shipped') ORDER BY id

-- name: filter-not-in-list
SELECT id, status FROM orders WHERE status NOT IN ('paid', 'shipped') ORDER BY id

-- name: filter-in-parameters
-- params: [1, 3, 5]
SELECT id, name FROM customers WHERE id IN (?1, ?2, ?3) ORDER BY id

-- name: filter-between
-- params: [300, 6000]
SELECT id FROM items WHERE price_cents BETWEEN ?1 AND ?2 ORDER BY id

-- name: filter-not-between
SELECT id FROM items WHERE price_cents NOT BETWEEN 300 AND 6000 ORDER BY id

-- name: filter-between-dates
-- params: ["2026-02-01", "2026-02-28"]
SELECT id FROM orders WHERE placed_on BETWEEN ?1 AND ?2 ORDER BY id

-- name: filter-is-null
SELECT id FROM customers WHERE city IS NULL

-- name: filter-is-not-null
SELECT id FROM items WHERE parent_id IS NOT NULL ORDER BY id

-- name: filter-is-distinct-from
SELECT id FROM customers WHERE city IS DISTINCT FROM 'Berlin' ORDER BY id

-- name: filter-is-not-distinct-from
SELECT id FROM customers WHERE referred_by IS NOT DISTINCT FROM NULL ORDER BY id

-- name: filter-like
-- params: ["Chair%"]
SELECT id, name FROM items WHERE name LIKE ?1 ORDER BY id

-- name: filter-not-like
SELECT id FROM items WHERE name NOT LIKE 'Ch%' ORDER BY id

-- name: filter-like-escape
SELECT id FROM items WHERE name LIKE '%100!% %' ESCAPE '!' ORDER BY id

-- name: filter-like-underscore
SELECT id FROM items WHERE name LIKE '_amp%' ORDER BY id

-- name: filter-like-concatenated
-- params: ["omf"]
SELECT id FROM items WHERE name LIKE '%' || ?1 || '%' ORDER BY id

-- name: filter-lower-like
-- params: ["ENTWURF"]
SELECT id, title FROM notes WHERE lower(title) LIKE lower(?1) || '%'

-- name: filter-boolean
SELECT id FROM customers WHERE vip ORDER BY id

-- name: filter-boolean-not
SELECT id FROM customers WHERE NOT vip ORDER BY id

-- name: filter-boolean-parameter
-- params: [true]
SELECT id FROM customers WHERE vip = ?1 ORDER BY id

-- name: filter-boolean-literal
SELECT id FROM notes WHERE pinned = TRUE ORDER BY id

-- name: filter-constant-true
SELECT id FROM tags WHERE 1 = 1 ORDER BY id

-- name: filter-constant-false
SELECT id FROM tags WHERE 1 = 0

-- name: filter-arithmetic
SELECT id FROM items WHERE price_cents * 2 - 100 > stock + 10 ORDER BY id

-- name: filter-negative-number
SELECT id FROM customers WHERE credit_cents < -1

-- name: filter-row-equals
SELECT id FROM customers WHERE (city, country) = ('Berlin', 'DE') ORDER BY id

-- name: filter-row-less
SELECT order_id, line_no FROM order_lines WHERE (order_id, line_no) < (2, 1) ORDER BY order_id, line_no

-- name: filter-row-in-subquery
SELECT order_id, line_no FROM order_lines WHERE (order_id, item_id) IN (SELECT o.id, 1 FROM orders o) ORDER BY order_id, line_no

-- name: filter-coalesce
SELECT id FROM customers WHERE coalesce(city, 'nowhere') = 'nowhere'

-- name: filter-nullif
SELECT id, nullif(stock, 0) AS stock FROM items ORDER BY id

-- name: filter-length
SELECT id FROM notes WHERE length(body) > 10 ORDER BY id

-- name: filter-empty-text
SELECT id FROM notes WHERE body = ''

-- name: text-with-doubled-quote
SELECT id FROM orders WHERE note LIKE 'it''s off%'

-- name: text-with-double-quotes
SELECT id FROM items WHERE name LIKE '%"comfy"%'

-- name: text-with-backslash
SELECT id FROM items WHERE name LIKE '%\!_C%' ESCAPE '!'

-- name: text-that-ends-in-backslash
SELECT id, 'a\' AS tail FROM items WHERE kind = 'parts' ORDER BY id

-- name: text-with-comment-signs
SELECT id FROM notes WHERE body LIKE '%-- soon' OR body LIKE '%/* not a comment */' ORDER BY id

-- name: text-with-semicolon
SELECT id FROM notes WHERE body LIKE '%;%' ORDER BY id

-- name: text-with-unicode
SELECT id FROM items WHERE name LIKE 'Ünïcödé 木%'

-- name: text-with-placeholder-sign
SELECT id, 'costs $1 or ?' AS hint FROM tags ORDER BY id

-- name: text-with-newline
SELECT id, 'two
lines' AS body FROM tags ORDER BY id

-- name: text-parameter-with-quotes
-- params: ["x' OR '1'='1"]
SELECT id FROM items WHERE name = ?1

-- name: comment-line
SELECT id -- the key
FROM tags -- all of them
ORDER BY id

-- name: comment-block
SELECT /* only */ id FROM /* the */ tags ORDER BY id /* done */

-- name: comment-at-end
SELECT id FROM tags ORDER BY id -- done

-- name: comment-at-start
/* report 7 */ SELECT count(*) FROM tags

-- name: trailing-semicolon
SELECT id FROM tags ORDER BY id;

-- name: lower-case-keywords
select id, name from tags where id < 3 order by id

-- name: mixed-case-names
Select T.ID, T.Name From Tags As T Order By T.id

-- name: quoted-names
SELECT "id", "name" FROM "tags" ORDER BY "id"

-- name: quoted-alias
SELECT t.id AS "the id", t.name AS "Name" FROM tags t ORDER BY "the id"

-- name: quoted-table-alias
SELECT "T x".id FROM tags AS "T x" ORDER BY "T x".id

-- name: alias-like-another-table
SELECT orders.id, orders.name FROM customers AS orders ORDER BY orders.id

-- name: alias-star
SELECT i.* FROM items i WHERE i.id < 3 ORDER BY i.id

-- name: duplicate-column-names
SELECT a.id, b.id FROM tags a JOIN tags b ON b.id = a.id + 1 ORDER BY a.id

-- name: column-alias-shadows-column
SELECT id, upper(name) AS name FROM tags ORDER BY id

-- name: select-constant
SELECT 1 AS one, 'two' AS two, NULL AS three

-- name: select-expression-only
-- params: [20, 22]
SELECT ?1 + ?2 AS answer

-- name: same-parameter-twice
-- params: [100]
SELECT id FROM items WHERE price_cents > ?1 AND stock < ?1 ORDER BY id

-- name: parameters-out-of-order
-- params: ["furniture", 5]
SELECT id FROM items WHERE stock > ?2 AND kind = ?1 ORDER BY id

-- name: case-searched
SELECT id, CASE WHEN stock = 0 THEN 'out' WHEN stock < 5 THEN 'low' ELSE 'ok' END AS state FROM items ORDER BY id

-- name: case-simple
SELECT id, CASE kind WHEN 'lighting' THEN 'L' WHEN 'furniture' THEN 'F' END AS code FROM items ORDER BY id

-- name: case-nested
SELECT id, CASE WHEN vip THEN CASE WHEN credit_cents > 1000 THEN 'gold' ELSE 'silver' END ELSE 'plain' END AS grade FROM customers ORDER BY id

-- name: case-in-aggregate
SELECT sum(CASE WHEN status = 'paid' THEN 1 ELSE 0 END) AS paid, count(*) AS total FROM orders

-- name: cast-to-text
SELECT id, CAST(price_cents AS TEXT) AS price FROM items ORDER BY id

-- name: cast-to-integer
SELECT id, CAST('12' AS INTEGER) + id AS n FROM tags ORDER BY id

-- name: cast-number-to-real
SELECT id, CAST(price_cents AS REAL) / 100 AS euros FROM items ORDER BY id

-- name: concat-operator
SELECT id, name || ' <' || email || '>' AS recipient FROM customers ORDER BY id

-- name: string-functions
SELECT id, upper(kind) AS u, lower(kind) AS l, trim('  x ') AS t, replace(kind, 'i', '!') AS r, substr(kind, 2, 3) AS s FROM items ORDER BY id

-- name: string-trim-kinds
SELECT ltrim('xxa', 'x') AS l, rtrim('axx', 'x') AS r, trim('xaxx', 'x') AS b FROM tags WHERE id = 1

-- name: number-functions
SELECT id, abs(credit_cents) AS a, round(credit_cents / 7.0) AS r FROM customers ORDER BY id

-- name: coalesce-chain
SELECT id, coalesce(city, country, '?') AS place FROM customers ORDER BY id

-- name: distinct
SELECT DISTINCT kind FROM items ORDER BY kind

-- name: distinct-two
SELECT DISTINCT country, vip FROM customers ORDER BY country, vip

-- name: distinct-with-null
SELECT DISTINCT city FROM customers ORDER BY city NULLS LAST

-- name: count-all
SELECT count(*) FROM items

-- name: count-column
SELECT count(city) AS cities, count(DISTINCT city) AS different FROM customers

-- name: aggregates
SELECT min(price_cents) AS lo, max(price_cents) AS hi, sum(stock) AS units, count(*) AS n FROM items

-- name: aggregate-average
SELECT kind, avg(price_cents) AS mean FROM items GROUP BY kind ORDER BY kind

-- name: aggregate-of-nothing
SELECT count(*) AS n, max(id) AS hi FROM items WHERE id > 1000

-- name: aggregate-filter
SELECT count(*) FILTER (WHERE status = 'open') AS open, count(*) FILTER (WHERE status <> 'open') AS rest FROM orders

-- name: aggregate-filter-sum
SELECT customer_id, sum(total_cents) FILTER (WHERE status IN ('paid', 'shipped')) AS earned FROM orders GROUP BY customer_id ORDER BY customer_id

-- name: group-by
SELECT kind, count(*) AS n FROM items GROUP BY kind ORDER BY kind

-- name: group-by-having
-- params: [1]
SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id HAVING count(*) > ?1 ORDER BY customer_id

-- name: group-by-expression
SELECT price_cents / 1000 AS bucket, count(*) AS n FROM items GROUP BY price_cents / 1000 ORDER BY bucket

-- name: group-by-two
SELECT country, vip, count(*) AS n FROM customers GROUP BY country, vip ORDER BY country, vip

-- name: group-by-alias-position
SELECT upper(kind) AS k, sum(stock) AS units FROM items GROUP BY 1 ORDER BY 1

-- name: group-by-case
SELECT CASE WHEN price_cents < 1000 THEN 'cheap' ELSE 'dear' END AS class, count(*) AS n FROM items GROUP BY CASE WHEN price_cents < 1000 THEN 'cheap' ELSE 'dear' END ORDER BY class

-- name: group-order-by-aggregate
SELECT kind, sum(stock) AS units FROM items GROUP BY kind ORDER BY sum(stock) DESC, kind

-- name: having-without-group
SELECT count(*) AS n FROM items HAVING count(*) > 2

-- name: join-inner
SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY o.id

-- name: join-inner-keyword
SELECT o.id, c.email FROM orders AS o INNER JOIN customers AS c ON o.customer_id = c.id ORDER BY o.id

-- name: join-without-alias
SELECT orders.id, customers.name FROM orders JOIN customers ON customers.id = orders.customer_id ORDER BY orders.id

-- name: join-using
SELECT order_id, line_no, l.remark FROM order_lines l JOIN (SELECT id AS order_id FROM orders) o USING (order_id) ORDER BY order_id, line_no

-- name: join-left
SELECT c.id, o.id AS order_id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id ORDER BY c.id, o.id

-- name: join-left-where-null
SELECT c.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL ORDER BY c.id

-- name: join-left-condition-in-on
-- params: ["paid"]
SELECT c.id, o.id AS paid FROM customers c LEFT OUTER JOIN orders o ON o.customer_id = c.id AND o.status = ?1 ORDER BY c.id, o.id

-- name: join-left-condition-in-where
SELECT c.id, o.id AS paid FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.status = 'paid' OR o.id IS NULL ORDER BY c.id, o.id

-- name: join-right
SELECT t.id, it.item_id FROM item_tags it RIGHT JOIN tags t ON t.id = it.tag_id ORDER BY t.id, it.item_id

-- name: join-full
SELECT i.id AS item, it.tag_id AS tag FROM items i FULL OUTER JOIN item_tags it ON it.item_id = i.id AND it.tag_id = 1 ORDER BY i.id NULLS LAST, it.tag_id NULLS LAST, it.item_id

-- name: join-cross
SELECT a.id, b.id AS other FROM tags a CROSS JOIN tags b WHERE a.id < b.id ORDER BY a.id, b.id

-- name: join-comma
SELECT o.id, c.name FROM orders o, customers c WHERE o.customer_id = c.id ORDER BY o.id

-- name: join-comma-three
SELECT i.name, t.name FROM items i, item_tags it, tags t WHERE it.item_id = i.id AND t.id = it.tag_id ORDER BY i.id, t.id

-- name: join-natural-free-of-tenant
SELECT x.id, y.name FROM (SELECT id FROM tags) x NATURAL JOIN (SELECT id, name FROM tags) y ORDER BY x.id

-- name: join-self
SELECT c.name, r.name AS by FROM customers c JOIN customers r ON r.id = c.referred_by ORDER BY c.id

-- name: join-self-left
SELECT i.id, p.name AS parent, g.name AS grandparent FROM items i LEFT JOIN items p ON p.id = i.parent_id LEFT JOIN items g ON g.id = p.parent_id ORDER BY i.id

-- name: join-four
SELECT o.id, c.name, l.line_no, i.name FROM orders o JOIN customers c ON c.id = o.customer_id JOIN order_lines l ON l.order_id = o.id JOIN items i ON i.id = l.item_id ORDER BY o.id, l.line_no

-- name: join-mixed-kinds
SELECT c.id, o.id AS o, l.line_no, i.id AS i FROM customers c LEFT JOIN orders o ON o.customer_id = c.id LEFT JOIN order_lines l ON l.order_id = o.id LEFT JOIN items i ON i.id = l.item_id ORDER BY c.id, o.id, l.line_no

-- name: join-nested-brackets
SELECT o.id, l.line_no FROM orders o JOIN (order_lines l JOIN items i ON i.id = l.item_id) ON l.order_id = o.id ORDER BY o.id, l.line_no

-- name: join-subquery
SELECT c.name, s.total FROM customers c JOIN (SELECT customer_id, sum(total_cents) AS total FROM orders GROUP BY customer_id) s ON s.customer_id = c.id ORDER BY c.id

-- name: join-non-equi
SELECT a.id, b.id AS dearer FROM items a JOIN items b ON b.price_cents > a.price_cents AND b.kind = a.kind ORDER BY a.id, b.id

-- name: join-aggregate
SELECT c.name, count(o.id) AS orders, coalesce(sum(o.total_cents), 0) AS spent FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id, c.name ORDER BY c.id

-- name: join-group-having
SELECT i.kind, sum(l.quantity * l.unit_cents) AS sold FROM order_lines l JOIN items i ON i.id = l.item_id GROUP BY i.kind HAVING sum(l.quantity) > 1 ORDER BY i.kind

-- name: subquery-scalar
SELECT id, (SELECT count(*) FROM order_lines l WHERE l.order_id = o.id) AS lines FROM orders o ORDER BY id

-- name: subquery-scalar-uncorrelated
SELECT id FROM items WHERE price_cents > (SELECT avg(price_cents) FROM items) ORDER BY id

-- name: subquery-scalar-limit
SELECT c.id, (SELECT o.status FROM orders o WHERE o.customer_id = c.id ORDER BY o.placed_on DESC LIMIT 1) AS last FROM customers c ORDER BY c.id

-- name: subquery-exists
SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id) ORDER BY id

-- name: subquery-not-exists
SELECT id FROM items i WHERE NOT EXISTS (SELECT * FROM item_tags it WHERE it.item_id = i.id) ORDER BY id

-- name: subquery-in
SELECT id, name FROM items WHERE id IN (SELECT item_id FROM order_lines) ORDER BY id

-- name: subquery-not-in
SELECT id FROM tags WHERE id NOT IN (SELECT tag_id FROM item_tags) ORDER BY id

-- name: subquery-in-nested
SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE id IN (SELECT order_id FROM order_lines WHERE item_id IN (SELECT id FROM items WHERE kind = 'furniture'))) ORDER BY id

-- name: subquery-from
SELECT s.kind, s.n FROM (SELECT kind, count(*) AS n FROM items GROUP BY kind) AS s WHERE s.n > 1 ORDER BY s.kind

-- name: subquery-from-nested
SELECT max(n) AS most FROM (SELECT customer_id, count(*) AS n FROM (SELECT * FROM orders WHERE status <> 'cancelled') x GROUP BY customer_id) y

-- name: subquery-in-order-by
SELECT id FROM customers c ORDER BY (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) DESC, id

-- name: subquery-in-limit
SELECT id FROM items ORDER BY id LIMIT (SELECT count(*) FROM tags)

-- name: subquery-in-case
SELECT id, CASE WHEN (SELECT count(*) FROM item_tags it WHERE it.item_id = i.id) > 1 THEN 'many' ELSE 'few' END AS tagged FROM items i ORDER BY id

-- name: subquery-in-having
SELECT kind FROM items GROUP BY kind HAVING sum(stock) > (SELECT count(*) FROM orders) ORDER BY kind

-- name: subquery-correlated-max
SELECT id, customer_id, placed_on FROM orders o WHERE placed_on = (SELECT max(placed_on) FROM orders x WHERE x.customer_id = o.customer_id) ORDER BY id

-- name: subquery-in-function
SELECT coalesce((SELECT name FROM tags WHERE id = 99), 'none') AS name

-- name: subquery-in-join-condition
SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id AND c.id IN (SELECT id FROM customers WHERE vip) ORDER BY o.id

-- name: subquery-two-levels-correlated
SELECT c.id FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.quantity > 1)) ORDER BY c.id

-- name: cte
WITH paid AS (SELECT * FROM orders WHERE status = 'paid') SELECT id, total_cents FROM paid ORDER BY id

-- name: cte-two
WITH paid AS (SELECT * FROM orders WHERE status = 'paid'), big AS (SELECT * FROM paid WHERE total_cents > 6000) SELECT id FROM big ORDER BY id

-- name: cte-used-twice
WITH t AS (SELECT id, name FROM tags) SELECT a.name, b.name AS next FROM t a LEFT JOIN t b ON b.id = a.id + 1 ORDER BY a.id

-- name: cte-with-columns
WITH totals (who, cents) AS (SELECT customer_id, sum(total_cents) FROM orders GROUP BY customer_id) SELECT who, cents FROM totals ORDER BY who

-- name: cte-joined
WITH spent AS (SELECT customer_id, sum(total_cents) AS cents FROM orders GROUP BY customer_id) SELECT c.name, s.cents FROM customers c JOIN spent s ON s.customer_id = c.id ORDER BY c.id

-- name: cte-in-subquery
SELECT id FROM items WHERE id IN (WITH used AS (SELECT item_id FROM order_lines) SELECT item_id FROM used) ORDER BY id

-- name: cte-materialized
WITH x AS MATERIALIZED (SELECT id FROM items WHERE stock > 5) SELECT count(*) AS n FROM x

-- name: cte-not-materialized
WITH x AS NOT MATERIALIZED (SELECT id FROM items WHERE stock > 5) SELECT id FROM x ORDER BY id

-- name: cte-of-values
WITH wanted (id, amount) AS (VALUES (1, 2), (3, 1)) SELECT i.name, w.amount FROM wanted w JOIN items i ON i.id = w.id ORDER BY i.id

-- name: cte-recursive-numbers
WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5) SELECT x FROM n ORDER BY x

-- name: cte-recursive-tree
WITH RECURSIVE tree (id, name, depth) AS (SELECT id, name, 0 FROM items WHERE parent_id IS NULL UNION ALL SELECT i.id, i.name, t.depth + 1 FROM items i JOIN tree t ON t.id = i.parent_id) SELECT id, name, depth FROM tree ORDER BY depth, id

-- name: cte-recursive-path
-- params: [5]
WITH RECURSIVE up (id, parent_id, step) AS (SELECT id, parent_id, 1 FROM items WHERE id = ?1 UNION SELECT i.id, i.parent_id, up.step + 1 FROM items i, up WHERE i.id = up.parent_id) SELECT id, step FROM up ORDER BY step

-- name: cte-recursive-referrals
WITH RECURSIVE r AS (SELECT id, name, 0 AS hops FROM customers WHERE referred_by IS NULL UNION ALL SELECT c.id, c.name, r.hops + 1 FROM customers c JOIN r ON c.referred_by = r.id) SELECT hops, count(*) AS n FROM r GROUP BY hops ORDER BY hops

-- name: cte-recursive-calendar
WITH RECURSIVE m (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM m WHERE n < 3) SELECT m.n, (SELECT count(*) FROM orders o WHERE o.id % 3 + 1 = m.n) AS c FROM m ORDER BY m.n

-- name: union
SELECT name FROM tags UNION SELECT kind FROM items ORDER BY 1

-- name: union-all
-- unordered
SELECT id, 'order' AS what FROM orders UNION ALL SELECT id, 'item' FROM items

-- name: union-all-ordered
SELECT id, name FROM tags UNION ALL SELECT id, name FROM items ORDER BY 1, 2

-- name: union-of-three
SELECT city AS place FROM customers WHERE city IS NOT NULL UNION SELECT country FROM customers UNION SELECT kind FROM items ORDER BY place

-- name: union-in-subquery
SELECT count(*) AS n FROM (SELECT id FROM items UNION SELECT id FROM orders) both_ids

-- name: union-in-cte
WITH u AS (SELECT id, subject AS s FROM events UNION ALL SELECT id, name FROM tags) SELECT s FROM u WHERE id = 3 ORDER BY s

-- name: union-with-limit
SELECT * FROM (SELECT id FROM items ORDER BY id LIMIT 2) a UNION ALL SELECT * FROM (SELECT id FROM tags ORDER BY id DESC LIMIT 1) b ORDER BY 1

-- name: intersect
SELECT id FROM items INTERSECT SELECT id FROM tags ORDER BY id

-- name: except
SELECT id FROM items EXCEPT SELECT item_id FROM item_tags ORDER BY 1

-- name: set-operations-mixed
SELECT id FROM items UNION SELECT id FROM orders EXCEPT SELECT id FROM tags ORDER BY id

-- name: exists-as-column
SELECT id, EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id) AS buys FROM customers c ORDER BY id

-- name: values
VALUES (1, 'a'), (2, 'b')

-- name: values-joined
SELECT v.column1 AS id, t.name FROM (VALUES (1), (2), (9)) v LEFT JOIN tags t ON t.id = v.column1 ORDER BY v.column1

-- name: window-row-number
SELECT id, row_number() OVER (ORDER BY price_cents DESC, id) AS n FROM items ORDER BY n

-- name: window-partition
SELECT id, kind, row_number() OVER (PARTITION BY kind ORDER BY price_cents, id) AS n FROM items ORDER BY kind, n

-- name: window-rank
SELECT id, rank() OVER (ORDER BY credit_cents DESC) AS r, dense_rank() OVER (ORDER BY credit_cents DESC) AS d FROM customers ORDER BY id

-- name: window-running-sum
SELECT id, sum(total_cents) OVER (ORDER BY id) AS running FROM orders ORDER BY id

-- name: window-frame-rows
SELECT id, sum(total_cents) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS around FROM orders ORDER BY id

-- name: window-frame-range
SELECT id, count(*) OVER (ORDER BY credit_cents RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS upto FROM customers ORDER BY id

-- name: window-lag-lead
SELECT id, lag(id) OVER (ORDER BY id) AS before, lead(id, 1, -1) OVER (ORDER BY id) AS after FROM tags ORDER BY id

-- name: window-first-last
SELECT id, first_value(name) OVER w AS f, last_value(name) OVER w AS l FROM tags WINDOW w AS (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) ORDER BY id

-- name: window-ntile
SELECT id, ntile(3) OVER (ORDER BY id) AS third FROM items ORDER BY id

-- name: window-share
SELECT id, price_cents * 1.0 / sum(price_cents) OVER (PARTITION BY kind) AS share FROM items WHERE price_cents > 1 ORDER BY id

-- name: window-over-aggregate
SELECT customer_id, sum(total_cents) AS s, rank() OVER (ORDER BY sum(total_cents) DESC) AS r FROM orders GROUP BY customer_id ORDER BY customer_id

-- name: window-count-over-all
SELECT id, name, count(*) OVER () AS total FROM items ORDER BY id LIMIT 2

-- name: window-in-subquery
SELECT id, kind FROM (SELECT id, kind, row_number() OVER (PARTITION BY kind ORDER BY id) AS n FROM items) x WHERE n = 1 ORDER BY id

-- name: window-filter
SELECT id, count(*) FILTER (WHERE vip) OVER (ORDER BY id) AS vips FROM customers ORDER BY id

-- name: window-nth-value
SELECT id, nth_value(name, 2) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS second FROM tags ORDER BY id

-- name: window-percent-rank
SELECT id, percent_rank() OVER (ORDER BY price_cents) AS p, cume_dist() OVER (ORDER BY price_cents) AS c FROM items ORDER BY id

-- name: report-best-sellers
SELECT i.id, i.name, sum(l.quantity) AS units, sum(l.quantity * l.unit_cents) AS cents FROM items i JOIN order_lines l ON l.item_id = i.id JOIN orders o ON o.id = l.order_id WHERE o.status <> 'cancelled' GROUP BY i.id, i.name ORDER BY cents DESC, i.id LIMIT 5

-- name: report-customers-without-orders-since
-- params: ["2026-02-01"]
SELECT c.id, c.name FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.placed_on >= ?1) ORDER BY c.id

-- name: report-order-check
SELECT o.id, o.total_cents, s.lines FROM orders o LEFT JOIN (SELECT order_id, sum(quantity * unit_cents) AS lines FROM order_lines GROUP BY order_id) s ON s.order_id = o.id WHERE o.total_cents <> coalesce(s.lines, 0) ORDER BY o.id

-- name: report-activity
SELECT kind, count(*) AS n, min(at) AS first, max(at) AS last FROM events GROUP BY kind ORDER BY kind

-- name: report-top-per-kind
SELECT i.kind, i.id FROM items i WHERE i.price_cents = (SELECT max(x.price_cents) FROM items x WHERE x.kind = i.kind) ORDER BY i.kind, i.id

-- name: search-two-columns
-- params: ["desk"]
SELECT id, title FROM notes WHERE lower(title) LIKE '%' || ?1 || '%' OR lower(body) LIKE '%' || ?1 || '%' ORDER BY id

-- name: date-compare-literal
SELECT id FROM orders WHERE placed_on >= '2026-02-01' AND placed_on < '2026-03-01' ORDER BY id

-- name: date-order-desc
SELECT id, at FROM events ORDER BY at DESC, id LIMIT 4

-- name: insert-one
-- params: [50, "hot"]
-- writes: tags
INSERT INTO tags (id, name) VALUES (?1, ?2)

-- name: insert-literals
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (51, 'cold', 'Cold')

-- name: insert-returning
-- params: [52, "mild"]
-- writes: tags
INSERT INTO tags (id, name) VALUES (?1, ?2) RETURNING id, name

-- name: insert-returning-star
-- writes: tags
INSERT INTO tags (id, name) VALUES (53, 'damp') RETURNING *

-- name: insert-returning-expression
-- writes: tags
INSERT INTO tags (id, name) VALUES (54, 'dry') RETURNING id * 2 AS twice, upper(name) AS loud

-- name: insert-several-rows
-- writes: tags
INSERT INTO tags (id, name) VALUES (60, 'a'), (61, 'b'), (62, 'c')

-- name: insert-several-rows-returning
-- unordered
-- writes: tags
INSERT INTO tags (id, name) VALUES (63, 'd'), (64, 'e') RETURNING id

-- name: insert-several-rows-parameters
-- params: [65, "f", 66, "g"]
-- writes: tags
INSERT INTO tags (id, name) VALUES (?1, ?2), (?3, ?4)

-- name: insert-with-defaults
-- params: [70, "Grace", "grace@example.com"]
-- writes: customers
INSERT INTO customers (id, name, email) VALUES (?1, ?2, ?3) RETURNING id, country, credit_cents, vip

-- name: insert-null
-- params: [71]
-- writes: orders
INSERT INTO orders (id, customer_id, status, placed_on, note) VALUES (?1, 1, 'open', '2026-04-01', NULL) RETURNING note

-- name: insert-expression
-- writes: items
INSERT INTO items (id, sku, name, kind, price_cents) VALUES (72, '00000000-0000-7000-8000-000000000072', 'Box' || ' L', 'parts', 100 * 3 + 1) RETURNING name, price_cents

-- name: insert-scalar-subquery
-- writes: orders
INSERT INTO orders (id, customer_id, status, placed_on, total_cents) VALUES (73, (SELECT min(id) FROM customers WHERE vip), 'open', '2026-04-02', (SELECT sum(price_cents) FROM items)) RETURNING customer_id, total_cents

-- name: insert-quotes
-- params: ["11111111-0000-7000-8000-000000000073"]
-- writes: notes
INSERT INTO notes (id, title, body) VALUES (?1, 'O''Reilly "x"', 'back\slash -- and /* both */ ; DROP')

-- name: insert-unicode
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (74, 'żółć', '🙂 木 é') RETURNING name, title

-- name: insert-text-with-placeholder-sign
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (75, '$1', '?') RETURNING name, title

-- name: insert-select
-- writes: tags
INSERT INTO tags (id, name) SELECT id + 100, name || '-copy' FROM tags

-- name: insert-select-filter
-- params: [200, "new"]
-- writes: tags
INSERT INTO tags (id, name) SELECT id + ?1, name || '2' FROM tags WHERE name = ?2

-- name: insert-select-join
-- writes: item_tags
INSERT INTO item_tags (item_id, tag_id, reason) SELECT i.id, t.id, 'bulk' FROM items i CROSS JOIN tags t WHERE i.kind = 'parts' AND t.name = 'unused'

-- name: insert-select-group
-- writes: tags
INSERT INTO tags (id, name) SELECT 300 + min(id), kind FROM items GROUP BY kind, length(kind)

-- name: insert-select-constant
-- writes: tags
INSERT INTO tags (id, name) SELECT 310, 'const' WHERE NOT EXISTS (SELECT 1 FROM tags WHERE name = 'const')

-- name: insert-select-returning
-- unordered
-- writes: tags
INSERT INTO tags (id, name) SELECT id + 400, 'k' || id FROM items WHERE id < 4 RETURNING id, name

-- name: insert-with-cte
-- writes: tags
WITH src AS (SELECT id + 500 AS id, kind || id AS name FROM items) INSERT INTO tags (id, name) SELECT id, name FROM src

-- name: insert-select-distinct
-- writes: tags
INSERT INTO tags (id, name) SELECT DISTINCT 600 + length(kind), kind FROM items

-- name: insert-select-derived-union
-- writes: tags
INSERT INTO tags (id, name) SELECT x.id, x.name FROM (SELECT 700 AS id, 'u1' AS name UNION ALL SELECT 701, 'u2') x

-- name: insert-conflict-nothing
-- writes: tags
INSERT INTO tags (id, name) VALUES (1, 'dup'), (80, 'fresh') ON CONFLICT DO NOTHING

-- name: insert-conflict-nothing-target
-- writes: tags
INSERT INTO tags (id, name) VALUES (1, 'dup') ON CONFLICT (tenant_id, id) DO NOTHING

-- name: insert-conflict-nothing-returning
-- writes: tags
INSERT INTO tags (id, name) VALUES (1, 'dup') ON CONFLICT (tenant_id, id) DO NOTHING RETURNING id

-- name: insert-conflict-nothing-unique
-- writes: tags
INSERT INTO tags (id, name) VALUES (81, 'new') ON CONFLICT (tenant_id, name) DO NOTHING

-- name: upsert
-- params: [1, "renewed"]
-- writes: tags
INSERT INTO tags (id, name) VALUES (?1, ?2) ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name

-- name: upsert-returning
-- params: [2, "bargain"]
-- writes: tags
INSERT INTO tags (id, name) VALUES (?1, ?2) ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name RETURNING id, name

-- name: upsert-counter
-- writes: items
INSERT INTO items (id, sku, name, kind, price_cents, stock) VALUES (1, '00000000-0000-7000-8000-000000000001', 'Lamp', 'lighting', 1, 5) ON CONFLICT (tenant_id, id) DO UPDATE SET stock = items.stock + excluded.stock RETURNING stock

-- name: upsert-where
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (3, 'eco', 'Green') ON CONFLICT (tenant_id, id) DO UPDATE SET title = excluded.title WHERE tags.name = 'eco' RETURNING title

-- name: upsert-where-false
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (3, 'eco', 'Green') ON CONFLICT (tenant_id, id) DO UPDATE SET title = excluded.title WHERE tags.name = 'other' RETURNING title

-- name: upsert-several
-- unordered
-- writes: tags
INSERT INTO tags (id, name) VALUES (1, 'one'), (2, 'two'), (90, 'ninety') ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name RETURNING id, name

-- name: upsert-by-unique
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (91, 'sale', 'Again') ON CONFLICT (tenant_id, name) DO UPDATE SET title = excluded.title RETURNING id, title

-- name: upsert-composite
-- writes: item_tags
INSERT INTO item_tags (item_id, tag_id, reason) VALUES (1, 1, 'still') ON CONFLICT (tenant_id, item_id, tag_id) DO UPDATE SET reason = excluded.reason

-- name: upsert-coalesce
-- writes: orders
INSERT INTO orders (id, customer_id, status, placed_on) VALUES (1, 1, 'open', '2026-01-10') ON CONFLICT (tenant_id, id) DO UPDATE SET status = coalesce(excluded.status, orders.status), note = NULL RETURNING status, note, total_cents

-- name: update-one
-- params: [7, 2]
-- writes: items
UPDATE items SET stock = ?1 WHERE id = ?2

-- name: update-returning
-- params: [10, 3]
-- writes: items
UPDATE items SET stock = stock - ?1 WHERE id = ?2 RETURNING id, stock

-- name: update-returning-star
-- writes: tags
UPDATE tags SET title = 'T' WHERE id = 2 RETURNING *

-- name: update-all
-- writes: items
UPDATE items SET stock = 0

-- name: update-all-returning
-- unordered
-- writes: items
UPDATE items SET price_cents = price_cents + 1 RETURNING id, price_cents

-- name: update-several-columns
-- writes: customers
UPDATE customers SET city = 'Bonn', country = 'DE', vip = TRUE WHERE id IN (2, 4)

-- name: update-missing
-- writes: items
UPDATE items SET stock = 1 WHERE id = 12345

-- name: update-or
-- writes: items
UPDATE items SET stock = 99 WHERE id = 1 OR kind = 'parts'

-- name: update-case
-- writes: items
UPDATE items SET price_cents = CASE WHEN kind = 'furniture' THEN price_cents * 2 ELSE price_cents + 1 END

-- name: update-null
-- writes: customers
UPDATE customers SET city = NULL, referred_by = NULL WHERE id = 3

-- name: update-subquery-set
-- writes: orders
UPDATE orders SET total_cents = (SELECT coalesce(sum(l.quantity * l.unit_cents), 0) FROM order_lines l WHERE l.order_id = orders.id)

-- name: update-subquery-where
-- writes: items
UPDATE items SET stock = stock + 1 WHERE id IN (SELECT item_id FROM item_tags WHERE tag_id = 3)

-- name: update-exists
-- writes: customers
UPDATE customers SET vip = TRUE WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = customers.id AND o.total_cents > 5000)

-- name: update-alias
-- writes: tags
UPDATE tags AS t SET title = t.name || '!' WHERE t.id > 2

-- name: update-from
-- writes: orders
UPDATE orders SET note = c.name FROM customers c WHERE c.id = orders.customer_id AND c.vip

-- name: update-from-alias
-- writes: order_lines
UPDATE order_lines AS l SET unit_cents = i.price_cents + l.quantity FROM items AS i WHERE i.id = l.item_id

-- name: update-from-subquery
-- writes: items
UPDATE items SET stock = items.stock - s.sold FROM (SELECT item_id, sum(quantity) AS sold FROM order_lines GROUP BY item_id) AS s WHERE s.item_id = items.id AND items.stock >= s.sold

-- name: update-from-values
-- writes: tags
UPDATE tags SET title = v.column2 FROM (VALUES (1, 'uno'), (2, 'dos')) AS v WHERE v.column1 = tags.id

-- name: update-from-returning
-- unordered
-- writes: orders
UPDATE orders SET status = 'vip-' || orders.status FROM customers c WHERE c.id = orders.customer_id AND c.vip RETURNING orders.id, orders.status

-- name: update-with-cte
-- writes: items
WITH sold AS (SELECT DISTINCT item_id FROM order_lines) UPDATE items SET kind = 'sold' WHERE id IN (SELECT item_id FROM sold)

-- name: update-self-from
-- writes: items
UPDATE items SET price_cents = p.price_cents FROM items p WHERE p.id = items.parent_id

-- name: update-row-assignment
-- writes: customers
UPDATE customers SET (city, country) = ('Rome', 'IT') WHERE id = 6

-- name: update-row-from-subquery
-- writes: items
UPDATE items SET (price_cents, stock) = (SELECT p.price_cents, p.stock FROM items p WHERE p.id = 1) WHERE id = 8

-- name: update-key
-- writes: tags
UPDATE tags SET id = 104 WHERE id = 4 RETURNING id

-- name: update-concatenate
-- writes: notes
UPDATE notes SET body = body || ' -- checked' WHERE pinned

-- name: delete-one
-- writes: tags
DELETE FROM tags WHERE id = 4

-- name: delete-parameter
-- params: [6, 2]
-- writes: order_lines
DELETE FROM order_lines WHERE order_id = ?1 AND line_no = ?2

-- name: delete-returning
-- writes: item_tags
DELETE FROM item_tags WHERE item_id = 3 RETURNING tag_id, reason

-- name: delete-returning-star
-- writes: events
DELETE FROM events WHERE id = 8 RETURNING *

-- name: delete-all
-- writes: item_tags
DELETE FROM item_tags

-- name: delete-missing
-- writes: tags
DELETE FROM tags WHERE id = 4711

-- name: delete-subquery
-- writes: item_tags
DELETE FROM item_tags WHERE item_id IN (SELECT id FROM items WHERE kind = 'lighting')

-- name: delete-not-exists
-- writes: tags
DELETE FROM tags WHERE NOT EXISTS (SELECT 1 FROM item_tags it WHERE it.tag_id = tags.id)

-- name: delete-or
-- writes: events
DELETE FROM events WHERE kind = 'login' OR amount < 0

-- name: delete-alias
-- writes: item_tags
DELETE FROM item_tags AS x WHERE x.tag_id = 1

-- name: delete-cascade
-- writes: orders, order_lines
DELETE FROM orders WHERE id = 1

-- name: delete-with-cte
-- writes: events
WITH old AS (SELECT id FROM events WHERE at < '2026-02-01') DELETE FROM events WHERE id IN (SELECT id FROM old)

-- name: delete-correlated
-- writes: order_lines
DELETE FROM order_lines WHERE unit_cents > (SELECT price_cents FROM items i WHERE i.id = order_lines.item_id) - 1 AND quantity = 1

-- name: sqlite-glob
SELECT id FROM items WHERE name GLOB 'L*' ORDER BY id

-- name: sqlite-double-equals
SELECT id FROM items WHERE kind == 'parts' ORDER BY id

-- name: sqlite-not-equals
SELECT id FROM items WHERE kind != 'parts' AND kind <> 'lighting' ORDER BY id

-- name: sqlite-is
SELECT id FROM customers WHERE city IS 'Berlin' ORDER BY id

-- name: sqlite-isnull
SELECT id FROM customers WHERE city ISNULL

-- name: sqlite-notnull
SELECT id FROM items WHERE parent_id NOTNULL ORDER BY id

-- name: sqlite-limit-comma
SELECT id FROM items ORDER BY id LIMIT 2, 3

-- name: sqlite-limit-minus-one
SELECT id FROM items ORDER BY id LIMIT -1 OFFSET 5

-- name: sqlite-anonymous-placeholders
-- params: ["furniture", 500]
SELECT id FROM items WHERE kind = ? AND price_cents > ? ORDER BY id

-- name: sqlite-numbered-placeholders-twice
-- params: ["%e%"]
SELECT id FROM items WHERE name LIKE ?1 OR kind LIKE ?1 ORDER BY id

-- name: sqlite-json-extract
SELECT id, json_extract(attrs, '$.colour') AS colour FROM items ORDER BY id

-- name: sqlite-json-arrow
SELECT id, attrs -> '$.size' AS size, attrs ->> '$.size.w' AS w FROM items ORDER BY id

-- name: sqlite-json-arrow-key
SELECT id, attrs ->> 'watt' AS watt FROM items WHERE attrs ->> 'watt' > 5 ORDER BY id

-- name: sqlite-json-each
SELECT i.id, j.value FROM items i, json_each(i.labels) j ORDER BY i.id, j.value

-- name: sqlite-json-each-join
SELECT i.id FROM items i JOIN json_each(i.labels) AS j ON j.value = 'red' ORDER BY i.id

-- name: sqlite-json-each-path
SELECT n.id, t.value ->> 'what' AS what FROM notes n, json_each(n.doc, '$.todo') AS t ORDER BY n.id, what

-- name: sqlite-json-exists
SELECT id FROM items WHERE EXISTS (SELECT 1 FROM json_each(items.labels) WHERE value = 'oak') ORDER BY id

-- name: sqlite-json-each-parameter
-- params: ["[1,3]"]
SELECT id, name FROM tags WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id

-- name: sqlite-json-tree
SELECT i.id, t.fullkey FROM items i, json_tree(i.attrs) t WHERE t.type = 'integer' ORDER BY i.id, t.fullkey

-- name: sqlite-json-object
SELECT json_object('id', id, 'kind', kind) AS j FROM items ORDER BY id

-- name: sqlite-json-array
SELECT json_array(id, name, NULL) AS j FROM tags ORDER BY id

-- name: sqlite-json-group-array
SELECT json_group_array(id) AS ids FROM (SELECT id FROM items ORDER BY id)

-- name: sqlite-json-group-object
SELECT json_group_object(name, id) AS m FROM (SELECT name, id FROM tags ORDER BY id)

-- name: sqlite-json-set
SELECT id, json_set(attrs, '$.watt', 11) AS a FROM items WHERE json_type(attrs, '$.watt') IS NOT NULL ORDER BY id

-- name: sqlite-json-array-length
SELECT id, json_array_length(labels) AS n, json_valid(attrs) AS v, json_type(attrs) AS t FROM items ORDER BY id

-- name: sqlite-json-patch-remove
SELECT json_patch(attrs, '{"x":1}') AS p, json_remove(attrs, '$.mark') AS r FROM items ORDER BY id

-- name: sqlite-group-concat
SELECT group_concat(name, ', ') AS names FROM (SELECT name FROM tags ORDER BY id)

-- name: sqlite-group-concat-per-kind
SELECT kind, group_concat(id) AS ids FROM (SELECT kind, id FROM items ORDER BY kind, id) GROUP BY kind ORDER BY kind

-- name: sqlite-total
SELECT total(weight) AS t, sum(weight) AS s FROM items WHERE weight IS NULL

-- name: sqlite-date-functions
SELECT id, date(placed_on, '+1 month') AS next, strftime('%Y-%m', placed_on) AS month FROM orders ORDER BY id

-- name: sqlite-group-by-month
SELECT strftime('%Y-%m', placed_on) AS month, count(*) AS n, sum(total_cents) AS cents FROM orders GROUP BY month ORDER BY month

-- name: sqlite-julianday
SELECT id, CAST(julianday('2026-04-01') - julianday(placed_on) AS INTEGER) AS days FROM orders ORDER BY id

-- name: sqlite-datetime
SELECT id, datetime(at) AS t, time(at) AS clock, unixepoch(at) AS s FROM events ORDER BY id

-- name: sqlite-date-filter
SELECT id FROM orders WHERE placed_on > date('2026-03-20', '-30 days') ORDER BY id

-- name: sqlite-typeof
SELECT id, typeof(weight) AS w, typeof(stock) AS s FROM items ORDER BY id

-- name: sqlite-printf
SELECT id, printf('%04d %s', id, kind) AS p, format('%.2f', price_cents / 100.0) AS f FROM items ORDER BY id

-- name: sqlite-instr
SELECT id, instr(email, '@') AS at, substr(email, 1, instr(email, '@') - 1) AS u FROM customers ORDER BY id

-- name: sqlite-ifnull-iif
SELECT id, ifnull(city, '?') AS c, iif(vip, 'v', '-') AS v FROM customers ORDER BY id

-- name: sqlite-hex-quote
SELECT id, hex(name) AS h, quote(name) AS q, unicode(name) AS u, char(65, 66) AS c FROM tags ORDER BY id

-- name: sqlite-blob-literal
SELECT x'00ff' AS b, length(x'00ff') AS n FROM tags WHERE id = 1

-- name: sqlite-min-max-scalar
SELECT id, max(stock, 5) AS g, min(price_cents, 500) AS l FROM items ORDER BY id

-- name: sqlite-collate-nocase
SELECT id FROM tags WHERE name = 'NEW' COLLATE NOCASE

-- name: sqlite-order-collate
SELECT id, name FROM items ORDER BY name COLLATE NOCASE, id

-- name: sqlite-bit-operators
SELECT id, id & 3 AS a, id | 8 AS o, id << 2 AS l, ~id AS n FROM items ORDER BY id

-- name: sqlite-likely
SELECT id FROM items WHERE likely(stock > 5) ORDER BY id

-- name: sqlite-bracket-names
SELECT [id], `name` FROM [tags] ORDER BY [id]

-- name: sqlite-hex-number
SELECT id FROM items WHERE id < 0x04 ORDER BY id

-- name: sqlite-regression-group-having-min
SELECT kind, min(price_cents) AS cheapest FROM items GROUP BY kind HAVING min(price_cents) > 1 ORDER BY kind

-- name: sqlite-recursive-series
WITH RECURSIVE d (day) AS (SELECT '2026-02-01' UNION ALL SELECT date(day, '+1 day') FROM d WHERE day < '2026-02-05') SELECT d.day, count(o.id) AS n FROM d LEFT JOIN orders o ON o.placed_on = d.day GROUP BY d.day ORDER BY d.day

-- name: sqlite-recursive-order
WITH RECURSIVE t (id, path) AS (SELECT id, printf('%02d', id) FROM items WHERE parent_id IS NULL UNION ALL SELECT i.id, t.path || '/' || printf('%02d', i.id) FROM items i JOIN t ON i.parent_id = t.id) SELECT id, path FROM t ORDER BY path

-- name: sqlite-values-cte-join
WITH v (id, label) AS (VALUES (1, 'one'), (2, 'two')) SELECT v.id, v.label, t.name FROM v JOIN tags t USING (id) ORDER BY v.id

-- name: sqlite-window-groups
SELECT id, count(*) OVER (ORDER BY credit_cents GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) AS n FROM customers ORDER BY id

-- name: sqlite-window-exclude
SELECT id, sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) AS s FROM tags ORDER BY id

-- name: sqlite-insert-json
-- params: ["11111111-0000-7000-8000-000000000099", "{\"a\":[1,\"x'y\"]}"]
-- writes: notes
INSERT INTO notes (id, title, doc) VALUES (?1, 'J', ?2) RETURNING doc

-- name: sqlite-insert-from-json
-- params: ["[{\"id\":810,\"name\":\"p\"},{\"id\":811,\"name\":\"q\"}]"]
-- writes: tags
INSERT INTO tags (id, name) SELECT j.value ->> 'id', j.value ->> 'name' FROM json_each(?1) AS j

-- name: sqlite-insert-or-ignore
-- writes: tags
INSERT OR IGNORE INTO tags (id, name) VALUES (1, 'dup'), (820, 'fresh')

-- name: sqlite-insert-recursive
-- writes: events
INSERT INTO events (id, kind, subject, at) WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20) SELECT 900 + x, 'batch', 's' || x, '2026-01-01T00:00:00Z' FROM n

-- name: sqlite-insert-union
-- writes: tags
INSERT INTO tags (id, name) SELECT 830, 'm' UNION ALL SELECT 831, 'n'

-- name: sqlite-insert-real-and-blob-free
-- params: [2.5]
-- writes: events
INSERT INTO events (id, kind, subject, at, amount) VALUES (101, 'tick', 's', '2026-05-01T10:00:00Z', ?1) RETURNING amount

-- name: sqlite-insert-date
-- writes: orders
INSERT INTO orders (id, customer_id, status, placed_on) VALUES (840, 1, 'open', date('2026-01-31', '+1 day')) RETURNING placed_on

-- name: sqlite-insert-anonymous-placeholders
-- params: [841, "anon"]
-- writes: tags
INSERT INTO tags (id, name) VALUES (?, ?) RETURNING id, name

-- name: sqlite-upsert-select
-- writes: tags
INSERT INTO tags (id, name) SELECT id, kind || '-' || id FROM items WHERE true ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name

-- name: sqlite-upsert-max
-- writes: items
INSERT INTO items (id, sku, name, kind, price_cents, stock) VALUES (2, '00000000-0000-7000-8000-000000000002', 'Bulb', 'lighting', 300, 250) ON CONFLICT (tenant_id, id) DO UPDATE SET stock = max(stock, excluded.stock) RETURNING stock

-- name: sqlite-upsert-two-targets
-- writes: tags
INSERT INTO tags (id, name) VALUES (850, 'sale') ON CONFLICT (tenant_id, name) DO UPDATE SET title = 'by name' ON CONFLICT (tenant_id, id) DO UPDATE SET title = 'by id' RETURNING id, title

-- name: sqlite-upsert-json
-- writes: notes
INSERT INTO notes (id, title, doc) VALUES ('11111111-0000-7000-8000-000000000001', 'S', '{"n":1}') ON CONFLICT (tenant_id, id) DO UPDATE SET doc = json_patch(notes.doc, excluded.doc) RETURNING doc

-- name: sqlite-update-json
-- params: ["blue"]
-- writes: items
UPDATE items SET attrs = json_set(attrs, '$.colour', ?1) WHERE json_type(attrs, '$.colour') = 'text'

-- name: sqlite-update-date
-- writes: orders
UPDATE orders SET placed_on = date(placed_on, '+1 month') WHERE status = 'open'

-- name: sqlite-update-from-join
-- writes: order_lines
UPDATE order_lines SET remark = c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = order_lines.order_id AND c.country = 'CH'

-- name: sqlite-update-from-window
-- writes: tags
UPDATE tags SET title = 'no ' || s.n FROM (SELECT id, row_number() OVER (ORDER BY name) AS n FROM tags) AS s WHERE s.id = tags.id

-- name: sqlite-update-queue-claim
-- writes: orders
UPDATE orders SET status = 'working' WHERE id = (SELECT id FROM orders WHERE status = 'open' ORDER BY id LIMIT 1) RETURNING id, status

-- name: sqlite-update-in-json
-- params: ["[1,2,3]"]
-- writes: items
UPDATE items SET stock = 42 WHERE id IN (SELECT value FROM json_each(?1))

-- name: sqlite-update-random-free
-- writes: customers
UPDATE customers SET credit_cents = credit_cents % 100, vip = NOT vip

-- name: sqlite-delete-in-json
-- params: ["[1,2]"]
-- writes: events
DELETE FROM events WHERE id IN (SELECT value FROM json_each(?1))

-- name: sqlite-delete-duplicates
-- writes: events
DELETE FROM events WHERE id NOT IN (SELECT min(id) FROM events GROUP BY kind, subject)

-- name: sqlite-delete-old
-- unordered
-- writes: events
DELETE FROM events WHERE at < datetime('2026-02-01') RETURNING id

-- name: sqlite-delete-with-cte-join
-- writes: item_tags
WITH dead AS (SELECT it.item_id, it.tag_id FROM item_tags it JOIN tags t ON t.id = it.tag_id WHERE t.name = 'eco') DELETE FROM item_tags WHERE (item_id, tag_id) IN (SELECT item_id, tag_id FROM dead)

-- name: sqlite-replace
-- writes: tags, item_tags
REPLACE INTO tags (id, name) VALUES (1, 'replaced')

-- name: sqlite-update-or-ignore
-- writes: tags
UPDATE OR IGNORE tags SET name = 'sale' WHERE id IN (1, 2)
