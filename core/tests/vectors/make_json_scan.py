"""Writes json_scan.json: which JSON documents stay within the limits of a scanner.

Usage: python3 make_json_scan.py

What a document costs is counted here in the value that Python's own json module makes of it: its structure bytes are those
of the most compact writing, less the text of its strings; its depth and its strings that start with data: are
found by walking it. Each limit is tried at the count, which passes, and one below, which does not.
"""

import base64
import json
import pathlib
import platform
import re

HERE = pathlib.Path(__file__).parent
DEFAULTS = {"max_structure_bytes": 65536, "max_depth": 32, "max_data_uris": None, "max_escapes": 1048576}
cases = []


def data(piece):
    if isinstance(piece, str):
        return piece.encode()
    return (piece["repeat"] * piece["count"]).encode() if "repeat" in piece else base64.b64decode(piece["base64"])


def add(name, why, pieces, verdict, limits=None, piece_bytes=None):
    given = {"pieces": pieces if isinstance(pieces, list) else [pieces]}
    if limits:
        given["limits"] = limits
    if piece_bytes:
        given["piece_bytes"] = piece_bytes
    cases.append({"name": name, "why": why, "call": "scan_json", "input": given} | verdict)


def accepted(*given, **options):
    add(*given, {"ok": {"complete": True}}, **options)


def refused(name, why, pieces, expected, received, **options):
    details = {"expected": expected, "received": received}
    message = f"expected {expected} for the request, received {received}"
    error = {"code": "request_malformed", "http_status": 400, "message": message, "details": details}
    add(name, why, pieces, {"error": error}, **options)


def too_many_uris(name, why, pieces, maximum, **options):
    details = {"received_count": maximum + 1, "max_count": maximum}
    message = f"expected at most {maximum} images, received more than {maximum}"
    error = {"code": "data_uri_count_exceeded", "http_status": 413, "message": message, "details": details}
    add(name, why, pieces, {"error": error}, **options)


def walk(value, depth=1):
    """All strings of a value, names among them, and how deep its brackets go."""
    if isinstance(value, str):
        return [value], depth - 1
    if isinstance(value, dict):
        inner = [walk(item, depth + 1) for pair in value.items() for item in pair]
    elif isinstance(value, list):
        inner = [walk(item, depth + 1) for item in value]
    else:
        return [], depth - 1
    return [text for texts, _ in inner for text in texts], max([depth, *(deepest for _, deepest in inner)])


def costs(document):
    value = json.loads(document)
    strings, depth = walk(value)
    compact = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    texts = sum(len(json.dumps(text, ensure_ascii=False).encode()) - 2 for text in strings)
    uris = sum(text[:5].lower() == "data:" for text in strings)
    return len(compact.encode()) - texts, depth, uris


def as_pieces(piece_bytes):
    return f"in pieces of {piece_bytes}" if piece_bytes else "at once"


def at_the_limits(name, why, document):
    structure, depth, uris = costs(document)
    # In a document that parses, a backslash is always that of an escape.
    escapes = len(re.findall(r"\\.", document))
    exact = {"max_structure_bytes": structure, "max_depth": max(depth, 1), "max_data_uris": uris, "max_escapes": escapes}
    for piece_bytes in (None, 1, 7):
        accepted(f"{name} at its limits, {as_pieces(piece_bytes)}", why, document, limits=exact, piece_bytes=piece_bytes)
    if structure > 1:
        less = {"max_structure_bytes": structure - 1}
        expected = f"JSON with at most {structure - 1} bytes outside of strings"
        for piece_bytes in (None, 1):
            refused(f"{name} with a byte too many, {as_pieces(piece_bytes)}", why, document, expected, "more", limits=less, piece_bytes=piece_bytes)
    if depth > 1:
        expected = f"JSON nested at most {depth - 1} deep"
        refused(f"{name} a level too deep", why, document, expected, "a deeper one", limits={"max_depth": depth - 1})
    if uris:
        for piece_bytes in (None, 1):
            too_many_uris(f"{name} with a data URI too many, {as_pieces(piece_bytes)}", why, document, uris - 1, limits={"max_data_uris": uris - 1}, piece_bytes=piece_bytes)
    if escapes:
        expected = f"JSON with at most {escapes - 1} escapes in its strings"
        refused(f"{name} with an escape too many", why, document, expected, "more", limits={"max_escapes": escapes - 1})


def repeat(text, count):
    return {"repeat": text, "count": count}


PNG = "data:image/png;base64,iVBORw0KGgo="
at_the_limits("a form with a photo", "what a client sends", json.dumps({"title": "한강", "photos": [PNG, PNG], "year": 2024, "public": True}, ensure_ascii=False))
at_the_limits("white space", "it costs nothing outside of strings", ' {\n\t"a" : [ 1 , 2.5 , null , "b c" ]\r\n} ')
at_the_limits("quotes and backslashes in strings", "where a string ends", r'{"a\"b": "\\", "c": "\\\"[[[", "d": "]}"}')
at_the_limits("data URIs in other cases and escaped", "what a parser will see as one", r'["DATA:,", "\u0064ata:x", "d\u0041TA\u003ab", "data", "data\u003B", "xdata:", " data:", "d\u0061ta:"]')
at_the_limits("a data URI as a name", "names are strings too", '{"data:": {"data:b": "data:c"}}')
at_the_limits("slashes escaped as PHP does", "a data URI may have many escapes", json.dumps(["data:image/jpeg;base64," + "/9j/" * 20]).replace("/", r"\/"))
at_the_limits("a string alone", "a document need not be an object", '"data:"')
at_the_limits("a number alone", "it has no end of its own", "-12.5")
at_the_limits("escaped surrogates", "two escapes for one character", '["\\ud83d\\ude00", "😀"]')

