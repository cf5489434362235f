/* The hot loops of matching: what measure.py, siblings.py and model.py say with arrays, a pair at a time.
 *
 * Each function gives the numbers of its Python sibling, which is used where this file was not compiled; tests hold both
 * against each other. No function allocates more than it names, none keeps a pointer, all inputs are checked by Python.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WORD, CODE, MEASURE, NUMBER, VARIANT, COLOUR, PACK, ACCESSORY, CATEGORY };
enum { STRONG = 1, WEAK = 2, OWN = 4, FITS = 8, LONE = 16, MAKER = 32, SKU = 64, TELLING_SKU = 128 };

/* One record's single values: the layout of sheet.py's _FACTS. */
typedef struct {
    double weight, norm, all_norm, price;
    uint64_t brand, first, barcode, script, shown;
    int32_t words, all_words, codes, numbers, variants, colours, all_colours, packs, accessories, category;
    int32_t name, sku;
    uint32_t measures, all_measures;
} Facts;

/* sheet.py's Sheet. Pieces of a record: name, sorted words, start of all text, codes as characters;
 * all text, brand, article number, codes as bytes. */
typedef struct {
    const int64_t *starts;
    const uint64_t *hashes;
    const uint8_t *kinds, *flags;
    const float *weights, *amounts;
    const Facts *facts;
    const int64_t *pieces, *char_ends, *byte_ends;
    const uint32_t *chars;
    const uint8_t *bytes;
} Sheet;

typedef struct { const uint32_t *at; int64_t size; } Chars;
typedef struct { const uint8_t *at; int64_t size; } Bytes;
enum { NAME, ORDERED, START, CODES };
enum { TEXT, BRAND, ARTICLE };

static Chars chars_of(const Sheet *sheet, int64_t record, int64_t piece) {
    int64_t place = sheet->pieces[record] + piece, from = sheet->char_ends[place];
    return (Chars){sheet->chars + from, sheet->char_ends[place + 1] - from};
}

static Bytes bytes_of(const Sheet *sheet, int64_t record, int64_t piece) {
    int64_t place = sheet->pieces[record] + piece, from = sheet->byte_ends[place];
    return (Bytes){sheet->bytes + from, sheet->byte_ends[place + 1] - from};
}

static int stands_in(Bytes part, Bytes whole) {
    return part.size <= whole.size && memmem(whole.at, whole.size, part.at, part.size) != NULL;
}

static double larger(double a, double b) { return a > b ? a : b; }
static double smaller(double a, double b) { return a < b ? a : b; }

/* ---- how alike two strings are, letter by letter (rapidfuzz's ratios, in hundredths of what it says) ---- */

#define BLOCKS 64
#define LETTERS 512
typedef struct {
    int64_t blocks, size;
    uint64_t at_letter[LETTERS * BLOCKS]; /* where a Latin or Cyrillic letter stands, a bit a place */
    Chars text;
} Pattern;

/* The place of Latin and Cyrillic letters in a table; -1 of others, which are looked for. */
static int slot_of(uint32_t letter) {
    if (letter < 0x100) return (int)letter;
    return letter >= 0x400 && letter < 0x500 ? (int)letter - 0x300 : -1;
}

/* Where a letter that has no slot stands among up to 64. */
static uint64_t looked_for(const uint32_t *text, int64_t size, uint32_t letter) {
    uint64_t found = 0;
    for (int64_t at = 0; at < size; at++) found |= (uint64_t)(text[at] == letter) << at;
    return found;
}

static void pattern_of(Pattern *pattern, Chars text) {
    pattern->text = text;
    pattern->size = text.size < 64 * BLOCKS ? text.size : 64 * BLOCKS;
    pattern->blocks = (pattern->size + 63) / 64;
    memset(pattern->at_letter, 0, LETTERS * pattern->blocks * sizeof(uint64_t));
    for (int64_t at = 0; at < pattern->size; at++) {
        int slot = slot_of(text.at[at]);
        if (slot >= 0) pattern->at_letter[slot * pattern->blocks + at / 64] |= 1ull << (at % 64);
    }
}

static uint64_t places(const Pattern *pattern, uint32_t letter, int64_t block) {
    int slot = slot_of(letter);
    if (slot >= 0) return pattern->at_letter[slot * pattern->blocks + block];
    int64_t from = block * 64, rest = pattern->size - from;
    return looked_for(pattern->text.at + from, rest < 64 ? rest : 64, letter);
}

