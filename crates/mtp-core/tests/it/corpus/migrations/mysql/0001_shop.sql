-- The shop of a service under test: tenant_id first in every key, ids given by the caller so that those of two
-- tenants collide, names unqualified so that one file serves every isolation. Each statement can be done twice, since
-- none can be undone.
CREATE TABLE IF NOT EXISTS customers (
    tenant_id    VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    id           BIGINT       NOT NULL,
    name         VARCHAR(190) NOT NULL,
    email        VARCHAR(190) NOT NULL,
    city         VARCHAR(190),
    country      VARCHAR(10)  NOT NULL DEFAULT 'DE',
    credit_cents BIGINT       NOT NULL DEFAULT 0,
    vip          BOOLEAN      NOT NULL DEFAULT FALSE,
    referred_by  BIGINT,
    created_at   DATETIME     NOT NULL DEFAULT '2026-01-01 00:00:00',
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, email),
    FOREIGN KEY (tenant_id, referred_by) REFERENCES customers (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS items (
    tenant_id   VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    id          BIGINT       NOT NULL,
    sku         CHAR(36)     NOT NULL,
    name        VARCHAR(190) NOT NULL,
    kind        VARCHAR(190) NOT NULL,
    price_cents BIGINT       NOT NULL,
    stock       BIGINT       NOT NULL DEFAULT 0,
    weight      DOUBLE,
    labels      JSON         NOT NULL DEFAULT ('[]'),
    attrs       JSON         NOT NULL DEFAULT ('{}'),
    parent_id   BIGINT,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, sku),
    FOREIGN KEY (tenant_id, parent_id) REFERENCES items (tenant_id, id),
    CHECK (price_cents >= 0)
);

CREATE TABLE IF NOT EXISTS orders (
    tenant_id   VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    id          BIGINT      NOT NULL,
    customer_id BIGINT      NOT NULL,
    status      VARCHAR(20) NOT NULL,
    total_cents BIGINT      NOT NULL DEFAULT 0,
    placed_on   DATE        NOT NULL,
    note        TEXT,
    created_at  DATETIME    NOT NULL DEFAULT '2026-01-01 00:00:00',
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS order_lines (
    tenant_id  VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    order_id   BIGINT NOT NULL,
    line_no    BIGINT NOT NULL,
    item_id    BIGINT NOT NULL,
    quantity   BIGINT NOT NULL,
    unit_cents BIGINT NOT NULL,
    remark     TEXT,
    PRIMARY KEY (tenant_id, order_id, line_no),
    FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, item_id) REFERENCES items (tenant_id, id)
);

CREATE TABLE IF NOT EXISTS tags (
    tenant_id VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    id        BIGINT       NOT NULL,
    name      VARCHAR(190) NOT NULL,
    title     TEXT,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);

CREATE TABLE IF NOT EXISTS item_tags (
    tenant_id VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    item_id   BIGINT NOT NULL,
    tag_id    BIGINT NOT NULL,
    reason    TEXT,
    PRIMARY KEY (tenant_id, item_id, tag_id),
    FOREIGN KEY (tenant_id, item_id) REFERENCES items (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, tag_id) REFERENCES tags (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS notes (
    tenant_id  VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    id         CHAR(36)     NOT NULL,
    title      VARCHAR(190) NOT NULL,
    body       TEXT         NOT NULL DEFAULT (''),
    doc        JSON         NOT NULL DEFAULT ('{}'),
    pinned     BOOLEAN      NOT NULL DEFAULT FALSE,
    updated_at DATETIME     NOT NULL DEFAULT '2026-01-01 00:00:00',
    PRIMARY KEY (tenant_id, id)
);
