"""Compares what Daylight finds in things that are no text with `expected.toml`.

Called by `run`, which makes the environment. Arguments: the binary, the folder
for what is kept, `--bless` to write the list anew (read the difference: it is
the review), and words that choose among the things.

Each thing is scanned by itself: a package, a program, an image, the files of
one library. For each component the list says the versions, and for each
technique by which it is found the places: all where something is that is no
text, of source and settings the first. Prints a line for each that is
found, missing or unexpected; leaves with 1 if one is not found.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import time
import tomllib

import models
import programs

# Techniques of which every place counts.
THROUGHOUT = {"package", "library", "symbol", "mark", "weights"}
EXPECTED = pathlib.Path(__file__).with_name("expected.toml")
HEAD = """\
# What is to be found in the things of the long suite: for each thing its components, by signature, with their
# versions, and for each technique the places (of source the first). Written by `tests/long/run --bless`, and read by a person.
"""


def found(daylight, thing):
    """Components of one thing, and what could not be read of it."""
    command = [daylight, "scan", thing.name, "--no-gitignore", "--format", "json"]
    ran = subprocess.run(command, cwd=thing.parent, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if ran.returncode:
        sys.exit(f"{thing}: the scan ended with {ran.returncode}: {ran.stderr}")
    inventory = json.loads(ran.stdout)
    names = {}
    components = {}
    for one in inventory["components"]:
        names[one["id"]] = one["signature"]
        row = components.setdefault(one["signature"], {"versions": set(), "places": {}})
        row["versions"] |= set(one["versions"])
    for piece in inventory["evidence"]:
        path = piece["place"]["path"]
        # A file is told by its name, what lies in a folder by its path within.
        place = path.removeprefix(thing.name) if thing.is_file() else path
        components[names[piece["component"]]]["places"].setdefault(piece["technique"], set()).add(place)
    rows = {}
    for signature, row in sorted(components.items()):
        said = {"versions": sorted(row["versions"])} if row["versions"] else {}
        for technique, places in sorted(row["places"].items()):
            said[technique] = sorted(places) if technique in THROUGHOUT else [min(places)]
        rows[signature] = said
    return rows, inventory["coverage"]["problems"]


def things(home):
    """Everything that is scanned, by its path."""
    made = home / "made"
    shutil.rmtree(made, ignore_errors=True)
    models.make(made / "models")
    programs.make(made, home / "kept")
    for folder in sorted([*made.iterdir(), *(made / "models").iterdir()]):
        if folder.name in {"packages", "go", "image"}:
            yield from sorted(folder.iterdir())
        elif folder.name != "models":
            yield folder


def written(rows):
    """The list as it is kept."""
    lines = [HEAD]
    for thing, components in sorted(rows.items()):
        lines.append(f'["{thing}"]')
        for signature, said in components.items():
            fields = ", ".join(f"{key} = {json.dumps(value)}" for key, value in said.items())
            lines.append(f'"{signature}" = {{ {fields} }}')
        lines.append("")
    return "\n".join(lines)


def compared(thing, here, listed):
    """Prints the verdicts on one thing; how many are bad."""
    bad = 0
    for signature in sorted(here.keys() | listed.keys()):
        got, wanted = here.get(signature), listed.get(signature)
        if got == wanted:
            print(f"found       {thing}: {signature}")
            continue
        bad += 1
        if wanted is None:
            print(f"UNEXPECTED  {thing}: {signature} {got}")
        elif got is None:
            print(f"MISSING     {thing}: {signature} {wanted}")
        else:
            for key in sorted(got.keys() | wanted.keys()):
                if got.get(key) != wanted.get(key):
                    print(f"OTHERWISE   {thing}: {signature} {key}: {wanted.get(key)} became {got.get(key)}")
    return bad


def main():
    daylight, home, *words = sys.argv[1:]
    daylight, home = pathlib.Path(daylight).resolve(), pathlib.Path(home).resolve()
    bless = "--bless" in words
    words = [word for word in words if not word.startswith("--")]
    listed = tomllib.loads(EXPECTED.read_text(encoding="utf-8")) if EXPECTED.exists() else {}
    seen = {} if not words else dict(listed)
    bad = pieces = 0
    for thing in things(home):
        name = thing.relative_to(home / "made").as_posix()
        if words and not any(word in name for word in words):
            continue
        began = time.monotonic()
        here, problems = found(daylight, thing)
        print(f"            {name}: {len(here)} components in {time.monotonic() - began:.1f} s")
        for problem in problems:
            print(f"            {problem['place']['path']}: {problem['code']}: {problem['detail']}")
        seen[name] = here
        pieces += len(here)
        if not bless:
            bad += compared(name, here, listed.get(name, {}))
    if bless:
        EXPECTED.write_text(written(seen), encoding="utf-8")
        return 0
    for gone in sorted(listed.keys() - seen.keys()):
        print(f"MISSING     {gone}: the thing itself")
        bad += 1
    print(f"{len(seen)} things, {pieces} components found, {bad} missing, unexpected or otherwise")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
