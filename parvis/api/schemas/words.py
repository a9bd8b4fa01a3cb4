"""What all shapes are made of. Times are RFC 3339 in UTC; addresses begin at this server."""

from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, StringConstraints

NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps no NUL in a text
Word = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=200)]
Handle = Annotated[str, StringConstraints(pattern=r"^@?[A-Za-z0-9_.]{2,24}$")]
Cursor = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=600)]


class Body(Schema):
    """What a request says: nothing that nobody reads."""

    model_config = ConfigDict(extra="forbid")
