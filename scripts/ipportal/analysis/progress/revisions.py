"""Targets that move: one year's target, raised or lowered by a later document."""

from __future__ import annotations

from datetime import date

from ipportal.data.model import Portal, Target, TargetKind


def revisions(portal: Portal, target: Target) -> tuple[Target, ...]:
    """The versions of a target in the order of their documents; empty where it never moved.

    Two figures in one document contradict each other, and a work plan's target for one year stands beside a plan's;
    neither is a move. Nor is it one when the newest document is not the one that counts.
    """
    if target.kind == TargetKind.ANNUAL:
        return ()
    versions = [
        (since, other)
        for other in portal.targeted(target.indicator, target.area)
        if (other.year, other.basis) == (target.year, target.basis)
        and other.kind != TargetKind.ANNUAL
        and (since := announced_on(portal, other))
    ]
    versions.sort(key=lambda version: version[0])
    moved = len({since for since, _ in versions}) == len(versions) > 1 and versions[-1][1].default
    found = tuple(other for _, other in versions)
    return found if moved and target in found else ()


def announced_on(portal: Portal, target: Target) -> date | None:
    """The first day on which a target's document may have been published; None when it is not dated."""
    published = portal.sources[target.source].date
    return published.first if published else None
