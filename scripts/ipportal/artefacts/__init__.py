"""Every public file, as pure functions from the Portal to {site path: bytes}. Only `publish` writes them."""
