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
-- the same whatever is wrong, and repeats nothing; nothing of a seal is read before its MAC is known to be right,
-- so no cast can fail. A seal is <length>:<field>: for version, secret, tenant, uid and expiry, then the MAC of
-- all that in 64 hexadecimal digits.
CREATE OR REPLACE FUNCTION mtp.tenant() RETURNS TEXT
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    seal CONSTANT TEXT := pg_catalog.current_setting('mtp.seal', true);
    good BOOLEAN;
BEGIN
    IF seal = '' IS NOT FALSE THEN
        RETURN NULL;
    END IF;
    IF octet_length(seal) <= 512 AND starts_with(seal, '1:1:') THEN
        SELECT encode(sha256(s.outer_pad || sha256(s.inner_pad || convert_to(left(seal, -64), 'UTF8'))), 'hex') = right(seal, 64)
            INTO good
            FROM mtp.seal_secret s
            WHERE s.id::TEXT = split_part(seal, ':', 4) AND (s.retired_at IS NULL OR s.retired_at > clock_timestamp());
    END IF;
    IF good IS NOT TRUE THEN
        RAISE EXCEPTION USING MESSAGE = 'the tenant seal is not valid', ERRCODE = 'MTP01';
    END IF;
    IF to_timestamp(split_part(seal, ':', 10)::FLOAT8) <= clock_timestamp() THEN
        RAISE EXCEPTION USING MESSAGE = 'the tenant seal is not valid', ERRCODE = 'MTP02';
    END IF;
    RETURN split_part(seal, ':', 6);
END
$body$;
REVOKE ALL ON FUNCTION mtp.tenant() FROM PUBLIC;
