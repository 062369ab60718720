"""Who holds which page: the ledger, and what each kind of holder holds.

The kernel has no such book. It is made by reading the model, for `owners`,
`why` and `audit`; nothing of the model depends on it.
"""
