-- The fleet runner: which place is being migrated by whom, and tenants found by the version they have.

CREATE TABLE mtp_central.fleet_leases (
    service TEXT NOT NULL,
    -- A tenant's uid, or `shared:` and the server whose shared tables it is.
    unit TEXT NOT NULL,
    owner TEXT NOT NULL,
    lease_until BIGINT NOT NULL,
    PRIMARY KEY (service, unit)
);
CREATE INDEX tenants_by_schema_version ON mtp_central.tenants (service, schema_version);
CREATE INDEX tenant_migrations_by_state ON mtp_central.tenant_migrations (service, state);
