-- A database as the existing system's last revision leaves it, after years of use: written from what can be seen of it.
CREATE TYPE product_status AS ENUM ('draft', 'active', 'archived');
CREATE TYPE match_status AS ENUM ('unmatched', 'auto_matched', 'potential_match', 'verified_match');
CREATE TYPE review_status AS ENUM ('pending', 'approved', 'rejected', 'expired', 'needs_category');
CREATE TYPE user_role AS ENUM ('sales', 'procurement', 'admin');
CREATE TABLE suppliers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar(255) NOT NULL, source_type varchar(50) NOT NULL,
    contact_email varchar(255), metadata jsonb DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT valid_source CHECK (source_type IN ('google_sheets', 'csv', 'excel')));
CREATE TABLE categories (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar(255) NOT NULL,
    parent_id uuid REFERENCES categories ON DELETE CASCADE, created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (name, parent_id));
CREATE TABLE products (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), internal_sku varchar(100) NOT NULL UNIQUE,
    name varchar(500) NOT NULL, category_id uuid REFERENCES categories ON DELETE SET NULL,
    status product_status NOT NULL DEFAULT 'draft', min_price numeric(10,2), availability boolean NOT NULL DEFAULT false,
    mrp numeric(10,2), created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE supplier_items (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), supplier_id uuid NOT NULL REFERENCES suppliers ON DELETE CASCADE,
    product_id uuid REFERENCES products ON DELETE SET NULL, supplier_sku varchar(255) NOT NULL,
    name varchar(500) NOT NULL, current_price numeric(10,2) NOT NULL CHECK (current_price >= 0),
    characteristics jsonb DEFAULT '{}', last_ingested_at timestamptz NOT NULL DEFAULT now(),
    match_status match_status NOT NULL DEFAULT 'unmatched', match_score numeric(5,2) CHECK (match_score BETWEEN 0 AND 100),
    match_candidates jsonb, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT unique_supplier_sku UNIQUE (supplier_id, supplier_sku));
CREATE TABLE price_history (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    supplier_item_id uuid NOT NULL REFERENCES supplier_items ON DELETE CASCADE,
    price numeric(10,2) NOT NULL CHECK (price >= 0), recorded_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE parsing_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), task_id varchar(255) NOT NULL,
    supplier_id uuid REFERENCES suppliers ON DELETE SET NULL, error_type varchar(100) NOT NULL,
    error_message text NOT NULL, row_number integer, row_data jsonb, created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ix_parsing_logs_task_id ON parsing_logs (task_id);
CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), username varchar(255) NOT NULL UNIQUE,
    password_hash varchar(255) NOT NULL, role user_role NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE match_review_queue (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    supplier_item_id uuid NOT NULL UNIQUE REFERENCES supplier_items ON DELETE CASCADE,
    candidate_products jsonb NOT NULL, status review_status NOT NULL DEFAULT 'pending',
    reviewed_by uuid REFERENCES users ON DELETE SET NULL, reviewed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL);
CREATE TABLE product_embeddings (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    supplier_item_id uuid NOT NULL REFERENCES supplier_items ON DELETE CASCADE, model_name varchar(100) NOT NULL);
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
INSERT INTO alembic_version VALUES ('009_their_last_one');

-- Names in other letters, one that already bears the number, one as long as a name can be; keys that are null.
INSERT INTO suppliers (name, source_type, metadata, created_at) VALUES
    ('Acme', 'csv', '{"source_url": "http://127.0.0.1:9/a.csv", "is_active": true}', '2024-01-01'),
    ('ACME', 'excel', '{"use_ml_processing": false, "notes": "the other one"}', '2024-01-02'),
    ('acme (2)', 'google_sheets', '{"is_active": null, "use_ml_processing": null, "source_url": null}', '2024-01-03'),
    ('aCmE', 'csv', 'null', '2024-01-04'),
    ('МАСТЕР', 'csv', NULL, '2024-01-05'), ('Мастер', 'csv', '[]', '2024-01-06'),
    (repeat('x', 255), 'csv', '{}', '2024-01-07'), (repeat('X', 255), 'csv', '{}', '2024-01-08'),
    ('Failing Ltd', 'csv', '{"is_active": true}', '2024-01-09'), ('Old Ltd', 'csv', '{"is_active": false}', '2024-01-10'),
    ('Large Ltd', 'csv', '{}', '2024-01-11');
