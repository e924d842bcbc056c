-- Statements as services write them, in the words of MariaDB and MySQL. Each stands alone on a fresh seed and must give
-- through the handle what it gives raw in a database that holds this one tenant's rows only.
-- params: bound in order; unordered: the rows have no order of their own; writes: compare these tables afterwards.
-- (window-over-aggregate is unordered: with tenant_id given as one value MariaDB 10.11 gives its rows in the window's
-- order, whatever ORDER BY says; tried raw too, with the filter written by hand.)

-- name: point-read
-- params: [3]
SELECT id, name, price_cents FROM items WHERE id = ?

-- name: point-read-star
-- params: [1]
SELECT * FROM customers WHERE id = ?

-- name: point-read-composite-key
-- params: [1, 2]
SELECT item_id, quantity FROM order_lines WHERE order_id = ? AND line_no = ?

-- name: point-read-missing
-- params: [999]
SELECT id, name FROM items WHERE id = ?

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
SELECT id, name FROM items ORDER BY name, id LIMIT ? OFFSET ?

-- name: list-page-by-key
-- params: [2, 3]
SELECT id, name FROM items WHERE id > ? ORDER BY id LIMIT ?

-- name: list-page-by-two-keys
-- params: [700, 7]
SELECT id, price_cents FROM items WHERE (price_cents, id) > (?, ?) ORDER BY price_cents, id LIMIT 3

-- name: list-nulls-first
SELECT id, city FROM customers ORDER BY city IS NULL DESC, city, id

-- name: list-nulls-last
SELECT id, weight FROM items ORDER BY weight IS NULL, weight DESC, id DESC

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
SELECT id FROM items WHERE kind = ? AND (price_cents > ? OR stock = 0) ORDER BY id

-- name: filter-or-at-top
-- params: ["lighting", 10000]
SELECT id FROM items WHERE kind = ? OR price_cents > ? ORDER BY id

-- name: filter-not
SELECT id FROM items WHERE NOT (kind = 'furniture' OR stock < 5) ORDER BY id

-- name: filter-in-list
SELECT id, status FROM orders WHERE status IN ('paid', 'shipped') ORDER BY id

-- name: filter-not-in-list
SELECT id, status FROM orders WHERE status NOT IN ('paid', 'shipped') ORDER BY id

-- name: filter-in-parameters
-- params: [1, 3, 5]
SELECT id, name FROM customers WHERE id IN (?, ?, ?) ORDER BY id

-- name: filter-between
-- params: [300, 6000]
SELECT id FROM items WHERE price_cents BETWEEN ? AND ? ORDER BY id

-- name: filter-not-between
SELECT id FROM items WHERE price_cents NOT BETWEEN 300 AND 6000 ORDER BY id

-- name: filter-between-dates
-- params: ["2026-02-01", "2026-02-28"]
SELECT id FROM orders WHERE placed_on BETWEEN ? AND ? ORDER BY id

-- name: filter-is-null
SELECT id FROM customers WHERE city IS NULL

-- name: filter-is-not-null
SELECT id FROM items WHERE parent_id IS NOT NULL ORDER BY id

-- name: filter-is-distinct-from
SELECT id FROM customers WHERE NOT city <=> 'Berlin' ORDER BY id

-- name: filter-is-not-distinct-from
SELECT id FROM customers WHERE referred_by <=> NULL ORDER BY id

-- name: filter-like
-- params: ["Chair%"]
SELECT id, name FROM items WHERE name LIKE ? ORDER BY id

-- name: filter-not-like
SELECT id FROM items WHERE name NOT LIKE 'Ch%' ORDER BY id

-- name: filter-like-escape
SELECT id FROM items WHERE name LIKE '%100!% %' ESCAPE '!' ORDER BY id

-- name: filter-like-underscore
SELECT id FROM items WHERE name LIKE '_amp%' ORDER BY id

-- name: filter-like-concatenated
-- params: ["omf"]
SELECT id FROM items WHERE name LIKE concat('%', ?, '%') ORDER BY id

-- name: filter-lower-like
-- params: ["ENTWURF"]
SELECT id, title FROM notes WHERE lower(title) LIKE concat(lower(?), '%')

-- name: filter-boolean
SELECT id FROM customers WHERE vip ORDER BY id

-- name: filter-boolean-not
SELECT id FROM customers WHERE NOT vip ORDER BY id

-- name: filter-boolean-parameter
-- params: [true]
SELECT id FROM customers WHERE vip = ? ORDER BY id

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
SELECT id, 'a\\' AS tail FROM items WHERE kind = 'parts' ORDER BY id

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
SELECT id FROM items WHERE name = ?

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
Select T.ID As id, T.Name As name From tags As T Order By T.id

-- name: quoted-names
SELECT `id`, `name` FROM `tags` ORDER BY `id`

-- name: quoted-alias
SELECT t.id AS `the id`, t.name AS `Name` FROM tags t ORDER BY `the id`

-- name: quoted-table-alias
SELECT `T x`.id FROM tags AS `T x` ORDER BY `T x`.id

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
SELECT ? + ? AS answer

-- name: same-parameter-twice
-- params: [100, 100]
SELECT id FROM items WHERE price_cents > ? AND stock < ? ORDER BY id

-- name: parameters-out-of-order
-- params: [5, "furniture"]
SELECT id FROM items WHERE stock > ? AND kind = ? ORDER BY id

-- name: case-searched
SELECT id, CASE WHEN stock = 0 THEN 'out' WHEN stock < 5 THEN 'low' ELSE 'ok' END AS state FROM items ORDER BY id

-- name: case-simple
SELECT id, CASE kind WHEN 'lighting' THEN 'L' WHEN 'furniture' THEN 'F' END AS code FROM items ORDER BY id

-- name: case-nested
SELECT id, CASE WHEN vip THEN CASE WHEN credit_cents > 1000 THEN 'gold' ELSE 'silver' END ELSE 'plain' END AS grade FROM customers ORDER BY id

-- name: case-in-aggregate
SELECT sum(CASE WHEN status = 'paid' THEN 1 ELSE 0 END) AS paid, count(*) AS total FROM orders

-- name: cast-to-text
SELECT id, CAST(price_cents AS CHAR) AS price FROM items ORDER BY id

-- name: cast-to-integer
SELECT id, CAST('12' AS SIGNED) + id AS n FROM tags ORDER BY id

-- name: cast-number-to-real
SELECT id, CAST(price_cents AS DOUBLE) / 100 AS euros FROM items ORDER BY id

