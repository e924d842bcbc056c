-- The catalogue: tenants of services, where they live, what is being done to them, and who may call.
-- Several services may share it; every row says whose it is. Times are unix milliseconds.
--
-- Each statement here commits by itself, so each may be run again. What callers give is compared byte by byte
-- (VARBINARY): a text with a blank behind it would be equal to one without.

CREATE TABLE IF NOT EXISTS mtp_central_services (
    service VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    generation BIGINT NOT NULL,
    created_at BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS mtp_central_servers (
    service VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name VARCHAR(64) NOT NULL,
    kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    capacity BIGINT NOT NULL,
    common_database VARCHAR(64) NOT NULL,
    keeps_statements BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (service, name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS mtp_central_tenants (
    service VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    uid VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    id VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- The id while it is taken, the id and the uid once the purge is verified.
    id_slot VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name TEXT NOT NULL,
    state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- The state that a restore leads back to, while the tenant is being deleted.
    state_before VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
    plan VARCHAR(64),
    features TEXT NOT NULL,
    metadata TEXT NOT NULL,
    isolation VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    server VARCHAR(64),
    placement TEXT,
    url TEXT NOT NULL,
    admin_username TEXT NOT NULL,
    market VARCHAR(64),
    external_id TEXT,
    -- Market and external id while they are taken.
    external_slot VARBINARY(300),
    -- What the tenant was asked for with, to tell the same call from another.
    request TEXT NOT NULL,
    schema_version BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    purge_after BIGINT,
    PRIMARY KEY (service, uid),
    UNIQUE (service, id_slot),
    UNIQUE (service, external_slot),
    KEY tenants_by_generation (service, generation),
    KEY tenants_by_server (service, server, state),
    KEY tenants_by_purge (service, state, purge_after),
    KEY tenants_by_schema_version (service, schema_version)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Lifecycle flows, each written down before it is done.
CREATE TABLE IF NOT EXISTS mtp_central_operations (
    service VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    id VARCHAR(36) NOT NULL,
    uid VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- Steps that are done; the next one may have been begun.
    step BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    error MEDIUMTEXT,
    fence BIGINT NOT NULL,
    lease_owner VARCHAR(64),
    lease_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (service, id),
    KEY operations_by_tenant (service, uid, created_at),
    KEY operations_by_lease (service, state, lease_until)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Data keys, wrapped by the master key. Destroying one makes its scope's secrets unreadable.
CREATE TABLE IF NOT EXISTS mtp_central_data_keys (
    service VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    scope VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version BIGINT NOT NULL,
    key_id VARCHAR(64) NOT NULL,
    wrapped BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (service, scope, version)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Sealed secrets: logins' passwords, seal secrets, signing keys, stored answers.
CREATE TABLE IF NOT EXISTS mtp_central_secrets (
    service VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    scope VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    purpose VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name VARBINARY(255) NOT NULL,
    sealed MEDIUMBLOB NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (service, scope, purpose, name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS mtp_central_accounts (
    service VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    uid VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    username VARBINARY(200) NOT NULL,
    password_hash TEXT NOT NULL,
    must_change BOOLEAN NOT NULL,
    signed_in_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (service, uid, username)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Refresh tokens and one-time links, as hashes.
CREATE TABLE IF NOT EXISTS mtp_central_tokens (
    service VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    hash VARBINARY(64) NOT NULL,
    kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    uid VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    username VARCHAR(200) NOT NULL,
    family VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (service, hash),
    KEY tokens_by_account (service, uid, username)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS mtp_central_market_keys (
    service VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    hash VARBINARY(64) NOT NULL,
    key_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    market VARCHAR(64) NOT NULL,
    prefix VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (service, hash)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS mtp_central_idempotency (
    service VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    caller VARBINARY(255) NOT NULL,
    idempotency_key VARBINARY(255) NOT NULL,
    fingerprint BLOB NOT NULL,
    uid VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (service, caller, idempotency_key)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS mtp_central_audit (
    service VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    id VARCHAR(36) NOT NULL,
    at BIGINT NOT NULL,
    uid VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    result TEXT NOT NULL,
    detail MEDIUMTEXT NOT NULL,
    PRIMARY KEY (service, id),
    KEY audit_by_tenant (service, uid, at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What the fleet runner knows of each tenant's schema: one row for each applied or failed migration.
CREATE TABLE IF NOT EXISTS mtp_central_tenant_migrations (
    service VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    uid VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version BIGINT NOT NULL,
    checksum VARBINARY(64) NOT NULL,
    state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    error MEDIUMTEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (service, uid, version),
    KEY tenant_migrations_by_state (service, state)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