/* Length of the longest common subsequence (Hyyrö's bits): where the sum runs over, it got one longer. */
static int64_t common(const Pattern *pattern, Chars other) {
    uint64_t left[BLOCKS];
    int64_t count = 0;
    for (int64_t block = 0; block < pattern->blocks; block++) left[block] = ~0ull;
    for (int64_t at = 0; at < other.size; at++) {
        uint64_t carry = 0;
        for (int64_t block = 0; block < pattern->blocks; block++) {
            uint64_t rows = left[block], hit = rows & places(pattern, other.at[at], block);
            uint64_t sum = rows + hit, over = sum < rows;
            sum += carry;
            over |= sum < carry;
            left[block] = sum | (rows - hit);
            carry = over;
        }
        count += carry;
    }
    return count;
}

static double share(int64_t lost, int64_t total) { return total ? 1 - (double)lost / (double)total : 1.0; }

static double ratio(const Pattern *pattern, Chars other) {
    int64_t total = pattern->size + other.size;
    return share(total - 2 * common(pattern, other), total);
}

/* Up to 64 letters as a pattern of one block; its table is empty where no pattern is in it. */
typedef struct { uint64_t at_letter[LETTERS]; uint32_t text[64]; int64_t size; } Short;

static void short_of(Short *pattern, Chars text, int backwards) {
    pattern->size = text.size;
    for (int64_t at = 0; at < text.size; at++) {
        uint32_t letter = pattern->text[at] = text.at[backwards ? text.size - 1 - at : at];
        if (slot_of(letter) >= 0) pattern->at_letter[slot_of(letter)] |= 1ull << at;
    }
}

static void emptied(Short *pattern) {
    for (int64_t at = 0; at < pattern->size; at++)
        if (slot_of(pattern->text[at]) >= 0) pattern->at_letter[slot_of(pattern->text[at])] = 0;
    pattern->size = 0;
}

static uint64_t step(const Short *pattern, uint64_t left, uint32_t letter, int64_t *met) {
    int slot = slot_of(letter);
    uint64_t hit = left & (slot >= 0 ? pattern->at_letter[slot] : looked_for(pattern->text, pattern->size, letter));
    uint64_t sum = left + hit;
    *met += sum < left;
    return sum | (left - hit);
}

/* `one` has at most 64 letters; without a table, for codes. */
static double ratio_of_short(Chars one, Chars other) {
    uint64_t left = ~0ull;
    int64_t met = 0, total = one.size + other.size;
    for (int64_t at = 0; at < other.size; at++) {
        uint64_t hit = left & looked_for(one.at, one.size, other.at[at]), sum = left + hit;
        met += sum < left;
        left = sum | (left - hit);
    }
    return share(total - 2 * met, total);
}

/* So many letters are lost of so many; the fewest as a part of the whole are compared without a division. */
typedef struct { int64_t lost, total; } Loss;

static void least(Loss *best, int64_t lost, int64_t total) {
    if (lost * best->total < best->lost * total) *best = (Loss){lost, total};
}

/* The best of `length` starts of what `from` points at against the whole pattern. */
static void best_start(Loss *best, const Short *pattern, const uint32_t *from, int way, int64_t length) {
    uint64_t left = ~0ull;
    int64_t met = 0;
    for (int64_t at = 0; at < length; at++) {
        left = step(pattern, left, from[way * at], &met);
        int64_t total = pattern->size + at + 1;
        least(best, total - 2 * met, total);
    }
}

/* The shorter (as a pattern, forwards and backwards) against every part of the longer, its starts and ends included. */
static void best_part(Loss *best, const Short *forwards, const Short *backwards, Chars other) {
    int64_t size = forwards->size;
    best_start(best, backwards, other.at + other.size - 1, -1, size);
    best_start(best, forwards, other.at, 1, size);
    for (int64_t from = 1; from + size < other.size; from++) {
        uint64_t left = ~0ull;
        int64_t met = 0;
        for (int64_t at = from; at < from + size; at++) left = step(forwards, left, other.at[at], &met);
        least(best, 2 * size - 2 * met, 2 * size);
    }
}

/* The start of a row's text as a pattern, and room for one of the other side. */
typedef struct { Short mine, mine_back, theirs, theirs_back; Chars text; } Starts;

static void starts_of(Starts *starts, Chars text) {
    emptied(&starts->mine);
    emptied(&starts->mine_back);
    starts->text = text;
    short_of(&starts->mine, text, 0);
    short_of(&starts->mine_back, text, 1);
}

static double partial_ratio(Starts *starts, Chars other) {
    Chars one = starts->text;
    if (!one.size || !other.size) return one.size == other.size;
    Loss best = {1, 1};
    if (one.size <= other.size) best_part(&best, &starts->mine, &starts->mine_back, other);
    if (one.size >= other.size) {
        short_of(&starts->theirs, other, 0);
        short_of(&starts->theirs_back, other, 1);
        best_part(&best, &starts->theirs, &starts->theirs_back, one);
        emptied(&starts->theirs);
        emptied(&starts->theirs_back);
    }
    return share(best.lost, best.total);
}

