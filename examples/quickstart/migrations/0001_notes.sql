-- The service's own table. Every tenant has it; its key begins with the tenant, in every isolation.
-- Words that every database knows: one file serves SQLite, PostgreSQL and MariaDB.
CREATE TABLE notes (
    tenant_id VARCHAR(63) NOT NULL,
    id VARCHAR(36) NOT NULL,
    body TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX notes_by_time ON notes (tenant_id, written_at);
