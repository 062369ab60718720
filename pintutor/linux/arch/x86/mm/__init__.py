"""arch/x86/mm: what the processor and the page-fault entry do."""