#define MOST_WORDS 512
/* The words of sorted text, each once. */
static int64_t words_of(Chars text, Chars *words) {
    int64_t count = 0, from = 0;
    for (int64_t at = 0; at <= text.size && count < MOST_WORDS; at++) {
        if (at < text.size && text.at[at] != ' ') continue;
        Chars word = {text.at + from, at - from};
        from = at + 1;
        if (!word.size) continue;
        if (count && words[count - 1].size == word.size
            && !memcmp(words[count - 1].at, word.at, word.size * sizeof(uint32_t))) continue;
        words[count++] = word;
    }
    return count;
}

static int order(Chars one, Chars other) {
    int64_t least = one.size < other.size ? one.size : other.size;
    for (int64_t at = 0; at < least; at++)
        if (one.at[at] != other.at[at]) return one.at[at] < other.at[at] ? -1 : 1;
    return (one.size > other.size) - (one.size < other.size);
}

#define MOST_JOINED 4096
typedef struct { uint32_t at[MOST_JOINED]; int64_t size; } Joined;

static void join(Joined *joined, Chars word) {
    if (joined->size + word.size + 1 > MOST_JOINED) return;
    if (joined->size) joined->at[joined->size++] = ' ';
    memcpy(joined->at + joined->size, word.at, word.size * sizeof(uint32_t));
    joined->size += word.size;
}

typedef struct { Pattern name, ordered, rest; Starts starts; Chars words[MOST_WORDS], others[MOST_WORDS]; Joined mine, theirs; } Letters;

static double token_set_ratio(Letters *letters, int64_t mine, int64_t theirs) {
    if (!mine || !theirs) return 0;
    int64_t a = 0, b = 0, both = 0;
    letters->mine.size = letters->theirs.size = 0;
    while (a < mine || b < theirs) {
        int sign = a == mine ? 1 : b == theirs ? -1 : order(letters->words[a], letters->others[b]);
        if (sign < 0) join(&letters->mine, letters->words[a++]);
        else if (sign > 0) join(&letters->theirs, letters->others[b++]);
        else {
            both += letters->words[a].size + (both > 0);
            a++;
            b++;
        }
    }
    if (both && (!letters->mine.size || !letters->theirs.size)) return 1;
    int64_t here = both + (both > 0) + letters->mine.size, there = both + (both > 0) + letters->theirs.size;
    pattern_of(&letters->rest, (Chars){letters->mine.at, letters->mine.size});
    int64_t lost = letters->mine.size + letters->theirs.size
        - 2 * common(&letters->rest, (Chars){letters->theirs.at, letters->theirs.size});
    double best = share(lost, here + there);
    if (!both) return best;
    best = larger(best, share(1 + letters->mine.size, both + here));
    return larger(best, share(1 + letters->theirs.size, both + there));
}

/* ---- entries in common ---- */

typedef struct { int64_t mask; int32_t *slots; int64_t room; } Table;

static int fill(Table *table, const Sheet *sheet, int64_t from, int64_t to) {
    int64_t size = 16;
    while (size < 2 * (to - from)) size *= 2;
    if (size > table->room) {
        int32_t *slots = realloc(table->slots, size * sizeof(int32_t));
        if (!slots) return -1;
        table->slots = slots;
        table->room = size;
    }
    memset(table->slots, 0xff, size * sizeof(int32_t));
    table->mask = size - 1;
    for (int64_t entry = from; entry < to; entry++) {
        int64_t slot = sheet->hashes[entry] & table->mask;
        while (table->slots[slot] >= 0) slot = (slot + 1) & table->mask;
        table->slots[slot] = (int32_t)(entry - from);
    }
    return 0;
}

static int64_t find(const Table *table, const Sheet *sheet, int64_t from, uint64_t hash) {
    for (int64_t slot = hash & table->mask; table->slots[slot] >= 0; slot = (slot + 1) & table->mask)
        if (sheet->hashes[from + table->slots[slot]] == hash) return from + table->slots[slot];
    return -1;
}

