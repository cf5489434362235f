/* From texts to candidates: what hashed_words.py and retrieve.py say with arrays, a text and a line at a time.
 *
 * As in pairs.c each function gives the numbers of its Python sibling, and tests hold both against each other.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- texts to hashed tokens (hashed_words.py) ---- */

enum { SEPARATOR, LETTER, DIGIT, IDEOGRAPH };
enum { PLAIN, CODED, TRIGRAMS };
#define MULTIPLIER 0x9E3779B97F4A7C15ull
#define LONGEST_JOIN 20

static uint64_t mixed(uint64_t value) {
    value ^= value >> 33;
    value *= 0xFF51AFD7ED558CCDull;
    value ^= value >> 33;
    value *= 0xC4CEB9FE1A85EC53ull;
    return value ^ (value >> 33);
}

static int kind_of(const uint8_t *kinds, uint32_t letter) { return letter < 0x10000 ? kinds[letter] : IDEOGRAPH; }

typedef struct { int64_t *doc, count; uint64_t *hash; } Tokens;

static void told(Tokens *tokens, int64_t doc, uint64_t value) {
    tokens->doc[tokens->count] = doc;
    tokens->hash[tokens->count++] = mixed(value);
}

typedef struct { int64_t from, to, digits, cut; uint64_t value, upto, power; } Word;

/* The next word at or after a place: a run of letters and digits, or one ideograph. `cut` is where its last digit ends,
   `upto` the hash as far as there, `power` the multiplier as often as the word has letters. 0 where there is none. */
static int next_word(const uint8_t *kinds, const uint32_t *text, int64_t at, int64_t size, Word *word) {
    while (at < size && kind_of(kinds, text[at]) == SEPARATOR) at++;
    if (at == size) return 0;
    *word = (Word){.from = at, .cut = at, .power = 1};
    for (; at < size; at++) {
        int kind = kind_of(kinds, text[at]);
        if (kind == SEPARATOR || (kind == IDEOGRAPH && at > word->from)) break;
        word->value += text[at] * word->power;
        word->power *= MULTIPLIER;
        if (kind == DIGIT) {
            word->digits++;
            word->cut = at + 1;
            word->upto = word->value;
        }
        if (kind == IDEOGRAPH) {
            at++;
            break;
        }
    }
    word->to = at;
    return 1;
}

static void plain_words(Tokens *tokens, int64_t doc, const uint8_t *kinds, const uint32_t *text, int64_t size) {
    Word word = {0};
    while (next_word(kinds, text, word.to, size, &word)) told(tokens, doc, word.value);
}

/* Without the signs that some put inside a code and others do not. */
static int64_t squeezed(const uint8_t *kinds, const uint32_t *text, int64_t size, uint32_t *dense) {
    int64_t kept = 0;
    for (int64_t at = 0; at < size; at++) {
        uint32_t letter = text[at];
        int sign = letter == '-' || letter == '_' || letter == '/' || letter == '.';
        if (sign && at && at + 1 < size && kind_of(kinds, text[at - 1]) != SEPARATOR
            && kind_of(kinds, text[at + 1]) != SEPARATOR) continue;
        dense[kept++] = letter;
    }
    return kept;
}

static void codes(Tokens *tokens, int64_t doc, const uint8_t *kinds, const uint32_t *text, int64_t size) {
    Word word = {0}, before = {0};
    for (int first = 1; next_word(kinds, text, word.to, size, &word); first = 0, before = word) {
        int64_t length = word.to - word.from;
        if (word.digits && length >= 3) told(tokens, doc, word.value);
        if (word.digits && word.cut < word.to && word.cut - word.from >= 4) told(tokens, doc, word.upto);
        if (!first && word.from - before.to == 1 && (word.digits || before.digits)
            && length + before.to - before.from <= LONGEST_JOIN)
            told(tokens, doc, before.value + before.power * word.value);
    }
}

static void trigrams(Tokens *tokens, int64_t doc, const uint8_t *kinds, const uint32_t *text, int64_t size) {
    uint64_t first = ' ';
    for (int64_t at = 0; at < size; at++) {
        if (kind_of(kinds, text[at]) == SEPARATOR) {
            first = ' ';
            continue;
        }
        uint64_t last = at + 1 < size && kind_of(kinds, text[at + 1]) != SEPARATOR ? text[at + 1] : ' ';
        told(tokens, doc, (first << 42) | ((uint64_t)text[at] << 21) | last);
        first = text[at];
    }
}

