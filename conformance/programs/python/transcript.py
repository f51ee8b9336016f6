"""What a program in Python needs beside its driver: settings, and how to tell what it saw."""

import hashlib
import json
import os
import pathlib
import sys

PROGRAMS = pathlib.Path(__file__).resolve().parent.parent


def step(name, values):
    """Prints one line of the transcript."""
    print(json.dumps({"step": name, "values": [str(one) for one in values]}, ensure_ascii=False))
    sys.stdout.flush()


def lacks(name, why):
    """Says that the driver has nothing of the kind."""
    print(json.dumps({"step": name, "lacks": why}))


def setting(name):
    """A setting that must be there."""
    if name not in os.environ:
        sys.exit(f"the environment has no {name}")
    return os.environ[name]


def password():
    return pathlib.Path(setting("DB_PASSWORD_FILE")).read_text("utf-8").rstrip("\n")


def statements():
    """Those of setup.sql."""
    lines = (PROGRAMS / "setup.sql").read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("--")]


def queries():
    """Those of queries.sql by name."""
    lines = (PROGRAMS / "queries.sql").read_text("utf-8").splitlines()[1:]
    return [(lines[i][3:], lines[i + 1]) for i in range(0, len(lines) - 1, 2)]


def sha256(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode("utf-8")).hexdigest()


def value(one):
    """A value as its type and its text; what is long by its length and hash."""
    if isinstance(one, (bytes, str)) and len(one) > 300:
        return f"{type(one).__name__} of {len(one)} {sha256(one)}"
    return f"{type(one).__name__} {one.hex() if isinstance(one, bytes) else one}"


def rows(all_rows):
    """Rows one by one; of many only their number and hash."""
    told = [" | ".join(value(one) for one in row) for row in all_rows]
    return told if len(told) <= 20 else [f"{len(told)} rows {sha256(chr(10).join(told))}"]


def columns(described):
    """Columns one by one; of many only their number and hash."""
    told = ["column " + str(one) for one in described]
    return told if len(told) <= 50 else [f"{len(told)} columns {sha256(chr(10).join(told))}"]


def wide_query(count):
    """SELECT of exactly so many columns."""
    return "SELECT " + ", ".join(f"{i} AS c{i}" for i in range(1, count + 1))


def statement_of_length(length):
    """A statement that makes a packet of that length, with the command's byte."""
    head, tail = "SELECT LENGTH('", "') AS n"
    return head + "x" * (length - 1 - len(head + tail)) + tail


def all_bytes(length):
    """All 256 byte values, again and again."""
    return (bytes(range(256)) * (length // 256 + 1))[:length]


def file_to_load():
    """A file of 20,000 rows for LOAD DATA LOCAL INFILE."""
    file = pathlib.Path(setting("DB_SCRATCH")) / "rows.csv"
    file.write_text("".join(f"{i},row {i}\n" for i in range(1, 20_001)), "utf-8")
    return str(file)
