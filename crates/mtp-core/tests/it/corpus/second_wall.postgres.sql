-- The second wall alone: sent raw over a tenant's own connection, in a transaction that carries a valid seal of
-- {tenant}, the first wall off, tables in schema app. Each must fail, or give no row of the other's and leave it as it
-- was. no-rows: any row at all is a failure. stacked: several statements, to be sent by the simple protocol.
-- ends-transaction: the statement itself may end the transaction (an error only aborts it).
-- poisons-login: a login may do this to itself, and committed it would hold for every later connection of the login,
-- whichever tenant it serves; never commit it in a test but to show that the pool notices. Roll the others back too.
-- {tenant} attacks {other}, whose rows hold {other_canary}; {other_schema} and {other_database} are where the other's
-- tables are (on SQLite the other's file); {mark} is text that only an answer can hold whole. {repeat:N:text} is N
-- times the text; {nul}, {cr}, {bom}, {zwsp}, {nbsp}, {rlo} are characters that a file should not hold.

-- name: read/no-filter
SELECT * FROM app.customers

-- name: read/other-tenant
SELECT * FROM app.customers WHERE tenant_id = '{other}'

-- name: read/not-mine
-- no-rows
SELECT * FROM app.items WHERE tenant_id <> '{tenant}'

-- name: read/unqualified
SELECT * FROM notes

-- name: read/table-statement
TABLE app.events

-- name: read/only
SELECT * FROM ONLY app.orders

-- name: read/sample
SELECT * FROM app.customers TABLESAMPLE BERNOULLI (100)

-- name: read/union-all-tables
SELECT name FROM app.customers UNION ALL SELECT name FROM app.items UNION ALL SELECT title FROM app.notes UNION ALL SELECT subject FROM app.events UNION ALL SELECT title FROM app.tags

-- name: read/counts
SELECT CASE WHEN count(DISTINCT tenant_id) > 1 THEN {mark} END FROM app.items

-- name: read/exists-other
SELECT {mark} WHERE EXISTS (SELECT 1 FROM app.items WHERE tenant_id = '{other}')

-- name: read/join-on-colliding-ids
-- no-rows
SELECT b.* FROM app.customers a JOIN app.customers b ON b.id = a.id AND b.tenant_id <> a.tenant_id

-- name: read/query-to-xml
SELECT query_to_xml('SELECT * FROM app.customers', true, true, '')

-- name: read/schema-to-xml
SELECT schema_to_xml('app', true, true, '')

-- name: read/database-to-xml
SELECT database_to_xml(true, true, '')

-- name: read/ts-stat
SELECT word FROM ts_stat('SELECT to_tsvector(''simple'', email) FROM app.customers')

-- name: read/cursor
-- stacked
DECLARE c CURSOR FOR SELECT * FROM app.customers; FETCH ALL FROM c

-- name: read/cursor-with-hold
-- stacked
-- ends-transaction
DECLARE c CURSOR WITH HOLD FOR SELECT * FROM app.customers; COMMIT; FETCH ALL FROM c

-- name: read/cursor-opened-then-reforged
-- stacked
DECLARE c CURSOR FOR SELECT * FROM app.customers; SELECT set_config('mtp.seal', '{other}', true); FETCH ALL FROM c

-- name: read/copy-out
COPY app.customers TO STDOUT

-- name: read/copy-query-out
COPY (SELECT * FROM app.customers WHERE tenant_id = '{other}') TO STDOUT

-- name: read/explain-analyze
EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM app.customers WHERE tenant_id = '{other}'

-- name: read/leaky-operator-first
SELECT id FROM app.customers WHERE email ~ '.*' AND 1 / (CASE WHEN tenant_id = '{other}' THEN 0 ELSE 1 END) = 1

-- name: read/cast-of-foreign-value
SELECT id FROM app.customers WHERE tenant_id = '{other}' AND email::int = 1

-- name: read/cast-without-filter
SELECT id FROM app.customers WHERE CASE WHEN tenant_id <> '{tenant}' THEN email::int = 1 ELSE false END

-- name: read/user-operator-cheap-function
-- stacked
CREATE FUNCTION pg_temp.peek(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN RAISE NOTICE 'peek %', $1; RETURN true; END $$; SELECT id FROM app.customers WHERE pg_temp.peek(email)

-- name: read/statistics
SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats WHERE schemaname = 'app'

-- name: read/raw-statistics
SELECT stavalues1::text, stavalues2::text FROM pg_statistic

-- name: read/toast-of-app
SELECT query_to_xml(format('SELECT chunk_data FROM pg_toast.%I', relname), true, true, '') FROM pg_class WHERE relnamespace = 'pg_toast'::regnamespace AND relkind = 't'

-- name: read/index-page
SELECT bt_page_items('app.customers_pkey', 1)

-- name: read/heap-page
SELECT get_raw_page('app.customers', 0)

-- name: read/all-readable-tables
SELECT query_to_xml(format('SELECT * FROM %I.%I', n.nspname, c.relname), true, true, '') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v', 'm', 'p') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')

-- name: read/other-schema
SELECT * FROM {other_schema}.customers

-- name: read/other-database
SELECT * FROM dblink('dbname={other_database}', 'SELECT name FROM app.customers') AS t (name text)

-- name: seal/name-of-other
SELECT set_config('mtp.seal', '{other}', true);

-- name: seal/then-read-plain
-- stacked
SELECT set_config('mtp.seal', '{other}', true); SELECT * FROM app.customers

-- name: seal/in-one-statement
SELECT q.* FROM (SELECT set_config('mtp.seal', '{other}', true) AS s) c CROSS JOIN LATERAL (SELECT u.* FROM app.customers u WHERE c.s IS NOT NULL OFFSET 0) q

-- name: seal/empty
-- no-rows
-- stacked
SELECT set_config('mtp.seal', '', true) WHERE false; SET LOCAL mtp.seal = ''; SELECT * FROM app.customers

-- name: seal/reset
-- no-rows
-- stacked
RESET mtp.seal; SELECT * FROM app.customers

-- name: seal/own-with-other-name
-- stacked
SELECT set_config('mtp.seal', replace(current_setting('mtp.seal'), '{tenant}', '{other}'), true); SELECT * FROM app.customers

-- name: seal/own-with-later-expiry
-- stacked
SELECT set_config('mtp.seal', regexp_replace(current_setting('mtp.seal'), '[0-9]{9,}', '99999999999'), true); SELECT * FROM app.customers WHERE tenant_id = '{other}'

-- name: seal/own-truncated
-- stacked
SELECT set_config('mtp.seal', left(current_setting('mtp.seal'), -1), true); SELECT * FROM app.customers

-- name: seal/own-lengthened
-- stacked
SELECT set_config('mtp.seal', current_setting('mtp.seal') || '0', true); SELECT * FROM app.customers WHERE tenant_id = '{other}'

-- name: seal/own-upper-case
-- stacked
SELECT set_config('mtp.seal', upper(current_setting('mtp.seal')), true); SELECT * FROM app.customers WHERE tenant_id = '{other}'

-- name: seal/own-reversed
-- stacked
SELECT set_config('mtp.seal', reverse(current_setting('mtp.seal')), true); SELECT * FROM app.customers

-- name: seal/own-twice
-- stacked
SELECT set_config('mtp.seal', current_setting('mtp.seal') || E'\n' || current_setting('mtp.seal'), true); SELECT * FROM app.customers WHERE tenant_id = '{other}'

-- name: seal/very-long
-- stacked
SELECT set_config('mtp.seal', repeat('x', 1000000), true); SELECT * FROM app.customers

-- name: seal/sql-inside
-- stacked
SELECT set_config('mtp.seal', ''' OR tenant_id = ''{other}'' --', true); SELECT * FROM app.customers

-- name: seal/kept-after-transaction
-- stacked
-- ends-transaction
SELECT set_config('mtp.seal', current_setting('mtp.seal'), false); COMMIT

-- name: seal/read-from-activity
SELECT query FROM pg_stat_activity WHERE query LIKE '%mtp.seal%' AND pid <> pg_backend_pid() AND query ~ '{other}'

-- name: seal/read-from-statement-statistics
-- no-rows
SELECT query FROM pg_stat_statements WHERE query ~ '{other}'

-- name: seal/read-from-prepared-statements
-- no-rows
SELECT statement FROM pg_prepared_statements WHERE statement ~ '{other}' AND statement !~ 'pg_prepared_statements'

-- name: seal/read-from-settings
-- no-rows
SELECT setting FROM pg_settings WHERE name LIKE 'mtp.%' AND setting ~ '{other}'

-- name: seal/read-from-file-settings
-- no-rows
SELECT * FROM pg_file_settings

-- name: seal/show-role-settings
-- no-rows
SELECT setconfig FROM pg_db_role_setting WHERE setconfig::text ~ 'mtp\.seal'

-- name: secret/every-table-of-mtp
-- no-rows
SELECT query_to_xml(format('SELECT * FROM mtp.%I', relname), true, true, '') FROM pg_class WHERE relnamespace = 'mtp'::regnamespace AND relkind IN ('r', 'v', 'm')

-- name: secret/likely-names
-- no-rows
SELECT * FROM mtp.seal_secrets

-- name: secret/every-function-of-mtp-but-tenant
-- no-rows
SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'mtp'::regnamespace AND p.proname <> 'tenant' AND p.prosecdef AND has_function_privilege(p.oid, 'EXECUTE')

-- name: secret/temporary-shadow-of-sha256
-- stacked
CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT ''x''::bytea'; SET LOCAL search_path = pg_temp, pg_catalog; SELECT set_config('mtp.seal', '{other}', true); SELECT * FROM app.customers

-- name: secret/temporary-shadow-of-secret-table
-- stacked
CREATE TEMP TABLE seal_secrets (id bigint, secret bytea); SET LOCAL search_path = pg_temp, app; SELECT * FROM app.customers WHERE tenant_id = '{other}'

-- name: secret/replace-tenant-function
CREATE OR REPLACE FUNCTION mtp.tenant() RETURNS text LANGUAGE sql STABLE AS $$ SELECT '{other}' $$

-- name: secret/alter-tenant-function
ALTER FUNCTION mtp.tenant() SECURITY INVOKER

-- name: secret/drop-tenant-function
DROP FUNCTION mtp.tenant() CASCADE

-- name: secret/log-of-function
SET LOCAL log_statement = 'all'

-- name: secret/debug-print-plans
-- stacked
SET LOCAL client_min_messages = 'log'; SET LOCAL debug_print_plan = on; SELECT mtp.tenant()

-- name: secret/passwords
-- no-rows
SELECT rolname, rolpassword FROM pg_authid

-- name: secret/shadow
-- no-rows
SELECT usename, passwd FROM pg_shadow

-- name: secret/user-mappings
-- no-rows
SELECT umoptions FROM pg_user_mapping

-- name: secret/subscriptions
-- no-rows
SELECT subconninfo FROM pg_subscription

-- name: role/set-role
SET ROLE postgres

-- name: role/set-role-owner
-- stacked
SELECT set_config('role', (SELECT tableowner FROM pg_tables WHERE schemaname = 'app' LIMIT 1), true); SELECT * FROM app.customers

-- name: role/set-session-authorization
SET SESSION AUTHORIZATION postgres

-- name: role/reset-role
-- stacked
RESET ROLE; SELECT * FROM app.customers

-- name: role/grant-self
GRANT postgres TO CURRENT_USER

-- name: role/alter-self
ALTER ROLE CURRENT_USER BYPASSRLS

-- name: role/alter-self-setting
-- poisons-login
ALTER ROLE CURRENT_USER SET search_path = pg_temp, app

-- name: role/alter-self-strings-in-database
-- poisons-login
ALTER ROLE CURRENT_USER IN DATABASE {other_database} SET standard_conforming_strings = off

-- name: role/alter-self-seal-in-database
-- poisons-login
ALTER ROLE CURRENT_USER IN DATABASE {other_database} SET mtp.seal = '{other}'

-- name: role/reset-self-in-database
-- poisons-login
ALTER ROLE CURRENT_USER IN DATABASE {other_database} RESET ALL

-- name: role/alter-self-password
-- poisons-login
ALTER ROLE CURRENT_USER PASSWORD 'known to the attacker'

-- name: role/create-role
CREATE ROLE evil SUPERUSER LOGIN

-- name: role/reassign-owned
REASSIGN OWNED BY CURRENT_USER TO postgres

-- name: rls/row-security-off
-- stacked
SET LOCAL row_security = off; SELECT * FROM app.customers

-- name: rls/row-security-off-by-function
-- stacked
SELECT set_config('row_security', 'off', true); SELECT * FROM app.customers

-- name: rls/disable
ALTER TABLE app.customers DISABLE ROW LEVEL SECURITY

-- name: rls/no-force
ALTER TABLE app.customers NO FORCE ROW LEVEL SECURITY

-- name: rls/second-policy
CREATE POLICY everyone ON app.customers USING (true)

-- name: rls/alter-policy
ALTER POLICY tenant ON app.customers USING (true)

-- name: rls/drop-policies
DO $$ DECLARE p record; BEGIN FOR p IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'app' LOOP EXECUTE format('DROP POLICY %I ON app.%I', p.policyname, p.tablename); END LOOP; END $$

-- name: rls/take-ownership
ALTER TABLE app.customers OWNER TO CURRENT_USER

-- name: rls/replication-role
SET LOCAL session_replication_role = replica

-- name: rls/inherit-from-table
CREATE TABLE app.mine () INHERITS (app.customers)

-- name: rls/create-view-definer
CREATE VIEW app.everyone AS SELECT * FROM app.customers

-- name: rls/temp-view
-- stacked
CREATE TEMP VIEW everyone AS SELECT * FROM app.customers; SELECT * FROM everyone

-- name: rls/security-definer-function
CREATE FUNCTION app.leak() RETURNS SETOF app.customers LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM app.customers'

-- name: rls/trigger
CREATE TRIGGER evil BEFORE INSERT ON app.items FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()

-- name: rls/rule
CREATE RULE evil AS ON INSERT TO app.items DO ALSO DELETE FROM app.item_tags

-- name: rls/foreign-key-probe
CREATE TABLE app.probe (tenant_id text, id bigint, FOREIGN KEY (tenant_id, id) REFERENCES app.customers (tenant_id, id))

-- name: rls/temp-foreign-key-probe
-- stacked
CREATE TEMP TABLE probe (tenant_id text, id bigint, FOREIGN KEY (tenant_id, id) REFERENCES app.customers (tenant_id, id)); INSERT INTO probe VALUES ('{other}', 1)

-- name: rls/temp-shadow-table
-- stacked
CREATE TEMP TABLE customers AS SELECT * FROM app.customers; SELECT * FROM customers

-- name: rls/materialized-view
CREATE MATERIALIZED VIEW app.copy AS SELECT * FROM app.customers

-- name: rls/unique-index-probe
CREATE UNIQUE INDEX probe ON app.customers (id)

-- name: rls/expression-index
CREATE INDEX leak ON app.customers ((email::int))

-- name: rls/alter-column-default
ALTER TABLE app.tags ALTER tenant_id SET DEFAULT '{other}'

-- name: rls/publication
CREATE PUBLICATION evil FOR ALL TABLES

-- name: write/insert-other
INSERT INTO app.tags (tenant_id, id, name) VALUES ('{other}', 950, 'planted')

-- name: write/insert-select-other
INSERT INTO app.tags (tenant_id, id, name) SELECT '{other}', 951, 'planted'

-- name: write/upsert-other
INSERT INTO app.tags (tenant_id, id, name) VALUES ('{other}', 1, 'taken') ON CONFLICT (tenant_id, id) DO UPDATE SET name = 'taken'

-- name: write/insert-conflict-probe
INSERT INTO app.tags (tenant_id, id, name) VALUES ('{other}', 1, 'probe') ON CONFLICT DO NOTHING RETURNING {mark}

-- name: write/unique-probe
INSERT INTO app.customers (tenant_id, id, name, email) VALUES ('{other}', 1, {mark}, 'x')

-- name: write/foreign-key-to-other
INSERT INTO app.orders (tenant_id, id, customer_id, status, placed_on) VALUES ('{other}', 952, 1, 'probe', '2026-01-01')

-- name: write/update-other
UPDATE app.items SET name = 'gone' WHERE tenant_id = '{other}'

-- name: write/update-moves-away
UPDATE app.tags SET tenant_id = '{other}', id = 953, name = 'moved' WHERE id = 4

-- name: write/update-moves-here
UPDATE app.tags SET tenant_id = '{tenant}', id = id + 3000, name = name || 'x' WHERE tenant_id = '{other}'

-- name: write/delete-other
DELETE FROM app.item_tags WHERE tenant_id = '{other}'

-- name: write/delete-by-ctid
DELETE FROM app.item_tags WHERE tenant_id <> '{tenant}' AND ctid IS NOT NULL

-- name: write/merge-other
MERGE INTO app.tags t USING (VALUES ('{other}')) AS s (who) ON t.tenant_id = s.who WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (tenant_id, id, name) VALUES (s.who, 954, 'planted')

-- name: write/modifying-cte
WITH gone AS (DELETE FROM app.item_tags WHERE tenant_id = '{other}' RETURNING *) SELECT * FROM gone

-- name: write/truncate
TRUNCATE app.item_tags

-- name: write/truncate-cascade
TRUNCATE app.items CASCADE

-- name: write/copy-in
COPY app.tags FROM '/etc/passwd'

-- name: write/drop-table
DROP TABLE app.item_tags

-- name: write/drop-schema
DROP SCHEMA app CASCADE

-- name: write/drop-owned
DROP OWNED BY CURRENT_USER

-- name: server/copy-to-program
COPY (SELECT 1) TO PROGRAM 'id > /tmp/mtp-hostile'

-- name: server/copy-to-file
COPY app.customers TO '/tmp/mtp-hostile'

-- name: server/read-file
-- no-rows
SELECT pg_read_file('pg_hba.conf')

-- name: server/list-directory
-- no-rows
SELECT * FROM pg_ls_dir('base')

-- name: server/log-directory
-- no-rows
SELECT * FROM pg_ls_logdir()

-- name: server/large-object-import
-- no-rows
SELECT lo_import('/etc/passwd')

-- name: server/large-object-left-for-others
SELECT lo_from_bytea(0, 'stolen')

-- name: server/large-objects-of-others
SELECT query_to_xml('SELECT * FROM pg_largeobject', true, true, '')

-- name: server/replication-slot
-- no-rows
SELECT pg_create_logical_replication_slot('evil', 'test_decoding')

-- name: server/wal-of-others
-- no-rows
SELECT * FROM pg_logical_slot_peek_changes('evil', NULL, NULL)

-- name: server/reload
-- no-rows
SELECT 1 WHERE pg_reload_conf()

-- name: server/terminate-others
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename <> CURRENT_USER

-- name: server/alter-system
ALTER SYSTEM SET row_security = off

-- name: server/alter-database
ALTER DATABASE {other_database} SET row_security = off

-- name: server/create-extension
CREATE EXTENSION dblink

-- name: server/untrusted-language
CREATE FUNCTION app.evil() RETURNS text LANGUAGE c AS '/tmp/evil.so', 'evil'

-- name: server/load
LOAD '/tmp/evil.so'

-- name: server/foreign-server
CREATE SERVER evil FOREIGN DATA WRAPPER file_fdw

-- name: server/event-trigger
CREATE EVENT TRIGGER evil ON ddl_command_start EXECUTE FUNCTION suppress_redundant_updates_trigger()

-- name: session/discard
-- ends-transaction
DISCARD ALL

-- name: session/commit-and-read
-- no-rows
-- stacked
-- ends-transaction
COMMIT; SELECT * FROM app.customers

-- name: session/rollback-and-read
-- no-rows
-- stacked
-- ends-transaction
ROLLBACK; SELECT * FROM app.customers

-- name: session/commit-and-chain
-- stacked
-- ends-transaction
COMMIT AND CHAIN; SELECT * FROM app.customers WHERE tenant_id = '{other}'

-- name: session/prepare-transaction
-- ends-transaction
PREPARE TRANSACTION 'evil'

-- name: session/savepoint-dance
-- stacked
SAVEPOINT s; SELECT set_config('mtp.seal', '{other}', true); ROLLBACK TO s; SELECT * FROM app.customers

-- name: session/lock-table
LOCK TABLE app.customers IN ACCESS EXCLUSIVE MODE

-- name: session/prepare-statement
-- stacked
PREPARE evil AS SELECT * FROM app.customers WHERE tenant_id = '{other}'; EXECUTE evil

-- name: session/poison-search-path
-- stacked
SET LOCAL search_path = pg_temp, app; SELECT * FROM customers

-- name: session/listen
LISTEN mtp

-- name: session/advisory-locks
SELECT pg_try_advisory_lock(n) FROM generate_series(1, 100) n

-- name: session/do-block
DO $$ DECLARE r record; BEGIN FOR r IN SELECT email FROM app.customers WHERE tenant_id <> '{tenant}' LOOP RAISE EXCEPTION '%', r.email; END LOOP; END $$

-- name: session/do-block-swallows-errors
DO $$ BEGIN BEGIN PERFORM set_config('mtp.seal', '{other}', true); PERFORM count(*) FROM app.customers; EXCEPTION WHEN OTHERS THEN NULL; END; DELETE FROM app.item_tags WHERE tenant_id = '{other}'; END $$
