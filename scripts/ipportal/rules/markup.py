"""What pages and the files beside them may hold, so that nothing in the site runs but its own scripts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import markdown
import yaml
from jinja2 import TemplateSyntaxError

from ipportal.base.errors import Where
from ipportal.base.markup import AUTHOR, drawing_faults, faults
from ipportal.base.templates import page_environment
from ipportal.base.text import LANGS, Text
from ipportal.data.manuscripts import DOCS, Manuscript, read_manuscripts
from ipportal.data.settings import CONFIG, read_config
from ipportal.rules.context import Context
from ipportal.rules.rule import Example, Finding, Rule

#: The extensions of Markdown that pages are written in. None of them reads files or runs code.
EXTENSIONS: Final = (
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "fenced_code",
    "footnotes",
    "md_in_html",
    "tables",
    "toc",
)
#: Kinds of files beside the pages that no browser runs
KINDS: Final = re.compile(
    r"\.(?:avif|csv|docx|gif|jpe?g|json|mp3|mp4|ods|odt|pdf|png|pptx|txt|webp|xlsx|zip)", re.IGNORECASE
)

_TEMPLATES: Final = page_environment()
#: The carriage return too: alone it ends a line, and front matter, for the site generator and for nobody else
_CONTROL: Final = re.compile("[\0-\x08\x0b-\x1f\x7f]")
_ODD_NAME: Final = re.compile(r"""[\x00-\x1f\x7f"<>&'\\:*?|#%{}]""")
_SETTINGS: Final = re.compile(
    r"site_(?:name|url|description|author|dir)|docs_dir|use_directory_urls|exclude_docs|theme|extra|plugins|"
    r"markdown_extensions|validation|copyright|repo_url|repo_name|edit_uri|extra_css|extra_javascript"
)
_PLUGINS: Final = [{"macros": {"modules": ["ipportal.macros"], "on_error_fail": True, "on_undefined": "strict"}}]


def pages_of(context: Context) -> Iterator[Manuscript]:
    """Every page of both languages."""
    yield from read_manuscripts(context.root)


def as_html(body: str) -> str:
    """The body of a page as the site generator makes it, with a word in the place of every macro."""
    converter = markdown.Markdown(
        extensions=list(EXTENSIONS), extension_configs={"tables": {"use_align_attribute": True}}
    )
    return str(converter.convert(_without_macros(body)))


def _without_macros(text: str) -> str:
    try:
        found = list(_TEMPLATES.lex(text))
    except TemplateSyntaxError:
        return text
    return "".join(value if kind == "data" else "x" for _, kind, value in found if kind in ("data", "variable_end"))


def _markup(context: Context) -> Iterator[Finding]:
    """A page holds markup or an address that no page may hold."""
    for page in context.once(pages_of):
        for number, line in enumerate(page.body.split("\n"), page.lines_above + 1):
            if found := _CONTROL.search(line.removesuffix("\r")):
                yield _hidden(page, number, found.group())
        try:
            found_faults = list(faults(as_html(_CONTROL.sub("", page.body)), AUTHOR))
        except Exception as error:
            # nesting without end, and whatever else the Markdown library cannot digest
            yield Finding(Where(page.file), _READABLE, type(error).__name__, _SIMPLER)
            continue
        seen: Counter[tuple[str, ...]] = Counter()
        for fault in found_faults:
            yield Finding(
                Where(page.file, page.line_of(fault.traces, seen[fault.traces])),
                fault.expected,
                fault.found,
                fault.hint,
            )
            seen[fault.traces] += 1


def _hidden(page: Manuscript, number: int, char: str) -> Finding:
    return Finding(
        Where(page.file, number),
        Text("没有控制字符的文字", "text without control characters"),
        f"U+{ord(char):04X}",
        _LINE_ENDS if char == "\r" else Text("删去这个看不见的字符", "delete the hidden character"),
    )


_LINE_ENDS: Final = Text("在编辑器里把换行符改成 LF", "set the line ends of the file to LF in the editor")
_READABLE: Final = Text("能转成网页的 Markdown", "Markdown that can be made a page")
_SIMPLER: Final = Text("减少嵌套的层数", "nest less deeply")


def _files(context: Context) -> Iterator[Finding]:
    """A file beside the pages could run in a reader's browser, or has a name no address can hold."""
    for lang in LANGS:
        for path in sorted((context.root / DOCS / lang).rglob("*")):
            file = path.relative_to(context.root).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                yield Finding(Where(file), _ITSELF, path.name, _COPY)
            elif path.is_dir() or "/." in file:
                continue
            elif odd := _ODD_NAME.search(file):
                yield Finding(
                    Where(file),
                    Text("只有文字、数字、- 和 _ 的文件名", "a file name of letters, digits, - and _"),
                    odd.group(),
                    Text("改掉文件名里的这个字符", "change this character in the name"),
                )
            elif path.suffix != ".md" and not KINDS.fullmatch(path.suffix):
                yield from _named(context, file)


