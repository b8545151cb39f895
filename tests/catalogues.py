"""Small folders of badge classes, written where a test wants them."""

from collections.abc import Mapping
from pathlib import Path

DEFINITION = """\
name: First edits
description: Made ten edits that stayed.
language: en
method: training
achievementType: Badge
criteria: |
  Ten edits in the main namespace, none of them undone after a week.

  * one with a source
  * one on a talk page
caption: An open book with a pencil
tags: [editing, newcomers]
alignment:
  - key: copy-editing
    name: Copy editing
    url: https://www.wikidata.org/entity/Q901
    framework: Wikidata
    code: Q901
    description: Correcting a text before others read it
  - key: sources
    name: Sources
    url: http://example.org/esco/1
results:
  - key: independence
    name: How independently the work was done
    type: RubricCriterionLevel
    required: true
    levels:
      - key: guided
        name: With guidance
        description: Somebody sat beside
      - key: independent
        name: On one's own
  - key: score
    name: Score in the final quiz
    type: Percent
    minimum: "0"
    maximum: 100
evidence:
  required: true
  ask: A link to the edits
fields:
  period: required
  hours: off
validity:
  months: 24
"""

SPANISH = """\
name: Primeras ediciones
description: Hizo diez ediciones que se quedaron.
criteria: Diez ediciones en el espacio principal.
caption: Un libro abierto con un lápiz
tags: [edición]
alignment:
  copy-editing:
    name: Corrección de textos
results:
  independence:
    name: Con cuánta autonomía se hizo
    levels:
      guided: {name: Con ayuda, description: Alguien se sentó al lado}
      independent: {name: Por su cuenta}
  score:
    name: Puntuación del cuestionario
evidence:
  ask: Un enlace a las ediciones
"""

PICTURE = """\
<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <title>A book</title>
  <defs><linearGradient id="sky"><stop offset="1" stop-color="#abc"/></linearGradient></defs>
  <g transform="rotate(3)"><path d="M0 0h64v64z" fill="url(#sky)"/></g>
</svg>
"""


def small_definition(**changed: str) -> str:
    """The shortest definition there can be, with lines changed or added; "" leaves one out."""
    lines = {
        "name": "Wiki friend",
        "description": "Helped somebody.",
        "language": "en",
        "method": "peer-support",
        "achievementType": "Badge",
        "criteria": "Help.",
        "caption": "Two hands",
    } | changed
    return "".join(f"{name}: {value}\n" for name, value in lines.items() if value)


def write_version(
    folder: Path,
    name: str = "first-edits/v1",
    *,
    definition: str = DEFINITION,
    picture: str = PICTURE,
    translations: Mapping[str, str] | None = None,
) -> None:
    """Write the files of one version, named as in "first-edits/v1"."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(definition, encoding="utf-8")
    (folder / f"{name}.svg").write_text(picture, encoding="utf-8")
    for language, text in (translations or {}).items():
        (folder / f"{name}.i18n").mkdir(exist_ok=True)
        (folder / f"{name}.i18n" / f"{language}.yaml").write_text(text, encoding="utf-8")
