-- The catalogue: tenants of services, where they live, what is being done to them, and who may call.
-- Several services may share it; every row says whose it is. Times are unix milliseconds.

CREATE TABLE mtp_central.services (
    service TEXT NOT NULL PRIMARY KEY,
    generation BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE mtp_central.servers (
    service TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    capacity BIGINT NOT NULL,
    common_database TEXT NOT NULL,
    keeps_statements BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (service, name)
);

CREATE TABLE mtp_central.tenants (
    service TEXT NOT NULL,
    uid TEXT NOT NULL,
    id TEXT NOT NULL,
    -- The id while it is taken, the id and the uid once the purge is verified.
    id_slot TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    -- The state that a restore leads back to, while the tenant is being deleted.
    state_before TEXT,
    plan TEXT,
    features TEXT NOT NULL,
    metadata TEXT NOT NULL,
    isolation TEXT NOT NULL,
    server TEXT,
    placement TEXT,
    url TEXT NOT NULL,
    admin_username TEXT NOT NULL,
    market TEXT,
    external_id TEXT,
    -- Market and external id while they are taken.
    external_slot TEXT,
    -- What the tenant was asked for with, to tell the same call from another.
    request TEXT NOT NULL,
    schema_version BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    purge_after BIGINT,
    PRIMARY KEY (service, uid),
    UNIQUE (service, id_slot),
    UNIQUE (service, external_slot)
);
CREATE INDEX tenants_by_generation ON mtp_central.tenants (service, generation);
CREATE INDEX tenants_by_server ON mtp_central.tenants (service, server, state);
CREATE INDEX tenants_by_purge ON mtp_central.tenants (service, state, purge_after);

-- Lifecycle flows, each written down before it is done.
CREATE TABLE mtp_central.operations (
    service TEXT NOT NULL,
    id TEXT NOT NULL,
    uid TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Steps that are done; the next one may have been begun.
    step BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    error TEXT,
    fence BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (service, id)
);
CREATE INDEX operations_by_tenant ON mtp_central.operations (service, uid, created_at);
CREATE INDEX operations_by_lease ON mtp_central.operations (service, state, lease_until);

-- Data keys, wrapped by the master key. Destroying one makes its scope's secrets unreadable.
CREATE TABLE mtp_central.data_keys (
    service TEXT NOT NULL,
    scope TEXT NOT NULL,
    version BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    wrapped BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (service, scope, version)
);

-- Sealed secrets: logins' passwords, seal secrets, signing keys, stored answers.
CREATE TABLE mtp_central.secrets (
    service TEXT NOT NULL,
    scope TEXT NOT NULL,
    purpose TEXT NOT NULL,
    name TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (service, scope, purpose, name)
);

CREATE TABLE mtp_central.accounts (
    service TEXT NOT NULL,
    uid TEXT NOT NULL,
    username TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    must_change BOOLEAN NOT NULL,
    signed_in_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (service, uid, username)
);

-- Refresh tokens and one-time links, as hashes.
CREATE TABLE mtp_central.tokens (
    service TEXT NOT NULL,
    hash BYTEA NOT NULL,
    kind TEXT NOT NULL,
    uid TEXT NOT NULL,
    username TEXT NOT NULL,
    family TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (service, hash)
);
CREATE INDEX tokens_by_account ON mtp_central.tokens (service, uid, username);

CREATE TABLE mtp_central.market_keys (
    service TEXT NOT NULL,
    hash BYTEA NOT NULL,
    key_id TEXT NOT NULL,
    market TEXT NOT NULL,
    prefix TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (service, hash)
);

CREATE TABLE mtp_central.idempotency (
    service TEXT NOT NULL,
    caller TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint BYTEA NOT NULL,
    uid TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (service, caller, idempotency_key)
);

CREATE TABLE mtp_central.audit (
    service TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    uid TEXT,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    result TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (service, id)
);
CREATE INDEX audit_by_tenant ON mtp_central.audit (service, uid, at);

-- What the fleet runner knows of each tenant's schema: one row for each applied or failed migration.
CREATE TABLE mtp_central.tenant_migrations (
    service TEXT NOT NULL,
    uid TEXT NOT NULL,
    version BIGINT NOT NULL,
    checksum BYTEA NOT NULL,
    state TEXT NOT NULL,
    error TEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (service, uid, version)
);
