CREATE TABLE notes (
    tenant_id VARCHAR(63) NOT NULL,
    id VARCHAR(64) NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