/* Columns a pair, in the order of compiled/__init__.py's COLUMNS. */
enum {
    NAME_COSINE, ITEM_COVER, PRODUCT_COVER, ITEM_NAMED, PRODUCT_NAMED, FULL_COSINE, ITEM_MISSING, PRODUCT_MISSING,
    SHARED_RAREST, NAME_RATIO, TOKEN_SET, TOKEN_SORT, DENSE_PARTIAL, CODE_EQUAL, CODE_LENGTH, CODE_RARITY, CODE_STEM,
    CODE_INSIDE, CODE_FUZZY, CODE_CONFLICT, CODE_FITS, ACCESSORY_ONE, ITEM_CODES, PRODUCT_CODES, SKU_EQUAL, MAKER_EQUAL,
    BARCODE_EQUAL, BARCODE_CONFLICT, MEASURE_AGREE, MEASURE_CONFLICT, MEASURE_SOFT, NUMBERS_SHARED, ITEM_NUMBERS,
    PRODUCT_NUMBERS, PACK_AGREE, PACK_CONFLICT, PACK_ONE, VARIANT_AGREE, ITEM_VARIANT, PRODUCT_VARIANT, COLOUR_AGREE,
    COLOUR_CONFLICT, COLOUR_ONE, BRAND_EQUAL, BRAND_CONFLICT, BRAND_IN_TEXT, SAME_SCRIPT, FIRST_EQUAL, PRICE_KNOWN,
    PRICE_GAP, PRICE_CLOSE, CATEGORY_OVERLAP, LENGTH_RATIO, ITEM_WORDS, PRODUCT_WORDS,
    COMMON, SAME_NAME, NAMES_ONE, PACKS_DIFFER, COLOURS_DIFFER, PRICE_RATIO, BRAND_DIFFERS, BRAND_AGREES, WIDE
};

static int64_t counted(uint32_t bits) { return __builtin_popcount(bits); }

static void codes_akin(const Sheet *one, int64_t a, const Sheet *other, int64_t b, double *out) {
    int64_t mine = one->facts[a].codes, theirs = other->facts[b].codes;
    double stem = 0, fuzzy = 0;
    int inside = 0;
    for (int64_t i = 0; i < mine && !inside; i++)
        if (chars_of(one, a, CODES + i).size >= 5) {
            Bytes code = bytes_of(one, a, CODES + i);
            inside = stands_in(code, bytes_of(other, b, TEXT)) || stands_in(code, bytes_of(other, b, ARTICLE));
        }
    for (int64_t j = 0; j < theirs && !inside; j++)
        if (chars_of(other, b, CODES + j).size >= 5) {
            Bytes code = bytes_of(other, b, CODES + j);
            inside = stands_in(code, bytes_of(one, a, TEXT)) || stands_in(code, bytes_of(one, a, ARTICLE));
        }
    for (int64_t i = 0; i < mine; i++)
        for (int64_t j = 0; j < theirs; j++) {
            Chars x = chars_of(one, a, CODES + i), y = chars_of(other, b, CODES + j);
            Chars few = x.size < y.size ? x : y, many = x.size < y.size ? y : x;
            if (!memcmp(few.at, many.at, few.size * sizeof(uint32_t)))
                stem = larger(stem, (double)few.size / (double)many.size);
            if (few.size <= 64) fuzzy = larger(fuzzy, ratio_of_short(few, many));
        }
    out[CODE_STEM] = stem;
    out[CODE_INSIDE] = inside;
    out[CODE_FUZZY] = fuzzy;
}

static void brands(const Sheet *one, int64_t a, const Sheet *other, int64_t b, double *out) {
    const Facts *x = one->facts + a, *y = other->facts + b;
    Bytes mine = bytes_of(one, a, BRAND), theirs = bytes_of(other, b, BRAND);
    Bytes here = bytes_of(one, a, TEXT), there = bytes_of(other, b, TEXT);
    int both = mine.size && theirs.size, any = mine.size || theirs.size;
    int alike = both && (stands_in(mine, theirs) || stands_in(theirs, mine));
    int ours = mine.size && stands_in(mine, there), others = theirs.size && stands_in(theirs, here);
    int agrees = x->first == y->first && x->first > 0;
    if (both) agrees = alike;
    else if (any) agrees = (ours || others) && (mine.size ? stands_in(mine, here) : stands_in(theirs, there));
    out[BRAND_EQUAL] = alike;
    out[BRAND_CONFLICT] = both && !alike;
    out[BRAND_IN_TEXT] = ours || others;
    out[BRAND_DIFFERS] = both && !alike && !ours && !others;
    out[BRAND_AGREES] = agrees;
}

/* What both share, kind by kind. */
typedef struct {
    double named, plain, ours, theirs, whole, rarest, code_length, code_rarity;
    int equal, fits_ours, fits_theirs, sku, maker, telling, codes, other_codes;
    int numbers, other_numbers, either_numbers, packs, variants, other_variants, kinds, categories;
    int same_colour, colour_anywhere, colour_named;
    uint32_t strong, ours_loose, theirs_loose;
} Sums;

