"""Workbooks for editing: a package goes out to Excel or WPS, and comes back only when every cell is understood."""
