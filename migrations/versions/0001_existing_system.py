"""The existing system's tables, where they are not there yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ENUMS = {
    "product_status": ("draft", "active", "archived"),
    "match_status": ("unmatched", "auto_matched", "potential_match", "verified_match"),
    "review_status": ("pending", "approved", "rejected", "expired", "needs_category"),
    "user_role": ("sales", "procurement", "admin"),
}

TABLES = """
CREATE TABLE IF NOT EXISTS suppliers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar(255) NOT NULL,
    source_type varchar(50) NOT NULL,
    contact_email varchar(255),
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT check_source_type CHECK (source_type IN ('google_sheets', 'csv', 'excel'))
);
CREATE TABLE IF NOT EXISTS categories (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar(255) NOT NULL,
    parent_id uuid REFERENCES categories (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_categories_name_parent UNIQUE (name, parent_id)
);
CREATE TABLE IF NOT EXISTS products (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    internal_sku varchar(100) NOT NULL UNIQUE,
    name varchar(500) NOT NULL,
    category_id uuid REFERENCES categories (id) ON DELETE SET NULL,
    status product_status NOT NULL DEFAULT 'draft',
    min_price numeric(10,2),
    availability boolean NOT NULL DEFAULT false,
    mrp numeric(10,2),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS supplier_items (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    supplier_id uuid NOT NULL REFERENCES suppliers (id) ON DELETE CASCADE,
    product_id uuid REFERENCES products (id) ON DELETE SET NULL,
    supplier_sku varchar(255) NOT NULL,
    name varchar(500) NOT NULL,
    current_price numeric(10,2) NOT NULL,
    characteristics jsonb NOT NULL DEFAULT '{}',
    last_ingested_at timestamptz NOT NULL DEFAULT now(),
    match_status match_status NOT NULL DEFAULT 'unmatched',
    match_score numeric(5,2),
    match_candidates jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT unique_supplier_sku UNIQUE (supplier_id, supplier_sku),
    CONSTRAINT check_positive_price CHECK (current_price >= 0),
    CONSTRAINT check_match_score_range CHECK (match_score >= 0 AND match_score <= 100)
);
CREATE TABLE IF NOT EXISTS price_history (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    supplier_item_id uuid NOT NULL REFERENCES supplier_items (id) ON DELETE CASCADE,
    price numeric(10,2) NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT check_positive_history_price CHECK (price >= 0)
);
CREATE TABLE IF NOT EXISTS parsing_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    task_id varchar(255) NOT NULL,
    supplier_id uuid REFERENCES suppliers (id) ON DELETE SET NULL,
    error_type varchar(100) NOT NULL,
    error_message text NOT NULL,
    row_number integer,
    row_data jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    username varchar(255) NOT NULL UNIQUE,
    password_hash varchar(255) NOT NULL,
    role user_role NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS match_review_queue (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    supplier_item_id uuid NOT NULL UNIQUE REFERENCES supplier_items (id) ON DELETE CASCADE,
    candidate_products jsonb NOT NULL DEFAULT '[]',
    status review_status NOT NULL DEFAULT 'pending',
    reviewed_by uuid REFERENCES users (id) ON DELETE SET NULL,
    reviewed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
"""


def upgrade() -> None:
    known = set(op.get_bind().execute(sa.text("SELECT typname FROM pg_type")).scalars())
    for name, values in ENUMS.items():
        if name not in known:
            op.execute(f"CREATE TYPE {name} AS ENUM ({', '.join(repr(value) for value in values)})")
    op.execute(TABLES)


def downgrade() -> None:
    """The existing system's tables are not ours to drop."""