static void add(Sums *sums, const Sheet *one, int64_t l, const Sheet *other, int64_t r) {
    int f = one->flags[l], g = other->flags[r];
    int strong = (f & STRONG) && (g & STRONG), ours = (f & STRONG) && (g & WEAK), theirs = (f & WEAK) && (g & STRONG);
    double weight = one->weights[l], amount = one->amounts[l];
    switch (one->kinds[l]) {
    case WORD:
        if (strong) {
            sums->named += weight * weight;
            sums->plain += weight;
            sums->rarest = larger(sums->rarest, weight);
        }
        if (ours) sums->ours += weight;
        if (theirs) sums->theirs += other->weights[r];
        if ((f & WEAK) && (g & WEAK)) sums->whole += amount * amount;
        break;
    case CODE: {
        int equal = ((f & (STRONG | OWN)) && (g & WEAK)) || ((f & WEAK) && (g & (STRONG | OWN)));
        if (equal) {
            sums->equal = 1;
            sums->code_length = larger(sums->code_length, amount);
            sums->code_rarity = larger(sums->code_rarity, weight);
            sums->fits_ours |= (f & FITS) && (g & WEAK);
            sums->fits_theirs |= (f & WEAK) && (g & FITS);
            sums->telling |= (f & LONE) && (g & (WEAK | SKU));
        }
        if ((f & SKU) && (g & SKU)) {
            sums->sku |= amount >= 3;
            sums->telling |= (f & TELLING_SKU) != 0;
        }
        sums->maker |= ((f & MAKER) && (g & (MAKER | SKU | STRONG))) || ((f & (MAKER | SKU | STRONG)) && (g & MAKER));
        sums->codes += ours;
        sums->other_codes += theirs;
        break;
    }
    case MEASURE: {
        uint32_t bit = 1u << (uint32_t)amount;
        if (strong) sums->strong |= bit;
        if (ours) sums->ours_loose |= bit;
        if (theirs) sums->theirs_loose |= bit;
        break;
    }
    case NUMBER:
        sums->numbers += ours;
        sums->other_numbers += theirs;
        sums->either_numbers += ours || theirs;
        break;
    case VARIANT:
        sums->variants += ours;
        sums->other_variants += theirs;
        break;
    case COLOUR:
        sums->same_colour |= ours || theirs;
        sums->colour_anywhere |= (f & WEAK) && (g & WEAK);
        sums->colour_named |= strong;
        break;
    case PACK: sums->packs += strong; break;
    case ACCESSORY: sums->kinds += strong; break;
    case CATEGORY: sums->categories += strong; break;
    }
}

static void write_codes(const Sums *s, const Sheet *one, int64_t a, const Sheet *other, int64_t b, double *out) {
    const Facts *x = one->facts + a, *y = other->facts + b;
    out[CODE_EQUAL] = s->equal;
    out[CODE_LENGTH] = smaller(s->code_length, 12) / 12;
    out[CODE_RARITY] = s->code_rarity / 10;
    out[CODE_STEM] = out[CODE_INSIDE] = 0;
    out[CODE_FUZZY] = s->equal;
    if (!s->equal && (x->codes > 0 || y->codes > 0)) codes_akin(one, a, other, b, out);
    out[CODE_CONFLICT] = x->codes > 0 && y->codes > 0 && !s->equal && out[CODE_STEM] <= 0 && out[CODE_INSIDE] <= 0;
    out[CODE_FITS] = s->fits_ours != s->fits_theirs;
    out[ITEM_CODES] = smaller(x->codes, 3) / 3;
    out[PRODUCT_CODES] = smaller(y->codes, 3) / 3;
    out[SKU_EQUAL] = s->sku;
    out[MAKER_EQUAL] = s->maker;
    int barcoded = x->barcode > 0 && y->barcode > 0;
    out[BARCODE_EQUAL] = barcoded && x->barcode == y->barcode;
    out[BARCODE_CONFLICT] = barcoded && x->barcode != y->barcode;
    out[NAMES_ONE] = s->telling && !(x->codes > s->codes && y->codes > s->other_codes);
}

static void write_sizes(const Sums *s, const Facts *x, const Facts *y, double *out) {
    uint32_t mine = x->measures, theirs = y->measures, anywhere = x->all_measures, there = y->all_measures;
    uint32_t asked = (mine & ~theirs & there) | (theirs & ~mine & anywhere);
    uint32_t loose = (s->ours_loose & mine & ~theirs & there) | (s->theirs_loose & theirs & ~mine & anywhere);
    int packed = x->packs > 0 && y->packs > 0;
    out[MEASURE_AGREE] = smaller((double)(counted(s->strong) + counted(loose)), 3) / 3;
    out[MEASURE_CONFLICT] = smaller((double)counted(mine & theirs & ~s->strong), 3) / 3;
    out[MEASURE_SOFT] = smaller((double)counted(asked & ~loose), 3) / 3;
    out[NUMBERS_SHARED] = smaller(s->either_numbers, 4) / 4;
    out[ITEM_NUMBERS] = smaller(x->numbers - s->numbers, 4) / 4;
    out[PRODUCT_NUMBERS] = smaller(y->numbers - s->other_numbers, 4) / 4;
    out[PACK_AGREE] = s->packs > 0;
    out[PACK_CONFLICT] = packed && !s->packs;
    out[PACK_ONE] = (x->packs > 0) != (y->packs > 0);
    out[PACKS_DIFFER] = x->packs != s->packs || y->packs != s->packs;
}

