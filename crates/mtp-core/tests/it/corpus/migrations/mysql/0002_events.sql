-- Events, and the indexes that lists and searches want.
CREATE TABLE IF NOT EXISTS events (
    tenant_id VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    id        BIGINT       NOT NULL,
    kind      VARCHAR(190) NOT NULL,
    subject   VARCHAR(190) NOT NULL,
    at        DATETIME     NOT NULL,
    amount    DOUBLE,
    payload   JSON         NOT NULL DEFAULT ('{}'),
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX IF NOT EXISTS events_at ON events (tenant_id, at DESC);
CREATE INDEX IF NOT EXISTS orders_customer ON orders (tenant_id, customer_id, placed_on);
CREATE INDEX IF NOT EXISTS items_kind ON items (tenant_id, kind, price_cents);
CREATE INDEX IF NOT EXISTS notes_title ON notes (tenant_id, title);
