-- One tenant's rows: {tenant} is the tenant's id, {canary} a text that no other tenant's rows hold. Every row holds it
-- somewhere, so that a foreign row is known by what it says; ids are the same for every tenant.
INSERT INTO customers (tenant_id, id, name, email, city, country, credit_cents, vip, referred_by, created_at) VALUES
    ('{tenant}', 1, 'Ada {canary}', 'ada@{canary}.example', 'Berlin', 'DE', 12000, TRUE, NULL, '2026-01-05 08:00:00'),
    ('{tenant}', 2, 'Bob {canary}', 'bob@{canary}.example', 'Paris', 'FR', 0, FALSE, 1, '2026-01-06 09:30:00'),
    ('{tenant}', 3, 'Chloë {canary}', 'chloe@{canary}.example', 'Zürich', 'CH', 500, TRUE, 1, '2026-02-01 10:00:00'),
    ('{tenant}', 4, 'Dmitri {canary}', 'dmitri@{canary}.example', NULL, 'EE', -250, FALSE, 2, '2026-02-14 23:59:59'),
    ('{tenant}', 5, 'Eve O''Hara {canary}', 'eve@{canary}.example', 'Berlin', 'DE', 99, FALSE, NULL, '2026-03-01 00:00:00'),
    ('{tenant}', 6, 'Frank {canary}', 'frank@{canary}.example', 'Lyon', 'FR', 0, FALSE, 3, '2026-03-02 12:00:00');

INSERT INTO items (tenant_id, id, sku, name, kind, price_cents, stock, weight, labels, attrs, parent_id) VALUES
    ('{tenant}', 1, '00000000-0000-7000-8000-000000000001', 'Lamp {canary}', 'lighting', 4500, 10, 1.5, '["red","warm"]', '{"colour":"red","watt":60,"mark":"{canary}"}', NULL),
    ('{tenant}', 2, '00000000-0000-7000-8000-000000000002', 'Bulb {canary}', 'lighting', 300, 200, 0.05, '["warm"]', '{"watt":9,"mark":"{canary}"}', 1),
    ('{tenant}', 3, '00000000-0000-7000-8000-000000000003', 'Desk {canary}', 'furniture', 25000, 3, 32.0, '["oak","large"]', '{"size":{"w":160,"h":72},"mark":"{canary}"}', NULL),
    ('{tenant}', 4, '00000000-0000-7000-8000-000000000004', 'Drawer {canary}', 'furniture', 5500, 7, 8.25, '["oak"]', '{"size":{"w":40,"h":20},"mark":"{canary}"}', 3),
    ('{tenant}', 5, '00000000-0000-7000-8000-000000000005', 'Knob {canary}', 'furniture', 250, 0, 0.1, '[]', '{"mark":"{canary}"}', 4),
    ('{tenant}', 6, '00000000-0000-7000-8000-000000000006', 'Chair 100% "comfy" {canary}', 'furniture', 9900, 12, NULL, '["red","large"]', '{"colour":"red","parts":[1,2,3],"mark":"{canary}"}', NULL),
    ('{tenant}', 7, '00000000-0000-7000-8000-000000000007', 'Cable\\_C {canary}', 'parts', 700, 50, 0.2, '[]', '{"length":2.5,"mark":"{canary}"}', 2),
    ('{tenant}', 8, '00000000-0000-7000-8000-000000000008', 'Ünïcödé 木 {canary}', 'parts', 1, 1, 0.0, '["odd"]', '{"colour":null,"mark":"{canary}"}', NULL);

INSERT INTO orders (tenant_id, id, customer_id, status, total_cents, placed_on, note, created_at) VALUES
    ('{tenant}', 1, 1, 'paid', 5100, '2026-01-10', 'first {canary}', '2026-01-10 10:00:00'),
    ('{tenant}', 2, 1, 'shipped', 25500, '2026-01-31', 'second {canary}', '2026-01-31 18:45:00'),
    ('{tenant}', 3, 2, 'open', 9900, '2026-02-03', 'gift {canary}', '2026-02-03 07:15:00'),
    ('{tenant}', 4, 3, 'paid', 11000, '2026-02-28', 'café {canary}', '2026-02-28 12:00:00'),
    ('{tenant}', 5, 5, 'cancelled', 0, '2026-03-01', 'it''s off {canary}', '2026-03-01 00:00:01'),
    ('{tenant}', 6, 3, 'open', 701, '2026-03-15', 'last {canary}', '2026-03-15 16:20:00');

