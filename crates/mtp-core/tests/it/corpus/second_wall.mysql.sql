-- The second wall alone: sent raw over a tenant's own connection, in a transaction that carries a valid seal of
-- {tenant}, the first wall off. Each must fail, or give no row of the other's and leave it as it was. no-rows: any row
-- at all is a failure. stacked: sent as text (the others are prepared), several statements or what cannot be prepared.
-- ends-transaction: the statement itself may end the transaction (an error only aborts it).
-- poisons-login: a login may do this to itself, and it would hold for every later connection of the login, whichever
-- tenant it serves; never send it in a test but to show what is noticed.
-- {tenant} attacks {other}, whose rows hold {other_canary}; {other_schema} is the database of the other's tables (in
-- shared tables one on which the service's login has no right), {other_database} the one where statements see them.
-- {mark} is text that only an answer can hold whole. {repeat:N:text} is N times the text.

-- name: read/no-filter
SELECT * FROM customers

-- name: read/other-tenant
-- no-rows
SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: read/not-mine
-- no-rows
SELECT * FROM items WHERE tenant_id <> '{tenant}'

-- name: read/other-padded
-- no-rows
SELECT * FROM items WHERE tenant_id = '{other}   '

-- name: read/other-by-pattern
-- no-rows
SELECT * FROM items WHERE tenant_id REGEXP '.' AND NOT tenant_id <=> '{tenant}'

-- name: read/table-statement
-- stacked
TABLE events

-- name: read/union-all-tables
SELECT name FROM customers UNION ALL SELECT name FROM items UNION ALL SELECT title FROM notes UNION ALL SELECT subject FROM events UNION ALL SELECT title FROM tags

-- name: read/counts
SELECT CASE WHEN count(DISTINCT tenant_id) > 1 THEN {mark} END FROM items

-- name: read/exists-other
-- no-rows
SELECT {mark} FROM dual WHERE EXISTS (SELECT 1 FROM items WHERE tenant_id = '{other}')

-- name: read/join-on-colliding-ids
-- no-rows
SELECT b.* FROM customers a JOIN customers b ON b.id = a.id AND b.tenant_id <> a.tenant_id

-- name: read/outer-join
SELECT b.name FROM tags a LEFT JOIN customers b ON b.tenant_id <> a.tenant_id

-- name: read/natural-join
-- no-rows
SELECT * FROM customers NATURAL JOIN (SELECT '{other}' AS tenant_id) x

-- name: read/subquery
SELECT (SELECT max(name) FROM customers WHERE tenant_id = '{other}') AS leak

-- name: read/recursive
WITH RECURSIVE r AS (SELECT tenant_id, name FROM customers UNION SELECT c.tenant_id, c.name FROM customers c JOIN r ON c.tenant_id <> r.tenant_id) SELECT * FROM r

-- name: read/window
SELECT first_value(name) OVER (PARTITION BY id ORDER BY tenant_id DESC) FROM customers

-- name: read/group-concat
SELECT group_concat(name, email) FROM customers

-- name: read/rollup
SELECT tenant_id, max(email) FROM customers GROUP BY tenant_id WITH ROLLUP

-- name: read/for-update
-- no-rows
SELECT * FROM customers WHERE tenant_id = '{other}' FOR UPDATE

-- name: read/share-mode
-- no-rows
SELECT * FROM customers WHERE tenant_id = '{other}' LOCK IN SHARE MODE

-- name: read/gather-in-predicate
-- stacked
SET @leak = ''; SELECT count(*) FROM customers WHERE (@leak := concat(@leak, ' ', email)) IS NOT NULL; SELECT @leak

-- name: read/gather-in-join
-- stacked
SET @leak = ''; SELECT count(*) FROM tags t STRAIGHT_JOIN customers c ON c.city > t.name WHERE (@leak := concat(@leak, ' ', c.email)) IS NOT NULL; SELECT @leak

-- name: read/gather-in-outer-join
-- stacked
SET @leak = ''; SELECT count(*) FROM customers c LEFT JOIN orders o ON (@leak := concat(@leak, ' ', o.note)) IS NOT NULL; SELECT @leak

