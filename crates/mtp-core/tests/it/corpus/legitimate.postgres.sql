-- Statements as services write them, in the words of PostgreSQL. Each stands alone on a fresh seed and must give
-- through the handle what it gives raw in a database that holds this one tenant's rows only.
-- params: bound in order; unordered: the rows have no order of their own; writes: compare these tables afterwards.

-- name: point-read
-- params: [3]
SELECT id, name, price_cents FROM items WHERE id = $1

-- name: point-read-star
-- params: [1]
SELECT * FROM customers WHERE id = $1

-- name: point-read-composite-key
-- params: [1, 2]
SELECT item_id, quantity FROM order_lines WHERE order_id = $1 AND line_no = $2

-- name: point-read-missing
-- params: [999]
SELECT id, name FROM items WHERE id = $1

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
SELECT id, name FROM items ORDER BY name, id LIMIT $1 OFFSET $2

-- name: list-page-by-key
-- params: [2, 3]
SELECT id, name FROM items WHERE id > $1 ORDER BY id LIMIT $2

-- name: list-page-by-two-keys
-- params: [700, 7]
SELECT id, price_cents FROM items WHERE (price_cents, id) > ($1, $2) ORDER BY price_cents, id LIMIT 3

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
SELECT id FROM items WHERE kind = $1 AND (price_cents > $2 OR stock = 0) ORDER BY id

-- name: filter-or-at-top
-- params: ["lighting", 10000]
SELECT id FROM items WHERE kind = $1 OR price_cents > $2 ORDER BY id

-- name: filter-not
SELECT id FROM items WHERE NOT (kind = 'furniture' OR stock < 5) ORDER BY id

-- name: filter-in-list
SELECT id, status FROM orders WHERE status IN ('paid', 'shipped') ORDER BY id

-- name: filter-not-in-list
SELECT id, status FROM orders WHERE status NOT IN ('paid', 'shipped') ORDER BY id

-- name: filter-in-parameters
-- params: [1, 3, 5]
SELECT id, name FROM customers WHERE id IN ($1, $2, $3) ORDER BY id

-- name: filter-between
-- params: [300, 6000]
SELECT id FROM items WHERE price_cents BETWEEN $1 AND $2 ORDER BY id

-- name: filter-not-between
SELECT id FROM items WHERE price_cents NOT BETWEEN 300 AND 6000 ORDER BY id

-- name: filter-between-dates
-- params: ["2026-02-01", "2026-02-28"]
SELECT id FROM orders WHERE placed_on BETWEEN $1::date AND $2::date ORDER BY id

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
SELECT id, name FROM items WHERE name LIKE $1 ORDER BY id

-- name: filter-not-like
SELECT id FROM items WHERE name NOT LIKE 'Ch%' ORDER BY id

-- name: filter-like-escape
SELECT id FROM items WHERE name LIKE '%100!% %' ESCAPE '!' ORDER BY id

-- name: filter-like-underscore
SELECT id FROM items WHERE name LIKE '_amp%' ORDER BY id

-- name: filter-like-concatenated
-- params: ["omf"]
SELECT id FROM items WHERE name LIKE '%' || $1 || '%' ORDER BY id

-- name: filter-lower-like
-- params: ["ENTWURF"]
SELECT id, title FROM notes WHERE lower(title) LIKE lower($1) || '%'

-- name: filter-boolean
SELECT id FROM customers WHERE vip ORDER BY id

-- name: filter-boolean-not
SELECT id FROM customers WHERE NOT vip ORDER BY id

-- name: filter-boolean-parameter
-- params: [true]
SELECT id FROM customers WHERE vip = $1 ORDER BY id

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
SELECT id FROM items WHERE name = $1

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
SELECT $1 + $2 AS answer

-- name: same-parameter-twice
-- params: [100]
SELECT id FROM items WHERE price_cents > $1 AND stock < $1 ORDER BY id

-- name: parameters-out-of-order
-- params: ["furniture", 5]
SELECT id FROM items WHERE stock > $2 AND kind = $1 ORDER BY id

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
SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id HAVING count(*) > $1 ORDER BY customer_id

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
SELECT c.id, o.id AS paid FROM customers c LEFT OUTER JOIN orders o ON o.customer_id = c.id AND o.status = $1 ORDER BY c.id, o.id

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
WITH RECURSIVE up (id, parent_id, step) AS (SELECT id, parent_id, 1 FROM items WHERE id = $1 UNION SELECT i.id, i.parent_id, up.step + 1 FROM items i, up WHERE i.id = up.parent_id) SELECT id, step FROM up ORDER BY step

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
SELECT c.id, c.name FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.placed_on >= $1::date) ORDER BY c.id

