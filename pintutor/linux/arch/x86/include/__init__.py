"""arch/x86/include: bits and indices of page-table entries."""