/* Tokens of texts, each of which ends with a line break; `doc` and `hash` have room for one a letter, and no text has
   more: a word of one letter, and its join with the one before, are two for it and the sign before. How many, -1 without
   memory. */
int64_t tokens(int what, int64_t size, const uint32_t *texts, const uint8_t *kinds, int64_t *doc, uint64_t *hash) {
    Tokens found = {doc, 0, hash};
    if (what == TRIGRAMS && size < 3) return 0;
    uint32_t *dense = malloc((size + 1) * sizeof(uint32_t));
    if (!dense) return -1;
    for (int64_t from = 0, at = 0, number = 0; at < size; at++) {
        if (texts[at] != 10) continue;
        if (what == TRIGRAMS) trigrams(&found, number, kinds, texts + from, at - from);
        else plain_words(&found, number, kinds, texts + from, at - from);
        if (what == CODED) codes(&found, number, kinds, dense, squeezed(kinds, texts + from, at - from, dense));
        from = at + 1;
        number++;
    }
    free(dense);
    return found.count;
}

/* ---- lists turned round (index.py) ---- */

/* Of documents, whose buckets follow one another, the entries that are kept: each at the next free place of its bucket,
   which moves on. Documents are numbered from `first`. */
void turned(int64_t count, int64_t first, const int64_t *lengths, const uint32_t *buckets, const int32_t *kept,
            const float *idf, int64_t *fill, int32_t *docs, float *weights) {
    for (int64_t doc = 0; doc < count; buckets += lengths[doc++]) {
        double norm = 0;
        for (int64_t at = 0; at < lengths[doc]; at++) norm += (double)idf[buckets[at]] * (double)idf[buckets[at]];
        norm = sqrt(norm);
        for (int64_t at = 0; at < lengths[doc]; at++) {
            uint32_t bucket = buckets[at];
            if (kept[bucket] <= 0) continue;
            docs[fill[bucket]] = (int32_t)(first + doc);
            weights[fill[bucket]++] = (float)((double)idf[bucket] / norm);
        }
    }
}

/* ---- what of a line is looked for (retrieve.py) ---- */

typedef struct { int64_t bucket, length; } Asked;

static int by_length(const void *one, const void *other) {
    const Asked *a = one, *b = other;
    if (a->length != b->length) return (a->length > b->length) - (a->length < b->length);
    return (a->bucket > b->bucket) - (a->bucket < b->bucket);
}

static int upwards(const void *one, const void *other) {
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

/* The buckets of each line, the rarest first as far as the budget goes, and their weights; `line_starts` says where each
   line begins. `rarity` by how many documents have a bucket. 0, or -1 without memory. */
int asked(int64_t lines, int64_t count, const int64_t *doc, const uint64_t *hash, int bits, const int32_t *starts,
          const int32_t *counts, const float *rarity, int64_t budget, int64_t *line_starts, int64_t *buckets,
          float *weights) {
    int64_t *own = malloc((count + 1) * sizeof(int64_t)), kept = 0;
    Asked *each = malloc((count + 1) * sizeof(Asked));
    if (!own || !each) {
        free(own);
        free(each);
        return -1;
    }
    line_starts[0] = 0;
    for (int64_t line = 0, at = 0; line < lines; line++) {
        int64_t size = 0, several = 0, running = 0;
        for (; at < count && doc[at] == line; at++) own[size++] = (int64_t)(hash[at] >> (64 - bits));
        qsort(own, size, sizeof(int64_t), upwards);
        double norm = 0;
        for (int64_t token = 0; token < size; token++) {
            if (token && own[token] == own[token - 1]) continue;
            double rare = rarity[counts[own[token]]];
            norm += rare * rare;
            each[several++] = (Asked){own[token], starts[own[token] + 1] - starts[own[token]]};
        }
        norm = sqrt(norm);
        qsort(each, several, sizeof(Asked), by_length);
        for (int64_t token = 0; token < several; token++) {
            running += each[token].length;
            if (!each[token].length || running > budget) continue;
            buckets[kept] = each[token].bucket;
            weights[kept++] = (float)((double)rarity[counts[each[token].bucket]] / norm);
        }
        line_starts[line + 1] = kept;
    }
    free(own);
    free(each);
    return 0;
}

/* ---- the nearest documents of each line by one inverted list (retrieve.py) ---- */

#define LAST 0x7fffffffll
static int downwards(const void *one, const void *other) {
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a < b) - (a > b);
}

