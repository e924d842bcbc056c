BEGIN
    -- The tenant of the seal in @mtp_seal; none without one, an error for a false one. The error says the same
    -- whatever is wrong, and repeats nothing. Everything is bytes here, so that no character set and no collation of
    -- the session means anything, and no number is made of a text before the MAC is known to be right. The time is the
    -- server's own (SYSDATE): a session may set what NOW says, and, by its zone, an hour of SYSDATE twice, so one zone
    -- alone is taken. A seal is <length>:<field>: for version, secret, tenant, uid and expiry, then the MAC of all that
    -- in 64 hexadecimal digits; which secret made it the MAC itself says, and what is cut off here it does not cover.
    -- Each word of a function costs about as much as the HMAC, so these are few.
    DECLARE seal VARBINARY(2048) DEFAULT LEFT(@mtp_seal, 512);
    DECLARE message VARBINARY(2048) DEFAULT LEFT(seal, OCTET_LENGTH(seal) - 64);
    DECLARE named VARBINARY(2048) DEFAULT (
        SELECT SUBSTRING_INDEX(SUBSTRING_INDEX(message, ':', 6), ':', -1) FROM seal_secret s
        WHERE SHA2(CONCAT(s.outer_pad, UNHEX(SHA2(CONCAT(s.inner_pad, message), 256))), 256) = RIGHT(seal, 64)
            AND s.good_until > UNIX_TIMESTAMP(SYSDATE()));
    IF named IS NULL OR LEFT(seal, 4) <> '1:1:' OR @@session.time_zone <> '+00:00'
        OR SUBSTRING_INDEX(SUBSTRING_INDEX(message, ':', 10), ':', -1) <= UNIX_TIMESTAMP(SYSDATE()) THEN
        IF seal IS NULL OR OCTET_LENGTH(seal) = 0 THEN
            RETURN NULL;
        END IF;
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the tenant seal is not valid';
    END IF;
    RETURN named;
END