-- name: read/gather-in-order
-- stacked
SET @leak = ''; SELECT id FROM customers ORDER BY (@leak := concat(@leak, ' ', email)); SELECT @leak

-- name: read/gather-in-aggregate
-- stacked
SET @leak = ''; SELECT max((@leak := concat(@leak, ' ', email))) FROM customers; SELECT @leak

-- name: read/gather-in-having
-- stacked
SET @leak = ''; SELECT id, max(email) AS e FROM customers GROUP BY id HAVING (@leak := concat(@leak, ' ', e)) IS NOT NULL; SELECT @leak

-- name: read/gather-in-update
-- stacked
SET @leak = ''; UPDATE tags SET title = title WHERE (@leak := concat(@leak, ' ', coalesce(title, ''))) IS NULL; SELECT @leak

-- name: read/gather-in-delete
-- stacked
SET @leak = ''; DELETE FROM item_tags WHERE (@leak := concat(@leak, ' ', reason)) IS NULL; SELECT @leak

-- name: read/gather-with-other-optimizer
-- stacked
SET optimizer_switch = 'index_merge=off,materialization=off,semijoin=off,derived_merge=off,extended_keys=off', max_seeks_for_key = 1; SET @leak = ''; SELECT count(*) FROM customers WHERE (@leak := concat(@leak, ' ', email)) IS NOT NULL AND city > 'A'; SELECT @leak

-- name: read/gather-with-block-joins
-- stacked
SET join_cache_level = 8, optimizer_switch = 'join_cache_hashed=on,join_cache_bka=on,mrr=on'; SET @leak = ''; SELECT count(*) FROM tags t JOIN customers c ON c.country < t.name WHERE (@leak := concat(@leak, ' ', c.email)) IS NOT NULL; SELECT @leak

-- name: read/error-before-filter
SELECT id FROM customers WHERE if(tenant_id <> '{tenant}', updatexml('<a/>', concat('~', email), 'x'), 'y') = 'y'

-- name: read/error-by-json
SELECT id FROM customers WHERE if(tenant_id <> '{tenant}', json_extract('{}', concat('$', email)), '1') = '1'

-- name: read/lock-named-by-row
-- stacked
SELECT count(*) FROM customers WHERE if(tenant_id <> '{tenant}', get_lock({mark}, 0), 1) = 1; SELECT {mark} FROM dual WHERE is_used_lock({mark}) IS NOT NULL

-- name: read/last-insert-id-of-row
-- stacked
-- no-rows
DO last_insert_id(0); DO (SELECT count(*) FROM customers WHERE if(tenant_id <> '{tenant}', last_insert_id(id), 1) = 1); SELECT 1 FROM dual WHERE last_insert_id() <> 0

-- name: read/index-hint
SELECT * FROM customers IGNORE INDEX (PRIMARY) WHERE tenant_id = '{other}'

-- name: read/partition
SELECT * FROM customers PARTITION (p0)

-- name: read/handler
-- stacked
HANDLER customers OPEN; HANDLER customers READ FIRST

-- name: read/procedure-analyse
-- stacked
SELECT * FROM customers WHERE tenant_id = '{other}' PROCEDURE ANALYSE()

-- name: read/cursor
-- stacked
BEGIN NOT ATOMIC DECLARE done INT DEFAULT 0; DECLARE n TEXT; DECLARE c CURSOR FOR SELECT name FROM customers WHERE tenant_id <> '{tenant}'; DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1; OPEN c; FETCH c INTO n; SELECT n; CLOSE c; END

-- name: read/prepared-again
-- stacked
PREPARE evil FROM 'SELECT * FROM customers WHERE tenant_id <> ?'; SET @mine = '{tenant}'; EXECUTE evil USING @mine; DEALLOCATE PREPARE evil

-- name: read/execute-immediate
-- stacked
EXECUTE IMMEDIATE concat('SELECT * FROM customers WHERE tenant_id = ', quote('{other}'))

-- name: read/explain
EXPLAIN SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: read/explain-extended-warnings
-- stacked
EXPLAIN EXTENDED SELECT * FROM customers WHERE tenant_id = '{other}'; SHOW WARNINGS

