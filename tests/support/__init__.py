"""What the site and browser tests share: the finished tree, the checks on a page, the loopback server."""
