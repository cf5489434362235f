"""Jobs, events, provenance, decisions: what the courier adds, nothing taken away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


#: raised with every change of what the catalogue snapshot holds, in the transaction of the change
CATALOG_REVISION = """
CREATE TABLE catalog_revision (id boolean PRIMARY KEY DEFAULT true CHECK (id), revision bigint NOT NULL DEFAULT 1);
INSERT INTO catalog_revision DEFAULT VALUES;
CREATE FUNCTION raise_catalog_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE catalog_revision SET revision = revision + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER products_changed AFTER INSERT OR DELETE OR UPDATE OF
    internal_sku, name, description, brand, category_id, barcode, price, status
    ON products FOR EACH STATEMENT EXECUTE FUNCTION raise_catalog_revision();
CREATE TRIGGER match_decisions_changed AFTER INSERT OR UPDATE OR DELETE
    ON match_decisions FOR EACH STATEMENT EXECUTE FUNCTION raise_catalog_revision();
"""

SOURCE_TYPES = """
DO $$
DECLARE constraint_name text;
BEGIN
    FOR constraint_name IN SELECT conname FROM pg_constraint
        WHERE conrelid = 'suppliers'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%source_type%'
    LOOP
        EXECUTE format('ALTER TABLE suppliers DROP CONSTRAINT %I', constraint_name);
    END LOOP;
END $$;
ALTER TABLE suppliers ADD CONSTRAINT check_source_type
    CHECK (source_type IN ('google_sheets', 'csv', 'excel', 'pdf', 'url'));
"""


#: what the existing system never looked at, and ours would stumble over
NO_NULLS = """
UPDATE suppliers SET metadata = '{}' WHERE metadata IS NULL OR jsonb_typeof(metadata) <> 'object';
UPDATE supplier_items SET characteristics = '{}'
    WHERE characteristics IS NULL OR jsonb_typeof(characteristics) <> 'object';
"""

#: reviews are shown surest first, and the log by how severe a line is: what waits already takes part in both
TOP_SCORES = """
UPDATE match_review_queue SET top_score = (
    SELECT max((each -> 'score')::text::numeric) FROM jsonb_array_elements(candidate_products) AS each
    WHERE jsonb_typeof(each -> 'score') = 'number')
WHERE jsonb_typeof(candidate_products) = 'array'
"""
LEVELS = """
UPDATE parsing_logs SET level = CASE error_type WHEN 'ERROR' THEN 'error' ELSE 'warning' END
WHERE error_type NOT IN ('INFO', 'SUCCESS')
"""

#: Names are unique whatever their case from here on. Which of two the office means nobody can know: the older keeps
#: its name, the other gets a number, and the log says so.
TWINS = """
DO $$
DECLARE twin record; candidate text; number int;
BEGIN
    FOR twin IN
        SELECT id, name FROM (
            SELECT id, name, created_at, row_number() OVER (PARTITION BY lower(name) ORDER BY created_at, id) AS place
            FROM suppliers) AS numbered
        WHERE place > 1 ORDER BY created_at, id
    LOOP
        number := 1;
        LOOP
            number := number + 1;
            candidate := left(twin.name, 255 - length(format(' (%s)', number))) || format(' (%s)', number);
            EXIT WHEN NOT EXISTS (SELECT 1 FROM suppliers WHERE lower(name) = lower(candidate));
        END LOOP;
        UPDATE suppliers SET name = candidate, metadata = metadata || jsonb_build_object('renamed_from', twin.name)
            WHERE id = twin.id;
        INSERT INTO parsing_logs (task_id, error_type, error_message, level) VALUES ('upgrade', 'WARNING',
            format('The supplier %s is called %s now: another one has the same name in other letters.',
                twin.name, candidate), 'warning');
    END LOOP;
