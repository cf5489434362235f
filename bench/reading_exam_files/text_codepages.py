"""Text files in code pages and scripts of many countries."""

from __future__ import annotations

import random
from decimal import Decimal

from bench.reading_exam_files.paper import Paper, Truth, amounts, delimited, ean, exam, mix, number, plain


@exam
def csv_pl_building_cp1250() -> Paper:
    names = mix(
        "Cegła klinkierowa|Pustak ceramiczny|Zaprawa murarska|Płyta gipsowo-kartonowa|Wełna mineralna|Śruba łącząca",
        "25x12x6,5 cm|P+W 18,8|worek 25 kg|gr. 12,5 mm|gr. 150 mm|M12 ocynk|impregnowana|kl. 15",
        40,
        1,
    )
    net = amounts(len(names), 1.2, 2600, 1)
    rows: list[list[str]] = [
        ["Hurtownia Budowlana ŻUREK Sp. j.", "", "", "", "", "", "", ""],
        ["ul. Łąkowa 14, 41-200 Sosnowiec, tel. 32 266 14 55", "", "", "", "", "", "", ""],
        ["", "", "", "", "", "", "", ""],
        ["Lp.", "Indeks", "Nazwa towaru", "J.m.", "Cena netto [zł]", "VAT", "Cena brutto [zł]", "Stan"],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, net, strict=True), 1):
        gross = (price * Decimal("1.23")).quantize(Decimal("0.01"))
        sku = f"BUD-{1000 + place * 7}"
        cells = [str(place), sku, name, "szt.", number(price, " ", ","), "23%", number(gross, " ", ","), str(place * 3)]
        rows.append(cells)
        items.append(Truth(name, plain(price), sku, "PLN", (plain(gross),)))
    rows.append(["", "", "Razem pozycji: 40", "", "", "", "", ""])
    return Paper(
        "csv", "cennik.csv", "pl", delimited(rows, ";", "cp1250"), items, "code_page preamble footer", "header"
    )


@exam
def csv_tr_auto_parts_cp1254() -> Paper:
    names = mix(
        "FREN BALATASI ÖN|FREN BALATASI ARKA|YAĞ FİLTRESİ|HAVA FİLTRESİ|DEBRİYAJ SETİ|ŞAFT ASKISI|AMORTİSÖR ÖN SAĞ",
        "CLIO IV 12>|MEGANE III 09>|EGEA 15>|DOBLO 10>|FOCUS 11>|TRANSIT V363 14>",
        36,
        2,
    )
    prices = amounts(len(names), 95, 9800, 2)
    rows = [["Stok Kodu", "OEM No", "Ürün Adı", "Marka", "Liste Fiyatı", "Döviz", "İskonto %", "Raf"]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        coin = ("TL", "EUR", "TL", "USD")[place % 4]
        sku = f"{410600000 + place * 137}R"
        cells = [sku, f"77 01 20{place:02d} 84", name, ("VALEO", "BOSCH", "MAİS")[place % 3], number(price, ".", ",")]
        rows.append([*cells, coin, "35", f"A-{place % 9}-{place % 5}"])
        items.append(Truth(name, plain(price), sku, "TRY" if coin == "TL" else coin))
    return Paper(
        "csv", "fiyat_listesi.csv", "tr", delimited(rows, ";", "cp1254"), items, "code_page discount", "column"
    )


@exam
def csv_ru_stationery_koi8() -> Paper:
    names = mix(
        "Ручка шариковая|Карандаш чернографитный|Тетрадь 48 л.|Папка-скоросшиватель|Клей ПВА|Ножницы",
        "синяя 0,7 мм|HB с ластиком|клетка|А4 прозрачная|85 г|17 см|красная|упаковка 12 шт.",
        40,
        3,
    )
    prices = amounts(len(names), 4, 380, 3)
    rows = [["Код", "Наименование", "Ед.изм.", "Кол-во в упак.", "Цена, руб."]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        sku = f"{place * 11 + 23:06d}"
        rows.append([sku, name, "шт", str((place % 5 + 1) * 12), number(price, "", ",")])
        items.append(Truth(name, plain(price), sku, "RUB"))
    data = delimited(rows, "\t", "koi8-r")
    return Paper("tsv", "price.txt", "ru", data, items, "koi8-r leading_zero_codes", "header")


@exam
def csv_zh_electronics_gb18030() -> Paper:
    names = mix(
        "贴片电阻|陶瓷电容|三极管|稳压芯片|连接器|轻触开关", "0603 10K 1%|0805 1uF|SOT-23|5V/1A|2.54mm 4P|6*6*5", 30, 4
    )
    prices = amounts(len(names), 0.02, 48, 4)
    rows: list[list[str]] = [
        ["深圳市华联电子有限公司报价单", "", "", "", "", "", ""],
        ["电话:0755-83361234 传真:0755-83361235", "", "", "", "", "", ""],
        ["序号", "型号", "品名规格", "单位", "起订量", "含税单价(元)", "备注"],
    ]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True), 1):
        sku = f"HL{place:03d}-{'ABC'[place % 3]}"
        rows.append([str(place), sku, name, "只", "1000", number(price), "现货" if place % 3 else ""])
        items.append(Truth(name, plain(price), sku, "CNY"))
    rows.append(["以上报价有效期15天", "", "", "", "", "", ""])
    return Paper("csv", "报价单.csv", "zh", delimited(rows, ",", "gb18030"), items, "preamble footer minimum", "header")