-- name: report-order-check
SELECT o.id, o.total_cents, s.lines FROM orders o LEFT JOIN (SELECT order_id, sum(quantity * unit_cents) AS lines FROM order_lines GROUP BY order_id) s ON s.order_id = o.id WHERE o.total_cents <> coalesce(s.lines, 0) ORDER BY o.id

-- name: report-activity
SELECT kind, count(*) AS n, min(at) AS first, max(at) AS last FROM events GROUP BY kind ORDER BY kind

-- name: report-top-per-kind
SELECT i.kind, i.id FROM items i WHERE i.price_cents = (SELECT max(x.price_cents) FROM items x WHERE x.kind = i.kind) ORDER BY i.kind, i.id

-- name: search-two-columns
-- params: ["desk"]
SELECT id, title FROM notes WHERE lower(title) LIKE '%' || $1 || '%' OR lower(body) LIKE '%' || $1 || '%' ORDER BY id

-- name: date-compare-literal
SELECT id FROM orders WHERE placed_on >= '2026-02-01' AND placed_on < '2026-03-01' ORDER BY id

-- name: date-order-desc
SELECT id, at FROM events ORDER BY at DESC, id LIMIT 4

-- name: insert-one
-- params: [50, "hot"]
-- writes: tags
INSERT INTO tags (id, name) VALUES ($1, $2)

-- name: insert-literals
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (51, 'cold', 'Cold')

-- name: insert-returning
-- params: [52, "mild"]
-- writes: tags
INSERT INTO tags (id, name) VALUES ($1, $2) RETURNING id, name

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
INSERT INTO tags (id, name) VALUES ($1, $2), ($3, $4)

-- name: insert-with-defaults
-- params: [70, "Grace", "grace@example.com"]
-- writes: customers
INSERT INTO customers (id, name, email) VALUES ($1, $2, $3) RETURNING id, country, credit_cents, vip

-- name: insert-null
-- params: [71]
-- writes: orders
INSERT INTO orders (id, customer_id, status, placed_on, note) VALUES ($1, 1, 'open', '2026-04-01', NULL) RETURNING note

-- name: insert-expression
-- writes: items
INSERT INTO items (id, sku, name, kind, price_cents) VALUES (72, '00000000-0000-7000-8000-000000000072', 'Box' || ' L', 'parts', 100 * 3 + 1) RETURNING name, price_cents

-- name: insert-scalar-subquery
-- writes: orders
INSERT INTO orders (id, customer_id, status, placed_on, total_cents) VALUES (73, (SELECT min(id) FROM customers WHERE vip), 'open', '2026-04-02', (SELECT sum(price_cents) FROM items)) RETURNING customer_id, total_cents

-- name: insert-quotes
-- params: ["11111111-0000-7000-8000-000000000073"]
-- writes: notes
INSERT INTO notes (id, title, body) VALUES ($1::uuid, 'O''Reilly "x"', 'back\slash -- and /* both */ ; DROP')

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
INSERT INTO tags (id, name) SELECT id + $1, name || '2' FROM tags WHERE name = $2

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
INSERT INTO tags (id, name) VALUES ($1, $2) ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name

-- name: upsert-returning
-- params: [2, "bargain"]
-- writes: tags
INSERT INTO tags (id, name) VALUES ($1, $2) ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name RETURNING id, name

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

-- name: upsert-select
-- writes: tags
INSERT INTO tags (id, name) SELECT id, kind || '-' || id FROM items WHERE id <= 5 ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name

-- name: update-one
-- params: [7, 2]
-- writes: items
UPDATE items SET stock = $1 WHERE id = $2

-- name: update-returning
-- params: [10, 3]
-- writes: items
UPDATE items SET stock = stock - $1 WHERE id = $2 RETURNING id, stock

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
DELETE FROM order_lines WHERE order_id = $1 AND line_no = $2

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

-- name: pg-distinct-on
SELECT DISTINCT ON (customer_id) customer_id, id, placed_on FROM orders ORDER BY customer_id, placed_on DESC

-- name: pg-distinct-on-expression
SELECT DISTINCT ON (lower(kind)) lower(kind) AS k, id FROM items ORDER BY lower(kind), id DESC

