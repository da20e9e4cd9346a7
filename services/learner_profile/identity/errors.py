"""What the doors for a district's own clients refuse; the token door has refusals of its own in `domain`."""

from kit.problems import Conflict


class SecretShownOnce(Conflict):
    title = "This request has made its secret already, and a secret is shown once"


class ClientRevoked(Conflict):
    title = "The client is revoked"


class ClientExists(Conflict):
    title = "A client with this name or id exists"


class IssuerExists(Conflict):
    title = "This issuer and audience are registered"
