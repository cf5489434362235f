"""What is sent of an item that is matched again."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from app.models.catalog import SupplierItem
from app.review import rematch
from handoff.api import ItemLine


def test_an_item_is_asked_about_with_all_that_its_line_in_the_file_said() -> None:
    details = {
        "mpn": "KDD-18X",
        "brand": "Kaskad",
        "barcode": "4006381333931",
        "category": ["Power tools", "Drills"],
        "unit": "pcs",
        "pack_size": "2",
        "description": "With two batteries",
        "Colour": "blue",
    }
    item = SupplierItem(id=uuid4(), supplier_id=uuid4(), supplier_sku="L1", name="Drill", current_price=Decimal("9.50"))
    item.currency, item.characteristics = "PLN", details
    line = ItemLine.model_validate(rematch._row(item))
    assert (line.id, line.sku, line.name, line.price, line.currency) == (str(item.id), "L1", "Drill", "9.50", "PLN")
    assert (line.brand, line.barcode, line.category) == ("Kaskad", "4006381333931", ["Power tools", "Drills"])
    assert (line.unit, line.pack_size, line.description) == ("pcs", "2", "With two batteries")
    assert line.characteristics == details
