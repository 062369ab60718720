"""The one registry of commands; importing a module of commands declares them."""

from pintutor.lab.command import Registry

REGISTRY = Registry()
command = REGISTRY.command