-- name: concat-operator
SELECT id, concat(name, ' <', email, '>') AS recipient FROM customers ORDER BY id

-- name: string-functions
SELECT id, upper(kind) AS u, lower(kind) AS l, trim('  x ') AS t, replace(kind, 'i', '!') AS r, substr(kind, 2, 3) AS s FROM items ORDER BY id

-- name: string-trim-kinds
SELECT ltrim('  a') AS l, rtrim('a  ') AS r, trim(BOTH 'x' FROM 'xaxx') AS b, trim(LEADING 'x' FROM 'xxa') AS c FROM tags WHERE id = 1

-- name: number-functions
SELECT id, abs(credit_cents) AS a, round(credit_cents / 7.0) AS r FROM customers ORDER BY id

-- name: coalesce-chain
SELECT id, coalesce(city, country, '?') AS place FROM customers ORDER BY id

-- name: distinct
SELECT DISTINCT kind FROM items ORDER BY kind

-- name: distinct-two
SELECT DISTINCT country, vip FROM customers ORDER BY country, vip

-- name: distinct-with-null
SELECT DISTINCT city FROM customers ORDER BY city

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
SELECT sum(status = 'open') AS open, sum(status <> 'open') AS rest FROM orders

-- name: aggregate-filter-sum
SELECT customer_id, sum(CASE WHEN status IN ('paid', 'shipped') THEN total_cents END) AS earned FROM orders GROUP BY customer_id ORDER BY customer_id

-- name: group-by
SELECT kind, count(*) AS n FROM items GROUP BY kind ORDER BY kind

-- name: group-by-having
-- params: [1]
SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id HAVING count(*) > ? ORDER BY customer_id

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
SELECT c.id, o.id AS paid FROM customers c LEFT OUTER JOIN orders o ON o.customer_id = c.id AND o.status = ? ORDER BY c.id, o.id

-- name: join-left-condition-in-where
SELECT c.id, o.id AS paid FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.status = 'paid' OR o.id IS NULL ORDER BY c.id, o.id

-- name: join-right
SELECT t.id, it.item_id FROM item_tags it RIGHT JOIN tags t ON t.id = it.tag_id ORDER BY t.id, it.item_id

-- name: join-full
SELECT i.id AS item, it.tag_id AS tag FROM items i LEFT JOIN item_tags it ON it.item_id = i.id AND it.tag_id = 1 UNION ALL SELECT NULL, it.tag_id FROM item_tags it LEFT JOIN items i ON i.id = it.item_id AND it.tag_id = 1 WHERE i.id IS NULL ORDER BY 1, 2

-- name: join-cross
SELECT a.id, b.id AS other FROM tags a CROSS JOIN tags b WHERE a.id < b.id ORDER BY a.id, b.id

-- name: join-comma
SELECT o.id, c.name FROM orders o, customers c WHERE o.customer_id = c.id ORDER BY o.id

-- name: join-comma-three
SELECT i.name, t.name FROM items i, item_tags it, tags t WHERE it.item_id = i.id AND t.id = it.tag_id ORDER BY i.id, t.id

-- name: join-natural-free-of-tenant
SELECT x.id, y.name FROM (SELECT id FROM tags) x NATURAL JOIN (SELECT id, name FROM tags) y ORDER BY x.id

-- name: join-self
SELECT c.name, r.name AS referrer FROM customers c JOIN customers r ON r.id = c.referred_by ORDER BY c.id

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
SELECT id, (SELECT count(*) FROM order_lines l WHERE l.order_id = o.id) AS n FROM orders o ORDER BY id

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
SELECT id FROM items i WHERE (SELECT count(*) FROM items x WHERE x.id < i.id) < (SELECT count(*) FROM tags) ORDER BY id

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
WITH x AS (SELECT id FROM items WHERE stock > 5) SELECT count(*) AS n FROM x

-- name: cte-not-materialized
WITH x AS (SELECT id FROM items WHERE stock > 5) SELECT id FROM x ORDER BY id

-- name: cte-of-values
WITH wanted (id, amount) AS (VALUES (1, 2), (3, 1)) SELECT i.name, w.amount FROM wanted w JOIN items i ON i.id = w.id ORDER BY i.id

-- name: cte-recursive-numbers
WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5) SELECT x FROM n ORDER BY x

-- name: cte-recursive-tree
WITH RECURSIVE tree (id, name, depth) AS (SELECT id, name, 0 FROM items WHERE parent_id IS NULL UNION ALL SELECT i.id, i.name, t.depth + 1 FROM items i JOIN tree t ON t.id = i.parent_id) SELECT id, name, depth FROM tree ORDER BY depth, id

-- name: cte-recursive-path
-- params: [5]
WITH RECURSIVE up (id, parent_id, step) AS (SELECT id, parent_id, 1 FROM items WHERE id = ? UNION SELECT i.id, i.parent_id, up.step + 1 FROM items i, up WHERE i.id = up.parent_id) SELECT id, step FROM up ORDER BY step

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
SELECT v.id, t.name FROM (SELECT 1 AS id UNION ALL SELECT 2 UNION ALL SELECT 9) v LEFT JOIN tags t ON t.id = v.id ORDER BY v.id

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
SELECT id, lag(id) OVER (ORDER BY id) AS prior, coalesce(lead(id, 1) OVER (ORDER BY id), -1) AS next FROM tags ORDER BY id

-- name: window-first-last
SELECT id, first_value(name) OVER w AS f, last_value(name) OVER w AS l FROM tags WINDOW w AS (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) ORDER BY id

-- name: window-ntile
SELECT id, ntile(3) OVER (ORDER BY id) AS third FROM items ORDER BY id

-- name: window-share
SELECT id, price_cents * 1.0 / sum(price_cents) OVER (PARTITION BY kind) AS share FROM items WHERE price_cents > 1 ORDER BY id

-- name: window-over-aggregate
-- unordered
SELECT customer_id, sum(total_cents) AS s, rank() OVER (ORDER BY sum(total_cents) DESC) AS r FROM orders GROUP BY customer_id ORDER BY customer_id

-- name: window-count-over-all
SELECT id, name, count(*) OVER () AS total FROM items ORDER BY id LIMIT 2

-- name: window-in-subquery
SELECT id, kind FROM (SELECT id, kind, row_number() OVER (PARTITION BY kind ORDER BY id) AS n FROM items) x WHERE n = 1 ORDER BY id

-- name: window-filter
SELECT id, sum(vip) OVER (ORDER BY id) AS vips FROM customers ORDER BY id

