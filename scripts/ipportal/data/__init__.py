"""What lies on disk, as it lies there, and the frozen records it becomes: settings, packages, pages as written, search
words, the ledger, `model`.

May import base. Begin with `packages`, then `model`.
"""