INSERT INTO categories (name) VALUES ('Tools'), ('Tools');
INSERT INTO categories (name, parent_id) SELECT 'Hammers', id FROM categories LIMIT 1;
INSERT INTO products (internal_sku, name, status, min_price, mrp, category_id, availability)
    SELECT 'PROD-' || n || '-AAAA', 'Product ' || n, (ARRAY['draft', 'active', 'archived'])[1 + n % 3]::product_status,
        CASE WHEN n % 5 > 0 THEN n / 100.0 END, NULL, CASE WHEN n % 7 = 0 THEN (SELECT id FROM categories LIMIT 1) END, n % 2 = 0
    FROM generate_series(1, 3000) AS n;
INSERT INTO supplier_items (supplier_id, product_id, supplier_sku, name, current_price, characteristics, match_status,
        match_score, match_candidates, last_ingested_at)
    SELECT (SELECT id FROM suppliers WHERE name = 'Large Ltd'),
        CASE WHEN n <= 3000 THEN (SELECT id FROM products WHERE internal_sku = 'PROD-' || n || '-AAAA') END,
        'SKU-' || n, 'Item ' || n, (n % 100000) / 100.0, CASE WHEN n % 3 > 0 THEN '{"colour": "red", "size": null}'::jsonb END,
        CASE WHEN n <= 3000 THEN 'verified_match' WHEN n % 10 = 0 THEN 'potential_match' ELSE 'unmatched' END::match_status,
        CASE WHEN n % 10 = 0 THEN 87.5 END, CASE WHEN n % 11 = 0 THEN '[]'::jsonb END, '2025-06-01'
    FROM generate_series(1, 100000) AS n;
INSERT INTO supplier_items (supplier_id, supplier_sku, name, current_price, characteristics)
    SELECT id, 'A', 'Anvil', 99999999.99, '"not an object"' FROM suppliers WHERE name <> 'Large Ltd' AND name <> 'Old Ltd';
INSERT INTO price_history (supplier_item_id, price) SELECT id, current_price FROM supplier_items;
INSERT INTO parsing_logs (task_id, supplier_id, error_type, error_message, row_number, row_data, created_at)
    SELECT 'parse-failing-1', id, 'ERROR', 'cannot read the file', NULL::integer, NULL::jsonb, '2025-06-01'::timestamptz FROM suppliers
        WHERE name = 'Failing Ltd'
    UNION ALL SELECT 'sync-manual-1', NULL, 'INFO', 'begun', NULL, NULL, '2025-06-02'
    UNION ALL SELECT 'parse-acme-1', id, 'ValidationError', 'row 7: no price', 7, '["raw", null]'::jsonb, '2025-06-02'
        FROM suppliers WHERE name = 'Acme';
INSERT INTO match_review_queue (supplier_item_id, candidate_products, status, expires_at)
    SELECT i.id, CASE WHEN i.supplier_sku LIKE '%0' THEN jsonb_build_array(jsonb_build_object('product_id', p.id, 'score', 87.5))
            ELSE '[]' END, (ARRAY['pending', 'approved', 'rejected', 'expired', 'needs_category'])[1 + p.n % 5]::review_status,
        CASE WHEN p.n % 2 = 0 THEN now() + interval '20 days' ELSE now() - interval '1 day' END
    FROM (SELECT id, row_number() OVER (ORDER BY internal_sku) AS n FROM products) AS p
    JOIN supplier_items AS i ON i.supplier_sku = 'SKU-' || (3000 + p.n) WHERE p.n <= 500;
