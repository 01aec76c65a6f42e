#!/usr/bin/env python3
"""Writes web/public/holidays: what is free in which country, made from the Python package `holidays` (MIT).

    python3 -m venv /tmp/holidays && /tmp/holidays/bin/pip install holidays==0.109
    /tmp/holidays/bin/python scripts/free-days.py 2026 2036

Only who renews the data runs it; the result is committed. A file a country, so that a device fetches the one that it shows;
`index.json` says which there are, and which zone lies in which. Public holidays alone: no half days, no days of banks.
Zones come from the tz database of this machine (/usr/share/zoneinfo).
"""

import datetime
import json
import pathlib
import sys
from collections import defaultdict

import holidays

FIRST, LAST = int(sys.argv[1]), int(sys.argv[2])
YEARS = range(FIRST, LAST + 1)
OUT = pathlib.Path(__file__).parent.parent / "web/public/holidays"
ZONES = pathlib.Path("/usr/share/zoneinfo")
# For every region: the holidays of a country where no region is chosen.
WHOLE = ""


def language(known, wanted, other=None):
    """The one of the languages that the package has for a country that is nearest to a wanted one."""
    return next((one for one in sorted(known) if one.split("_")[0] == wanted), other)


def calendar(country, region, spoken):
    """Day to name, in a language."""
    given = {"language": spoken} if spoken else {}
    found = holidays.country_holidays(country, subdiv=region or None, years=YEARS, **given)
    return {day: ", ".join(found.get_list(day)) for day in found if FIRST <= day.year <= LAST}


def short(days):
    """`12-25` where it is the same day each year; else the days, as `2026-04-03`."""
    yearly = {f"{day:%m-%d}" for day in days}
    if len(days) == len(YEARS) and len(yearly) == 1:
        return yearly.pop()
    return [f"{day:%Y-%m-%d}" for day in sorted(days)]


def country_file(code, regions):
    """What is known of a country; None where that is nothing."""
    plain = holidays.country_holidays(code)
    known = plain.supported_languages or ()
    own = plain.default_language
    spoken = {"": own, "en": language(known, "en", own), "de": language(known, "de")}
    where = defaultdict(set)
    for region in [WHOLE, *regions]:
        calendars = {tag: calendar(code, region, said) for tag, said in spoken.items() if said or tag == ""}
        for day, name in calendars[""].items():
            names = {"": name}
            for tag, its in calendars.items():
                if its.get(day, name) != name:
                    names[tag] = its[day]
            where[json.dumps(names, ensure_ascii=False)].add((day, region))
    days = []
    for names, places in where.items():
        by_day = defaultdict(set)
        for day, region in places:
            by_day[day].add(region)
        by_regions = defaultdict(set)
        for day, its in by_day.items():
            by_regions[tuple(sorted(its))].add(day)
        for its, dates in sorted(by_regions.items()):
            one = {"names": json.loads(names), "days": short(dates)}
            if len(its) < len(regions) + 1:
                one["in"] = list(its)
            days.append(one)
    if not days:
        return None
    days.sort(key=lambda one: one["days"] if isinstance(one["days"], str) else one["days"][0][5:])
    called = {}
    for name, region in (plain.subdivisions_aliases or {}).items():
        called.setdefault(region, name)
    # A region that has no days of its own is not worth choosing.
    own_days = {region for one in days for region in one.get("in", [])}
    offered = sorted((r for r in regions if r in own_days), key=lambda r: called.get(r, r))
    return {"last": LAST, "regions": [[r, called.get(r, r)] for r in offered], "holidays": days}


def zones():
    """Which country a zone lies in; also by its older names."""
    lies = {}
    for line in (ZONES / "zone.tab").read_text().splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            lies[zone] = country
    for line in (ZONES / "tzdata.zi").read_text().splitlines():
        if line.startswith("L "):
            _, target, alias = line.split()
            if target in lies and "/" in alias:
                lies.setdefault(alias, lies[target])
    return lies


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*.json"):
        old.unlink()
    write = lambda name, what: (OUT / f"{name}.json").write_text(
        json.dumps(what, ensure_ascii=False, separators=(",", ":")) + "\n"
    )
    countries = []
    for code, regions in sorted(holidays.list_supported_countries(include_aliases=False).items()):
        file = country_file(code, regions)
        if file:
            countries.append(code)
            write(code, file)
    lies = {zone: country for zone, country in sorted(zones().items()) if country in countries}
    made = {"package": f"holidays {holidays.__version__}", "licence": "MIT", "first": FIRST, "last": LAST}
    write("index", {"made": made, "countries": countries, "zones": lies})


if __name__ == "__main__":
    main()
