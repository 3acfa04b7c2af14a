"""The numbers of charts and verdicts as sentences, steps and tables, in the portal's languages.

May import base, data and analysis. Begin with `wording`, then `sentences`.
"""