static void write_looks(const Sums *s, const Facts *x, const Facts *y, double *out) {
    int coloured = x->colours > 0 && y->colours > 0, anywhere = x->all_colours > 0 && y->all_colours > 0;
    out[VARIANT_AGREE] = smaller(s->variants, 2) / 2;
    out[ITEM_VARIANT] = smaller(x->variants - s->variants, 2) / 2;
    out[PRODUCT_VARIANT] = smaller(y->variants - s->other_variants, 2) / 2;
    out[COLOUR_AGREE] = s->same_colour;
    out[COLOUR_CONFLICT] = !s->same_colour && (coloured || (anywhere && !s->colour_anywhere));
    out[COLOUR_ONE] = (x->all_colours > 0) != (y->all_colours > 0);
    out[COLOURS_DIFFER] = coloured && !s->colour_named;
    out[ACCESSORY_ONE] = x->accessories != s->kinds || y->accessories != s->kinds;
}

static void write_facts(const Sums *s, const Facts *x, const Facts *y, double *out) {
    int priced = x->price > 0 && y->price > 0;
    double gap = priced ? fabs(log(x->price / y->price)) : 0;
    int longest = x->name > y->name ? x->name : y->name, shortest = x->name > y->name ? y->name : x->name;
    int listed = x->category + y->category - s->categories;
    out[SAME_SCRIPT] = x->script == y->script;
    out[FIRST_EQUAL] = x->first == y->first;
    out[PRICE_KNOWN] = priced;
    out[PRICE_GAP] = smaller(gap, 3.0);
    out[PRICE_CLOSE] = priced && gap < 0.03;
    out[PRICE_RATIO] = exp(gap);
    out[CATEGORY_OVERLAP] = (double)s->categories / (listed > 1 ? listed : 1);
    out[LENGTH_RATIO] = (double)shortest / (longest > 1 ? longest : 1);
    out[ITEM_WORDS] = smaller(x->words, 20) / 20;
    out[PRODUCT_WORDS] = smaller(y->words, 20) / 20;
}

static void write_text(const Sums *s, const Facts *x, const Facts *y, double *out) {
    double lost = x->words > 0 ? x->weight - s->ours : 0, their_lost = y->words > 0 ? y->weight - s->theirs : 0;
    out[NAME_COSINE] = s->named / (x->norm * y->norm);
    out[ITEM_COVER] = 1 - lost / x->weight;
    out[PRODUCT_COVER] = 1 - their_lost / y->weight;
    out[ITEM_NAMED] = s->plain / x->weight;
    out[PRODUCT_NAMED] = s->plain / y->weight;
    out[FULL_COSINE] = s->whole / (x->all_norm * y->all_norm);
    out[SHARED_RAREST] = s->rarest / 10;
    out[COMMON] = s->ours / x->weight;
}

static void write_letters(Letters *letters, int64_t mine, const Sheet *one, int64_t a, const Sheet *other, int64_t b,
                          double *out) {
    Chars name = chars_of(one, a, NAME), their_name = chars_of(other, b, NAME);
    out[SAME_NAME] = name.size == their_name.size && !memcmp(name.at, their_name.at, name.size * sizeof(uint32_t));
    out[NAME_RATIO] = ratio(&letters->name, their_name);
    out[TOKEN_SORT] = ratio(&letters->ordered, chars_of(other, b, ORDERED));
    out[TOKEN_SET] = token_set_ratio(letters, mine, words_of(chars_of(other, b, ORDERED), letters->others));
    out[DENSE_PARTIAL] = partial_ratio(&letters->starts, chars_of(other, b, START));
}

