"""The textbook: a model of the kernel whose paths mirror the kernel's tree.

`linux/mm/gup.py` stands for mm/gup.c. Names, parameters and branches are the
kernel's, so that who has read a function here can read it there. The base is
Linux v5.17; what later releases changed are patches over it. For mm the base
follows the rules of v6.1: what changed between v5.17 and v6.1 is not modelled.
"""
