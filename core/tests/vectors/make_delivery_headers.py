"""Writes delivery_headers.json: the headers of answers without a picture, which are errors and 304.

    python core/tests/vectors/make_delivery_headers.py

Which entity tags a header names is what Django (5.2) reads in it, compared weakly; the tags are those of make_delivery.py.
"""

import json
from pathlib import Path

from django.utils.http import parse_etags
from make_delivery import CHROME, NOW, POLICY, variant

ORIGINAL = '"d41d8cd98f00b204e9800998ecf8427e"'
QUIET = POLICY | {"negotiate": False}
SHORT, NONE = "public, max-age=10", "no-store"
cases = []


def case(name, why, call, given, ok):
    cases.append({"name": name, "why": why, "call": call, "input": given, "ok": ok})


def error_headers(name, why, given, cache_control, policy=POLICY):
    varies = {"vary": "Accept"} if policy.get("negotiate", True) else {}
    case(f"error-{name}", why, "variant_error_headers", {"policy": policy} | given, {"headers": {"cache-control": cache_control} | varies})


def not_modified(name, why, if_none_match, *, query="w=320", asked=None, accept=CHROME, policy=POLICY, original=ORIGINAL):
    sent = variant(policy, "photos/cat.jpg", asked or {"width": 320}, accept, original=ORIGINAL)
    if_none_match = if_none_match.replace("{tag}", sent["entity_tag"]).replace("{strong}", sent["entity_tag"].removeprefix("W/"))
    named = [tag.removeprefix("W/") for tag in parse_etags(if_none_match)]
    known = original == ORIGINAL and sent["entity_tag"].removeprefix("W/") in named or named == ["*"]
    tag = sent["entity_tag"] if original == ORIGINAL else variant(policy, "photos/cat.jpg", asked or {"width": 320}, accept, original=original)["entity_tag"]
    headers = {"etag": tag} | {name: value for name, value in sent["headers"].items() if name != "content-type"}
    given = {"policy": policy, "key": "photos/cat.jpg", "query": query, "accept": accept, "now": NOW, "original": original, "if_none_match": if_none_match}
    case(f"not-modified-{name}", why, "variant_not_modified", given, {"headers": headers if known else None})


def errors():
    refused = {"key": "photos/cat.jpg", "query": "w=321", "now": NOW}
    error_headers("refused", "a cache that keys on Accept for pictures does so for errors", refused, SHORT)
    error_headers("malformed", "the same for what cannot be read", refused | {"query": "w=0320"}, SHORT)
    error_headers("refused-quiet", "without negotiation there is no Vary", refused, SHORT, QUIET)
    error_headers("refused-longer", "the policy says for how long", refused, "public, max-age=3600", POLICY | {"error_max_age_seconds": 3600})
    for status, cache_control in [(400, SHORT), (404, SHORT), (422, SHORT), (499, SHORT), (500, NONE), (503, NONE), (599, NONE), (307, NONE), (200, NONE), (0, NONE), (65536, NONE)]:
        error_headers(f"status-{status}", "short for what the client did, nothing for a failure or a redirect", {"http_status": status}, cache_control)
    error_headers("status-quiet", "without negotiation there is no Vary", {"http_status": 503}, NONE, QUIET)


def conditions():
    for name, value in {"weak": "{tag}", "strong": "{strong}", "list": '"a", W/"b", {tag}', "list-tight": '"a",{tag},"b"', "spaces": ' \t{tag}\t ', "any": "*", "any-spaces": " * ",
                        "empty-elements": ", ,{tag},", "after-junk": 'junk, W/ "a", {tag}'}.items():
        not_modified(name, "the client has it: nothing is fetched", value)
    for name, value in {"none": "", "other": 'W/"AAAAAAAAAAAAAAAAAAAAAA"', "bare": "AAAA", "any-and-more": '*, "a"', "lower-w": "w/{strong}", "open": '"a', "upper": '"A"'}.items():
        not_modified(name, "another tag or none: the picture is sent", value)
    not_modified("replaced", "another original is another picture", "{tag}", original='"0cc175b9c0f1b6a831c399e269772661"')
    not_modified("replaced-any", "any tag is any picture", "*", original='"0cc175b9c0f1b6a831c399e269772661"')
    not_modified("named-format", "what does not vary says so", "{tag}", query="w=320&f=jpeg", asked={"width": 320, "format": "jpeg"})
    not_modified("quiet", "without negotiation there is no Vary", "{tag}", policy=QUIET)
    not_modified("baseline", "the baseline varies too", "{tag}", accept="")
    not_modified("immutable", "with the lifetime of the picture", "{tag}", policy=POLICY | {"immutable": True, "max_age_seconds": 600})


if __name__ == "__main__":
    errors()
    conditions()
    names = [case["name"] for case in cases]
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
    head = json.dumps({"about": "The headers of answers without a picture: errors and 304.", "made_by": "make_delivery_headers.py"})
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    Path(__file__).with_name("delivery_headers.json").write_text(f'{head[:-1]}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"delivery_headers.json: {len(cases)} cases")
