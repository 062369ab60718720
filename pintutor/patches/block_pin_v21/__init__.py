"""block: Use page pinning, version 21, May 2023 (in v6.5)."""