static void keep(int64_t *heap, int *size, int depth, int64_t key) {
    int at;
    if (*size < depth) {
        for (at = (*size)++; at && heap[(at - 1) / 2] > key; at = (at - 1) / 2) heap[at] = heap[(at - 1) / 2];
    } else {
        if (key <= heap[0]) return;
        for (at = 0;;) {
            int child = 2 * at + 1;
            if (child >= depth) break;
            if (child + 1 < depth && heap[child + 1] < heap[child]) child++;
            if (heap[child] >= key) break;
            heap[at] = heap[child];
            at = child;
        }
    }
    heap[at] = key;
}

/* `best` (lines x depth): score bits and place from the end, the best first, -1 where there are no more. */
int search(int64_t lines, const int64_t *line_starts, const int64_t *buckets, const float *weights,
           const int32_t *starts, const int32_t *docs, const float *doc_weights, int64_t total, int depth,
           int64_t *best) {
    float *sums = calloc(total ? total : 1, sizeof(float));
    int32_t *touched = malloc((total + 1) * sizeof(int32_t));
    if (!sums || !touched) {
        free(sums);
        free(touched);
        return -1;
    }
    for (int64_t line = 0; line < lines; line++) {
        int64_t *heap = best + line * depth, met = 0;
        int size = 0;
        for (int64_t at = line_starts[line]; at < line_starts[line + 1]; at++) {
            float weight = weights[at];
            for (int32_t entry = starts[buckets[at]]; entry < starts[buckets[at] + 1]; entry++) {
                int32_t doc = docs[entry];
                float before = sums[doc];
                touched[met] = doc; /* kept by moving on, without a branch that is guessed wrong every other time */
                met += before == 0;
                sums[doc] = before + weight * doc_weights[entry];
            }
        }
        for (int64_t at = 0; at < met; at++) {
            int32_t doc = touched[at], bits;
            memcpy(&bits, &sums[doc], sizeof bits);
            sums[doc] = 0;
            if (size == depth && bits < heap[0] >> 32) continue;
            keep(heap, &size, depth, ((int64_t)bits << 32) | (LAST - doc));
        }
        qsort(heap, size, sizeof(int64_t), downwards);
        for (; size < depth; size++) heap[size] = -1;
    }
    free(sums);
    free(touched);
    return 0;
}

/* ---- the ranks of all lists fused (retrieve.py) ---- */

#define MOST_LISTS 8
#define SLOTS 1024
#define RANK_OFFSET 10
#define RANK_SHARE 5.0

typedef struct { int64_t number; double vote; int rank[MOST_LISTS]; float score[MOST_LISTS]; } Found;

static int by_vote(const void *one, const void *other) {
    const Found *const *a = one, *const *b = other;
    if ((*a)->vote != (*b)->vote) return (*a)->vote < (*b)->vote ? 1 : -1;
    return ((*a)->number > (*b)->number) - ((*a)->number < (*b)->number);
}

static Found *found_at(Found *found, int *size, int16_t *slots, int64_t number) {
    int slot = (int)((uint64_t)number * MULTIPLIER >> 54);
    while (slots[slot] >= 0 && found[slots[slot]].number != number) slot = (slot + 1) % SLOTS;
    if (slots[slot] < 0) {
        slots[slot] = (int16_t)*size;
        found[*size].number = number;
        found[*size].vote = 0;
        for (int list = 0; list < MOST_LISTS; list++) found[*size].rank[list] = -1;
        (*size)++;
    }
    return found + slots[slot];
}

/* `best` (lists x lines x depth, as `search` gives it) to the first `width` numbers of each line (-1 where there are no
   more), with rank and cosine in each list (lines x width x lists); of each line those refused are left out.
   Lists times depth are at most SLOTS / 2. */
