"""The one reason why a conversation does not begin."""


class Unknown(Exception):
    """No kernel or lesson is called so; the learner was told."""
