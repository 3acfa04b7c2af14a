"""Facts every page's frame shows: names, organiser, identity numbers, dates."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from ipportal.base.addresses import href, split
from ipportal.base.periods import date_label
from ipportal.base.text import Lang
from ipportal.data.model import Portal
from ipportal.files.cards import card_pages
from ipportal.files.headers import PAGE_POLICY
from ipportal.files.signposting import signposts


def site_facts(portal: Portal, lang: Lang) -> dict[str, Any]:
    """What the theme's templates read as `config.extra.portal`, in the language of the tree."""
    settings = portal.settings
    modified = max((package.modified for package in portal.packages.values()), default="")
    return {
        "name": settings.name[lang],
        "short_name": settings.short_name[lang],
        "tagline": settings.tagline[lang],
        "url": settings.url,
        "policy": PAGE_POLICY,
        "host": split(settings.url).authority,
        "demo": settings.demo,
        "organiser": settings.organiser[lang],
        "contact": {"text": settings.contact[lang], "url": href(settings.contact_url)},
        "identity": {
            "site_id": settings.identity.site_id,
            "icp": settings.identity.icp,
            "public_security": settings.identity.public_security,
        },
        "as_of": date_label(settings.as_of, lang),
        "as_of_iso": settings.as_of.isoformat(),
        "data_modified": date_label(date.fromisoformat(modified), lang) if modified else "",
        "modified": modified,
        "cards": card_pages(portal, lang),
        "signposts": {
            package.name: [asdict(post) for post in signposts(settings, package)]
            for package in portal.packages.values()
        },
    }
