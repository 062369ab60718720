"""Nobody pins without a lock or not at all any more.

The graphics driver was the only user of pin_user_pages_fast_only(), and had
turned to other functions.

Linux kernel commit edad1bb1fbf7 ("mm/gup: remove pin_user_pages_fast_only()")
(in v6.3).
"""

from pintutor.linux.mm import gup_api
from pintutor.patches.patch import Patch

PATCH = Patch(
    "pin-fast-only-removed",
    "mm/gup: remove pin_user_pages_fast_only()",
    commit="edad1bb1fbf7",
    release="v6.3",
    author="Jason Gunthorpe",
)

PATCH.removes(gup_api.pin_user_pages_fast_only, __name__)
