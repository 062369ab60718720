"""Files of Linux below drivers/."""
