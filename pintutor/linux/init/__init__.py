"""init: booting the model."""
