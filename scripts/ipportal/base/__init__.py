"""What every room needs and nothing knows of a portal: words in both languages, problems, periods, numbers, addresses,
characters, templates, and putting files in place.

May import no other room. Begin with `text` and `errors`.
"""
