"""One module per verb of the `ipportal` command."""