-- name: window-nth-value
SELECT id, nth_value(name, 2) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS second FROM tags ORDER BY id

-- name: window-percent-rank
SELECT id, percent_rank() OVER (ORDER BY price_cents) AS p, cume_dist() OVER (ORDER BY price_cents) AS c FROM items ORDER BY id

-- name: report-best-sellers
SELECT i.id, i.name, sum(l.quantity) AS units, sum(l.quantity * l.unit_cents) AS cents FROM items i JOIN order_lines l ON l.item_id = i.id JOIN orders o ON o.id = l.order_id WHERE o.status <> 'cancelled' GROUP BY i.id, i.name ORDER BY cents DESC, i.id LIMIT 5

-- name: report-customers-without-orders-since
-- params: ["2026-02-01"]
SELECT c.id, c.name FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.placed_on >= ?) ORDER BY c.id

-- name: report-order-check
SELECT o.id, o.total_cents, s.cents FROM orders o LEFT JOIN (SELECT order_id, sum(quantity * unit_cents) AS cents FROM order_lines GROUP BY order_id) s ON s.order_id = o.id WHERE o.total_cents <> coalesce(s.cents, 0) ORDER BY o.id

-- name: report-activity
SELECT kind, count(*) AS n, min(at) AS first, max(at) AS last FROM events GROUP BY kind ORDER BY kind

-- name: report-top-per-kind
SELECT i.kind, i.id FROM items i WHERE i.price_cents = (SELECT max(x.price_cents) FROM items x WHERE x.kind = i.kind) ORDER BY i.kind, i.id

-- name: search-two-columns
-- params: ["desk", "desk"]
SELECT id, title FROM notes WHERE lower(title) LIKE concat('%', ?, '%') OR lower(body) LIKE concat('%', ?, '%') ORDER BY id

-- name: date-compare-literal
SELECT id FROM orders WHERE placed_on >= '2026-02-01' AND placed_on < '2026-03-01' ORDER BY id

-- name: date-order-desc
SELECT id, at FROM events ORDER BY at DESC, id LIMIT 4

-- name: insert-one
-- params: [50, "hot"]
-- writes: tags
INSERT INTO tags (id, name) VALUES (?, ?)

-- name: insert-literals
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (51, 'cold', 'Cold')

-- name: insert-returning
-- params: [52, "mild"]
-- writes: tags
INSERT INTO tags (id, name) VALUES (?, ?) RETURNING id, name

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
INSERT INTO tags (id, name) VALUES (?, ?), (?, ?)

-- name: insert-with-defaults
-- params: [70, "Grace", "grace@example.com"]
-- writes: customers
INSERT INTO customers (id, name, email) VALUES (?, ?, ?) RETURNING id, country, credit_cents, vip

-- name: insert-null
-- params: [71]
-- writes: orders
INSERT INTO orders (id, customer_id, status, placed_on, note) VALUES (?, 1, 'open', '2026-04-01', NULL) RETURNING note

-- name: insert-expression
-- writes: items
INSERT INTO items (id, sku, name, kind, price_cents) VALUES (72, '00000000-0000-7000-8000-000000000072', concat('Box', ' L'), 'parts', 100 * 3 + 1) RETURNING name, price_cents

-- name: insert-scalar-subquery
-- writes: orders
INSERT INTO orders (id, customer_id, status, placed_on, total_cents) VALUES (73, (SELECT min(id) FROM customers WHERE vip), 'open', '2026-04-02', (SELECT sum(price_cents) FROM items)) RETURNING customer_id, total_cents

-- name: insert-quotes
-- params: ["11111111-0000-7000-8000-000000000073"]
-- writes: notes
INSERT INTO notes (id, title, body) VALUES (?, 'O''Reilly "x"', 'back\\slash -- and /* both */ ; DROP')

-- name: insert-unicode
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (74, 'żółć', '🙂 木 é') RETURNING name, title

-- name: insert-text-with-placeholder-sign
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (75, '$1', '?') RETURNING name, title

-- name: insert-select
-- writes: tags
INSERT INTO tags (id, name) SELECT id + 100, concat(name, '-copy') FROM tags

-- name: insert-select-filter
-- params: [200, "new"]
-- writes: tags
INSERT INTO tags (id, name) SELECT id + ?, concat(name, '2') FROM tags WHERE name = ?

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
INSERT INTO tags (id, name) SELECT id + 400, concat('k', id) FROM items WHERE id < 4 RETURNING id, name

-- name: insert-with-cte
-- writes: tags
INSERT INTO tags (id, name) WITH src AS (SELECT id + 500 AS id, concat(kind, id) AS name FROM items) SELECT id, name FROM src

-- name: insert-select-distinct
-- writes: tags
INSERT INTO tags (id, name) SELECT DISTINCT 600 + length(kind), kind FROM items

-- name: insert-select-derived-union
-- writes: tags
INSERT INTO tags (id, name) SELECT x.id, x.name FROM (SELECT 700 AS id, 'u1' AS name UNION ALL SELECT 701, 'u2') x

-- name: insert-conflict-nothing
-- writes: tags
INSERT IGNORE INTO tags (id, name) VALUES (1, 'dup'), (80, 'fresh')

-- name: insert-conflict-nothing-target
-- writes: tags
INSERT IGNORE INTO tags (id, name) VALUES (1, 'dup')

-- name: insert-conflict-nothing-returning
-- writes: tags
INSERT IGNORE INTO tags (id, name) VALUES (1, 'dup') RETURNING id

-- name: insert-conflict-nothing-unique
-- writes: tags
INSERT INTO tags (id, name) VALUES (81, 'new') ON DUPLICATE KEY UPDATE name = name

-- name: upsert
-- params: [1, "renewed"]
-- writes: tags
INSERT INTO tags (id, name) VALUES (?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name)

-- name: upsert-returning
-- params: [2, "bargain"]
-- writes: tags
INSERT INTO tags (id, name) VALUES (?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name) RETURNING id, name

-- name: upsert-counter
-- writes: items
INSERT INTO items (id, sku, name, kind, price_cents, stock) VALUES (1, '00000000-0000-7000-8000-000000000001', 'Lamp', 'lighting', 1, 5) ON DUPLICATE KEY UPDATE stock = stock + VALUES(stock) RETURNING stock

-- name: upsert-where
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (3, 'eco', 'Green') ON DUPLICATE KEY UPDATE title = IF(name = 'eco', VALUES(title), title) RETURNING title

