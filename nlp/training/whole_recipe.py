"""A task's recipe with everything in it, for whoever wants to change it."""

from __future__ import annotations

from importlib.resources import files

from nlp.tasks.task import task as task_class
from nlp.training import recipe_text
from nlp.training.assembly import complete
from nlp.training.recipe import default, parse


def describe(task: str) -> str:
    """Return the recipe that ships for a task, with its comments, and below it as comments what it leaves unsaid."""
    kind = task_class(task)
    text = files("nlp.training").joinpath(f"recipes/{task}.toml").read_text(encoding="utf-8")
    said = parse(text, task).model_dump(exclude_unset=True)
    unsaid, section = [], ""
    for line in recipe_text.dump(complete(kind, default(task))).splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and line.partition(" = ")[0] not in said.get(section, {}):
            unsaid.append(f"# {section}.{line}")
    if unsaid:
        text += "\n# Not said above, so as by default (set them in their sections):\n" + "\n".join(unsaid) + "\n"
    return text
