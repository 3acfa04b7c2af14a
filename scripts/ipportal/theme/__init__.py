"""The look of every portal: templates, style sheets and scripts, an MkDocs theme that extends Material.

Holds no code and imports nothing. Begin with `base.html`; a file of the same path in a portal's overrides/ wins.
"""