-- name: upsert-where-false
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (3, 'eco', 'Green') ON DUPLICATE KEY UPDATE title = IF(name = 'other', VALUES(title), title) RETURNING title

-- name: upsert-several
-- unordered
-- writes: tags
INSERT INTO tags (id, name) VALUES (1, 'one'), (2, 'two'), (90, 'ninety') ON DUPLICATE KEY UPDATE name = VALUES(name) RETURNING id, name

-- name: upsert-by-unique
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (91, 'sale', 'Again') ON DUPLICATE KEY UPDATE title = VALUES(title) RETURNING id, title

-- name: upsert-composite
-- writes: item_tags
INSERT INTO item_tags (item_id, tag_id, reason) VALUES (1, 1, 'still') ON DUPLICATE KEY UPDATE reason = VALUES(reason)

-- name: upsert-coalesce
-- writes: orders
INSERT INTO orders (id, customer_id, status, placed_on) VALUES (1, 1, 'open', '2026-01-10') ON DUPLICATE KEY UPDATE status = coalesce(VALUES(status), status), note = NULL RETURNING status, note, total_cents

-- name: update-one
-- params: [7, 2]
-- writes: items
UPDATE items SET stock = ? WHERE id = ?

-- name: update-returning
-- params: [10, 3]
-- writes: items
UPDATE items SET stock = stock - ? WHERE id = ?

-- name: update-returning-star
-- writes: tags
UPDATE tags SET title = 'T' WHERE id = 2

-- name: update-all
-- writes: items
UPDATE items SET stock = 0

-- name: update-all-returning
-- writes: items
UPDATE items SET price_cents = price_cents + 1

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
UPDATE tags AS t SET title = concat(t.name, '!') WHERE t.id > 2

-- name: update-from
-- writes: orders
UPDATE orders SET note = (SELECT c.name FROM customers c WHERE c.id = orders.customer_id) WHERE customer_id IN (SELECT id FROM customers WHERE vip)

-- name: update-from-alias
-- writes: order_lines
UPDATE order_lines AS l SET unit_cents = (SELECT i.price_cents FROM items i WHERE i.id = l.item_id) + l.quantity

-- name: update-from-subquery
-- writes: items
UPDATE items SET stock = stock - coalesce((SELECT sum(l.quantity) FROM order_lines l WHERE l.item_id = items.id), 0) WHERE stock > 5

-- name: update-from-values
-- writes: tags
UPDATE tags SET title = CASE id WHEN 1 THEN 'uno' WHEN 2 THEN 'dos' ELSE title END WHERE id IN (1, 2)

-- name: update-from-returning
-- writes: orders
UPDATE orders SET status = concat('vip-', status) WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = orders.customer_id AND c.vip)

-- name: update-with-cte
-- writes: items
UPDATE items SET kind = 'sold' WHERE id IN (WITH sold AS (SELECT DISTINCT item_id FROM order_lines) SELECT item_id FROM sold)

-- name: update-self-from
-- writes: items
UPDATE items SET price_cents = price_cents + 1 WHERE parent_id IN (SELECT p.id FROM items p WHERE p.kind = 'lighting')

-- name: update-row-assignment
-- writes: customers
UPDATE customers SET city = 'Rome', country = 'IT' WHERE id = 6

-- name: update-row-from-subquery
-- writes: items
UPDATE items SET price_cents = (SELECT max(l.unit_cents) FROM order_lines l), stock = (SELECT count(*) FROM orders) WHERE id = 8

-- name: update-key
-- writes: tags
UPDATE tags SET id = 104 WHERE id = 4

-- name: update-concatenate
-- writes: notes
UPDATE notes SET body = concat(body, ' -- checked') WHERE pinned

-- name: delete-one
-- writes: tags
DELETE FROM tags WHERE id = 4

-- name: delete-parameter
-- params: [6, 2]
-- writes: order_lines
DELETE FROM order_lines WHERE order_id = ? AND line_no = ?

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
DELETE FROM item_tags WHERE item_tags.tag_id = 1

-- name: delete-cascade
-- writes: orders, order_lines
DELETE FROM orders WHERE id = 1

-- name: delete-with-cte
-- writes: events
DELETE FROM events WHERE kind IN (WITH dead AS (SELECT name FROM tags UNION SELECT 'refund') SELECT name FROM dead)

-- name: delete-correlated
-- writes: order_lines
DELETE FROM order_lines WHERE unit_cents > (SELECT price_cents FROM items i WHERE i.id = order_lines.item_id) - 1 AND quantity = 1

-- name: mysql-null-safe-equals
-- params: ["Berlin"]
SELECT id FROM customers WHERE city <=> ? ORDER BY id

-- name: mysql-not-equals
SELECT id FROM items WHERE kind != 'parts' AND kind <> 'lighting' ORDER BY id

-- name: mysql-limit-comma
SELECT id FROM items ORDER BY id LIMIT 2, 3

-- name: mysql-limit-all-offset
SELECT id FROM items ORDER BY id LIMIT 18446744073709551615 OFFSET 5

-- name: mysql-limit-parameters
-- params: [2, 1]
SELECT id FROM tags ORDER BY id LIMIT ? OFFSET ?

-- name: mysql-and-or-signs
SELECT id FROM items WHERE kind = 'parts' && stock > 0 OR id = 1 ORDER BY id

-- name: mysql-joined-texts
-- params: ["omf"]
SELECT id, kind || '-' || id AS label FROM items WHERE name LIKE '%' || ? || '%' OR id = 2 ORDER BY id

-- name: mysql-xor
SELECT id FROM items WHERE stock > 10 XOR price_cents > 1000 ORDER BY id

-- name: mysql-not-sign
SELECT id FROM customers WHERE !vip ORDER BY id

-- name: mysql-div-mod
SELECT id, price_cents DIV 7 AS d, price_cents MOD 7 AS m, price_cents % 7 AS p FROM items ORDER BY id

-- name: mysql-division
SELECT id, price_cents / 7 AS d, price_cents / 0 AS z FROM items ORDER BY id

-- name: mysql-regexp
SELECT id FROM items WHERE name REGEXP '^(Lamp|Desk)' ORDER BY id

-- name: mysql-not-regexp
SELECT id FROM items WHERE name NOT REGEXP '[aeiou]l' ORDER BY id

-- name: mysql-rlike
-- params: ["^.hair"]
SELECT id FROM items WHERE name RLIKE ? ORDER BY id

-- name: mysql-regexp-functions
SELECT id, regexp_replace(email, '@.*$', '') AS u, regexp_substr(email, '^[a-z]+') AS s, regexp_instr(email, '@') AS at FROM customers ORDER BY id

