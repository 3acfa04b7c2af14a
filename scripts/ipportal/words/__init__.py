"""The numbers of verdicts, cases and changes as sentences and steps, in the portal's languages.

May import base, data and analysis. Begin with `wording`, then `sentences`.
"""
