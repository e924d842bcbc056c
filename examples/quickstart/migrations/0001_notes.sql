-- The service's own table. Every tenant has it; its key begins with the tenant, in every isolation.
CREATE TABLE notes (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX notes_by_time ON notes (tenant_id, written_at);