/* Of the words that tell a product from its nearest rival of the row, those that the row says (siblings.py). */
static void told_apart(const Table *row, const Sheet *one, int64_t a, const Table *rival, const Sheet *other,
                       int64_t b, int64_t sibling, double nearness, int32_t *marks, int32_t mark, double *out) {
    int64_t from = other->starts[b], start = other->starts[sibling], own_row = one->starts[a];
    double both = 0, total = 0, own = 0, most = 0, others = 0;
    for (int64_t entry = from; entry < from + other->facts[b].all_words; entry++) {
        uint64_t hash = other->hashes[entry];
        int64_t met = find(rival, other, start, hash);
        double weight = other->weights[entry];
        if (met >= 0) {
            marks[met - start] = mark;
            if ((other->flags[entry] & STRONG) && (other->flags[met] & STRONG)) both += weight * weight;
        } else if (other->flags[entry] & STRONG) {
            total += weight;
            if (find(row, one, own_row, hash) >= 0) {
                own += weight;
                most = larger(most, weight);
            }
        }
    }
    for (int64_t entry = start; entry < start + other->facts[sibling].words; entry++)
        if (marks[entry - start] != mark) {
            total += other->weights[entry];
            if (find(row, one, own_row, other->hashes[entry]) >= 0) others += other->weights[entry];
        }
    double cosine = both / (other->facts[b].norm * other->facts[sibling].norm);
    if (total <= 0) total = 1;
    out[0] = cosine;
    out[1] = nearness - cosine;
    out[2] = (own - others) / total;
    out[3] = most / 10;
    out[4] = others / total;
}

/* The two nearest candidates of a row, by their cosine as the table holds it; the earlier of equal ones. */
static void nearest(const double *columns, int64_t from, int64_t to, int64_t *first, int64_t *second) {
    *first = *second = -1;
    for (int64_t pair = from; pair < to; pair++) {
        float near = (float)columns[pair * WIDE + NAME_COSINE];
        if (*first < 0 || near > (float)columns[*first * WIDE + NAME_COSINE]) {
            *second = *first;
            *first = pair;
        } else if (*second < 0 || near > (float)columns[*second * WIDE + NAME_COSINE])
            *second = pair;
    }
}

typedef struct { Table row, rival; int32_t *hit, *marks; int64_t room, marks_room; int32_t stamp; Letters letters; } Desk;

static int room_for(int32_t **marks, int64_t *room, int64_t wanted) {
    if (wanted <= *room) return 0;
    int32_t *more = realloc(*marks, 2 * wanted * sizeof(int32_t));
    if (!more) return -1;
    memset(more + *room, 0, (2 * wanted - *room) * sizeof(int32_t));
    *marks = more;
    *room = 2 * wanted;
    return 0;
}

static void measure_pair(Desk *desk, int64_t mine, const Sheet *one, int64_t a, const Sheet *other, int64_t b,
                         double *out) {
    const Facts *x = one->facts + a, *y = other->facts + b;
    Sums sums = {0};
    int64_t from = one->starts[a];
    double missing = 0, their_missing = 0;
    desk->stamp++;
    for (int64_t entry = other->starts[b]; entry < other->starts[b + 1]; entry++) {
        int64_t met = find(&desk->row, one, from, other->hashes[entry]);
        if (met >= 0) {
            desk->hit[met - from] = desk->stamp;
            add(&sums, one, met, other, entry);
        } else if (other->kinds[entry] == WORD && (other->flags[entry] & STRONG))
            their_missing = larger(their_missing, other->weights[entry]);
    }
    for (int64_t entry = from; entry < from + x->words; entry++)
        if (desk->hit[entry - from] != desk->stamp) missing = larger(missing, one->weights[entry]);
    write_text(&sums, x, y, out);
    out[ITEM_MISSING] = missing / 10;
    out[PRODUCT_MISSING] = their_missing / 10;
    write_letters(&desk->letters, mine, one, a, other, b, out);
    write_codes(&sums, one, a, other, b, out);
    write_sizes(&sums, x, y, out);
    write_looks(&sums, x, y, out);
    write_facts(&sums, x, y, out);
    brands(one, a, other, b, out);
}

