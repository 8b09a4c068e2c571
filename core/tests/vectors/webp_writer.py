"""Writes lossless WebPs (VP8L, RFC 9649, section 3) that no encoder writes: codes of any shape, numbers of groups with gaps,
every predictor mode, references that reach far and overlap, colour caches of every size.

Only for test images: slow and plain. The symbols are drawn at random; the picture is what they decode to.
"""

ORDER = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
SYMBOLS = [256 + 24, 256, 256, 256, 40]


class Bits:
    """Bits, the low one first."""

    def __init__(self):
        self.value, self.count = 0, 0
        self.bytes = bytearray()

    def put(self, value, count):
        self.value |= value << self.count
        self.count += count
        while self.count >= 8:
            self.bytes.append(self.value & 255)
            self.value >>= 8
            self.count -= 8

    def done(self):
        return bytes(self.bytes) + (bytes([self.value]) if self.count else b"")


def words(lengths):
    """Symbol -> (word, length) of a canonical code; a code of one symbol has no bits."""
    used = sorted((length, symbol) for symbol, length in enumerate(lengths) if length)
    if len(used) == 1:
        return {used[0][1]: (0, 0)}
    code, word, before = {}, 0, 0
    for length, symbol in used:
        word <<= length - before
        code[symbol] = (int(format(word, f"0{length}b")[::-1], 2), length)
        word, before = word + 1, length
    return code


def complete_lengths(rng, count, longest):
    """The lengths of a complete code of `count` symbols."""
    if count == 1:
        return [rng.randrange(1, longest + 1)]
    leaves = [0]
    skewed = rng.random() < 0.5
    while len(leaves) < count:
        open_leaves = [place for place, length in enumerate(leaves) if length < longest]
        place = max(open_leaves, key=lambda place: leaves[place]) if skewed and rng.random() < 0.8 else rng.choice(open_leaves)
        leaves[place] += 1
        leaves.append(leaves[place])
    return leaves


def put_code(bits, rng, lengths):
    """Writes the lengths of a code: simply where that is possible, else coded, with runs or without."""
    used = [symbol for symbol, length in enumerate(lengths) if length]
    if len(used) <= 2 and max(used) < 256 and all(lengths[symbol] == 1 for symbol in used) and rng.random() < 0.7:
        # libwebp passes over a symbol outside the alphabet.
        if len(used) == 1 and len(lengths) < 256 and rng.random() < 0.5:
            used.append(rng.randrange(len(lengths), 256))
        bits.put(1, 1)
        bits.put(len(used) - 1, 1)
        first = used[0]
        wide = first > 1 or rng.random() < 0.5
        bits.put(wide, 1)
        bits.put(first, 8 if wide else 1)
        if len(used) == 2:
            bits.put(used[1], 8)
        return
    coded = []
    # The number of words can be said where it is at least two; the symbols after the last word then have none.
    if rng.random() < 0.5:
        coded = coded_lengths(lengths[: max(used) + 1], with_runs=rng.random() < 0.8)
    is_cut = len(coded) >= 2
    if not is_cut:
        coded = coded_lengths(lengths, with_runs=rng.random() < 0.8)
    symbols = sorted({symbol for symbol, _, _ in coded})
    of_lengths = [0] * 19
    for symbol, length in zip(symbols, complete_lengths(rng, len(symbols), 7)):
        of_lengths[symbol] = length
    given = max(4, max(ORDER.index(symbol) for symbol in symbols) + 1)
    bits.put(0, 1)
    bits.put(given - 4, 4)
    for symbol in ORDER[:given]:
        bits.put(of_lengths[symbol], 3)
    bits.put(is_cut, 1)
    if is_cut:
        wide = next(n for n in range(8) if len(coded) - 2 < 1 << (2 + 2 * n))
        bits.put(wide, 3)
        bits.put(len(coded) - 2, 2 + 2 * wide)
    code = words(of_lengths)
    for symbol, extra, extra_bits in coded:
        bits.put(*code[symbol])
        bits.put(extra, extra_bits)


def coded_lengths(lengths, with_runs):
    """The words that lengths are coded as: symbol, extra bits, and how many of them."""
    at, coded, previous = 0, [], 8
    while at < len(lengths):
        length, run = lengths[at], 1
        while at + run < len(lengths) and lengths[at + run] == length:
            run += 1
        if with_runs and length == 0 and run >= 3:
            run = min(run, 138)
            coded.append((17, run - 3, 3) if run <= 10 else (18, run - 11, 7))
        elif with_runs and length == previous and run >= 3:
            run = min(run, 6)
            coded.append((16, run - 3, 2))
        else:
            run = 1
            coded.append((length, 0, 0))
            previous = length or previous
        at += run
    return coded


