"""What has been published about the plan's measures, as generated sentences."""

from __future__ import annotations

from ipportal.analysis.plan import UNSEEN, Tally
from ipportal.base.text import Lang, Text, join_list


def tally_sentence(tally: Tally) -> Text:
    """Of N measures, how many are proven how well, and by how many sources; the silence is not judged."""
    if tally.total == 0:
        return Text("没有措施。", "There are no measures.")
    proven = Text(_listed(tally, "zh", counts=True), _listed(tally, "en", counts=True))
    rest = Text(_listed(tally, "zh", counts=False), _listed(tally, "en", counts=False))
    if proven.zh:
        sources = f"{tally.sources} distinct source{'' if tally.sources == 1 else 's'}"
        proven = Text(f"{proven.zh}（{tally.sources} 个不同来源）", f"{proven.en} ({sources})")
    if rest.zh:
        rest = Text(f"{rest.zh}。没有查到不等于没有做。", f"{rest.en}. Nothing found does not mean nothing done.")
    joined = Text(
        "；".join(part for part in (proven.zh, rest.zh) if part),
        "; ".join(part for part in (proven.en, rest.en) if part),
    )
    end = Text("", "") if rest.zh else Text("。", ".")
    return Text(f"{tally.total} 项措施：{joined.zh}{end.zh}", f"{_measures(tally.total)}: {joined.en}{end.en}")


def tally_short(tally: Tally) -> Text:
    """28 项措施：3 项有官方步骤 / 28 measures: 3 with an official step."""
    if not tally.proven:
        return Text(
            f"{tally.total} 项措施，{UNSEEN.label.zh}",
            f"{_measures(tally.total)}, {UNSEEN.label.en[0].lower()}{UNSEEN.label.en[1:]}",
        )
    return Text(
        f"{tally.total} 项措施：{_listed(tally, 'zh', counts=True)}",
        f"{_measures(tally.total)}: {_listed(tally, 'en', counts=True)}",
    )


def _listed(tally: Tally, lang: Lang, *, counts: bool) -> str:
    """The kinds of proof that count, or those that do not, each with its number of measures."""
    parts = [
        f"{measures} 项{proof.label.zh}" if lang == "zh" else f"{measures} {proof.label.en}"
        for proof, measures, _ in tally.proofs
        if measures and proof.counts == counts
    ]
    return "、".join(parts) if lang == "zh" else join_list(parts, lang)


def _measures(total: int) -> str:
    return f"{total} measure{'' if total == 1 else 's'}"