END $$;
"""

OLD_NAMES = """
UPDATE suppliers SET name = metadata ->> 'renamed_from' WHERE metadata ? 'renamed_from' AND name ~ ' \\([0-9]+\\)$';
UPDATE suppliers SET metadata = metadata - 'renamed_from' WHERE metadata ? 'renamed_from';
"""

#: The existing system knows 0 where we know no price, and no price of nine digits before the point.
NARROW_PRICES = """
UPDATE supplier_items SET current_price = 0 WHERE current_price IS NULL OR current_price >= 99999999.995;
DELETE FROM price_history WHERE price >= 99999999.995;
UPDATE products SET min_price = NULL WHERE min_price >= 99999999.995;
UPDATE products SET mrp = NULL WHERE mrp >= 99999999.995;
"""


def upgrade() -> None:
    op.execute(SOURCE_TYPES)
    op.execute(NO_NULLS)
    op.execute("ALTER TABLE users ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now()")
    op.create_table('alerts',
    sa.Column('id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('fingerprint', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('severity', sa.String(length=10), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('link', sa.Text(), nullable=True),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('send_attempts', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('next_send_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_alerts_created', 'alerts', [sa.literal_column('created_at DESC')], unique=False)
    op.create_index('uq_alerts_open', 'alerts', ['fingerprint'], unique=True, postgresql_where=sa.text('resolved_at IS NULL'))
    op.create_table('app_settings',
    sa.Column('key', sa.String(length=50), nullable=False),
    sa.Column('value', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('updated_by', sa.String(length=255), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('key')
    )
    op.create_table('audit_log',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('actor', sa.String(length=255), nullable=False),
    sa.Column('action', sa.String(length=50), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_audit_log_at', 'audit_log', [sa.literal_column('at DESC')], unique=False)
    op.create_table('schedule_slots',
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('slot_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('name', 'slot_at')
    )
    op.create_table('sync_runs',
    sa.Column('id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('task_id', sa.String(length=255), nullable=False),
    sa.Column('triggered_by', sa.String(length=30), nullable=False),
    sa.Column('requested_by', sa.String(length=255), nullable=True),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('force', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('error_message', sa.Text(), nullable=True),
    sa.Column('plan', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('claim_token', sa.Uuid(), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('task_id')
    )
    op.create_index('uq_sync_runs_running', 'sync_runs', [sa.literal_column('(true)')], unique=True, postgresql_where=sa.text('completed_at IS NULL'))
    op.create_table('api_tokens',
    sa.Column('id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_sha256')
    )
    op.create_index(op.f('ix_api_tokens_user_id'), 'api_tokens', ['user_id'], unique=False)
    op.create_table('ingestion_jobs',
    sa.Column('id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('task_id', sa.String(length=255), nullable=False),
    sa.Column('supplier_id', sa.Uuid(), nullable=True),
    sa.Column('supplier_name', sa.String(length=255), nullable=False),
    sa.Column('sync_run_id', sa.Uuid(), nullable=True),
    sa.Column('trigger', sa.String(length=30), nullable=False),
    sa.Column('requested_by', sa.String(length=255), nullable=True),
    sa.Column('pipeline', sa.String(length=20), nullable=False),
    sa.Column('force', sa.Boolean(), nullable=False),
    sa.Column('replaces_all', sa.Boolean(), nullable=False),
    sa.Column('phase', sa.String(length=20), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=True),
    sa.Column('step', sa.String(length=20), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hinted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claim_token', sa.Uuid(), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('phase_since', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('waiting_for', sa.Text(), nullable=True),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('retry_count', sa.Integer(), nullable=False),
    sa.Column('max_retries', sa.Integer(), nullable=False),
    sa.Column('failed_step', sa.String(length=20), nullable=True),
    sa.Column('error_code', sa.String(length=50), nullable=True),
    sa.Column('error_message', sa.Text(), nullable=True),
    sa.Column('error_details', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('source_type', sa.String(length=50), nullable=False),
    sa.Column('source_url', sa.Text(), nullable=True),
    sa.Column('final_url', sa.Text(), nullable=True),
    sa.Column('original_filename', sa.String(length=255), nullable=True),
    sa.Column('file_type', sa.String(length=20), nullable=True),
    sa.Column('mime_type', sa.String(length=255), nullable=True),
    sa.Column('file_path', sa.Text(), nullable=True),
    sa.Column('file_size', sa.BigInteger(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('md5', sa.String(length=32), nullable=True),
    sa.Column('etag', sa.Text(), nullable=True),
    sa.Column('last_modified', sa.Text(), nullable=True),
    sa.Column('response_headers', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ml_job_id', sa.Uuid(), nullable=True),
    sa.Column('ml_resubmitted', sa.Boolean(), nullable=False),
    sa.Column('poll_failures', sa.Integer(), nullable=False),
    sa.Column('result_path', sa.Text(), nullable=True),
    sa.Column('result_sha256', sa.String(length=64), nullable=True),
    sa.Column('reading', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('metrics', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('matched_by', sa.String(length=100), nullable=True),
    sa.Column('rows_read', sa.Integer(), nullable=False),
    sa.Column('items_total', sa.Integer(), nullable=False),
    sa.Column('items_processed', sa.Integer(), nullable=False),
    sa.Column('matches_found', sa.Integer(), nullable=False),
    sa.Column('review_count', sa.Integer(), nullable=False),
    sa.Column('error_count', sa.Integer(), nullable=False),
    sa.Column('new_count', sa.Integer(), nullable=False),
    sa.Column('changed_count', sa.Integer(), nullable=False),
    sa.Column('unchanged_count', sa.Integer(), nullable=False),
    sa.Column('vanished_count', sa.Integer(), nullable=False),
    sa.Column('hold_reason', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("phase IN ('downloading','analyzing','matching','complete','failed')", name='phase'),
    sa.ForeignKeyConstraint(['supplier_id'], ['suppliers.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['sync_run_id'], ['sync_runs.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_ingestion_jobs_active', 'ingestion_jobs', ['supplier_id', 'step'], unique=False, postgresql_where=sa.text("phase NOT IN ('complete','failed')"))
    op.create_index('ix_ingestion_jobs_claimed', 'ingestion_jobs', ['claimed_until'], unique=False, postgresql_where=sa.text('claim_token IS NOT NULL'))
    op.create_index('ix_ingestion_jobs_created', 'ingestion_jobs', [sa.literal_column('created_at DESC'), sa.literal_column('id DESC')], unique=False)
    op.create_index('ix_ingestion_jobs_due', 'ingestion_jobs', ['step', 'due_at'], unique=False, postgresql_where=sa.text("phase NOT IN ('complete','failed')"))
    op.create_index('ix_ingestion_jobs_failed', 'ingestion_jobs', ['error_code'], unique=False, postgresql_where=sa.text("phase = 'failed'"))
    op.create_index('ix_ingestion_jobs_outcome', 'ingestion_jobs', ['outcome', sa.literal_column('created_at DESC')], unique=False)
    op.create_index('ix_ingestion_jobs_supplier', 'ingestion_jobs', ['supplier_id', sa.literal_column('created_at DESC')], unique=False)
    op.create_index(op.f('ix_ingestion_jobs_sync_run_id'), 'ingestion_jobs', ['sync_run_id'], unique=False)
    op.create_index(op.f('ix_ingestion_jobs_task_id'), 'ingestion_jobs', ['task_id'], unique=False)
    op.create_table('job_events',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('job_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('phase', sa.String(length=20), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('actor', sa.String(length=255), nullable=True),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.ForeignKeyConstraint(['job_id'], ['ingestion_jobs.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_job_events_job', 'job_events', ['job_id', 'id'], unique=False)
    op.create_table('match_decisions',
    sa.Column('id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('supplier_id', sa.Uuid(), nullable=False),
    sa.Column('supplier_sku', sa.String(length=255), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('verdict', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=500), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('price', sa.Numeric(precision=14, scale=4), nullable=True),
    sa.Column('brand', sa.String(length=255), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['decided_by'], ['users.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['supplier_id'], ['suppliers.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('supplier_id', 'supplier_sku', 'product_id', name='uq_match_decisions_pair')
    )
    op.create_table('item_changes',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('job_id', sa.Uuid(), nullable=False),
    sa.Column('supplier_item_id', sa.Uuid(), nullable=True),
    sa.Column('supplier_sku', sa.String(length=255), nullable=False),
    sa.Column('name', sa.String(length=500), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('old_price', sa.Numeric(precision=14, scale=4), nullable=True),
    sa.Column('new_price', sa.Numeric(precision=14, scale=4), nullable=True),
    sa.Column('change_percent', sa.Double(), nullable=True),
    sa.Column('before', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('after', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('applied', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('undone', sa.String(length=30), nullable=True),
    sa.ForeignKeyConstraint(['job_id'], ['ingestion_jobs.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['supplier_item_id'], ['supplier_items.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_item_changes_job', 'item_changes', ['job_id', 'kind', 'id'], unique=False)
    op.create_index(op.f('ix_item_changes_supplier_item_id'), 'item_changes', ['supplier_item_id'], unique=False)
    op.add_column('match_review_queue', sa.Column('job_id', sa.Uuid(), nullable=True))
    op.add_column('match_review_queue', sa.Column('top_score', sa.Numeric(), nullable=True))
    op.execute(TOP_SCORES)
    op.create_index(op.f('ix_match_review_queue_job_id'), 'match_review_queue', ['job_id'], unique=False, if_not_exists=True)
    op.create_index('ix_reviews_pending', 'match_review_queue', [sa.literal_column('top_score DESC'), 'id'], unique=False, postgresql_where=sa.text("status = 'pending'"), if_not_exists=True)
    op.add_column('parsing_logs', sa.Column('job_id', sa.Uuid(), nullable=True))
    op.add_column('parsing_logs', sa.Column('service', sa.String(length=20), server_default=sa.text("'courier'"), nullable=False))
    op.add_column('parsing_logs', sa.Column('level', sa.String(length=10), server_default=sa.text("'info'"), nullable=False))
    op.execute(LEVELS)
    op.create_index('ix_parsing_logs_created', 'parsing_logs', [sa.literal_column('created_at DESC'), sa.literal_column('id DESC')], unique=False, if_not_exists=True)
    op.create_index(op.f('ix_parsing_logs_error_type'), 'parsing_logs', ['error_type'], unique=False, if_not_exists=True)
    op.create_index(op.f('ix_parsing_logs_job_id'), 'parsing_logs', ['job_id'], unique=False, if_not_exists=True)
    op.create_index(op.f('ix_parsing_logs_supplier_id'), 'parsing_logs', ['supplier_id'], unique=False, if_not_exists=True)
    op.create_index(op.f('ix_parsing_logs_task_id'), 'parsing_logs', ['task_id'], unique=False, if_not_exists=True)
    op.create_foreign_key(None, 'parsing_logs', 'ingestion_jobs', ['job_id'], ['id'], ondelete='CASCADE')
    op.add_column('price_history', sa.Column('currency', sa.String(length=3), nullable=True))
    op.add_column('price_history', sa.Column('job_id', sa.Uuid(), nullable=True))
    op.alter_column('price_history', 'price',
               existing_type=sa.NUMERIC(precision=10, scale=2),
               type_=sa.Numeric(precision=14, scale=4),
               existing_nullable=False)
    op.create_index('ix_price_history_item', 'price_history', ['supplier_item_id', sa.literal_column('recorded_at DESC')], unique=False, if_not_exists=True)
    op.add_column('products', sa.Column('brand', sa.String(length=255), nullable=True))
    op.add_column('products', sa.Column('barcode', sa.String(length=50), nullable=True))
    op.add_column('products', sa.Column('description', sa.Text(), nullable=True))
    op.add_column('products', sa.Column('price', sa.Numeric(precision=14, scale=4), nullable=True))
    op.alter_column('products', 'min_price',
               existing_type=sa.NUMERIC(precision=10, scale=2),
               type_=sa.Numeric(precision=14, scale=4),
               existing_nullable=True)
    op.alter_column('products', 'mrp',
               existing_type=sa.NUMERIC(precision=10, scale=2),
               type_=sa.Numeric(precision=14, scale=4),
               existing_nullable=True)
    op.create_index('ix_products_status', 'products', ['status', sa.literal_column('created_at DESC')], unique=False, if_not_exists=True)
    op.add_column('supplier_items', sa.Column('currency', sa.String(length=3), nullable=True))
    op.add_column('supplier_items', sa.Column('prices', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False))
    op.add_column('supplier_items', sa.Column('is_available', sa.Boolean(), server_default=sa.text('true'), nullable=False))
    op.add_column('supplier_items', sa.Column('first_job_id', sa.Uuid(), nullable=True))
    op.add_column('supplier_items', sa.Column('job_id', sa.Uuid(), nullable=True))
    op.add_column('supplier_items', sa.Column('file_sha256', sa.String(length=64), nullable=True))
    op.add_column('supplier_items', sa.Column('source_sheet', sa.String(length=255), nullable=True))
    op.add_column('supplier_items', sa.Column('source_page', sa.Integer(), nullable=True))
    op.add_column('supplier_items', sa.Column('source_row', sa.Integer(), nullable=True))
    op.add_column('supplier_items', sa.Column('source_cells', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False))
    op.add_column('supplier_items', sa.Column('source_text', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False))
    op.add_column('supplier_items', sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True))
    op.alter_column('supplier_items', 'current_price',
               existing_type=sa.NUMERIC(precision=10, scale=2),
               type_=sa.Numeric(precision=14, scale=4),
               nullable=True)
    op.create_index(op.f('ix_supplier_items_job_id'), 'supplier_items', ['job_id'], unique=False, if_not_exists=True)
    op.create_index('ix_supplier_items_product', 'supplier_items', ['product_id'], unique=False, postgresql_where=sa.text('product_id IS NOT NULL'), if_not_exists=True)
    op.create_index('ix_supplier_items_unlinked', 'supplier_items', ['supplier_id', 'name'], unique=False, postgresql_where=sa.text('product_id IS NULL'), if_not_exists=True)
    op.add_column('suppliers', sa.Column('secret_headers', sa.LargeBinary(), nullable=True))
    op.execute(TWINS)
    op.create_index('uq_suppliers_name_lower', 'suppliers', [sa.literal_column('lower(name)')], unique=True, if_not_exists=True)
    op.add_column('users', sa.Column('locale', sa.String(length=5), nullable=True))
    op.add_column('users', sa.Column('theme', sa.String(length=10), nullable=True))
    op.add_column('users', sa.Column('is_enabled', sa.Boolean(), server_default=sa.text('true'), nullable=False))
    op.add_column('users', sa.Column('session_epoch', sa.Integer(), server_default=sa.text('0'), nullable=False))
    op.execute(CATALOG_REVISION)


def downgrade() -> None:
    op.execute("DROP TRIGGER IF EXISTS products_changed ON products")
    op.execute("DROP TRIGGER IF EXISTS match_decisions_changed ON match_decisions")
    op.execute("DROP FUNCTION raise_catalog_revision")
    op.drop_table("catalog_revision")
    op.execute("ALTER TABLE suppliers DROP CONSTRAINT check_source_type")
    op.execute("UPDATE suppliers SET source_type = 'csv' WHERE source_type IN ('pdf', 'url')")
    op.create_check_constraint("check_source_type", "suppliers", "source_type IN ('google_sheets', 'csv', 'excel')")
    op.execute(NARROW_PRICES)
    op.drop_column('users', 'session_epoch')
    op.drop_column('users', 'is_enabled')
    op.drop_column('users', 'theme')
    op.drop_column('users', 'locale')
    op.drop_index('uq_suppliers_name_lower', table_name='suppliers')
    op.execute(OLD_NAMES)
    op.drop_column('suppliers', 'secret_headers')
    op.drop_index('ix_supplier_items_unlinked', table_name='supplier_items', postgresql_where=sa.text('product_id IS NULL'))
    op.drop_index('ix_supplier_items_product', table_name='supplier_items')
    op.drop_index(op.f('ix_supplier_items_job_id'), table_name='supplier_items')
    op.alter_column('supplier_items', 'current_price',
               existing_type=sa.Numeric(precision=14, scale=4),
               type_=sa.NUMERIC(precision=10, scale=2),
               nullable=False)
    op.drop_column('supplier_items', 'edited_at')
    op.drop_column('supplier_items', 'source_text')
    op.drop_column('supplier_items', 'source_cells')
    op.drop_column('supplier_items', 'source_row')
    op.drop_column('supplier_items', 'source_page')
    op.drop_column('supplier_items', 'source_sheet')
    op.drop_column('supplier_items', 'file_sha256')
    op.drop_column('supplier_items', 'job_id')
    op.drop_column('supplier_items', 'first_job_id')
    op.drop_column('supplier_items', 'is_available')
    op.drop_column('supplier_items', 'prices')
    op.drop_column('supplier_items', 'currency')
    op.drop_index('ix_products_status', table_name='products')
    op.alter_column('products', 'mrp',
               existing_type=sa.Numeric(precision=14, scale=4),
               type_=sa.NUMERIC(precision=10, scale=2),
               existing_nullable=True)
    op.alter_column('products', 'min_price',
               existing_type=sa.Numeric(precision=14, scale=4),
               type_=sa.NUMERIC(precision=10, scale=2),
               existing_nullable=True)
    op.drop_column('products', 'price')
    op.drop_column('products', 'description')
    op.drop_column('products', 'barcode')
    op.drop_column('products', 'brand')
    op.drop_index('ix_price_history_item', table_name='price_history')
    op.alter_column('price_history', 'price',
               existing_type=sa.Numeric(precision=14, scale=4),
               type_=sa.NUMERIC(precision=10, scale=2),
               existing_nullable=False)
    op.drop_column('price_history', 'job_id')
    op.drop_column('price_history', 'currency')
    op.drop_index(op.f('ix_parsing_logs_task_id'), table_name='parsing_logs')
    op.drop_index(op.f('ix_parsing_logs_supplier_id'), table_name='parsing_logs')
    op.drop_index(op.f('ix_parsing_logs_job_id'), table_name='parsing_logs')
    op.drop_index(op.f('ix_parsing_logs_error_type'), table_name='parsing_logs')
    op.drop_index('ix_parsing_logs_created', table_name='parsing_logs')
    op.drop_column('parsing_logs', 'level')
    op.drop_column('parsing_logs', 'service')
    op.drop_column('parsing_logs', 'job_id')
    op.drop_index('ix_reviews_pending', table_name='match_review_queue', postgresql_where=sa.text("status = 'pending'"))
    op.drop_index(op.f('ix_match_review_queue_job_id'), table_name='match_review_queue')
    op.drop_column('match_review_queue', 'top_score')
    op.drop_column('match_review_queue', 'job_id')
    op.drop_index(op.f('ix_item_changes_supplier_item_id'), table_name='item_changes')
    op.drop_index('ix_item_changes_job', table_name='item_changes')
    op.drop_table('item_changes')
    op.drop_table('match_decisions')
    op.drop_index('ix_job_events_job', table_name='job_events')
    op.drop_table('job_events')
    op.drop_index(op.f('ix_ingestion_jobs_task_id'), table_name='ingestion_jobs')
    op.drop_index(op.f('ix_ingestion_jobs_sync_run_id'), table_name='ingestion_jobs')
    op.drop_index('ix_ingestion_jobs_supplier', table_name='ingestion_jobs')
    op.drop_index('ix_ingestion_jobs_outcome', table_name='ingestion_jobs')
    op.drop_index('ix_ingestion_jobs_failed', table_name='ingestion_jobs', postgresql_where=sa.text("phase = 'failed'"))
    op.drop_index('ix_ingestion_jobs_due', table_name='ingestion_jobs', postgresql_where=sa.text("phase NOT IN ('complete','failed')"))
    op.drop_index('ix_ingestion_jobs_created', table_name='ingestion_jobs')
    op.drop_index('ix_ingestion_jobs_claimed', table_name='ingestion_jobs', postgresql_where=sa.text('claim_token IS NOT NULL'))
    op.drop_index('ix_ingestion_jobs_active', table_name='ingestion_jobs', postgresql_where=sa.text("phase NOT IN ('complete','failed')"))
    op.drop_table('ingestion_jobs')
    op.drop_index(op.f('ix_api_tokens_user_id'), table_name='api_tokens')
    op.drop_table('api_tokens')
    op.drop_index('uq_sync_runs_running', table_name='sync_runs', postgresql_where=sa.text('completed_at IS NULL'))
    op.drop_table('sync_runs')
    op.drop_table('schedule_slots')
    op.drop_index('ix_audit_log_at', table_name='audit_log')
    op.drop_table('audit_log')
    op.drop_table('app_settings')
    op.drop_index('uq_alerts_open', table_name='alerts', postgresql_where=sa.text('resolved_at IS NULL'))
    op.drop_index('ix_alerts_created', table_name='alerts')
    op.drop_table('alerts')