-- name: pg-lateral
SELECT c.id, l.id AS order_id FROM customers c CROSS JOIN LATERAL (SELECT o.id FROM orders o WHERE o.customer_id = c.id ORDER BY o.placed_on DESC LIMIT 1) l ORDER BY c.id

-- name: pg-lateral-left
SELECT c.id, l.n FROM customers c LEFT JOIN LATERAL (SELECT count(*) AS n FROM orders o WHERE o.customer_id = c.id AND o.status <> 'open') l ON TRUE ORDER BY c.id

-- name: pg-lateral-comma
SELECT i.id, x.label FROM items i, LATERAL unnest(i.labels) AS x (label) ORDER BY i.id, x.label

-- name: pg-generate-series
SELECT n FROM generate_series(1, 5) AS n ORDER BY n

-- name: pg-generate-series-calendar
SELECT d::date AS day, count(o.id) AS n FROM generate_series('2026-02-01'::timestamp, '2026-02-05'::timestamp, '1 day'::interval) AS d LEFT JOIN orders o ON o.placed_on = d::date GROUP BY d ORDER BY d

-- name: pg-unnest-parameter-list
-- params: ["1,3"]
SELECT t.id, t.name FROM tags t JOIN unnest(string_to_array($1, ',')::bigint[]) AS w (id) ON w.id = t.id ORDER BY t.id

-- name: pg-any-array-literal
SELECT id FROM items WHERE id = ANY (ARRAY[1, 3, 5]) ORDER BY id

-- name: pg-any-array-cast
-- params: ["{1,2}"]
SELECT id FROM tags WHERE id = ANY ($1::bigint[]) ORDER BY id

-- name: pg-any-subquery
SELECT id FROM items WHERE id = ANY (SELECT item_id FROM order_lines) ORDER BY id

-- name: pg-all-subquery
SELECT id FROM items WHERE price_cents >= ALL (SELECT price_cents FROM items)

-- name: pg-array-contains
SELECT id FROM items WHERE labels @> ARRAY['red'] ORDER BY id

-- name: pg-array-overlap
SELECT id FROM items WHERE labels && ARRAY['oak', 'odd'] ORDER BY id

-- name: pg-array-any-element
-- params: ["warm"]
SELECT id FROM items WHERE $1 = ANY (labels) ORDER BY id

-- name: pg-array-index-and-slice
SELECT id, labels[1] AS first, labels[1:2] AS two FROM items ORDER BY id

-- name: pg-array-functions
SELECT id, array_length(labels, 1) AS n, cardinality(labels) AS c, array_to_string(labels, '|') AS s, array_append(labels, 'x') AS a FROM items ORDER BY id

-- name: pg-array-agg
SELECT kind, array_agg(id ORDER BY id) AS ids FROM items GROUP BY kind ORDER BY kind

-- name: pg-array-subquery
SELECT c.id, ARRAY(SELECT o.id FROM orders o WHERE o.customer_id = c.id ORDER BY o.id) AS orders FROM customers c ORDER BY c.id

-- name: pg-array-agg-filter
SELECT array_agg(name ORDER BY id) FILTER (WHERE id > 2) AS names FROM tags

-- name: pg-string-agg
SELECT kind, string_agg(name, ', ' ORDER BY name) AS names FROM items GROUP BY kind ORDER BY kind

-- name: pg-bool-and-or
SELECT bool_and(vip) AS every_one, bool_or(vip) AS some_one FROM customers

-- name: pg-grouping-sets
SELECT country, vip, count(*) AS n FROM customers GROUP BY GROUPING SETS ((country), (vip), ()) ORDER BY country NULLS LAST, vip NULLS LAST

-- name: pg-rollup
SELECT kind, parent_id, sum(stock) AS s, grouping(kind, parent_id) AS g FROM items GROUP BY ROLLUP (kind, parent_id) ORDER BY g, kind NULLS LAST, parent_id NULLS LAST

-- name: pg-cube
SELECT status, customer_id, count(*) AS n, grouping(status) AS gs, grouping(customer_id) AS gc FROM orders GROUP BY CUBE (status, customer_id) ORDER BY gs, gc, status, customer_id

-- name: pg-percentile
SELECT kind, percentile_cont(0.5) WITHIN GROUP (ORDER BY price_cents) AS median FROM items GROUP BY kind ORDER BY kind

-- name: pg-mode
SELECT mode() WITHIN GROUP (ORDER BY country) AS usual FROM customers WHERE country <> 'FR'

-- name: pg-statistics
SELECT round(stddev_samp(price_cents), 2) AS s, round(variance(price_cents), 2) AS v FROM items

