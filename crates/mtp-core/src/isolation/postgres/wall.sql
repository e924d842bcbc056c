-- The second wall of a common database: the seal's secrets, and the one function that may read them.
-- Run as the wall's own role, which nobody logs in as. May be run again.

CREATE TABLE IF NOT EXISTS mtp.seal_secret (
    id INTEGER NOT NULL PRIMARY KEY,
    -- The key, padded as RFC 2104 says: HMAC from sha256() alone, without an extension.
    inner_pad BYTEA NOT NULL,
    outer_pad BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    -- From when on its seals are refused; two secrets are good at once while one replaces the other.
    retired_at TIMESTAMPTZ
);
REVOKE ALL ON mtp.seal_secret FROM PUBLIC;

-- The tenant of the seal in the setting mtp.seal; none without one, an error for a false one. The error says
-- the same whatever is wrong, and repeats nothing. Every cast is guarded: no other error can come out.
CREATE OR REPLACE FUNCTION mtp.tenant() RETURNS TEXT
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    seal CONSTANT TEXT := pg_catalog.current_setting('mtp.seal', true);
    field TEXT[];
    mac TEXT;
BEGIN
    IF seal IS NULL OR seal = '' THEN
        RETURN NULL;
    END IF;
    IF octet_length(seal) <= 512 THEN
        -- version, secret, tenant, uid, expiry, MAC
        field := string_to_array(seal, ':');
        IF cardinality(field) = 6 AND field[1] = '1'
            AND length(field[2]) BETWEEN 1 AND 9 AND ltrim(field[2], '0123456789') = ''
            AND length(field[5]) BETWEEN 1 AND 12 AND ltrim(field[5], '0123456789') = ''
        THEN
            SELECT encode(sha256(s.outer_pad || sha256(s.inner_pad || convert_to(
                    '1:1' || octet_length(field[2]) || ':' || field[2]
                    || octet_length(field[3]) || ':' || field[3]
                    || octet_length(field[4]) || ':' || field[4]
                    || octet_length(field[5]) || ':' || field[5], 'UTF8'))), 'hex')
                INTO mac
                FROM mtp.seal_secret s
                WHERE s.id = field[2]::INTEGER AND (s.retired_at IS NULL OR s.retired_at > clock_timestamp());
        END IF;
    END IF;
    IF mac IS NULL OR mac IS DISTINCT FROM field[6] THEN
        RAISE EXCEPTION USING MESSAGE = 'the tenant seal is not valid', ERRCODE = 'MTP01';
    END IF;
    IF field[5]::BIGINT <= extract(epoch FROM clock_timestamp()) THEN
        RAISE EXCEPTION USING MESSAGE = 'the tenant seal is not valid', ERRCODE = 'MTP02';
    END IF;
    RETURN field[3];
END
$body$;
REVOKE ALL ON FUNCTION mtp.tenant() FROM PUBLIC;