@exam
def csv_ja_tools_shift_jis() -> Paper:
    names = mix(
        "ボルト六角|ドリル刃|プラスドライバー|モンキーレンチ|軍手", "M6×20|3.0mm|No.2|250mm|12双組|ステンレス", 26, 5
    )
    prices = amounts(len(names), 80, 14800, 5, "00")
    rows = [["品番", "品名", "入数", "定価(税抜)", "JANコード", "備考"]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        sku = f"KT-{place + 101}"
        stated = f"{int(price):,}円" if place % 9 != 4 else "オープン価格"
        rows.append([sku, name, str((place % 4 + 1) * 5), stated, ean(490123456000 + place), ""])
        items.append(Truth(name, str(int(price)) if place % 9 != 4 else None, sku, "JPY" if place % 9 != 4 else None))
    return Paper("csv", "価格表.csv", "ja", delimited(rows, ",", "shift_jis"), items, "on_request yen barcode", "cell")


@exam
def csv_cs_plumbing_utf16() -> Paper:
    names = mix(
        "Kohout kulový|Sifon umyvadlový|Trubka PPR|Koleno 90°|Těsnění ploché",
        '1/2"|3/4"|DN 40|20×3,4|chrom|bílé',
        28,
        6,
    )
    prices = amounts(len(names), 9, 4200, 6)
    rows = [["Kód", "Název zboží", "MJ", "Cena bez DPH", "Cena s DPH", "Dostupnost"]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        gross = (price * Decimal("1.21")).quantize(Decimal("0.01"))
        sku = f"0{place + 1:02d}.{place * 3 % 100:02d}.15"
        both = [number(each, "\u00a0", ",", 2, "{}\u00a0Kč") for each in (price, gross)]
        rows.append([sku, name, "ks", *both, "skladem" if place % 4 else "na dotaz"])
        items.append(Truth(name, plain(price), sku, "CZK", (plain(gross),)))
    data = delimited(rows, "\t", "utf-16")
    return Paper("tsv", "cenik.csv", "cs", data, items, "utf-16 nbsp dotted_codes", "cell")


@exam
def csv_bg_cleaning_cp1251() -> Paper:
    names = mix(
        "Препарат за стъкла|Белина|Течен сапун|Кърпа микрофибър|Чували за смет",
        "500 мл|1 л|5 л|40х40 см|60 л 20 бр.",
        22,
        7,
    )
    prices = amounts(len(names), 0.9, 64, 7)
    rows = [["Код", "Наименование", "Мярка", "Цена без ДДС", "Цена с ДДС"]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        gross = (price * Decimal("1.2")).quantize(Decimal("0.01"))
        rows.append([str(20110 + place), name, "бр.", f"{price} лв.", f"{gross} лв."])
        items.append(Truth(name, plain(price), str(20110 + place), "BGN", (plain(gross),)))
    return Paper("csv", "ceni.csv", "bg", delimited(rows, ";", "cp1251"), items, "code_page", "cell")


@exam
def csv_el_wine() -> Paper:
    names = mix(
        "Ξινόμαυρο|Ασύρτικο|Μοσχοφίλερο|Αγιωργίτικο|Ρετσίνα", "Κτήμα Αλέξανδρος|Νάουσα ΠΟΠ|Reserve|Λευκός|Ροζέ", 20, 8
    )
    prices = amounts(len(names), 4.5, 68, 8)
    rows = [["Κωδικός", "Περιγραφή", "Έτος", "ml", "Τεμ./κιβ.", "Τιμή"]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        sku = f"ΟΙ{place + 300}"
        rows.append([sku, name, str(2015 + place % 8), "750", "6", number(price, ".", ",", 2, "{} €")])
        items.append(Truth(name, plain(price), sku, "EUR"))
    return Paper("csv", "timokatalogos.csv", "el", delimited(rows, ";", "utf-8-sig"), items, "bom year_decoy", "cell")


@exam
def csv_ar_grocery_digits() -> Paper:
    names = mix("أرز بسمتي|سكر أبيض|زيت دوار الشمس|شاي أسود|معجون طماطم|تمر سكري", "1 كجم|5 كجم|500 جم|1.5 لتر", 20, 9)
    prices = amounts(len(names), 3, 120, 9)
    digits = str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")
    rows = [["م", "الصنف", "الوحدة", "السعر (ريال سعودي)"]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True), 1):
        rows.append([str(place), name, "كرتون", plain(price).translate(digits)])
        items.append(Truth(name, plain(price), None, "SAR"))
    return Paper("csv", "asaar.csv", "ar", delimited(rows), items, "arabic_digits row_numbers no_sku", "header")


@exam
def csv_he_toys() -> Paper:
    names = mix('משחק קופסה|בובה|פאזל 100 חלקים|מכונית על שלט|כדור 9"', "קטן|גדול|אדום|כחול|דגם 2024", 20, 10)
    prices = amounts(len(names), 9, 420, 10, "90")
    rows = [['מק"ט', "תיאור פריט", "ברקוד", "מחיר לצרכן", "מלאי"]]
    items = []
    for place, (name, price) in enumerate(zip(names, prices, strict=True)):
        rows.append([f"T{place + 5000}", name, ean(729000000000 + place * 31), f"₪{price}", str(place % 7)])
        items.append(Truth(name, plain(price), f"T{place + 5000}", "ILS"))
    return Paper("csv", "mehiron.csv", "he", delimited(rows), items, "quotes barcode", "cell")


@exam
def csv_en_stray_bytes() -> Paper:
    names = mix(
        "Café au lait beans|Crème brûlée torch|Jalapeño sauce|Pâté mould|Tea caddy",
        "small|medium|large|gift box",
        18,
        11,
    )
    prices = amounts(len(names), 2, 60, 11, "99")
    lines = ["Item no.,Product,RRP (GBP),Trade (GBP)"]
    items = []
    source = random.Random(11)
    for name, price in zip(names, prices, strict=True):
        trade = (price * Decimal("0.6")).quantize(Decimal("0.01"))
        lines.append(f"{source.randrange(10000, 99999)},{name},{price},{trade}")
        items.append(Truth(name, plain(price), lines[-1].split(",")[0], "GBP", (plain(trade),)))
    data = "\n".join(lines).encode() + b"\n\xa9 2026 all prices subject to change\n"
    return Paper("csv", "trade.csv", "en", data, items, "stray_bytes footer", "header")
