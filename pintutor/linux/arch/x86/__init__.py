"""x86-64 with four levels of page tables."""
