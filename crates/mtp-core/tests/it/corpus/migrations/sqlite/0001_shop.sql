-- The shop of a service under test: tenant_id first in every key, ids given by the caller so that those of two
-- tenants collide, names unqualified so that one file serves every isolation.
CREATE TABLE customers (
    tenant_id    TEXT    NOT NULL,
    id           INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    email        TEXT    NOT NULL,
    city         TEXT,
    country      TEXT    NOT NULL DEFAULT 'DE',
    credit_cents INTEGER NOT NULL DEFAULT 0,
    vip          INTEGER NOT NULL DEFAULT 0,
    referred_by  INTEGER,
    created_at   TEXT    NOT NULL DEFAULT '2026-01-01T00:00:00Z',
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, email),
    FOREIGN KEY (tenant_id, referred_by) REFERENCES customers (tenant_id, id)
);

CREATE TABLE items (
    tenant_id   TEXT    NOT NULL,
    id          INTEGER NOT NULL,
    sku         TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    price_cents INTEGER NOT NULL,
    stock       INTEGER NOT NULL DEFAULT 0,
    weight      REAL,
    labels      TEXT    NOT NULL DEFAULT '[]',
    attrs       TEXT    NOT NULL DEFAULT '{}',
    parent_id   INTEGER,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, sku),
    FOREIGN KEY (tenant_id, parent_id) REFERENCES items (tenant_id, id),
    CHECK (price_cents >= 0)
);

CREATE TABLE orders (
    tenant_id   TEXT    NOT NULL,
    id          INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    status      TEXT    NOT NULL,
    total_cents INTEGER NOT NULL DEFAULT 0,
    placed_on   TEXT    NOT NULL,
    note        TEXT,
    created_at  TEXT    NOT NULL DEFAULT '2026-01-01T00:00:00Z',
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
);

CREATE TABLE order_lines (
    tenant_id  TEXT    NOT NULL,
    order_id   INTEGER NOT NULL,
    line_no    INTEGER NOT NULL,
    item_id    INTEGER NOT NULL,
    quantity   INTEGER NOT NULL,
    unit_cents INTEGER NOT NULL,
    remark     TEXT,
    PRIMARY KEY (tenant_id, order_id, line_no),
    FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, item_id) REFERENCES items (tenant_id, id)
);

CREATE TABLE tags (
    tenant_id TEXT    NOT NULL,
    id        INTEGER NOT NULL,
    name      TEXT    NOT NULL,
    title     TEXT,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);

CREATE TABLE item_tags (
    tenant_id TEXT    NOT NULL,
    item_id   INTEGER NOT NULL,
    tag_id    INTEGER NOT NULL,
    reason    TEXT,
    PRIMARY KEY (tenant_id, item_id, tag_id),
    FOREIGN KEY (tenant_id, item_id) REFERENCES items (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, tag_id) REFERENCES tags (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE notes (
    tenant_id  TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    body       TEXT    NOT NULL DEFAULT '',
    doc        TEXT    NOT NULL DEFAULT '{}',
    pinned     INTEGER NOT NULL DEFAULT 0,
    updated_at TEXT    NOT NULL DEFAULT '2026-01-01T00:00:00Z',
    PRIMARY KEY (tenant_id, id)
);
