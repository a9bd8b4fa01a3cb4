"""Questions about people."""

from parvis.accounts.models import Person


def has_operator() -> bool:
    """Whether anybody operates this installation yet."""
    return Person.objects.filter(is_superuser=True, is_active=True).exists()
