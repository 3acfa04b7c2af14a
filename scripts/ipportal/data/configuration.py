"""The configuration of the site generator, read as the generator reads it but without running anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from ipportal.base.text import Lang

#: Configuration file of each language
CONFIG: Final[Mapping[Lang, str]] = {"zh": "mkdocs.yml", "en": "mkdocs.en.yml"}
#: The variable that tells a generator where the pages of its language are, filled in beforehand
PREPARED: Final = "IPPORTAL_PREPARED"
#: Stands in such a page for HTML that needs no Markdown, until the rest of the page is HTML too
SLOT: Final = re.compile(r"<!--0:(\d+)-->")

PYTHON_NAME: Final = "tag:yaml.org,2002:python/name:"
#: The functions and the part of the environment a configuration may name: others could run, or be shown on every page
FUNCTIONS: Final = frozenset({"markdown.extensions.toc.slugify_unicode"})
_ENVIRONMENT: Final = "IPPORTAL_"


class PythonName(str):
    """The name of a Python function in a configuration, which the generator looks up."""


class _Loader(yaml.SafeLoader):
    environment: Mapping[str, str]


def _environment_value(loader: Any, node: Any) -> Any:
    *names, default = loader.construct_sequence(node)
    _refuse(f"!ENV {names}", node, unless=all(str(name).startswith(_ENVIRONMENT) for name in names))
    said = next((loader.environment[name] for name in names if name in loader.environment), None)
    if said is None:
        return default
    value = yaml.safe_load(said)
    return said if value is None else value


def _python_name(loader: Any, name: str, node: Any) -> PythonName:
    _refuse(f"!!python/name:{name}", node, unless=name in FUNCTIONS)
    return PythonName(name)


def _refuse(found: str, node: Any, *, unless: bool) -> None:
    if not unless:
        raise yaml.constructor.ConstructorError(problem=found, problem_mark=node.start_mark)


_Loader.add_constructor("!ENV", _environment_value)
_Loader.add_multi_constructor(PYTHON_NAME, _python_name)


def read_config(path: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """A MkDocs configuration with INHERIT and !ENV resolved as MkDocs does; Python names stay names.

    Raises:
        OSError: a file can not be read.
        ValueError, yaml.YAMLError: it is no such configuration.
    """
    loader = _Loader(path.read_text(encoding="utf-8"))
    loader.environment = environment
    own = loader.get_single_data()
    if not isinstance(own, dict):
        raise ValueError(path.name)
    parent = own.pop("INHERIT", None)
    return _merged(read_config(path.with_name(parent), environment), own) if parent else own


def _merged(parent: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    both = {k: _merged(parent[k], v) for k, v in own.items() if isinstance(v, dict) and isinstance(parent.get(k), dict)}
    return {**parent, **own, **both}
