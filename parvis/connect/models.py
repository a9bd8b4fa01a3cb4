"""Rows of apps, of what people let them do, and of what they show for it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from parvis.accounts.models import Person
from parvis.cells.models import PrivateModel


class App(PrivateModel):
    """A program that people may let act for them; `person` registered it and answers for it.

    `secret_hash` is None for a program that can keep no secret: it lies on people's devices. `is_stopped`: an operator
    stopped it.
    """

    person = models.ForeignKey(Person, models.CASCADE, db_column="person_id", related_name="+")
    name = models.TextField()
    website = models.TextField(blank=True)
    redirect_uris = ArrayField(models.TextField())
    secret_hash = models.BinaryField(null=True)
    is_stopped = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        indexes = [models.Index(fields=["person", "-id"], name="connect_app_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def keeps_secret(self) -> bool:
        """Whether the app shows a secret of its own when it asks for tokens."""
        return self.secret_hash is not None

    @property
    def works(self) -> bool:
        """Whether the app opens anything: nobody stopped it, and the account of who answers for it is open."""
        return not self.is_stopped and self.person.is_active


class Consent(PrivateModel):
    """A person lets an app act for them, within `scopes`. Gone, nothing of the app opens their account.

    `used_at` is exact to the hour.
    """

    person = models.ForeignKey(Person, models.CASCADE, db_column="person_id", related_name="+")
    app = models.ForeignKey(App, models.CASCADE, related_name="+")
    scopes = ArrayField(models.TextField())
    created_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True)

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["person", "app"], name="connect_consent_once"),
        ]


class Code(PrivateModel):
    """One time that a person let the app in: the code that the app fetched tokens for, and the root of those tokens.

    Deleting the row ends every token that came of it. `challenge` is the S256 challenge of RFC 7636.
    """

    person = models.ForeignKey(Person, models.CASCADE, db_column="person_id", related_name="+")
    consent = models.ForeignKey(Consent, models.CASCADE, related_name="+")
    code_hash = models.BinaryField(unique=True)
    redirect_uri = models.TextField()
    scopes = ArrayField(models.TextField())
    challenge = models.TextField()
    nonce = models.TextField(blank=True)
    signed_in_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)


class AppToken(PrivateModel):
    """What an app shows to act for a person until `expires_at`, and to be given the next of its kind until
    `refresh_until`. `replaced_at`: the next one was given; whoever shows this one to refresh again holds a copy."""

    person = models.ForeignKey(Person, models.CASCADE, db_column="person_id", related_name="+")
    consent = models.ForeignKey(Consent, models.CASCADE, related_name="+")
    code = models.ForeignKey(Code, models.CASCADE, related_name="+")
    access_hash = models.BinaryField(unique=True)
    refresh_hash = models.BinaryField(unique=True)
    scopes = ArrayField(models.TextField())
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    refresh_until = models.DateTimeField(db_index=True)
    replaced_at = models.DateTimeField(null=True)
