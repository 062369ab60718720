"""The block layer (block/)."""
