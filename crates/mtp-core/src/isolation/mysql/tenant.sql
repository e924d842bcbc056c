BEGIN
    -- The tenant of the seal in @mtp_seal; none without one, an error for a false one. The error says the same
    -- whatever is wrong, and repeats nothing. Everything is bytes here, so that no character set and no collation of
    -- the session means anything, and no number is made of a text before the MAC is known to be right. The time is the
    -- server's own (SYSDATE): a session may set what NOW says, and, by its zone, an hour of SYSDATE twice, so one zone
    -- alone is taken.
    DECLARE seal, secret, tenant, uid, expiry, whole VARBINARY(1024);
    IF @mtp_seal IS NULL OR OCTET_LENGTH(@mtp_seal) = 0 THEN
        RETURN NULL;
    END IF;
    IF OCTET_LENGTH(@mtp_seal) <= 512 AND @@session.time_zone = '+00:00' THEN
        -- version, secret, tenant, uid, expiry, MAC
        SET seal = CAST(@mtp_seal AS BINARY);
        SET secret = SUBSTRING_INDEX(SUBSTRING_INDEX(seal, ':', 2), ':', -1);
        SET tenant = SUBSTRING_INDEX(SUBSTRING_INDEX(seal, ':', 3), ':', -1);
        SET uid = SUBSTRING_INDEX(SUBSTRING_INDEX(seal, ':', 4), ':', -1);
        SET expiry = SUBSTRING_INDEX(SUBSTRING_INDEX(seal, ':', 5), ':', -1);
        -- The seal as it must be, whole: so nothing may stand before, between or behind its fields.
        SET whole = (SELECT CONCAT('1:', secret, ':', tenant, ':', uid, ':', expiry, ':',
                SHA2(CONCAT(s.outer_pad, UNHEX(SHA2(CONCAT(s.inner_pad, '1:1',
                    OCTET_LENGTH(secret), ':', secret, OCTET_LENGTH(tenant), ':', tenant,
                    OCTET_LENGTH(uid), ':', uid, OCTET_LENGTH(expiry), ':', expiry), 256))), 256))
            FROM seal_secret s
            WHERE CAST(s.id AS CHAR) = secret AND (s.retired_at IS NULL OR s.retired_at > UNIX_TIMESTAMP(SYSDATE())));
    END IF;
    IF whole IS NULL OR whole <> seal OR CAST(expiry AS SIGNED) <= UNIX_TIMESTAMP(SYSDATE()) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the tenant seal is not valid';
    END IF;
    RETURN CONVERT(tenant USING ascii);
END
