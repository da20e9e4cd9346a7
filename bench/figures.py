"""What was measured, as a file for programs and a table for people."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

Figures = Mapping[str, Mapping[str, Any]]
FLOORS = {
    "graph.dashboard": 0.10,
    "graph.class30": 0.10,
    "graph.school1000": 0.10,
    "events.single": 0.30,
    "events.batch": 3.0,
    "intake.first_load": 0.25,
    "intake.unchanged": 0.50,
    "mastery.rebuild": 0.20,
}
"""What the throughput relative to the bare way must not fall below."""
MOST_MB = 500
"""What applying a roster may hold in memory."""
_COLUMNS = ("ratio", "floor", "p50_ms", "p99_ms", "rss_mb")


def write(figures: Figures, path: Path) -> None:
    path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def show(figures: Figures) -> None:
    """Print them; what does not hold its floor is red."""
    table = Table("figure", *_COLUMNS, title="Throughput relative to the bare way (= 1.0)")
    for name, figure in figures.items():
        held = holds(name, figure)
        cells = [_cell({**figure, "floor": FLOORS.get(name)}.get(column)) for column in _COLUMNS]
        table.add_row(name, *cells, style=None if held else "red")
    console = Console()
    console.print(table)
    for name, figure in figures.items():
        console.print(f"{name}: {figure['of']}", highlight=False)


def holds(name: str, figure: Mapping[str, Any]) -> bool:
    small = not name.startswith("intake.") or figure["rss_mb"] < MOST_MB
    return bool(small and figure["ratio"] >= FLOORS.get(name, 0))


def _cell(value: object) -> str:
    return "" if value is None else str(value)