_ITSELF: Final = Text("文件或文件夹本身", "the file or folder itself")
_COPY: Final = Text("把要公布的文件复制到这里，不用链接", "copy what is to be published to this place; use no links")


def _named(context: Context, file: str) -> Iterator[Finding]:
    """What speaks against a file of a kind that may hold scripts."""
    if file not in context.settings.allowed_files:
        yield Finding(
            Where(file),
            Text("图片、文档或数据文件", "a picture, a document or a data file"),
            file.rpartition("/")[2],
            Text(
                f'换成 PNG、WebP 或 PDF；一定要公布，就在 portal.toml 的 [files] 一节写 allowed = ["{file}"]',
                f'use PNG, WebP or PDF; to publish it anyway, write allowed = ["{file}"] in [files] of portal.toml',
            ),
        )
    elif file.endswith(".svg"):
        text = (context.root / file).read_bytes().decode("utf-8", errors="replace")
        for fault in drawing_faults(text):
            yield Finding(Where(file), fault.expected, fault.found, fault.hint)


def _configuration(context: Context) -> Iterator[Finding]:
    """The site generator would run or read more than the portal needs."""
    for lang in LANGS:
        file = CONFIG[lang]
        if not (context.root / file).is_file():
            continue
        try:
            settings = read_config(context.root / file, {})
        except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
            yield Finding(Where(file), _SOUND, str(error).split("\n")[0], _RESTORE)
            continue
        for name, value in _unknown(settings, f"{DOCS}/{lang}"):
            yield Finding(Where(file, column=name), _SOUND, str(value), _RESTORE)


_SOUND: Final = Text("本门户用到的设置", "the settings this portal uses")
_RESTORE: Final = Text("从原始版本恢复这一项", "restore this entry from the original")


def _unknown(settings: dict[str, Any], docs: str) -> Iterator[tuple[str, Any]]:
    yield from ((name, value) for name, value in settings.items() if not _SETTINGS.fullmatch(str(name)))
    listed = settings.get("markdown_extensions")
    for entry in listed if isinstance(listed, list) else [listed]:
        name = next(iter(entry), None) if isinstance(entry, dict) else entry
        if name not in EXTENSIONS:
            yield "markdown_extensions", name
    theme = settings.get("theme")
    wanted = {"plugins": (settings.get("plugins"), _PLUGINS), "docs_dir": (settings.get("docs_dir"), docs)}
    wanted["theme"] = ((theme.get("name"), theme.get("custom_dir")) if isinstance(theme, dict) else theme, _THEME)
    yield from ((name, found) for name, (found, right) in wanted.items() if found != right)


_THEME: Final = ("material", "overrides")

RULES: Final = (
    Rule(
        "page-markup",
        Text("页面里有不允许的标签、属性或地址", "Markup or an address no page may hold"),
        Text(
            "页面只有文字，没有程序：脚本、表单、框架、事件属性、样式属性和 javascript: 之类的地址都不收。",
            "A page is text and no program: no scripts, forms, frames, event or style attributes, and no addresses "
            "such as javascript:.",
        ),
        Example('<a href="javascript:…" onclick="…">', '<a href="{{ link("cases/index.md") }}">'),
        _markup,
        "nothing",
    ),
    Rule(
        "page-file",
        Text("页面旁边的文件可能带脚本", "A file beside the pages that may hold scripts"),
        Text(
            "docs 里只放图片、文档和数据文件。HTML、SVG 和脚本要在 portal.toml 里逐个写明才公布。",
            "docs holds pictures, documents and data. HTML, SVG and scripts are published only when portal.toml names "
            "each of them.",
        ),
        Example("docs/zh/widget.html", "docs/zh/widget.png"),
        _files,
    ),
    Rule(
        "site-configuration",
        Text("网站生成器的设置被改动", "Settings of the site generator that the portal does not use"),
        Text(
            "mkdocs.yml 只用本门户需要的设置和扩展：别的插件、钩子和扩展能读文件、能运行程序。",
            "mkdocs.yml holds only what the portal needs: other plug-ins, hooks and extensions can read files and run "
            "programs.",
        ),
        Example("markdown_extensions: pymdownx.snippets", "markdown_extensions: tables"),
        _configuration,
    ),
)