-- name: mysql-like-backslash
SELECT id FROM items WHERE name LIKE 'Cable\\\\\_C%' ORDER BY id

-- name: mysql-like-escaped-percent
SELECT id FROM items WHERE name LIKE '%100\% %' ORDER BY id

-- name: mysql-backslash-quote
SELECT id FROM orders WHERE note LIKE 'it\'s off%'

-- name: mysql-backslash-forms
SELECT 'tab\there' AS a, 'new\nline' AS b, 'q\"uote' AS c, 'back\\slash' AS d, 'nul\0x' AS e, 'pct\%' AS f FROM tags WHERE id = 1

-- name: mysql-backslashes-before-quote
SELECT 'a\\\\' AS two, 'b\\\'c' AS quoted, id FROM tags ORDER BY id

-- name: mysql-double-quoted-text
SELECT id FROM items WHERE kind = "parts" ORDER BY id

-- name: mysql-double-quoted-with-quotes
SELECT "it's ""fine"" \"so\"" AS t, 'say "hi"' AS u FROM tags WHERE id = 1

-- name: mysql-text-with-comment-in-quotes
SELECT "-- not a comment" AS a, '/* nor this */' AS b, '# nor that' AS c FROM tags WHERE id = 1

-- name: mysql-hash-comment
SELECT id # the key
FROM tags ORDER BY id # done

-- name: mysql-placeholders-in-texts
-- params: [2]
SELECT 'what?' AS a, "why?" AS b, `name` AS `who?` FROM tags WHERE id = ? /* and ? */ -- ?

-- name: mysql-backtick-names
SELECT `id`, `name` FROM `tags` ORDER BY `id`

-- name: mysql-backtick-alias-with-backtick
SELECT id AS `a``b`, name AS `two words` FROM tags ORDER BY `a``b`

-- name: mysql-reserved-alias
SELECT id AS `order`, name AS `group` FROM tags ORDER BY `order`

-- name: mysql-if
SELECT id, if(stock > 10, 'many', 'few') AS s FROM items ORDER BY id

-- name: mysql-ifnull
SELECT id, ifnull(city, '?') AS c, isnull(city) AS n FROM customers ORDER BY id

-- name: mysql-greatest-least
SELECT id, greatest(stock, 5) AS g, least(price_cents, 500) AS l FROM items ORDER BY id

-- name: mysql-field-order
SELECT id, status FROM orders ORDER BY field(status, 'open', 'paid', 'shipped', 'cancelled'), id

-- name: mysql-find-in-set
SELECT id FROM tags WHERE find_in_set(name, 'new,eco') ORDER BY id

-- name: mysql-elt
SELECT id, elt(id, 'one', 'two', 'three') AS word FROM tags ORDER BY id

-- name: mysql-concat-ws
SELECT id, concat_ws(', ', city, country) AS place FROM customers ORDER BY id

-- name: mysql-substring-index
SELECT id, substring_index(email, '@', 1) AS u, substring_index(email, '@', -1) AS host FROM customers ORDER BY id

-- name: mysql-substring-forms
SELECT substring(name, 1, 3) AS a, substr(name, 2) AS b, left(name, 2) AS c, right(name, 2) AS d, mid(name, 2, 2) AS e FROM tags ORDER BY id

-- name: mysql-substring-from-for
SELECT substring(name FROM 1 FOR 2) AS a FROM tags ORDER BY id

-- name: mysql-pads
SELECT lpad(id, 4, '0') AS l, rpad(name, 8, '.') AS r, repeat('x', id) AS x, reverse(name) AS v, space(2) AS s FROM tags ORDER BY id

-- name: mysql-lengths
SELECT id, length(name) AS bytes, char_length(name) AS chars, octet_length(name) AS o FROM items ORDER BY id

-- name: mysql-locate-instr
SELECT id, locate('@', email) AS a, instr(email, '@') AS b, position('@' IN email) AS c FROM customers ORDER BY id

-- name: mysql-hex-and-ascii
SELECT hex(name) AS h, ascii(name) AS a, ord(name) AS o, char(65, 66 USING utf8mb4) AS c FROM tags ORDER BY id

-- name: mysql-hashes
SELECT md5(name) AS m, sha1(name) AS s, sha2(name, 256) AS t, crc32(name) AS c FROM tags ORDER BY id

-- name: mysql-base64
SELECT to_base64(name) AS b, from_base64(to_base64(name)) AS f FROM tags ORDER BY id

-- name: mysql-case-functions
SELECT ucase(name) AS u, lcase(name) AS l FROM tags ORDER BY id

-- name: mysql-format-number
SELECT id, format(price_cents / 100, 2) AS f FROM items ORDER BY id

-- name: mysql-numbers
SELECT id, ceil(weight) AS c, floor(weight) AS f, truncate(weight, 1) AS t, mod(id, 3) AS m, pow(id, 2) AS p, sign(credit) AS s FROM (SELECT id, weight, id - 4 AS credit FROM items) x ORDER BY id

-- name: mysql-round-places
SELECT id, round(weight, 1) AS r, round(price_cents, -2) AS h FROM items ORDER BY id

-- name: mysql-cast-kinds
SELECT CAST('2026-01-02' AS DATE) AS d, CAST('12.345' AS DECIMAL(6,2)) AS n, CAST(5 AS UNSIGNED) AS u, CAST('7' AS SIGNED) AS i, CAST('2026-01-02 03:04:05' AS DATETIME) AS t FROM tags WHERE id = 1

-- name: mysql-convert
SELECT id, CONVERT(price_cents, CHAR) AS c, CONVERT(name USING utf8mb4) AS u FROM items ORDER BY id

-- name: mysql-binary-compare
SELECT id FROM tags WHERE CAST(name AS BINARY) = 'new'

-- name: mysql-collate
SELECT id FROM tags WHERE name COLLATE utf8mb4_bin = 'new'

-- name: mysql-case-insensitive
SELECT id FROM tags WHERE name = 'NEW'

-- name: mysql-order-collate
SELECT id, name FROM items ORDER BY name COLLATE utf8mb4_bin, id

-- name: mysql-hex-literals
SELECT 0x41 AS a, x'4142' AS b, length(0x00ff) AS n FROM tags WHERE id = 1

-- name: mysql-bit-operators
SELECT id, id & 3 AS a, id | 8 AS o, id ^ 1 AS x, id << 2 AS l, id >> 1 AS r FROM items ORDER BY id

