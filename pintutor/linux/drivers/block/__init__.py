"""Drivers of block devices (drivers/block/)."""
