"""mm: page tables, faults, and get_user_pages."""