-- name: mysql-true-false
SELECT TRUE AS t, FALSE AS f, NOT TRUE AS n, vip IS TRUE AS v FROM customers ORDER BY id

-- name: mysql-decimal-literals
SELECT 1.50 AS d, 1e3 AS e, .5 AS h, -7 AS n FROM tags WHERE id = 1

-- name: mysql-adjacent-sums
SELECT id, -id AS n, - -id AS p, +id AS q FROM tags ORDER BY id

-- name: mysql-interval-add
SELECT id, placed_on + INTERVAL 1 MONTH AS next, placed_on - INTERVAL 10 DAY AS prior FROM orders ORDER BY id

-- name: mysql-date-add
SELECT id, date_add(placed_on, INTERVAL 2 WEEK) AS a, date_sub(placed_on, INTERVAL 1 YEAR) AS s FROM orders ORDER BY id

-- name: mysql-date-filter-interval
-- params: ["2026-03-20"]
SELECT id FROM orders WHERE placed_on > CAST(? AS DATE) - INTERVAL 30 DAY ORDER BY id

-- name: mysql-date-format
SELECT id, date_format(placed_on, '%Y-%m') AS month, date_format(created_at, '%H:%i') AS clock FROM orders ORDER BY id

-- name: mysql-group-by-month
SELECT date_format(placed_on, '%Y-%m') AS month, count(*) AS n, sum(total_cents) AS cents FROM orders GROUP BY month ORDER BY month

-- name: mysql-group-by-year-month
SELECT year(placed_on) AS y, month(placed_on) AS m, count(*) AS n FROM orders GROUP BY year(placed_on), month(placed_on) ORDER BY y, m

-- name: mysql-date-parts
SELECT id, year(at) AS y, month(at) AS m, day(at) AS d, hour(at) AS h, minute(at) AS i, second(at) AS s, dayofweek(at) AS w, dayname(at) AS n, quarter(at) AS q, week(at, 3) AS k FROM events ORDER BY id

-- name: mysql-extract
SELECT id, EXTRACT(YEAR FROM at) AS y, EXTRACT(MONTH FROM at) AS m FROM events ORDER BY id

-- name: mysql-date-and-time
SELECT id, date(at) AS d, time(at) AS t, to_days(at) AS n, last_day(at) AS l FROM events ORDER BY id

-- name: mysql-datediff
SELECT id, datediff('2026-04-01', placed_on) AS days, timestampdiff(MONTH, placed_on, '2026-04-01') AS months FROM orders ORDER BY id

-- name: mysql-str-to-date
SELECT id FROM orders WHERE placed_on < str_to_date('01.02.2026', '%d.%m.%Y') ORDER BY id

-- name: mysql-unix-timestamps
SELECT from_unixtime(0) IS NOT NULL AS f, unix_timestamp('2026-01-01 00:00:00') > 0 AS u FROM tags WHERE id = 1

-- name: mysql-now-compare
SELECT id FROM orders WHERE placed_on < now() AND created_at < current_timestamp AND placed_on < curdate() ORDER BY id

-- name: mysql-date-literal
SELECT id FROM orders WHERE placed_on >= DATE '2026-02-28' ORDER BY id

-- name: mysql-timestamp-literal
SELECT id FROM events WHERE at >= TIMESTAMP '2026-03-01 00:00:00' ORDER BY id

-- name: mysql-group-concat
SELECT group_concat(name ORDER BY id SEPARATOR ', ') AS names FROM tags

-- name: mysql-group-concat-distinct
SELECT group_concat(DISTINCT kind ORDER BY kind DESC) AS kinds FROM items

-- name: mysql-group-concat-per-kind
SELECT kind, group_concat(id ORDER BY id) AS ids FROM items GROUP BY kind ORDER BY kind

-- name: mysql-rollup
SELECT kind, sum(stock) AS units FROM items GROUP BY kind WITH ROLLUP

-- name: mysql-statistics
SELECT round(stddev_pop(price_cents), 3) AS p, round(stddev_samp(price_cents), 3) AS s, round(var_pop(stock), 3) AS v, round(variance(stock), 3) AS w FROM items

-- name: mysql-bit-aggregates
SELECT bit_and(id) AS a, bit_or(id) AS o, bit_xor(id) AS x FROM items

-- name: mysql-having-alias
SELECT kind, count(*) AS n FROM items GROUP BY kind HAVING n > 1 ORDER BY kind

-- name: mysql-order-by-null
SELECT kind, count(*) AS n FROM items GROUP BY kind ORDER BY kind, NULL

-- name: mysql-count-distinct-two
SELECT count(DISTINCT country, vip) AS n FROM customers

-- name: mysql-sum-of-condition
SELECT sum(vip) AS vips, sum(city = 'Berlin') AS berliners, avg(vip) AS share FROM customers

-- name: mysql-json-extract
SELECT id, json_extract(attrs, '$.colour') AS colour FROM items ORDER BY id

-- name: mysql-json-value
SELECT id, json_value(attrs, '$.size.w') AS w FROM items ORDER BY id

-- name: mysql-json-unquote
SELECT id, json_unquote(json_extract(attrs, '$.colour')) AS colour FROM items WHERE json_extract(attrs, '$.watt') > 5 ORDER BY id

-- name: mysql-json-contains
SELECT id FROM items WHERE json_contains(labels, '"red"') ORDER BY id

-- name: mysql-json-contains-parameter
-- params: ["\"oak\""]
SELECT id FROM items WHERE json_contains(labels, ?) ORDER BY id

-- name: mysql-json-contains-path
SELECT id FROM items WHERE json_contains_path(attrs, 'one', '$.watt', '$.size') ORDER BY id

-- name: mysql-json-search
SELECT id, json_search(labels, 'one', 'warm') AS path FROM items ORDER BY id

-- name: mysql-json-length
SELECT id, json_length(labels) AS n, json_depth(attrs) AS d, json_type(attrs) AS t, json_valid(attrs) AS v FROM items ORDER BY id

-- name: mysql-json-keys
SELECT id, json_keys(attrs) AS k FROM items ORDER BY id

-- name: mysql-json-object
SELECT json_object('id', id, 'kind', kind) AS j FROM items ORDER BY id

-- name: mysql-json-array
SELECT json_array(id, name, NULL) AS j FROM tags ORDER BY id

-- name: mysql-json-arrayagg
SELECT kind, json_length(json_arrayagg(id)) AS n FROM items GROUP BY kind ORDER BY kind

