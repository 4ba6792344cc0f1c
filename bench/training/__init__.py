"""Trains models by the platform's own API on public data sets and measures them, one measure and one seed at a time.

python -m bench training                          lists the measures
python -m bench training NAME ... [--seed N]      trains and measures; what has been measured already is skipped
python -m bench training --table [--write FILE]   one table of all that has been measured

A run writes `<name>-<seed>.json`; with --keep its model stays under `models/<name>-<seed>`. A killed run goes on from
its last checkpoint. A measure whose data set is not there says so and is skipped.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    from bench.training.measures import MEASURES
    from bench.training.procedure import measure_once
    from bench.training.table import show, write
    from kg.errors import NotFoundError

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="measures, or groups of them")
    parser.add_argument("--seed", type=int, action="append", help="repeatable; the measure's own seeds by default")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="where the data sets are")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "training")
    parser.add_argument(
        "--set", dest="settings", action="append", default=[], metavar="KEY=VALUE", help="try a setting"
    )
    parser.add_argument("--force", action="store_true", help="measure again what has been measured")
    parser.add_argument("--keep", action="store_true", help="keep the trained model")
    parser.add_argument("--dev", action="store_true", help="score on development data, to choose a recipe by")
    parser.add_argument("--table", action="store_true")
    parser.add_argument(
        "--write", type=Path, help="with --table: put it between the markers of this Markdown file, too"
    )
    options = parser.parse_args()
    if options.settings and not options.dev:
        parser.error("--set chooses a recipe, and a recipe is chosen by --dev, never on test data")
    if options.table:
        print(show(options.out, options.write))
        return
    if not options.names:
        for measure in MEASURES:
            print(f"  {measure.name:<22} {measure.what}")
        return
    known = {measure.name for measure in MEASURES} | {measure.group for measure in MEASURES if measure.group}
    for name in options.names:
        if name not in known:
            sys.exit(f"there is no measure {name!r}; there are {', '.join(sorted(known))}")
    for measure in (m for m in MEASURES if m.name in options.names or m.group in options.names):
        for seed in options.seed or measure.seeds:
            try:
                found = measure_once(
                    measure, seed, options.data, options.out, options.settings, options.force, options.keep, options.dev
                )
            except NotFoundError as error:
                print(f"{measure.name}: skipped: {error}", flush=True)
                break
            print(f"{measure.name}, seed {seed}: " + ", ".join(f"{k} {v:.4f}" for k, v in found.items()), flush=True)
    if not options.dev:
        write(options.out)