-- name: pg-json-arrow
SELECT id, attrs -> 'size' AS size, attrs ->> 'colour' AS colour FROM items ORDER BY id

-- name: pg-json-path-arrow
SELECT id, attrs #>> '{size,w}' AS w FROM items WHERE attrs #> '{size,w}' IS NOT NULL ORDER BY id

-- name: pg-json-contains
SELECT id FROM items WHERE attrs @> '{"colour": "red"}' ORDER BY id

-- name: pg-json-contains-parameter
-- params: ["{\"watt\": 9}"]
SELECT id FROM items WHERE attrs @> $1::jsonb

-- name: pg-json-key-exists
SELECT id FROM items WHERE attrs ? 'colour' ORDER BY id

-- name: pg-json-any-key-exists
SELECT id FROM items WHERE attrs ?| ARRAY['watt', 'length'] ORDER BY id

-- name: pg-json-cast-number
SELECT id FROM items WHERE (attrs ->> 'watt')::int > 10 ORDER BY id

-- name: pg-json-array-elements
SELECT n.id, t.value ->> 'what' AS what, (t.value ->> 'done')::boolean AS done FROM notes n CROSS JOIN LATERAL jsonb_array_elements(n.doc -> 'todo') AS t (value) ORDER BY n.id, what

-- name: pg-json-array-elements-text
SELECT n.id, x FROM notes n, jsonb_array_elements_text(n.doc -> 'tags') AS x ORDER BY n.id, x

-- name: pg-json-each
SELECT i.id, e.key FROM items i, jsonb_each(i.attrs) AS e WHERE e.key <> 'mark' ORDER BY i.id, e.key

-- name: pg-json-build
SELECT jsonb_build_object('id', id, 'tags', jsonb_build_array(kind, stock)) AS j FROM items ORDER BY id

-- name: pg-json-agg
SELECT jsonb_agg(jsonb_build_object('id', id, 'name', name) ORDER BY id) AS all_tags FROM tags

-- name: pg-json-object-agg
SELECT jsonb_object_agg(name, id) AS map FROM tags

-- name: pg-json-to-recordset
SELECT r.what, r.done FROM notes n CROSS JOIN LATERAL jsonb_to_recordset(n.doc -> 'todo') AS r (what text, done boolean) ORDER BY r.what

-- name: pg-json-recordset-of-parameter
-- params: ["[{\"id\":1,\"n\":5},{\"id\":3,\"n\":6}]"]
SELECT i.name, r.n FROM jsonb_to_recordset($1::jsonb) AS r (id bigint, n bigint) JOIN items i ON i.id = r.id ORDER BY i.id

-- name: pg-json-typeof
SELECT id, jsonb_typeof(attrs -> 'colour') AS t FROM items ORDER BY id

-- name: pg-json-set
SELECT id, jsonb_set(attrs, '{watt}', '11') AS a FROM items WHERE attrs ? 'watt' ORDER BY id

-- name: pg-json-path-query
SELECT id FROM items WHERE attrs @? '$.parts[*] ? (@ > 2)'

-- name: pg-json-strip-and-pretty
SELECT id, jsonb_strip_nulls(attrs) AS s, jsonb_pretty(attrs) AS p FROM items WHERE id = 8

-- name: pg-json-row
SELECT row_to_json(t) AS j FROM (SELECT id, name FROM tags) t ORDER BY t.id

-- name: pg-json-to-jsonb-row
SELECT to_jsonb(t) ->> 'name' AS name FROM tags t ORDER BY t.id

-- name: pg-ilike
-- params: ["%LAMP%"]
SELECT id FROM items WHERE name ILIKE $1

-- name: pg-similar-to
SELECT id FROM items WHERE kind SIMILAR TO '(parts|lighting)' ORDER BY id

-- name: pg-regex
SELECT id FROM items WHERE name ~ '^[A-L]' ORDER BY id

-- name: pg-regex-insensitive
SELECT id FROM items WHERE name ~* '^chair' OR name !~ '[a-z]' ORDER BY id

-- name: pg-regexp-replace
SELECT id, regexp_replace(email, '@.*$', '') AS user_part FROM customers ORDER BY id

-- name: pg-starts-with
SELECT id FROM notes WHERE starts_with(title, 'Plan') OR title ^@ 'Quote' ORDER BY id

-- name: pg-split-part
SELECT id, split_part(email, '@', 1) AS u, position('@' IN email) AS at FROM customers ORDER BY id