-- name: read/analyze
-- stacked
ANALYZE FORMAT=JSON SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: read/optimizer-trace
-- stacked
SET optimizer_trace = 'enabled=on'; DO (SELECT count(*) FROM customers WHERE tenant_id = '{other}'); SELECT trace FROM information_schema.optimizer_trace

-- name: read/data-tables
SELECT * FROM `{other_schema}`.customers

-- name: read/data-tables-of-other
SELECT * FROM `{other_schema}`.customers WHERE tenant_id = '{other}'

-- name: read/other-database
SELECT * FROM `{other_database}`.customers WHERE tenant_id = '{other}'

-- name: read/use-data-tables
-- stacked
USE `{other_schema}`; SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: read/show-data-tables
-- stacked
-- no-rows
SHOW FULL COLUMNS FROM `{other_schema}`.customers

-- name: read/show-create-data-table
-- stacked
SHOW CREATE TABLE `{other_schema}`.customers

-- name: read/checksum
-- stacked
CHECKSUM TABLE `{other_schema}`.customers

-- name: read/statistics-of-indexes
-- no-rows
SELECT * FROM information_schema.statistics WHERE table_schema = '{other_schema}'

-- name: read/innodb-tables
-- no-rows
SELECT * FROM information_schema.innodb_sys_tables

-- name: read/innodb-buffer
-- no-rows
SELECT * FROM information_schema.innodb_buffer_page

-- name: read/column-statistics
-- no-rows
SELECT * FROM mysql.column_stats

-- name: read/process-list
SELECT info FROM information_schema.processlist WHERE id <> connection_id()

-- name: read/locks
-- no-rows
SELECT lock_data FROM information_schema.innodb_locks

-- name: read/transactions-of-others
-- no-rows
SELECT trx_query FROM information_schema.innodb_trx WHERE trx_mysql_thread_id <> connection_id()

-- name: read/engine-status
-- stacked
-- no-rows
SHOW ENGINE INNODB STATUS

-- name: read/binlog
-- stacked
-- no-rows
SHOW BINLOG EVENTS

-- name: read/performance-schema-statements
-- no-rows
SELECT sql_text FROM performance_schema.events_statements_history

-- name: read/view-through-prepared-seal
-- stacked
PREPARE p FROM 'SELECT * FROM customers'; SET @mtp_seal = '{other}'; EXECUTE p

-- name: seal/name-of-other
-- stacked
SET @mtp_seal = '{other}'; SELECT * FROM customers

-- name: seal/empty
-- stacked
-- no-rows
SET @mtp_seal = ''; SELECT * FROM customers

-- name: seal/null
-- stacked
-- no-rows
SET @mtp_seal = NULL; SELECT * FROM customers

-- name: seal/number
-- stacked
SET @mtp_seal = 1; SELECT * FROM customers

-- name: seal/zero
-- stacked
SET @mtp_seal = 0; SELECT * FROM customers

-- name: seal/true
-- stacked
SET @mtp_seal = TRUE; SELECT * FROM customers

-- name: seal/float
-- stacked
SET @mtp_seal = 1e0; SELECT * FROM customers

-- name: seal/binary
-- stacked
SET @mtp_seal = CAST(@mtp_seal AS BINARY); SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: seal/other-character-set
-- stacked
SET @mtp_seal = CONVERT(replace(@mtp_seal, '{tenant}', '{other}') USING utf16); SELECT * FROM customers

-- name: seal/latin
-- stacked
SET @mtp_seal = CONVERT(replace(@mtp_seal, '{tenant}', '{other}') USING latin1); SELECT * FROM customers

-- name: seal/own-with-other-name
-- stacked
SET @mtp_seal = replace(@mtp_seal, '{tenant}', '{other}'); SELECT * FROM customers

-- name: seal/own-with-later-expiry
-- stacked
SET @mtp_seal = regexp_replace(@mtp_seal, ':[0-9]{9,}:', ':99999999999:'); SELECT * FROM customers

-- name: seal/own-truncated
-- stacked
SET @mtp_seal = left(@mtp_seal, char_length(@mtp_seal) - 1); SELECT * FROM customers

-- name: seal/own-lengthened
-- stacked
SET @mtp_seal = concat(@mtp_seal, '0'); SELECT * FROM customers