INSERT INTO order_lines (tenant_id, order_id, line_no, item_id, quantity, unit_cents, remark) VALUES
    ('{tenant}', 1, 1, 1, 1, 4500, 'line {canary}'),
    ('{tenant}', 1, 2, 2, 2, 300, 'line {canary}'),
    ('{tenant}', 2, 1, 3, 1, 25000, 'line {canary}'),
    ('{tenant}', 3, 1, 6, 1, 9900, 'red please {canary}'),
    ('{tenant}', 4, 1, 4, 2, 5500, 'line {canary}'),
    ('{tenant}', 6, 1, 7, 1, 700, 'line {canary}'),
    ('{tenant}', 6, 2, 8, 1, 1, 'line {canary}');

INSERT INTO tags (tenant_id, id, name, title) VALUES
    ('{tenant}', 1, 'new', 'New {canary}'),
    ('{tenant}', 2, 'sale', 'Sale {canary}'),
    ('{tenant}', 3, 'eco', 'Eco {canary}'),
    ('{tenant}', 4, 'unused', 'Unused {canary}');

INSERT INTO item_tags (tenant_id, item_id, tag_id, reason) VALUES
    ('{tenant}', 1, 1, 'because {canary}'),
    ('{tenant}', 1, 2, 'because {canary}'),
    ('{tenant}', 2, 3, 'because {canary}'),
    ('{tenant}', 3, 2, 'because {canary}'),
    ('{tenant}', 6, 1, 'because {canary}'),
    ('{tenant}', 6, 3, 'because {canary}'),
    ('{tenant}', 7, 3, 'because {canary}');

INSERT INTO notes (tenant_id, id, title, body, doc, pinned, updated_at) VALUES
    ('{tenant}', '11111111-0000-7000-8000-000000000001', 'Shopping {canary}', 'milk, eggs and bread', '{"todo":[{"what":"milk","done":true},{"what":"eggs","done":false}],"mark":"{canary}"}', TRUE, '2026-01-02 03:04:05'),
    ('{tenant}', '11111111-0000-7000-8000-000000000002', 'Quote {canary}', 'she said "it''s fine" \\ and left', '{"tags":["a","b"],"mark":"{canary}"}', FALSE, '2026-01-03 00:00:00'),
    ('{tenant}', '11111111-0000-7000-8000-000000000003', 'Plan {canary}', 'buy a desk; sell the chair -- soon', '{"budget":250.5,"tags":["b"],"mark":"{canary}"}', FALSE, '2026-02-03 00:00:00'),
    ('{tenant}', '11111111-0000-7000-8000-000000000004', 'Entwurf {canary}', 'größer, schöner /* not a comment */', '{"lang":"de","mark":"{canary}"}', TRUE, '2026-02-04 12:30:00'),
    ('{tenant}', '11111111-0000-7000-8000-000000000005', 'Empty {canary}', '', '{"mark":"{canary}"}', FALSE, '2026-03-05 00:00:00');

INSERT INTO events (tenant_id, id, kind, subject, at, amount, payload) VALUES
    ('{tenant}', 1, 'login', 'ada {canary}', '2026-01-05 08:00:00', NULL, '{"ip":"10.0.0.1","ok":true,"mark":"{canary}"}'),
    ('{tenant}', 2, 'login', 'bob {canary}', '2026-01-06 09:30:00', NULL, '{"ip":"10.0.0.2","ok":false,"mark":"{canary}"}'),
    ('{tenant}', 3, 'payment', 'ada {canary}', '2026-01-10 10:00:00', 51.0, '{"order":1,"mark":"{canary}"}'),
    ('{tenant}', 4, 'payment', 'ada {canary}', '2026-01-31 18:45:00', 250.0, '{"order":2,"mark":"{canary}"}'),
    ('{tenant}', 5, 'refund', 'eve {canary}', '2026-03-01 00:00:02', -9.5, '{"order":5,"mark":"{canary}"}'),
    ('{tenant}', 6, 'payment', 'chloe {canary}', '2026-02-28 12:00:00', 110.0, '{"order":4,"mark":"{canary}"}'),
    ('{tenant}', 7, 'login', 'ada {canary}', '2026-03-01 08:00:00', NULL, '{"ip":"10.0.0.1","ok":true,"mark":"{canary}"}'),
    ('{tenant}', 8, 'logout', 'ada {canary}', '2026-03-01 09:00:00', NULL, '{"mark":"{canary}"}');
