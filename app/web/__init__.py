"""Door for people: one blueprint a page area."""

from __future__ import annotations

from flask import Flask
from werkzeug.exceptions import HTTPException

from app.web import (
    access,
    assets,
    auditlog,
    catalog,
    changes,
    context,
    dashboard,
    deleted_suppliers,
    exports,
    file_decisions,
    ingestion,
    item,
    items,
    items_bulk,
    job,
    job_changes,
    job_errors,
    job_grid,
    job_items,
    job_reading,
    job_tables,
    jobs,
    language,
    livelog,
    money,
    needs,
    openid,
    palette,
    password,
    permits,
    product_import,
    receivers,
    reprocess,
    review,
    review_share,
    second_factor,
    security,
    sentences,
    settings,
    supplier,
    suppliers,
    system,
    users,
    views,
    words,
)

AREAS = (
    access,
    auditlog,
    catalog,
    changes,
    dashboard,
    exports,
    ingestion,
    items,
    livelog,
    money,
    needs,
    openid,
    palette,
    password,
    product_import,
    receivers,
    reprocess,
    review,
    second_factor,
    settings,
    supplier,
    suppliers,
    system,
    users,
    views,
)


def register(app: Flask) -> None:
    """Bind the doors."""
    for module in (assets, language, context, words, sentences, security, permits):
        module.register(app)
    pages = (job, job_changes, job_errors, job_grid, job_items, job_reading, job_tables, file_decisions)
    assert all((*pages, deleted_suppliers, item, items_bulk, review_share))  # they join the blueprint of their list
    app.register_blueprint(jobs.bp)
    for area in AREAS:
        app.register_blueprint(area.bp)
    app.register_error_handler(HTTPException, security.page_error)
    app.register_error_handler(Exception, security.page_error)