-- name: seal/own-with-space
-- stacked
SET @mtp_seal = concat(@mtp_seal, ' '); SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: seal/own-upper-case
-- stacked
SET @mtp_seal = upper(@mtp_seal); SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: seal/own-reversed
-- stacked
SET @mtp_seal = reverse(@mtp_seal); SELECT * FROM customers

-- name: seal/own-twice
-- stacked
SET @mtp_seal = concat(@mtp_seal, ':', @mtp_seal); SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: seal/very-long
-- stacked
SET @mtp_seal = repeat('x', 1000000); SELECT * FROM customers

-- name: seal/many-fields
-- stacked
SET @mtp_seal = repeat(':', 100000); SELECT * FROM customers

-- name: seal/sql-inside
-- stacked
SET @mtp_seal = ''' OR tenant_id = ''{other}'' -- '; SELECT * FROM customers

-- name: seal/in-one-statement
-- stacked
SELECT STRAIGHT_JOIN q.* FROM (SELECT @mtp_seal := '{other}' AS s) c JOIN customers q

-- name: seal/assigned-for-each-row
-- stacked
SELECT name FROM customers WHERE (@mtp_seal := replace(@mtp_seal, '{tenant}', '{other}')) IS NOT NULL

-- name: seal/variable-of-other-sessions
-- no-rows
SELECT * FROM performance_schema.user_variables_by_thread

-- name: seal/variables-shown
-- no-rows
SELECT variable_name FROM information_schema.user_variables WHERE variable_value LIKE '%{other}%'

-- name: seal/in-process-list
-- no-rows
SELECT info FROM information_schema.processlist WHERE info LIKE '%{other}%' AND id <> connection_id()

-- name: seal/plugin-profile
-- stacked
SET profiling = 1; SELECT * FROM customers; SHOW PROFILES

-- name: seal/statement-for
-- stacked
SET STATEMENT max_statement_time = 5 FOR SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: secret/table
-- no-rows
SELECT * FROM mtp_wall.seal_secret

-- name: secret/every-table-of-the-wall
-- no-rows
SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema LIKE 'mtp\_%\_wall'

-- name: secret/every-table-of-the-data
-- no-rows
SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema LIKE 'mtp\_%\_data'

-- name: secret/definition-of-function
-- no-rows
SELECT routine_definition FROM information_schema.routines WHERE routine_definition IS NOT NULL AND routine_schema LIKE 'mtp%'

-- name: secret/definition-of-view
SELECT view_definition FROM information_schema.views

-- name: secret/function-in-mysql
-- no-rows
SELECT * FROM mysql.proc

-- name: secret/function-with-trace
-- stacked
SET sql_log_off = 0; SET log_warnings = 9; SELECT count(*) FROM customers

-- name: secret/replace-function
-- stacked
CREATE OR REPLACE FUNCTION tenant() RETURNS VARCHAR(63) RETURN '{other}'

-- name: secret/drop-function
-- stacked
DROP FUNCTION IF EXISTS `{other_database}`.tenant

-- name: secret/stored-function-shadows-sha2
-- stacked
CREATE FUNCTION sha2(a TEXT, b INT) RETURNS TEXT RETURN 'x'

-- name: secret/passwords
-- no-rows
SELECT * FROM mysql.user

-- name: secret/global-priv
-- no-rows
SELECT priv FROM mysql.global_priv

-- name: secret/password-file
-- no-rows
SELECT 1 FROM dual WHERE load_file('/etc/passwd') IS NOT NULL

-- name: secret/grants-of-others
-- stacked
SHOW GRANTS FOR root@localhost

-- name: role/set-role
-- stacked
SET ROLE root

-- name: role/set-role-all
-- stacked
SET ROLE ALL; SELECT * FROM `{other_schema}`.customers

-- name: role/set-session-authorization
-- stacked
SET SESSION AUTHORIZATION root@localhost

-- name: role/grant-self
-- stacked
GRANT SELECT ON `{other_schema}`.* TO CURRENT_USER

-- name: role/grant-proxy
-- stacked
GRANT PROXY ON root@localhost TO CURRENT_USER

-- name: role/create-user
-- stacked
CREATE USER evil IDENTIFIED BY 'x'

-- name: role/rename-user
-- stacked
RENAME USER CURRENT_USER TO evil

-- name: role/unlock-the-wall
-- stacked
ALTER USER root@localhost ACCOUNT UNLOCK

-- name: role/set-own-password
-- stacked
-- poisons-login
SET PASSWORD = PASSWORD('known to the attacker')

-- name: role/set-password-of-others
-- stacked
SET PASSWORD FOR root@localhost = PASSWORD('known to the attacker')

-- name: role/set-default-role
-- stacked
SET DEFAULT ROLE NONE

-- name: view/drop
-- stacked
DROP VIEW customers

-- name: view/replace
-- stacked
CREATE OR REPLACE VIEW customers AS SELECT * FROM `{other_schema}`.customers

-- name: view/alter-invoker
-- stacked
ALTER SQL SECURITY INVOKER VIEW customers AS SELECT 1

-- name: view/new-with-definer
-- stacked
CREATE DEFINER = root@localhost SQL SECURITY DEFINER VIEW everyone AS SELECT * FROM `{other_schema}`.customers

-- name: view/temporary-shadow
-- stacked
CREATE TEMPORARY TABLE customers AS SELECT 1 AS id; SELECT * FROM customers

-- name: view/table-from-view
-- stacked
CREATE TABLE stolen AS SELECT * FROM customers

-- name: view/procedure-as-definer
-- stacked
CREATE DEFINER = root@localhost PROCEDURE evil() SELECT * FROM `{other_schema}`.customers

-- name: view/trigger
-- stacked
CREATE TRIGGER evil BEFORE INSERT ON items FOR EACH ROW SET NEW.tenant_id = '{other}'

-- name: view/event
-- stacked
CREATE EVENT evil ON SCHEDULE EVERY 1 SECOND DO DELETE FROM items

-- name: view/index
-- stacked
CREATE UNIQUE INDEX probe ON `{other_schema}`.customers (id)

-- name: view/truncate
-- stacked
TRUNCATE TABLE item_tags

-- name: view/drop-database
-- stacked
DROP DATABASE `{other_schema}`

-- name: view/drop-common-database
-- stacked
DROP DATABASE `{other_database}`

-- name: view/alter-table
-- stacked
ALTER TABLE `{other_schema}`.customers DROP COLUMN email

-- name: view/rename
-- stacked
RENAME TABLE customers TO evil

-- name: view/analyze-table
-- stacked
ANALYZE TABLE `{other_schema}`.customers

-- name: write/insert-other
INSERT INTO tags (tenant_id, id, name) VALUES ('{other}', 950, 'planted')

-- name: write/insert-select-other
INSERT INTO tags (tenant_id, id, name) SELECT '{other}', 951, 'planted'

-- name: write/insert-ignore-other
INSERT IGNORE INTO tags (tenant_id, id, name) VALUES ('{other}', 952, 'planted')

-- name: write/insert-set-other
INSERT INTO tags SET tenant_id = '{other}', id = 953, name = 'planted'

-- name: write/insert-null-tenant
INSERT INTO tags (id, name) VALUES (954, 'nobody')

-- name: write/insert-rows-mixed
INSERT INTO tags (tenant_id, id, name) VALUES ('{tenant}', 955, 'mine'), ('{other}', 955, 'planted')

-- name: write/insert-upper-case-name
INSERT INTO tags (tenant_id, id, name) VALUES (upper('{tenant}'), 956, 'planted')

-- name: write/insert-padded-name
INSERT INTO tags (tenant_id, id, name) VALUES ('{other} ', 957, 'planted')

-- name: write/data-tables
INSERT INTO `{other_schema}`.tags (tenant_id, id, name) VALUES ('{other}', 958, 'planted')

-- name: write/upsert-other
INSERT INTO tags (tenant_id, id, name) VALUES ('{other}', 1, 'taken') ON DUPLICATE KEY UPDATE name = 'taken'

-- name: write/upsert-moves-here
INSERT INTO tags (tenant_id, id, name) VALUES ('{other}', 1, 'x') ON DUPLICATE KEY UPDATE tenant_id = '{tenant}', id = 959, name = 'stolen'

-- name: write/upsert-ignore-moves-here
INSERT IGNORE INTO tags (tenant_id, id, name) VALUES ('{other}', 1, 'x') ON DUPLICATE KEY UPDATE tenant_id = '{tenant}', id = 960, name = 'stolen'

-- name: write/upsert-moves-away
INSERT INTO tags (tenant_id, id, name) VALUES ('{tenant}', 1, 'x') ON DUPLICATE KEY UPDATE tenant_id = '{other}', id = 961, name = 'planted'

-- name: write/upsert-returning-other
INSERT INTO tags (tenant_id, id, name) VALUES ('{other}', 1, 'x') ON DUPLICATE KEY UPDATE title = title RETURNING title

-- name: write/replace-other
REPLACE INTO tags (tenant_id, id, name) VALUES ('{other}', 1, 'overwritten')

-- name: write/replace-select-other
REPLACE INTO tags (tenant_id, id, name) SELECT '{other}', 1, 'overwritten'

-- name: write/unique-probe
INSERT INTO customers (tenant_id, id, name, email) VALUES ('{other}', 1, {mark}, 'x')

-- name: write/foreign-key-to-other
INSERT INTO orders (tenant_id, id, customer_id, status, placed_on) VALUES ('{other}', 962, 1, 'probe', '2026-01-01')

-- name: write/update-other
UPDATE items SET name = 'gone' WHERE tenant_id = '{other}'

-- name: write/update-not-mine
UPDATE items SET name = 'gone' WHERE tenant_id <> '{tenant}'

-- name: write/update-moves-away
UPDATE tags SET tenant_id = '{other}', id = 963, name = 'moved' WHERE id = 4

-- name: write/update-ignore-moves-away
UPDATE IGNORE tags SET tenant_id = '{other}', id = 964, name = 'moved' WHERE id = 4

-- name: write/update-moves-here
UPDATE tags SET tenant_id = '{tenant}', id = id + 3000, name = concat(name, 'x') WHERE tenant_id = '{other}'

-- name: write/update-join
UPDATE tags t JOIN customers c ON c.id = t.id SET t.tenant_id = '{other}', t.id = t.id + 4000

-- name: write/update-join-other
UPDATE tags t JOIN customers c ON c.tenant_id = '{other}' SET t.title = c.email, c.name = 'gone'

-- name: write/update-derived
UPDATE tags t JOIN (SELECT * FROM customers WHERE tenant_id <> '{tenant}') c ON c.id = t.id SET t.title = c.email

-- name: write/update-order-limit
UPDATE items SET name = 'gone' ORDER BY tenant_id DESC LIMIT 8

-- name: write/delete-other
DELETE FROM item_tags WHERE tenant_id = '{other}'

-- name: write/delete-not-mine
DELETE FROM item_tags WHERE tenant_id <> '{tenant}'

-- name: write/delete-returning-other
-- no-rows
DELETE FROM events WHERE tenant_id = '{other}' RETURNING *

-- name: write/delete-join
DELETE t FROM item_tags t JOIN customers c ON c.id = t.item_id WHERE t.tenant_id = '{other}'

-- name: write/delete-using
DELETE FROM item_tags USING item_tags JOIN tags WHERE item_tags.tenant_id <> '{tenant}'

-- name: write/delete-data-tables
DELETE FROM `{other_schema}`.item_tags WHERE tenant_id = '{other}'

-- name: write/without-foreign-key-checks
-- stacked
SET foreign_key_checks = 0, unique_checks = 0, check_constraint_checks = 0; INSERT INTO tags (tenant_id, id, name) VALUES ('{other}', 965, 'planted')

-- name: write/without-strict-mode
-- stacked
SET sql_mode = ''; INSERT INTO tags (tenant_id, id, name) VALUES ('{other}', 966, 'planted')

-- name: write/load-data
-- stacked
LOAD DATA INFILE '/etc/passwd' INTO TABLE tags (title)

-- name: server/into-outfile
-- stacked
SELECT * FROM customers INTO OUTFILE '/tmp/mtp-hostile'

-- name: server/into-dumpfile
-- stacked
SELECT name FROM customers LIMIT 1 INTO DUMPFILE '/tmp/mtp-hostile'

-- name: server/kill-another-account
-- stacked
KILL 1

-- name: server/global-general-log
-- stacked
SET GLOBAL general_log = 1

-- name: server/global-log-file
-- stacked
SET GLOBAL general_log_file = '/tmp/mtp-hostile'

-- name: server/global-sql-mode
-- stacked
SET GLOBAL sql_mode = 'ANSI_QUOTES'

-- name: server/global-init-connect
-- stacked
SET GLOBAL init_connect = 'SET @mtp_seal = NULL'

-- name: server/flush
-- stacked
FLUSH PRIVILEGES

-- name: server/shutdown
-- stacked
SHUTDOWN

-- name: server/install-plugin
-- stacked
INSTALL SONAME 'auth_pam'

-- name: server/udf
-- stacked
CREATE FUNCTION sys_exec RETURNS INTEGER SONAME 'lib_mysqludf_sys.so'

-- name: server/change-master
-- stacked
CHANGE MASTER TO MASTER_HOST = '127.0.0.1'

-- name: server/create-server
-- stacked
CREATE SERVER evil FOREIGN DATA WRAPPER mysql OPTIONS (HOST '127.0.0.1')

-- name: server/lock-tables
-- stacked
LOCK TABLES customers WRITE

-- name: server/lock-data-tables
-- stacked
LOCK TABLES `{other_schema}`.customers WRITE

-- name: server/backup-stage
-- stacked
BACKUP STAGE START

-- name: session/commit-and-read
-- stacked
-- ends-transaction
COMMIT; SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: session/rollback-and-read
-- stacked
-- ends-transaction
ROLLBACK; SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: session/rollback-does-not-restore
-- stacked
SAVEPOINT s; SET @mtp_seal = replace(@mtp_seal, '{tenant}', '{other}'); ROLLBACK TO s; SELECT * FROM customers

-- name: session/read-uncommitted
-- stacked
-- ends-transaction
COMMIT; SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED; SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: session/autocommit-off
-- stacked
-- ends-transaction
COMMIT; SET autocommit = 0

-- name: session/sql-mode
-- stacked
SET sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT,ORACLE'

-- name: session/character-set
-- stacked
SET NAMES gbk

-- name: session/collation
-- stacked
SET collation_connection = 'utf8mb4_general_ci'; SELECT * FROM customers WHERE tenant_id = upper('{other}')

-- name: session/time-zone
-- stacked
SET timestamp = 1; SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: session/clock-for-expiry
-- stacked
SET timestamp = 1; SET @mtp_seal = replace(@mtp_seal, '{tenant}', '{other}'); SELECT * FROM customers

-- name: session/tiny-buffers
-- stacked
SET max_sp_recursion_depth = 0, sort_buffer_size = 1024, max_statement_time = 1; SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: session/select-limit
-- stacked
SET sql_select_limit = 1; SELECT * FROM customers

-- name: session/advisory-locks
SELECT get_lock('mtp', 0), get_lock('mtp_central', 0)

-- name: session/xa
-- stacked
-- ends-transaction
COMMIT; XA START 'evil'; SELECT * FROM customers WHERE tenant_id = '{other}'

-- name: session/left-prepared
-- stacked
PREPARE evil FROM 'SELECT * FROM customers'

-- name: session/user-variable-as-table
-- stacked
SET @t = 'SELECT * FROM `{other_schema}`.customers'; PREPARE evil FROM @t; EXECUTE evil

-- name: session/block-with-handler
-- stacked
BEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; SET @mtp_seal = replace(@mtp_seal, '{tenant}', '{other}'); SELECT * FROM customers; DELETE FROM item_tags WHERE tenant_id = '{other}'; END

-- name: session/raise-foreign-value
-- stacked
BEGIN NOT ATOMIC DECLARE m TEXT; SELECT max(email) INTO m FROM customers WHERE tenant_id <> '{tenant}'; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = m; END

-- name: session/get-diagnostics
-- stacked
SELECT * FROM `{other_schema}`.customers; GET DIAGNOSTICS CONDITION 1 @m = MESSAGE_TEXT; SELECT @m