def random_code(rng, symbols, must):
    """The lengths of a code that has the symbols of `must`, and others."""
    count = rng.choice([1, 2, 3, rng.randrange(1, 20), rng.randrange(1, symbols)])
    used = set(must) | set(rng.sample(range(symbols), min(count, symbols)))
    lengths = [0] * symbols
    for symbol, length in zip(rng.sample(sorted(used), len(used)), complete_lengths(rng, len(used), 15)):
        lengths[symbol] = length
    return lengths


def put_group(bits, rng, cache):
    """Writes five codes; gives their words."""
    group = []
    for index, symbols in enumerate(SYMBOLS):
        must = [rng.randrange(256)] if index == 0 else []
        lengths = random_code(rng, symbols + (cache if index == 0 else 0), must)
        put_code(bits, rng, lengths)
        group.append(words(lengths))
    return group


def put_image(bits, rng, width, height, entropy=None):
    """Writes an entropy-coded image of random symbols. `entropy`: whether it may have an entropy image."""
    cache = 0
    if rng.random() < 0.5:
        cache_bits = rng.randrange(1, 12)
        cache = 1 << cache_bits
        bits.put(1, 1)
        bits.put(cache_bits, 4)
    else:
        bits.put(0, 1)
    block_bits, across, numbers = 31, 1, [0]
    if entropy is not None:
        bits.put(entropy, 1)
        if entropy:
            block_bits = rng.randrange(2, 10)
            bits.put(block_bits - 2, 3)
            across, down = -(-width >> block_bits), -(-height >> block_bits)
            known = [rng.randrange(rng.choice([2, 5, 40, 600])) for _ in range(rng.randrange(1, 5))]
            numbers = [rng.choice(known) for _ in range(across * down)]
            put_exactly(bits, [(number >> 8, number & 255) for number in numbers])
    groups = [put_group(bits, rng, cache) for _ in range(max(numbers) + 1)]
    position, total = 0, width * height
    reach = rng.choice([0.02, 0.3, 0.9])
    while position < total:
        x, y = position % width, position // width
        group = groups[numbers[(y >> block_bits) * across + (x >> block_bits)]]
        literals = [symbol for symbol in group[0] if symbol < 256]
        others = [symbol for symbol in group[0] if symbol >= 256]
        symbol = rng.choice(others) if others and rng.random() < reach else rng.choice(literals)
        if 256 <= symbol < 280:
            length, length_extra = prefixed(rng, symbol - 256)
            prefix = rng.choice(list(group[4]))
            code, code_extra = prefixed(rng, prefix)
            if length > total - position or distance(code, width) > position:
                symbol = rng.choice(literals)
            else:
                bits.put(*group[0][symbol])
                bits.put(*length_extra)
                bits.put(*group[4][prefix])
                bits.put(*code_extra)
                position += length
                continue
        bits.put(*group[0][symbol])
        if symbol < 256:
            for code in group[1:4]:
                bits.put(*code[rng.choice(list(code))])
        position += 1


def prefixed(rng, prefix):
    """A value with this prefix, and its extra bits."""
    if prefix < 4:
        return prefix + 1, (0, 0)
    extra_bits = (prefix - 2) >> 1
    extra = rng.randrange(1 << extra_bits)
    return ((2 + (prefix & 1)) << extra_bits) + extra + 1, (extra, extra_bits)


def neighbours():
    """The neighbours of the distances 1 to 120, nearest first (RFC 9649, section 3.6.2.2)."""
    near = [(0, 1), (1, 0), (1, 1), (-1, 1), (0, 2), (2, 0), (1, 2), (-1, 2), (2, 1), (-2, 1), (2, 2), (-2, 2), (0, 3), (3, 0)]
    return {place + 1: at for place, at in enumerate(near)}


NEAR = neighbours()


def distance(code, width):
    """In pixels; of the neighbours that are not listed above, more than it can be, so that they are used where they are safe."""
    if code > 120:
        return code - 120
    across, down = NEAR.get(code, (8, 7))
    return max(1, across + down * width)