-- name: pg-substring-from-for
SELECT substring(name FROM 1 FOR 3) AS s, overlay(kind PLACING '##' FROM 2 FOR 2) AS o FROM items ORDER BY id

-- name: pg-trim-kinds
SELECT trim(BOTH 'x' FROM 'xxaxx') AS b, trim(LEADING FROM '  a') AS l, btrim('--a--', '-') AS c

-- name: pg-string-kit
SELECT left(name, 2) AS l, right(kind, 2) AS r, lpad(id::text, 4, '0') AS p, repeat('ab', 2) AS rep, reverse(kind) AS rev, initcap(kind) AS i, concat(kind, NULL, id) AS c, concat_ws('-', kind, id) AS w FROM items ORDER BY id

-- name: pg-format
SELECT format('%s costs %s', kind, price_cents) AS f FROM items ORDER BY id

-- name: pg-string-escape
SELECT E'tab\there \'quoted\' \\ back' AS e FROM tags WHERE id = 1

-- name: pg-string-unicode-escape
SELECT U&'d\0061t\+000061' AS u FROM tags WHERE id = 1

-- name: pg-dollar-quotes
SELECT $$it's "here" -- not a comment$$ AS d, $tag$ $$ nested $tag$ AS e FROM tags WHERE id = 1

-- name: pg-string-continued
SELECT 'one '
    'two' AS joined FROM tags WHERE id = 1

-- name: pg-nested-comment
SELECT id /* outer /* inner */ still outer */ FROM tags ORDER BY id

-- name: pg-cast-operator
SELECT price_cents::text AS t, '7'::bigint + id AS n, weight::numeric(6, 2) AS w FROM items ORDER BY id

-- name: pg-cast-date-types
SELECT id, created_at::date AS d, placed_on::text AS p, '2026-01-01'::date + 3 AS later FROM orders ORDER BY id

-- name: pg-typed-literals
SELECT DATE '2026-01-05' AS d, TIMESTAMP '2026-01-05 10:00:00' AS t, INTERVAL '2 days' AS i, TRUE AS b

-- name: pg-date-trunc
SELECT date_trunc('month', placed_on)::date AS month, count(*) AS n FROM orders GROUP BY 1 ORDER BY 1

-- name: pg-extract
SELECT id, extract(year FROM placed_on) AS y, extract(dow FROM placed_on) AS dow, date_part('month', placed_on) AS m FROM orders ORDER BY id

-- name: pg-interval-arithmetic
SELECT id FROM orders WHERE placed_on > DATE '2026-03-20' - INTERVAL '30 days' ORDER BY id

-- name: pg-date-difference
SELECT id, DATE '2026-04-01' - placed_on AS days FROM orders ORDER BY id

-- name: pg-at-time-zone
SELECT id, at AT TIME ZONE 'UTC' AS utc FROM events ORDER BY id

-- name: pg-to-char
SELECT id, to_char(placed_on, 'YYYY-MM') AS m, to_char(total_cents / 100.0, 'FM999990.00') AS e FROM orders ORDER BY id

-- name: pg-age-and-make
SELECT make_date(2026, 2, 28) AS d, age(TIMESTAMP '2026-03-01', TIMESTAMP '2026-01-01') AS a, to_timestamp(0) AS z

-- name: pg-overlaps
SELECT id FROM orders WHERE (placed_on, placed_on + 5) OVERLAPS (DATE '2026-02-01', DATE '2026-03-02') ORDER BY id

-- name: pg-greatest-least
SELECT id, greatest(stock, 5) AS g, least(price_cents, 500) AS l FROM items ORDER BY id

-- name: pg-numeric-functions
SELECT id, mod(price_cents, 7) AS m, ceil(weight) AS c, floor(weight) AS f, trunc(weight::numeric, 1) AS t, sign(credit) AS s, power(2, id) AS p FROM (SELECT id, price_cents, weight, stock - 5 AS credit FROM items) x ORDER BY id

-- name: pg-width-bucket
SELECT id, width_bucket(price_cents, 0, 30000, 3) AS b FROM items ORDER BY id

-- name: pg-md5-and-sha
SELECT id, md5(name) AS m, encode(sha256(kind::bytea), 'hex') AS s FROM items ORDER BY id

-- name: pg-whole-row
SELECT t FROM tags t ORDER BY t.id

-- name: pg-row-constructor
SELECT ROW(id, name) AS r FROM tags ORDER BY id

-- name: pg-fetch-first
SELECT id FROM items ORDER BY price_cents DESC, id FETCH FIRST 3 ROWS ONLY