-- name: mysql-json-objectagg
SELECT json_length(json_objectagg(name, id)) AS n FROM tags

-- name: mysql-json-set
SELECT id, json_set(attrs, '$.watt', 11) AS a FROM items WHERE json_extract(attrs, '$.watt') IS NOT NULL ORDER BY id

-- name: mysql-json-merge-remove
SELECT json_merge_patch(attrs, '{"x":1}') AS p, json_remove(attrs, '$.mark') AS r FROM items ORDER BY id

-- name: mysql-json-table
SELECT i.id, j.label FROM items i, JSON_TABLE(i.labels, '$[*]' COLUMNS (label VARCHAR(40) PATH '$')) AS j ORDER BY i.id, j.label

-- name: mysql-json-table-parameter
-- params: ["[1,3]"]
SELECT t.id, t.name FROM tags t JOIN JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS j ON j.id = t.id ORDER BY t.id

-- name: mysql-json-table-nested
SELECT n.id, t.what FROM notes n, JSON_TABLE(n.doc, '$.todo[*]' COLUMNS (what VARCHAR(40) PATH '$.what')) AS t ORDER BY n.id, t.what

-- name: mysql-from-dual
SELECT 1 AS one, 'x' AS x FROM dual

-- name: mysql-exists-from-dual
SELECT 1 AS one FROM dual WHERE EXISTS (SELECT 1 FROM tags WHERE name = 'eco')

-- name: mysql-straight-columns
SELECT tags.id, tags.name FROM tags WHERE tags.id BETWEEN 2 AND 3 ORDER BY tags.id

-- name: mysql-inner-join-without-on
SELECT a.id, b.id AS other FROM tags a INNER JOIN tags b WHERE a.id = b.id ORDER BY a.id

-- name: mysql-join-using
SELECT t.name, it.item_id FROM (SELECT id AS tag_id, name FROM tags) t JOIN item_tags it USING (tag_id) ORDER BY it.item_id, t.name

-- name: mysql-left-join-using
SELECT c.id, o.n FROM customers c LEFT JOIN (SELECT customer_id AS id, count(*) AS n FROM orders GROUP BY customer_id) o USING (id) ORDER BY c.id

-- name: mysql-in-rows
SELECT order_id, line_no FROM order_lines WHERE (order_id, line_no) IN ((1, 1), (6, 2)) ORDER BY order_id

-- name: mysql-any-some-all
SELECT id FROM items WHERE price_cents > ALL (SELECT unit_cents FROM order_lines WHERE unit_cents < 5000) AND id = ANY (SELECT item_id FROM order_lines) ORDER BY id

-- name: mysql-for-update
SELECT id, stock FROM items WHERE id = 1 FOR UPDATE

-- name: mysql-for-update-skip-locked
SELECT id FROM orders WHERE status = 'open' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED

-- name: mysql-union-brackets
(SELECT id FROM items ORDER BY id LIMIT 2) UNION ALL (SELECT id FROM tags ORDER BY id DESC LIMIT 1)

-- name: mysql-union-distinct
SELECT kind FROM items UNION DISTINCT SELECT name FROM tags ORDER BY kind

-- name: mysql-except-all
SELECT id FROM items EXCEPT ALL SELECT id FROM tags ORDER BY id

-- name: mysql-recursive-dates
WITH RECURSIVE d (day) AS (SELECT CAST('2026-02-01' AS DATE) UNION ALL SELECT day + INTERVAL 1 DAY FROM d WHERE day < '2026-02-05') SELECT d.day, count(o.id) AS n FROM d LEFT JOIN orders o ON o.placed_on = d.day GROUP BY d.day ORDER BY d.day

-- name: mysql-recursive-path
WITH RECURSIVE t (id, path) AS (SELECT id, CAST(lpad(id, 2, '0') AS CHAR(100)) FROM items WHERE parent_id IS NULL UNION ALL SELECT i.id, concat(t.path, '/', lpad(i.id, 2, '0')) FROM items i JOIN t ON i.parent_id = t.id) SELECT id, path FROM t ORDER BY path

-- name: mysql-window-named
SELECT id, row_number() OVER w AS n, sum(stock) OVER w AS s FROM items WINDOW w AS (PARTITION BY kind ORDER BY id) ORDER BY id

-- name: mysql-window-moving-average
SELECT id, avg(total_cents) OVER (ORDER BY placed_on ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS m FROM orders ORDER BY id

-- name: mysql-window-max-of-kind
SELECT id FROM (SELECT id, price_cents, max(price_cents) OVER (PARTITION BY kind) AS top FROM items) x WHERE price_cents = top ORDER BY id

-- name: mysql-uuid-compare
-- params: ["00000000-0000-7000-8000-000000000003"]
SELECT id, sku FROM items WHERE sku = ?

-- name: mysql-inet
SELECT inet_aton('10.0.0.1') AS a, inet_ntoa(167772161) AS n FROM tags WHERE id = 1

-- name: mysql-nested-derived
SELECT max(x.n) AS m FROM (SELECT count(*) AS n FROM (SELECT DISTINCT kind, stock > 5 AS many FROM items) y GROUP BY y.kind) x

-- name: mysql-insert-one-value-word
-- writes: tags
INSERT INTO tags (id, name) VALUE (800, 'value')

-- name: mysql-insert-without-into
-- writes: tags
INSERT tags (id, name) VALUES (801, 'short')

-- name: mysql-insert-default-word
-- writes: customers
INSERT INTO customers (id, name, email, country) VALUES (802, 'D', 'd@example.com', DEFAULT) RETURNING country

-- name: mysql-insert-json
-- params: ["11111111-0000-7000-8000-000000000099", "{\"a\":[1,\"x'y\"]}"]
-- writes: notes
INSERT INTO notes (id, title, doc) VALUES (?, 'J', ?) RETURNING doc

-- name: mysql-insert-json-object
-- writes: events
INSERT INTO events (id, kind, subject, at, payload) VALUES (803, 'k', 's', '2026-05-01 10:00:00', json_object('a', 1)) RETURNING payload

-- name: mysql-insert-from-json
-- params: ["[{\"id\":810,\"name\":\"p\"},{\"id\":811,\"name\":\"q\"}]"]
-- writes: tags
INSERT INTO tags (id, name) SELECT j.id, j.name FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$.id', name VARCHAR(40) PATH '$.name')) AS j

-- name: mysql-insert-ignore
-- writes: tags
INSERT IGNORE INTO tags (id, name) VALUES (1, 'dup'), (820, 'fresh')

-- name: mysql-insert-ignore-select
-- writes: tags
INSERT IGNORE INTO tags (id, name) SELECT id, kind FROM items ORDER BY id

-- name: mysql-insert-recursive
-- writes: events
INSERT INTO events (id, kind, subject, at) WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20) SELECT 900 + x, 'batch', concat('s', x), '2026-01-01 00:00:00' FROM n

