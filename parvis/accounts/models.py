"""Rows of people."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from parvis.cells.models import PrivateModel

HANDLE_LONGEST = 24


class People(BaseUserManager):  # type: ignore[type-arg]  # not subscriptable at run time
    """The manager that the sign-in library and the admin expect."""

    def get_by_natural_key(self, handle: str | None) -> "Person":
        """Return the person of a handle, whatever its case."""
        person: Person = self.get(handle=(handle or "").lower())
        return person


class Person(AbstractBaseUser, PermissionsMixin, PrivateModel):
    """A person with an account. The profile columns are public; contact and birth date lie sealed in PrivateDetails."""

    handle = models.CharField(max_length=HANDLE_LONGEST, unique=True)  # lower case always
    display_name = models.CharField(max_length=60, blank=True)
    bio = models.CharField(max_length=200, blank=True)
    avatar_key = models.TextField(blank=True)
    language = models.CharField(max_length=16, default="en")
    is_private = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    leaves_at = models.DateTimeField(null=True, blank=True)  # asked to be deleted then; inactive until that moment
    is_barred = models.BooleanField(default=False, db_default=False)  # closed by a decision: does not come back active

    objects = People()

    USERNAME_FIELD = "handle"

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(fields=["home", "id"], name="accounts_person_home_id"),
            models.CheckConstraint(
                condition=models.Q(handle__regex=r"^[a-z0-9_.]{2,24}$"), name="accounts_person_handle_form"
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"

    def get_absolute_url(self) -> str:
        """Return the address of the profile page."""
        return f"/@{self.handle}"

    @property
    def name(self) -> str:
        """What to call the person: the display name, or the handle."""
        return self.display_name or self.handle

    @property
    def avatar_url(self) -> str | None:
        """Address of the person's picture, or None."""
        return f"/avatars/{self.avatar_key}" if self.avatar_key else None


class PrivateDetails(PrivateModel):
    """What identifies a person, sealed; `id` is the person's id. Found by blind index only."""

    person = models.OneToOneField(Person, models.CASCADE, db_column="person_id", related_name="details")
    birth_date = models.BinaryField()
    email = models.BinaryField(null=True)
    email_index = models.BinaryField(null=True)
    email_verified_at = models.DateTimeField(null=True)

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["email_index"],
                condition=models.Q(email_verified_at__isnull=False),
                name="accounts_details_email",
            ),
        ]


class Block(PrivateModel):
    """A person has blocked another: the blocker's own copy, in the blocker's home. `BlockedBy` is the other's."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    blocked = models.ForeignKey(Person, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["person", "blocked"], name="accounts_block_once"),
            models.CheckConstraint(condition=~models.Q(person=models.F("blocked")), name="accounts_block_not_self"),
        ]


class BlockedBy(PrivateModel):
    """The blocked person's copy of a block, in their home, so that each home can obey it alone. Shown to nobody."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    blocker = models.ForeignKey(Person, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta(PrivateModel.Meta):
        constraints = [
            *PrivateModel.Meta.constraints,
            models.UniqueConstraint(fields=["person", "blocker"], name="accounts_blockedby_once"),
            models.CheckConstraint(condition=~models.Q(person=models.F("blocker")), name="accounts_blockedby_not_self"),
        ]


class EmailCode(PrivateModel):
    """A six-digit code on its way to an e-mail address, and the letter that carries it.

    `purpose` is "verify" (the address in `email`, sealed, is to become the person's) or "reset" (a new password).
    The worker makes the code while it sends the letter, so only its hash is ever stored. A reset for an address that
    nobody has is a row without a person: the page does the same work for every address.
    """

    VERIFY, RESET = "verify", "reset"

    person = models.ForeignKey(Person, models.CASCADE, null=True, db_column="person_id", related_name="+")
    purpose = models.TextField()
    language = models.CharField(max_length=16)
    email = models.BinaryField(null=True)
    email_index = models.BinaryField()
    code_hash = models.BinaryField(null=True)
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_index=True)
    send_at = models.DateTimeField(null=True)  # when the letter is due; null once it is sent
    failures = models.IntegerField(default=0)

    class Meta(PrivateModel.Meta):
        indexes = [
            models.Index(fields=["send_at"], condition=models.Q(send_at__isnull=False), name="accounts_emailcode_due")
        ]
        constraints = [
            *PrivateModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(purpose__in=["verify", "reset"]), name="accounts_emailcode_purpose"
            ),
            models.UniqueConstraint(fields=["person", "purpose"], name="accounts_emailcode_one"),
        ]


class Token(PrivateModel):
    """What a program shows to act for a person. Only a hash of it is kept: it is shown once, when it is made.

    `hint`: its last letters, so that the person knows it again; `used_at` is exact to the hour.
    """

    person = models.ForeignKey(Person, models.CASCADE, db_column="person_id", related_name="+")
    name = models.TextField()
    hint = models.TextField()
    token_hash = models.BinaryField(unique=True)
    scopes = ArrayField(models.TextField())
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta(PrivateModel.Meta):
        indexes = [models.Index(fields=["person", "-id"], name="accounts_token_newest")]


class Identity(PrivateModel):
    """An account at the operator's identity provider that signs its person in here.

    `subject_index` is a blind index of what names the account there: neither it nor the provider can be read from it.
    """

    person = models.OneToOneField(Person, models.CASCADE, db_column="person_id", related_name="+")
    subject_index = models.BinaryField(unique=True)
    created_at = models.DateTimeField(db_default=Now())


class Bucket(models.Model):
    """The tokens left under one rate-limited key (see `limits`). Unlogged: a crash empties it, which is harmless."""

    key = models.BinaryField(primary_key=True)
    tokens = models.FloatField()
    at = models.DateTimeField()
