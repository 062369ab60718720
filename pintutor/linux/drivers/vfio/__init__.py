"""Files of Linux below drivers/vfio/."""
