-- Events, and the indexes that lists and searches want.
CREATE TABLE events (
    tenant_id TEXT        NOT NULL,
    id        BIGINT      NOT NULL,
    kind      TEXT        NOT NULL,
    subject   TEXT        NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    amount    DOUBLE PRECISION,
    payload   JSONB       NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX events_at ON events (tenant_id, at DESC);
CREATE INDEX orders_customer ON orders (tenant_id, customer_id, placed_on);
CREATE INDEX items_kind ON items (tenant_id, kind, price_cents);
CREATE INDEX notes_title ON notes (tenant_id, title text_pattern_ops);