int fused(int64_t lists, int64_t lines, int depth, const int64_t *best, const double *votes, int64_t width,
          const int64_t *refused_starts, const int64_t *refused, int64_t *numbers, float *ranks, float *scores) {
    Found *found = malloc(lists * depth * sizeof(Found)), **order = malloc(lists * depth * sizeof(Found *));
    if (!found || !order || lists > MOST_LISTS || lists * depth > SLOTS / 2) {
        free(found);
        free(order);
        return -1;
    }
    for (int64_t line = 0; line < lines; line++) {
        int16_t slots[SLOTS];
        int size = 0, kept = 0;
        memset(slots, 0xff, sizeof slots);
        for (int64_t list = 0; list < lists; list++) {
            const int64_t *own = best + (list * lines + line) * depth;
            for (int rank = 0; rank < depth && own[rank] >= 0; rank++) {
                Found *one = found_at(found, &size, slots, LAST - (own[rank] & LAST));
                int32_t bits = (int32_t)(own[rank] >> 32);
                memcpy(&one->score[list], &bits, sizeof bits);
                one->rank[list] = rank;
                one->vote += votes[list] * (RANK_SHARE / (RANK_OFFSET + rank) + (double)one->score[list]);
            }
        }
        for (int at = 0; at < size; at++) {
            int wanted = 1;
            for (int64_t no = refused_starts[line]; no < refused_starts[line + 1]; no++)
                wanted &= refused[no] != found[at].number;
            if (wanted) order[kept++] = found + at;
        }
        qsort(order, kept, sizeof(Found *), by_vote);
        for (int64_t place = 0; place < width; place++) {
            const Found *one = place < kept ? order[place] : NULL;
            int64_t at = line * width + place;
            numbers[at] = one ? one->number : -1;
            for (int64_t list = 0; list < lists; list++) {
                int there = one && one->rank[list] >= 0;
                ranks[at * lists + list] = there ? (float)one->rank[list] : (float)depth;
                scores[at * lists + list] = there ? one->score[list] : 0;
            }
        }
    }
    free(found);
    free(order);
    return 0;
}

/* ---- the tokens of many texts to the buckets of an index (index.py) ---- */

static void sorted(uint32_t *values, int64_t count) {
    while (count > 24) {
        uint32_t middle = values[count / 2];
        int64_t low = 0, high = count - 1;
        while (low <= high) {
            while (values[low] < middle) low++;
            while (values[high] > middle) high--;
            if (low > high) break;
            uint32_t kept = values[low];
            values[low++] = values[high];
            values[high--] = kept;
        }
        /* the shorter part by itself, so that parts lie no deeper than a logarithm */
        if (high + 1 < count - low) {
            sorted(values, high + 1);
            values += low;
            count -= low;
        } else {
            sorted(values + low, count - low);
            count = high + 1;
        }
    }
    for (int64_t at = 1; at < count; at++) {
        uint32_t value = values[at];
        int64_t to = at;
        for (; to && values[to - 1] > value; to--) values[to] = values[to - 1];
        values[to] = value;
    }
}

/* Of tokens in the order of their texts the different buckets of each text, rising, one text after another; `lengths`
   has how many each of the `texts` has. Gives how many there are. */
int64_t placed(int64_t tokens, const int64_t *docs, const uint64_t *hashes, int bits, int64_t texts, uint32_t *buckets,
               int64_t *lengths) {
    int64_t kept = 0, at = 0;
    for (int64_t text = 0; text < texts; text++) {
        int64_t first = kept, end = at, count = 0;
        for (; end < tokens && docs[end] == text; end++) buckets[kept + count++] = (uint32_t)(hashes[end] >> (64 - bits));
        sorted(buckets + first, count);
        for (int64_t each = first; each < first + count; each++)
            if (kept == first || buckets[kept - 1] != buckets[each]) buckets[kept++] = buckets[each];
        lengths[text] = kept - first;
        at = end;
    }
    return kept;
}

/* Adds to `counts` how often each bucket is there. */
void counted(int64_t count, const uint32_t *buckets, int32_t *counts) {
    for (int64_t at = 0; at < count; at++) counts[buckets[at]]++;
}

/* ---- which records have a text in theirs (spellings.py) ---- */

/* Whether the bytes of `records[q]` have one of the texts that `asked[q]` names: those from `text_starts[asked[q]]` on.
   Text `t` is what `texts` has from `text_ends[t]` on. */
void mentioning(int64_t questions, const int64_t *records, const int64_t *asked, const int64_t *text_starts,
                const int64_t *text_ends, const uint8_t *texts, const int64_t *pieces, const int64_t *byte_ends,
                const uint8_t *bytes, uint8_t *found) {
    for (int64_t at = 0; at < questions; at++) {
        int64_t from = byte_ends[pieces[records[at]]], to = byte_ends[pieces[records[at] + 1]];
        found[at] = 0;
        for (int64_t text = text_starts[asked[at]]; text < text_starts[asked[at] + 1] && !found[at]; text++)
            found[at] = memmem(bytes + from, to - from, texts + text_ends[text], text_ends[text + 1] - text_ends[text])
                        != NULL;
    }
}
