"""Characters that are not what they seem: one judgement for data, workbooks, pages and portal.toml.

Some cannot be seen; some look like another character that search, sorting and people mean; some make a spreadsheet
run a text, or make it a template.
"""

import re
import unicodedata
from typing import Final, NamedTuple

#: Categories without anything to see: control, format, private use, unassigned, line and paragraph separators
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
#: Seen by nobody although they count as letters, marks or symbols: fillers, blank Braille, joiners, selectors, tags
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
#: Says that the symbol before it is to be drawn as a picture, or as text
_PRESENTATION: Final = "\ufe0e\ufe0f"
#: Blocks whose characters stand for ordinary ones: radicals, compatibility ideographs, ligatures, mathematical letters
_STAND_INS: Final = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06\U0001d400-\U0001d7ff\U0002f800-\U0002fa1f]")
#: What Unicode's data for radicals (EquivalentUnifiedIdeograph) say where its normal forms say nothing, in pairs
_RADICALS: Final = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕𫜹⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬"
    "⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀"
    "⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐⻢马⻣骨"
    "⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
#: Cyrillic and Greek letters drawn like Latin ones, in pairs
_LETTERS: Final = "АAВBЕEЅSІIЈJКKМMНHОOРPСCТTУYХXаaеeоoрpсcуyхxіiјjѕsΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοo"
_MEANT: Final = {pairs[n]: pairs[n + 1] for pairs in (_RADICALS, _LETTERS) for n in range(0, len(pairs), 2)}
_WORD: Final = re.compile(r"[^\W\d_]+")
_GREEK_OR_CYRILLIC: Final = re.compile("[\u0370-\u03ff]+|[\u0400-\u052f]+")
#: Every character that is not judged by its category; the quick look at a text
_SUSPECT: Final = re.compile("|".join((_BLANK.pattern, _STAND_INS.pattern, f"[{''.join(_MEANT)}]")))

#: What a spreadsheet skips before it decides that a text is a formula, and what makes it one, full width included
_RUNS: Final = re.compile("[\\s\"'`\u3000]*[=+\\-@＝＋－＠﹢﹣﹦﹫]")
_SIGNED: Final = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")
_TEMPLATE: Final = re.compile(r"\{[{%#]")


class Odd(NamedTuple):
    """A character of a text that is not what it seems. `meant` is what to write instead; empty when nothing."""

    place: int
    char: str
    meant: str

    def __str__(self) -> str:
        """The code point, with the character where it can be seen, and the one that is meant."""
        shown = f"U+{ord(self.char):04X}"
        return f"{self.char} ({shown}) → {self.meant} (U+{ord(self.meant[0]):04X})" if self.meant else shown


def hidden(char: str) -> bool:
    """True for a character nobody can see; spaces are seen."""
    return unicodedata.category(char) in _UNSEEN or bool(_BLANK.fullmatch(char))


def meant(char: str) -> str:
    """The ordinary character (or two) that `char` only looks like; empty for an ordinary one."""
    if char in _MEANT:
        return _MEANT[char]
    ordinary = unicodedata.normalize("NFKC", char) if _STAND_INS.fullmatch(char) else char
    return ordinary if ordinary != char else ""


def odd(text: str) -> tuple[Odd, ...]:
    """Every hidden character and every look-alike of a text, with its place from 0."""
    if text.isprintable() and not _SUSPECT.search(text):
        return ()
    own = _of_their_script(text)
    return tuple(
        Odd(place, char, meant(char))
        for place, char in enumerate(text)
        if (meant(char) and place not in own) or (hidden(char) and not _picture(text, place))
    )


def _of_their_script(text: str) -> set[int]:
    """The places of letters in words of Greek or Cyrillic alone, if some of these words can be no other script's."""
    words = [word for word in _WORD.finditer(text) if _GREEK_OR_CYRILLIC.fullmatch(word.group())]
    sure = {word.group() >= "\u0400" for word in words if not _MEANT.keys() >= {*word.group()}}
    return {place for word in words if (word.group() >= "\u0400") in sure for place in range(*word.span())}


def _picture(text: str, place: int) -> bool:
    """True for a selector behind a symbol, where it has a meaning."""
    return text[place] in _PRESENTATION and place > 0 and unicodedata.category(text[place - 1]) == "So"


def mended(text: str) -> str:
    """The text with each look-alike written as the character that is meant; hidden characters stay."""
    if text.isascii():
        return text
    own = _of_their_script(text)
    return "".join((place not in own and meant(char)) or char for place, char in enumerate(text))


def runs_in_a_spreadsheet(text: str) -> bool:
    """True when a spreadsheet program would take the text for a formula; a number with its sign is none.

    Where commas are decimal signs, programs part a line of a CSV at its semicolons: what follows one counts too.
    """
    parts = text.split(";")
    return text.startswith(("\t", "\r")) or any(_RUNS.match(part) and not _SIGNED.fullmatch(part) for part in parts)


def template_in(text: str) -> str:
    """The braces that would make the text a template; empty where there are none."""
    found = _TEMPLATE.search(text)
    return found.group() if found else ""