-- name: mysql-insert-union
-- writes: tags
INSERT INTO tags (id, name) SELECT 830, 'm' UNION ALL SELECT 831, 'n'

-- name: mysql-insert-real
-- params: [2.5]
-- writes: events
INSERT INTO events (id, kind, subject, at, amount) VALUES (101, 'tick', 's', '2026-05-01 10:00:00', ?) RETURNING amount

-- name: mysql-insert-date
-- writes: orders
INSERT INTO orders (id, customer_id, status, placed_on) VALUES (840, 1, 'open', '2026-01-31' + INTERVAL 1 DAY) RETURNING placed_on

-- name: mysql-insert-backslashes
-- writes: tags
INSERT INTO tags (id, name, title) VALUES (841, 'back\\', 'it\'s \\ "so"') RETURNING name, title

-- name: mysql-insert-last-column-true
-- writes: customers
INSERT INTO customers (id, name, email, vip) VALUES (842, 'V', 'v@example.com', TRUE) RETURNING vip

-- name: mysql-upsert-select
-- writes: tags
INSERT INTO tags (id, name) SELECT id, concat(kind, '-', id) FROM items ON DUPLICATE KEY UPDATE name = VALUES(name)

-- name: mysql-upsert-max
-- writes: items
INSERT INTO items (id, sku, name, kind, price_cents, stock) VALUES (2, '00000000-0000-7000-8000-000000000002', 'Bulb', 'lighting', 300, 250) ON DUPLICATE KEY UPDATE stock = greatest(stock, VALUES(stock)) RETURNING stock

-- name: mysql-upsert-count-up
-- params: [1, "again"]
-- writes: tags
INSERT INTO tags (id, name) VALUES (?, ?) ON DUPLICATE KEY UPDATE title = concat(coalesce(title, ''), '+')

-- name: mysql-upsert-two-columns
-- writes: orders
INSERT INTO orders (id, customer_id, status, placed_on, total_cents) VALUES (1, 2, 'paid', '2026-06-01', 5) ON DUPLICATE KEY UPDATE status = VALUES(status), placed_on = VALUES(placed_on), total_cents = total_cents + VALUES(total_cents)

-- name: mysql-upsert-json
-- writes: notes
INSERT INTO notes (id, title, doc) VALUES ('11111111-0000-7000-8000-000000000001', 'S', '{"n":1}') ON DUPLICATE KEY UPDATE doc = json_merge_patch(doc, VALUES(doc)) RETURNING doc

-- name: mysql-upsert-case
-- writes: items
INSERT INTO items (id, sku, name, kind, price_cents) VALUES (3, '00000000-0000-7000-8000-000000000003', 'D', 'furniture', 1) ON DUPLICATE KEY UPDATE price_cents = CASE WHEN price_cents > 100 THEN price_cents - 100 ELSE VALUES(price_cents) END

-- name: mysql-update-json
-- params: ["blue"]
-- writes: items
UPDATE items SET attrs = json_set(attrs, '$.colour', ?) WHERE json_value(attrs, '$.colour') IS NOT NULL

-- name: mysql-update-date
-- writes: orders
UPDATE orders SET placed_on = placed_on + INTERVAL 1 MONTH WHERE status = 'open'

-- name: mysql-update-order-limit
-- writes: orders
UPDATE orders SET status = 'working' WHERE status = 'open' ORDER BY id LIMIT 1

-- name: mysql-update-limit-parameter
-- params: ["queued", 2]
-- writes: orders
UPDATE orders SET status = ? ORDER BY id DESC LIMIT ?

-- name: mysql-update-default-word
-- writes: customers
UPDATE customers SET country = DEFAULT WHERE id = 3

-- name: mysql-update-in-order
-- writes: items
UPDATE items SET stock = stock + 1, price_cents = price_cents + stock WHERE id IN (1, 2)

-- name: mysql-update-qualified
-- writes: tags
UPDATE tags SET tags.title = concat(tags.name, '?') WHERE tags.id = 2

-- name: mysql-update-alias-no-as
-- writes: tags
UPDATE tags t SET t.title = 'aliased' WHERE t.id = 3

-- name: mysql-update-if
-- writes: customers
UPDATE customers SET credit_cents = if(vip, credit_cents + 10, credit_cents), vip = NOT vip

-- name: mysql-update-subquery-other-table
-- writes: customers
UPDATE customers SET credit_cents = (SELECT coalesce(sum(o.total_cents), 0) FROM orders o WHERE o.customer_id = customers.id)

-- name: mysql-update-same-table-max
-- writes: items
UPDATE items SET stock = 1000 WHERE price_cents = (SELECT m FROM (SELECT max(price_cents) AS m FROM items) x)

-- name: mysql-update-in-json-table
-- params: ["[1,2,3]"]
-- writes: items
UPDATE items SET stock = 42 WHERE id IN (SELECT j.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS j)

-- name: mysql-delete-order-limit
-- writes: events
DELETE FROM events WHERE kind = 'login' ORDER BY at DESC LIMIT 2

-- name: mysql-delete-limit-parameter
-- params: [3]
-- writes: events
DELETE FROM events ORDER BY id LIMIT ?

-- name: mysql-delete-returning-expression
-- unordered
-- writes: events
DELETE FROM events WHERE kind = 'login' RETURNING id, upper(subject) AS s

-- name: mysql-delete-interval
-- unordered
-- writes: events
DELETE FROM events WHERE at < CAST('2026-02-01' AS DATETIME) - INTERVAL 1 DAY RETURNING id

-- name: mysql-delete-duplicates
-- writes: events
DELETE FROM events WHERE id NOT IN (SELECT k FROM (SELECT min(id) AS k FROM events GROUP BY kind, subject) x)

-- name: mysql-delete-row-in
-- writes: item_tags
DELETE FROM item_tags WHERE (item_id, tag_id) IN (SELECT i.id, t.id FROM items i JOIN tags t ON t.name = 'eco' WHERE i.kind = 'parts')

-- name: mysql-delete-in-json-table
-- params: ["[1,2]"]
-- writes: events
DELETE FROM events WHERE id IN (SELECT j.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS j)
