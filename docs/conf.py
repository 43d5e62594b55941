"""How the pages become a site: `make docs`."""

project = "Covenant"
copyright = "the Covenant developers"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["README.md"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]
html_theme = "furo"
html_title = "Covenant"
html_static_path: list[str] = []