-- name: pg-offset-rows-fetch
SELECT id FROM items ORDER BY id OFFSET 2 ROWS FETCH NEXT 2 ROWS ONLY

-- name: pg-fetch-with-ties
SELECT id, stock FROM items ORDER BY stock DESC FETCH FIRST 2 ROWS WITH TIES

-- name: pg-limit-all
SELECT id FROM tags ORDER BY id LIMIT ALL

-- name: pg-for-update
SELECT id, stock FROM items WHERE id = 1 FOR UPDATE

-- name: pg-for-no-key-update-of
SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = 1 FOR NO KEY UPDATE OF o

-- name: pg-for-share-skip-locked
SELECT id FROM orders WHERE status = 'open' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED

-- name: pg-for-share-nowait
SELECT id FROM tags ORDER BY id FOR SHARE NOWAIT

-- name: pg-text-search
SELECT id FROM notes WHERE to_tsvector('simple', body) @@ to_tsquery('simple', 'milk & eggs')

-- name: pg-text-search-rank
-- params: ["desk"]
SELECT id, ts_rank(to_tsvector('english', body), plainto_tsquery('english', $1)) AS r FROM notes WHERE to_tsvector('english', body) @@ plainto_tsquery('english', $1) ORDER BY r DESC, id

-- name: pg-text-search-headline
SELECT ts_headline('english', body, websearch_to_tsquery('english', 'desk')) AS h FROM notes WHERE body LIKE '%desk%'

-- name: pg-intersect-except-all
SELECT id FROM items INTERSECT ALL SELECT id FROM orders EXCEPT ALL SELECT id FROM tags ORDER BY id

-- name: pg-window-exclude
SELECT id, sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) AS s FROM tags ORDER BY id

-- name: pg-window-groups
SELECT id, count(*) OVER (ORDER BY credit_cents GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) AS n FROM customers ORDER BY id

-- name: pg-values-with-names
SELECT v.id, v.label, t.name FROM (VALUES (1, 'one'), (2, 'two')) AS v (id, label) JOIN tags t ON t.id = v.id ORDER BY v.id

-- name: pg-is-true
SELECT id FROM customers WHERE (vip IS TRUE) IS NOT FALSE ORDER BY id

-- name: pg-is-unknown
SELECT id FROM customers WHERE (city = 'Berlin') IS UNKNOWN

-- name: pg-between-symmetric
SELECT id FROM items WHERE price_cents BETWEEN SYMMETRIC 6000 AND 300 ORDER BY id

-- name: pg-collate
SELECT id, name FROM items ORDER BY name COLLATE "C"

-- name: pg-uuid-parameter
-- params: ["11111111-0000-7000-8000-000000000001"]
SELECT title, pinned FROM notes WHERE id = $1::uuid

-- name: pg-uuid-literal
SELECT id FROM items WHERE sku = '00000000-0000-7000-8000-000000000004'

-- name: pg-recursive-path-array
WITH RECURSIVE t AS (SELECT id, ARRAY[id] AS path FROM items WHERE parent_id IS NULL UNION ALL SELECT i.id, t.path || i.id FROM items i JOIN t ON i.parent_id = t.id WHERE NOT i.id = ANY (t.path)) SELECT id, path FROM t ORDER BY path

-- name: pg-recursive-cycle-guard
WITH RECURSIVE r (id, depth) AS (SELECT id, 0 FROM customers WHERE id = 6 UNION ALL SELECT c.referred_by, r.depth + 1 FROM r JOIN customers c ON c.id = r.id WHERE c.referred_by IS NOT NULL AND r.depth < 10) SELECT id, depth FROM r ORDER BY depth

-- name: pg-join-using-alias
SELECT order_id, o.status FROM order_lines JOIN (SELECT id AS order_id, status FROM orders) AS o USING (order_id) GROUP BY order_id, o.status ORDER BY order_id

-- name: pg-count-distinct-pair
SELECT count(DISTINCT (country, vip)) AS pairs FROM customers

-- name: pg-nested-ctes-of-all-kinds
WITH a AS (SELECT customer_id, sum(total_cents) AS s FROM orders GROUP BY customer_id), b AS (SELECT a.*, rank() OVER (ORDER BY s DESC) AS r FROM a) SELECT c.name, b.s, b.r FROM b JOIN customers c ON c.id = b.customer_id WHERE b.r <= 2 ORDER BY b.r, c.id