NESTED = "[" * 32 + "]" * 32
assert costs(NESTED)[1] == DEFAULTS["max_depth"]
accepted("32 levels", "the default depth", NESTED)
refused("33 levels", "one level beyond the default", f"[{NESTED}]", "JSON nested at most 32 deep", "a deeper one")
refused("brackets without end", "the shortest document that is deep", [repeat("[", 5000)], "JSON nested at most 32 deep", "a deeper one")
refused("objects in lists", "either bracket counts", [repeat('[{"a":', 17)], "JSON nested at most 32 deep", "a deeper one")
accepted("siblings are not nested", "depth goes down again", ["[", repeat("[[]],", 50), "[]]"])

MORE = "JSON with at most 65536 bytes outside of strings"
for name, why, unit in (
    ("empty lists", "ten million values in 32 MB", "[],"),
    ("empty strings", "each is a value", '"",'),
    ("empty objects", "each takes more than a list", "{},"),
    ("digits", "two bytes a value", "1,"),
    ("names", "a hash table without end", '{"a":0},'),
):
    count = (65536 - 3) // len(unit)
    assert costs(f"[{unit * count}0]")[0] <= 65536 < costs(f"[{unit * (count + 2)}0]")[0] or '"a"' in unit
    if '"a"' not in unit:
        accepted(f"{name} within 64 KiB", why, ["[", repeat(unit, count), "0]"])
    refused(f"{name} beyond 64 KiB", why, ["[", repeat(unit, 40000), "0]"], MORE, "more")
refused("a number without end", "digits are outside of strings", [repeat("7", 70000)], MORE, "more")
accepted("much white space", "the size of the body bounds it", ["[", repeat(" \n", 60000), "1]"])
accepted("a long string", "its text costs nothing", ['{"photo": "data:image/png;base64,', repeat("AAAA", 60000), '"}'], limits={"max_data_uris": 1})
accepted("a string of brackets", "text is no structure", ['"', repeat("[{", 60000), '"'])
refused("escapes beyond the default", "2 MB of them", ['"', repeat("\\n", 1048577), '"'], "JSON with at most 1048576 escapes in its strings", "more")
too_many_uris("eleven data URIs", "found before any is parsed", ["[", repeat(f'"{PNG}",', 11), "0]"], 10, limits={"max_data_uris": 10})
too_many_uris("no data URI is taken", "for routes that have none", f'["{PNG}"]', 0, limits={"max_data_uris": 0})
accepted("data URIs without a limit", "the default", ["[", repeat(f'"{PNG}",', 200), "0]"])

for name, document in (("a string", '{"a": "b'), ("an escape", '"\\'), ("a list", "[1, [2]"), ("an object", '{"a": 1')):
    refused(f"a document that ends in {name}", "it is cut off", document, "complete JSON", "a part of it")
for name, document in (("nothing", ""), ("a bracket that closes nothing", "]]"), ("two values", "1 2"), ("other brackets", "[}"), ("no escape", '"\\x"')):
    accepted(f"{name}: the parser's to refuse", "a scanner does not validate", document)

for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"):
    document = '["\u2230"]'.encode(encoding)
    assert json.loads(document) == ["\u2230"], "Python guesses the encoding"
    given = {"base64": base64.b64encode(document).decode()}
    for piece_bytes in (None, 1):
        refused(f"{encoding}, {as_pieces(piece_bytes)}", "a byte of another character looks like a quote", given, "JSON in UTF-8", "another encoding", piece_bytes=piece_bytes)
accepted("a byte order mark of UTF-8", "some parsers take it", "\ufeff[1]")

for name, value, expected in (
    ("max_depth", 0, "an integer from 1 to 1000"),
    ("max_depth", 1001, "an integer from 1 to 1000"),
    ("max_structure_bytes", 0, "an integer from 1 to 1073741824"),
    ("max_data_uris", 10001, "an integer from 0 to 10000"),
    ("max_escapes", "many", "an integer from 0 to 1073741824"),
    ("a\u2028b", 5, "a known option (max_structure_bytes, max_depth, max_data_uris, max_escapes)"),
    ("max_bytes", 5, "a known option (max_structure_bytes, max_depth, max_data_uris, max_escapes)"),
):
    received = "an unknown one" if expected.startswith("a known") else json.dumps(value)
    shown = name.replace("\u2028", "\\u{2028}")
    message = f"expected {expected} for {shown}, received {received}"
    error = {"code": "option_invalid", "http_status": 400, "message": message}
    add(f"option {shown} of {value}", "the same in all languages", "[]", {"error": error}, limits={name: value})

for case in cases:
    pieces = b"".join(map(data, case["input"]["pieces"]))
    if "ok" in case and "validate" not in case["why"]:
        json.loads(pieces)
text = {"about": "JSON documents within and beyond the limits of a scanner", "made_by": f"make_json_scan.py, Python {platform.python_version()}", "cases": cases}
(HERE / "json_scan.json").write_text(json.dumps(text, indent=1, ensure_ascii=False) + "\n")
