"""John Hubbard: block, fs: convert Direct IO to FOLL_PIN (never merged)."""
