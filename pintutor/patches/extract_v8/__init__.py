"""David Howells: iov_iter: Improve page extraction (pin or just list) (v8).

Bugs that the changelogs of the series name are put back by the patches that are
called bug-*, here and where else they belong. Of those in lib/iov_iter.c these
are no patches, and why:

* version 3: plain EXPORT_SYMBOL. A policy: no function does anything else.
* version 7: FOLL_* tests in a macro without parentheses around its argument. A
  function of Python has no such precedence.
* version 7: maxsize is lost at an empty segment. It was merged so: v6.3 to v6.5
  have it, and extract-zero-sized takes it away.
* version 9: a mode of 0x40000 compared with true. bio-pin-mode-compared.
* version 12: the marker for sparse was missing. Only a checker sees it.
* version 12: pages of a pipe are held by the pipe alone. extract-pages-v8 has
  it, as it was posted.
"""
