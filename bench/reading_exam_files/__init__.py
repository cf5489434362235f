"""Price lists made for the reading exam, by kind of file; every maker is registered in ``paper.MAKERS``."""

from bench.reading_exam_files import (  # noqa: F401
    later_books,
    later_text,
    pdfs,
    pdfs_free,
    pdfs_hard,
    text_codepages,
    text_hard,
    text_layouts,
    text_trades,
    web,
    workbooks,
    workbooks_hard,
    workbooks_layouts,
    workbooks_odd,
)
