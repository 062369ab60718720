"""drivers/scsi: SCSI commands that come from user space."""