-- name: pg-insert-array
-- writes: items
INSERT INTO items (id, sku, name, kind, price_cents, labels) VALUES (100, '00000000-0000-7000-8000-000000000100', 'Rug', 'furniture', 5, ARRAY['soft', 'it''s']) RETURNING labels

-- name: pg-insert-array-literal
-- writes: items
INSERT INTO items (id, sku, name, kind, price_cents, labels) VALUES (101, '00000000-0000-7000-8000-000000000101', 'Rug', 'furniture', 5, '{"a b",c}') RETURNING labels[1]

-- name: pg-insert-json
-- params: ["11111111-0000-7000-8000-000000000099", "{\"a\": [1, \"x'y\"]}"]
-- writes: notes
INSERT INTO notes (id, title, doc) VALUES ($1::uuid, 'J', $2::jsonb) RETURNING doc

-- name: pg-insert-timestamps
-- params: ["2026-05-01T10:00:00+02:00"]
-- writes: events
INSERT INTO events (id, kind, subject, at) VALUES (100, 'tick', 's', $1::timestamptz) RETURNING at

-- name: pg-insert-default-keyword
-- writes: customers
INSERT INTO customers (id, name, email, country, vip) VALUES (100, 'H', 'h@example.com', DEFAULT, DEFAULT) RETURNING country, vip

-- name: pg-insert-from-unnest
-- params: ["{800,801}", "{x,y}"]
-- writes: tags
INSERT INTO tags (id, name) SELECT * FROM unnest($1::bigint[], $2::text[]) AS u (id, name)

-- name: pg-insert-from-series
-- writes: events
INSERT INTO events (id, kind, subject, at) SELECT 900 + n, 'batch', 's' || n, TIMESTAMPTZ '2026-01-01T00:00:00Z' + n * INTERVAL '1 hour' FROM generate_series(1, 20) AS n

-- name: pg-insert-from-recordset
-- params: ["[{\"id\":810,\"name\":\"p\"},{\"id\":811,\"name\":\"q\"}]"]
-- writes: tags
INSERT INTO tags (id, name) SELECT id, name FROM jsonb_to_recordset($1::jsonb) AS r (id bigint, name text) ON CONFLICT DO NOTHING

