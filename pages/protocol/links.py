"""Conversion of a race and its view to the query of a link, and back.

    landscape=rosenbrock+a+1.0+b+100.0&lane=adam+lr+0.1+…&lane=hidden+sgd+lr+0.001+clip+norm+threshold+1.0
    &start=-1.5+2.3&steps=300&noise=gaussian+scale+0.1&…

Words are separated by spaces, which a browser writes as "+", and numbers are written so that they read back to the same
bits. A link contains the whole race, so it means the same race when defaults change.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from pages.protocol.fields import RACE, VIEW, Field, Lanes, fields_to_words, take_fields
from pages.protocol.kinds import Words
from pages.protocol.parsing import ParsedRace

Query = Mapping[str, str | list[str]]


def _by_key(table: tuple[Field, ...]) -> tuple[tuple[str, tuple[Field, ...]], ...]:
    """The fields of a table grouped by their keys in a link, in the table's order."""
    return tuple((key, tuple(fields)) for key, fields in groupby(table, lambda field: field.link_key))


_RACE, _VIEW = _by_key(RACE), _by_key(VIEW)


def to_query(parsed: ParsedRace) -> dict[str, str | list[str]]:
    """The query parameters of a link to this race and view."""
    query: dict[str, str | list[str]] = {}
    for record, by_key in ((parsed.race, _RACE), (parsed.view, _VIEW)):
        for key, fields in by_key:
            if any(field.always or getattr(record, field.name) != field.default for field in fields):
                query[key] = _to_text(fields, record)
    return query


def _to_text(fields: tuple[Field, ...], record: Any) -> str | list[str]:
    kind = fields[0].kind
    if isinstance(kind, Lanes):
        return kind.to_texts(getattr(record, fields[0].name))
    return " ".join(fields_to_words(fields, record))


def query_to_dict(query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The unparsed plain data of a link's query: see `pages.protocol.parsing.parse_race`."""
    data: dict[str, Any] = {}
    for key, fields in (*_RACE, *_VIEW):
        texts = query.get(key)
        if not texts:
            continue
        kind = fields[0].kind
        if isinstance(kind, Lanes):
            data[fields[0].name] = kind.from_texts(texts)
        else:
            data |= take_fields(fields, Words(texts[-1].split()))  # of a repeated key the last value counts
    return data