def put_exactly(bits, pixels):
    """Writes an image whose red and green are these, as literals."""
    bits.put(0, 1)  # no colour cache
    codes = []
    for values in ([green for _, green in pixels], [red for red, _ in pixels], [0], [255], [0]):
        symbols = sorted(set(values))
        depth = (len(symbols) - 1).bit_length()
        longer = 2 * (len(symbols) - (1 << (depth - 1))) if depth else 1
        lengths = [0] * (280 if not codes else 40 if len(codes) == 4 else 256)
        for place, symbol in enumerate(symbols):
            lengths[symbol] = max(depth, 1) if place < longer else depth - 1
        put_plain(bits, lengths)
        codes.append(words(lengths))
    for red, green in pixels:
        for code, value in zip(codes, (green, red, 0, 255)):
            bits.put(*code[value])


def put_plain(bits, lengths):
    """Writes a code's lengths one by one, with four bits each."""
    bits.put(0, 1)
    bits.put(15, 4)
    for symbol in ORDER:
        bits.put(4 if symbol < 16 else 0, 3)
    bits.put(0, 1)
    code = words([4] * 16 + [0] * 3)
    for length in lengths:
        bits.put(*code[length])


def put_stream(bits, rng, width, height):
    """Writes transforms and the image."""
    kinds = rng.sample(range(4), rng.randrange(5))
    for kind in kinds:
        bits.put(1, 1)
        bits.put(kind, 2)
        if kind in (0, 1):
            block_bits = rng.randrange(2, 10)
            bits.put(block_bits - 2, 3)
            put_image(bits, rng, -(-width >> block_bits), -(-height >> block_bits))
        elif kind == 3:
            colors = rng.choice([1, 2, 3, 4, 5, 16, 17, 256, rng.randrange(1, 257)])
            bits.put(colors - 1, 8)
            put_image(bits, rng, colors, 1)
            packing = 3 if colors <= 2 else 2 if colors <= 4 else 1 if colors <= 16 else 0
            width = -(-width >> packing)
    bits.put(0, 1)
    put_image(bits, rng, width, height, entropy=rng.random() < 0.6)


def riff(*chunks):
    body = b"WEBP"
    for kind, data in chunks:
        body += kind + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) & 1)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def write_lossless(rng, width, height):
    """A lossless WebP of random symbols."""
    bits = Bits()
    bits.put(0x2F, 8)
    bits.put(width - 1, 14)
    bits.put(height - 1, 14)
    bits.put(1, 1)
    bits.put(0, 3)
    put_stream(bits, rng, width, height)
    return riff((b"VP8L", bits.done()))


def write_alpha(rng, width, height, lossy):
    """A lossy WebP of these VP8 data, with random alpha: filtered in one of four ways, raw or lossless."""
    how = rng.randrange(4) << 2 | rng.randrange(2) << 4
    if rng.random() < 0.3:
        alpha = bytes([how]) + rng.randbytes(width * height)
    else:
        bits = Bits()
        put_stream(bits, rng, width, height)
        alpha = bytes([how | 1]) + bits.done()
    canvas = bytes([16, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return riff((b"VP8X", canvas), (b"ALPH", alpha), (b"VP8 ", lossy))


def put_full(bits):
    """Writes a code of 256 words of eight bits, in few bits: all code lengths are 8, which takes none."""
    bits.put(0, 1)
    bits.put(12 - 4, 4)
    for symbol in ORDER[:12]:
        bits.put(symbol == 8, 3)
    bits.put(1, 1)
    bits.put(3, 3)
    bits.put(254, 8)


def put_only(bits, symbol):
    """Writes a code of one symbol."""
    bits.put(0b101, 3)
    bits.put(symbol, 8)


def write_groups(side, numbers, announced, is_full):
    """A lossless WebP of `side` blocks of 4x4 pixels each way, with groups of codes up to the number `announced`. The blocks have
    the groups of `numbers`, and the first one that with the highest number. With `is_full` a group's tables are as large as can be said in so few
    bits, and the picture is noise; otherwise it is black."""
    bits = Bits()
    bits.put(0x2F, 8)
    bits.put(4 * side - 1, 14)
    bits.put(4 * side - 1, 14)
    bits.put(0, 1 + 3)
    bits.put(0, 1)  # no transform
    bits.put(0, 1)  # no colour cache
    bits.put(1, 1)
    bits.put(0, 3)
    numbers = [announced - 1] + list(numbers[1:])
    put_exactly(bits, [(number >> 8, number & 255) for number in numbers])
    for _ in range(announced):
        for code in range(5):
            if is_full and code < 4:
                put_full(bits)
            else:
                put_only(bits, 0)
    if is_full:
        for place in range(16 * side * side):
            bits.put(place * 2654435761 & 0xFFFFFFFF, 32)
    return riff((b"VP8L", bits.done()))