/* Columns (pairs x WIDE) and siblings (pairs x 5) of pairs, those of a row one after another. 0, or -1 without memory. */
int measure(const Sheet *one, const Sheet *other, int64_t count, const int64_t *lefts, const int64_t *rights,
            double *columns, double *siblings) {
    Desk *desk = calloc(1, sizeof(Desk));
    if (!desk) return -1;
    int failed = 0;
    for (int64_t start = 0, end; start < count && !failed; start = end) {
        int64_t a = lefts[start], from = one->starts[a], to = one->starts[a + 1];
        for (end = start; end < count && lefts[end] == a; end++) {}
        failed = fill(&desk->row, one, from, to) || room_for(&desk->hit, &desk->room, to - from + 1);
        if (failed) break;
        pattern_of(&desk->letters.name, chars_of(one, a, NAME));
        pattern_of(&desk->letters.ordered, chars_of(one, a, ORDERED));
        starts_of(&desk->letters.starts, chars_of(one, a, START));
        int64_t mine = words_of(chars_of(one, a, ORDERED), desk->letters.words);
        for (int64_t pair = start; pair < end; pair++)
            measure_pair(desk, mine, one, a, other, rights[pair], columns + pair * WIDE);
        int64_t first, second, filled = -1;
        nearest(columns, start, end, &first, &second);
        for (int64_t pair = start; pair < end && second >= 0 && !failed; pair++) {
            int64_t rival = rights[pair == first ? second : first], at = other->starts[rival];
            int64_t words = other->facts[rival].all_words;
            if (rival != filled) failed = fill(&desk->rival, other, at, at + words);
            failed = failed || room_for(&desk->marks, &desk->marks_room, words + 1);
            if (failed) break;
            filled = rival;
            told_apart(&desk->row, one, a, &desk->rival, other, rights[pair], rival,
                       (float)columns[pair * WIDE + NAME_COSINE], desk->marks, ++desk->stamp, siblings + pair * 5);
        }
    }
    free(desk->row.slots);
    free(desk->rival.slots);
    free(desk->hit);
    free(desk->marks);
    free(desk);
    return failed ? -1 : 0;
}

/* ---- boosted trees (model.py): `out` gets the sum of the leaves ---- */

#define ABREAST 64
#define MOST_LEAVES 32
/* One tree: its inner nodes (the column they ask, and the leaves that are left where the answer is no), its leaves. */
typedef struct { int32_t inner, feature[MOST_LEAVES]; float threshold[MOST_LEAVES], value[MOST_LEAVES];
                 uint32_t left[MOST_LEAVES]; } Tree;

/* The leaves below a node as bits, counted from the left, and its inner nodes; -1 where they are too many. */
static int below(Tree *tree, int *leaves, int node, const int16_t *feature, const float *threshold,
                 const int16_t *left, const int16_t *right, const float *value) {
    if (left[node] == node) {
        if (*leaves == MOST_LEAVES) return -1;
        tree->value[(*leaves)++] = value[node];
        return 0;
    }
    if (tree->inner == MOST_LEAVES - 1) return -1;
    int first = *leaves, at = tree->inner++;
    if (below(tree, leaves, left[node], feature, threshold, left, right, value)) return -1;
    tree->feature[at] = feature[node];
    tree->threshold[at] = threshold[node];
    tree->left[at] = ~(((1u << (*leaves - first)) - 1) << first);
    return below(tree, leaves, right[node], feature, threshold, left, right, value);
}

/* Every node is asked, for all rows of a block at once: what is answered no takes the node's left leaves away, and the
   first leaf that stays is the one that a walk ends in. No step waits for the one before it, and none is guessed. */
/* By itself: inlined, the compiler turns the loops round. */
__attribute__((noinline)) static void end_in(const Tree *tree, const float *columns, uint32_t *stay) {
    for (int row = 0; row < ABREAST; row++) stay[row] = ~0u;
    for (int32_t node = 0; node < tree->inner; node++) {
        const float *column = columns + tree->feature[node] * ABREAST;
        float threshold = tree->threshold[node];
        uint32_t left = tree->left[node];
        for (int row = 0; row < ABREAST; row++) stay[row] &= column[row] <= threshold ? ~0u : left;
    }
}

/* 0, -1 without memory, -2 for trees of more leaves than fit. */
int trees(int64_t rows, int64_t features, const float *table, int64_t count, int64_t size, const int16_t *feature,
          const float *threshold, const int16_t *left, const int16_t *right, const float *value, float *out) {
    Tree *grown = calloc(count + 1, sizeof(Tree));
    float *columns = calloc(features * ABREAST + 1, sizeof(float));
    int failed = grown && columns ? 0 : -1;
    for (int64_t tree = 0; tree < count && !failed; tree++) {
        int leaves = 0;
        int64_t at = tree * size;
        if (below(grown + tree, &leaves, 0, feature + at, threshold + at, left + at, right + at, value + at)) failed = -2;
    }
    for (int64_t start = 0; start < rows && !failed; start += ABREAST) {
        int64_t wide = start + ABREAST < rows ? ABREAST : rows - start;
        for (int64_t row = 0; row < wide; row++) {
            out[start + row] = 0;
            for (int64_t at = 0; at < features; at++) columns[at * ABREAST + row] = table[(start + row) * features + at];
        }
        for (int64_t tree = 0; tree < count; tree++) {
            uint32_t stay[ABREAST];
            end_in(grown + tree, columns, stay);
            for (int64_t row = 0; row < wide; row++) out[start + row] += grown[tree].value[__builtin_ctz(stay[row])];
        }
    }
    free(grown);
    free(columns);
    return failed;
}

uint64_t made_of(void) { return SOURCE; }
