-- How each instance's connections to each server stand, as it last wrote it down: for the operator, who asks from another
-- process.

CREATE TABLE mtp_central_pools (
    service TEXT NOT NULL,
    instance TEXT NOT NULL,
    server TEXT NOT NULL,
    -- JSON: what is counted may differ from release to release.
    gauges TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (service, instance, server)
);
