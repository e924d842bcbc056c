-- How each instance's connections to each server stand, as it last wrote it down: for the operator, who asks from another
-- process.

CREATE TABLE IF NOT EXISTS mtp_central_pools (
    service VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    instance VARCHAR(64) NOT NULL,
    server VARCHAR(64) NOT NULL,
    -- JSON: what is counted may differ from release to release.
    gauges TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (service, instance, server)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