-- name: pg-insert-dollar-quotes
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (820, $$it's$$, $x$a $$ b$x$) RETURNING name, title

-- name: pg-insert-escape-string
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (821, E'a\\b\'c', E'\u00e9\n') RETURNING name, title

-- name: pg-insert-union
-- writes: tags
INSERT INTO tags (id, name) SELECT 830, 'm' UNION ALL SELECT 831, 'n'

-- name: pg-upsert-greatest
-- writes: items
INSERT INTO items (id, sku, name, kind, price_cents, stock) VALUES (2, '00000000-0000-7000-8000-000000000002', 'Bulb', 'lighting', 300, 250) ON CONFLICT (tenant_id, id) DO UPDATE SET stock = greatest(items.stock, excluded.stock), labels = items.labels || excluded.labels RETURNING stock, labels

-- name: pg-upsert-alias
-- writes: tags
INSERT INTO tags AS t (id, name, title) VALUES (1, 'new', 'N') ON CONFLICT (tenant_id, id) DO UPDATE SET title = t.title || '/' || excluded.title RETURNING t.title

-- name: pg-upsert-is-new
-- unordered
-- writes: tags
INSERT INTO tags (id, name) VALUES (1, 'x1'), (840, 'x2') ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name RETURNING id, name

-- name: pg-upsert-row-assignment
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (2, 'sale', 'S2') ON CONFLICT (tenant_id, id) DO UPDATE SET (name, title) = (excluded.name, excluded.title) RETURNING title

-- name: pg-upsert-select-join
-- writes: item_tags
INSERT INTO item_tags (item_id, tag_id, reason) SELECT i.id, 3, 'eco' FROM items i LEFT JOIN item_tags it ON it.item_id = i.id AND it.tag_id = 3 ON CONFLICT (tenant_id, item_id, tag_id) DO UPDATE SET reason = excluded.reason || '+' || item_tags.reason

-- name: pg-update-json
-- params: ["blue"]
-- unordered
-- writes: items
UPDATE items SET attrs = jsonb_set(attrs, '{colour}', to_jsonb($1::text)) WHERE attrs ? 'colour' RETURNING id, attrs ->> 'colour' AS colour

-- name: pg-update-json-merge
-- writes: items
UPDATE items SET attrs = (attrs || '{"seen": true}') - 'watt'::text WHERE id <= 2

-- name: pg-update-array
-- writes: items
UPDATE items SET labels = array_remove(labels, 'red') || ARRAY['repainted'] WHERE 'red' = ANY (labels)

-- name: pg-update-date
-- unordered
-- writes: orders
UPDATE orders SET placed_on = placed_on + INTERVAL '1 month', created_at = created_at + '1 day'::interval WHERE status = 'open' RETURNING id, placed_on

-- name: pg-update-default
-- writes: customers
UPDATE customers SET country = DEFAULT, credit_cents = DEFAULT WHERE id = 3 RETURNING country, credit_cents

-- name: pg-update-from-join
-- writes: order_lines
UPDATE order_lines SET remark = c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = order_lines.order_id AND c.country = 'CH'

-- name: pg-update-from-lateral
-- writes: customers
UPDATE customers SET credit_cents = s.spent FROM (SELECT c.id, l.spent FROM customers c CROSS JOIN LATERAL (SELECT coalesce(sum(total_cents), 0) AS spent FROM orders o WHERE o.customer_id = c.id) l) s WHERE s.id = customers.id

-- name: pg-update-from-window
-- writes: tags
UPDATE tags SET title = 'no ' || s.n FROM (SELECT id, row_number() OVER (ORDER BY name) AS n FROM tags) s WHERE s.id = tags.id

-- name: pg-update-queue-claim
-- writes: orders
UPDATE orders SET status = 'working' WHERE id = (SELECT id FROM orders WHERE status = 'open' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, status

-- name: pg-update-any
-- params: ["{1,2,3}"]
-- writes: items
UPDATE items SET stock = 42 WHERE id = ANY ($1::bigint[])

-- name: pg-delete-using
-- writes: item_tags
DELETE FROM item_tags USING items WHERE items.id = item_tags.item_id AND items.kind = 'furniture'

-- name: pg-delete-using-alias
-- writes: order_lines
DELETE FROM order_lines AS l USING orders AS o, customers AS c WHERE o.id = l.order_id AND c.id = o.customer_id AND c.country = 'CH'

-- name: pg-delete-using-returning
-- unordered
-- writes: item_tags
DELETE FROM item_tags it USING tags t WHERE t.id = it.tag_id AND t.name = 'eco' RETURNING it.item_id, t.name

-- name: pg-delete-any
-- params: ["{1,2}"]
-- writes: events
DELETE FROM events WHERE id = ANY ($1::bigint[])

-- name: pg-delete-duplicates
-- writes: events
DELETE FROM events e USING events x WHERE x.kind = e.kind AND x.subject = e.subject AND x.id < e.id

-- name: pg-delete-newest-kept
-- writes: events
DELETE FROM events WHERE id NOT IN (SELECT DISTINCT ON (kind) id FROM events ORDER BY kind, at DESC, id)

-- name: pg-modifying-cte-delete-to-insert
-- writes: tags, item_tags
WITH gone AS (DELETE FROM item_tags WHERE tag_id = 1 RETURNING item_id, reason) INSERT INTO tags (id, name) SELECT 850 + item_id, reason || item_id FROM gone

-- name: pg-modifying-cte-insert-then-select
-- writes: tags
WITH made AS (INSERT INTO tags (id, name) VALUES (860, 'made') RETURNING id, name) SELECT id, name FROM made

-- name: pg-modifying-cte-update-then-join
-- unordered
-- writes: items
WITH moved AS (UPDATE items SET stock = stock + 1 WHERE kind = 'parts' RETURNING id, stock) SELECT m.id, m.stock, i.name FROM moved m JOIN items i ON i.id = m.id

-- name: pg-modifying-cte-chain
-- writes: orders, order_lines
WITH o AS (INSERT INTO orders (id, customer_id, status, placed_on) VALUES (870, 2, 'open', '2026-04-04') RETURNING id), l AS (INSERT INTO order_lines (order_id, line_no, item_id, quantity, unit_cents) SELECT o.id, 1, 5, 2, 250 FROM o RETURNING order_id, quantity) SELECT o.id, l.quantity FROM o JOIN l ON l.order_id = o.id

-- name: pg-modifying-cte-archive
-- writes: events, notes
WITH old AS (DELETE FROM events WHERE kind = 'login' RETURNING id, subject) UPDATE notes SET body = notes.body || (SELECT count(*) FROM old) WHERE pinned

-- name: pg-merge
-- writes: tags
MERGE INTO tags AS t USING (VALUES (1, 'merged'), (880, 'added')) AS s (id, name) ON s.id = t.id WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)
