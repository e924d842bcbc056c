BEGIN
    -- The tenant of the seal in @mtp_seal; none without one, an error for a false one. The error says the same
    -- whatever is wrong, and repeats nothing. Everything is bytes here, so that no character set and no collation of
    -- the session means anything, and no number is made of a text before the MAC is known to be right. The time is the
    -- server's own (SYSDATE): a session may set what NOW says, and, by its zone, an hour of SYSDATE twice, so one zone
    -- alone is taken. A seal is <length>:<field>: for version, secret, tenant, uid and expiry, then the MAC of all that
    -- in 64 hexadecimal digits.
    DECLARE seal, message VARBINARY(1024);
    DECLARE good BOOLEAN DEFAULT FALSE;
    IF @mtp_seal IS NULL OR OCTET_LENGTH(@mtp_seal) = 0 THEN
        RETURN NULL;
    END IF;
    IF OCTET_LENGTH(@mtp_seal) BETWEEN 65 AND 512 AND @@session.time_zone = '+00:00' THEN
        SET seal = CAST(@mtp_seal AS BINARY);
        SET message = LEFT(seal, OCTET_LENGTH(seal) - 64);
        IF LEFT(seal, 4) = '1:1:' THEN
            SET good = (SELECT CAST(SHA2(CONCAT(s.outer_pad, UNHEX(SHA2(CONCAT(s.inner_pad, message), 256))), 256) AS BINARY)
                    = RIGHT(seal, 64)
                FROM seal_secret s
                WHERE CAST(CAST(s.id AS CHAR) AS BINARY) = SUBSTRING_INDEX(SUBSTRING_INDEX(message, ':', 4), ':', -1)
                    AND (s.retired_at IS NULL OR s.retired_at > UNIX_TIMESTAMP(SYSDATE())));
        END IF;
    END IF;
    IF good IS NOT TRUE OR CAST(SUBSTRING_INDEX(SUBSTRING_INDEX(message, ':', 10), ':', -1) AS SIGNED) <= UNIX_TIMESTAMP(SYSDATE()) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the tenant seal is not valid';
    END IF;
    RETURN CONVERT(SUBSTRING_INDEX(SUBSTRING_INDEX(message, ':', 6), ':', -1) USING ascii);
END
