-- The fleet runner: which place is being migrated by whom. (The indexes by version and state stand in the first file
-- here: MySQL cannot make an index only where there is none.)

CREATE TABLE IF NOT EXISTS mtp_central_fleet_leases (
    service VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- A tenant's uid, or `shared:` and the server whose shared tables it is.
    unit VARCHAR(80) NOT NULL,
    owner VARCHAR(64) NOT NULL,
    lease_until BIGINT NOT NULL,
    PRIMARY KEY (service, unit)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
