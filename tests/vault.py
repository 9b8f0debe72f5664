"""A stand-in for keyring's Windows backend: as much of keyring as is used, and its ways of doing it."""

import types


class PasswordDeleteError(Exception):
    pass


class NotThereError(Exception):
    """As the bindings raise it: not an OSError, but with Windows' number."""

    def __init__(self, winerror, text="CredRead"):
        super().__init__(winerror, text)
        self.winerror = winerror


class Vault:
    """What is kept, and a failure that every call has from now on.

    Attributes:
        entries: By the name of the entry: whose it is, the secret, and how far Windows carries it.
        failure: Raised by every call; None if they work.
        asked: How often something was read.
    """

    def __init__(self):
        self.entries = {}
        self.error_response = None
        self.asked = 0

    def backend(self):
        return _Backend(self)

    def find(self, service, user):
        self.asked += 1
        if self.error_response is not None:
            raise self.error_response
        entry = self.entries.get(service)
        if entry is None or (user and entry[0] != user):
            entry = self.entries.get(f"{user}@{service}")
        return entry


class _Backend:
    persist = "enterprise"

    def __init__(self, vault):
        self._vault = vault

    def get_password(self, service, user):
        entry = self._vault.find(service, user)
        return entry and entry[1]

    def get_credential(self, service, user):
        entry = self._vault.find(service, user)
        return entry and types.SimpleNamespace(username=entry[0], password=entry[1])

    def set_password(self, service, user, secret):
        if self._vault.error_response is not None:
            raise self._vault.error_response
        before = self._vault.entries.get(service)
        if before is not None:  # the older one steps aside, even if it is the same user's
            self._vault.entries[f"{before[0]}@{service}"] = before
        self._vault.entries[service] = (user, secret, self.persist)

    def delete_password(self, service, user):
        if self._vault.error_response is not None:
            raise self._vault.error_response
        entries = self._vault.entries
        names = [name for name in (service, f"{user}@{service}") if entries.get(name, ("",))[0] == user]
        if not names:
            raise PasswordDeleteError(service)
        for name in names:
            del entries[name]


def modules(vault):
    """The modules of keyring that there would be, with this behind them."""
    made = {
        name: types.ModuleType(name) for name in ("keyring", "keyring.backends", "keyring.backends.Windows")
    }
    made["keyring.errors"] = types.ModuleType("keyring.errors")
    made["keyring.errors"].PasswordDeleteError = PasswordDeleteError
    made["keyring.backends.Windows"].WinVaultKeyring = vault.backend
    return made
