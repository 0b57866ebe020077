"""What PostgreSQL's errors mean to us: it is away, it will not have this, or the configuration is to be mended."""

import re
from collections.abc import Mapping

import psycopg

from bot.errors import ConfigError, Problem, StoreAway, StoreError

WHERE = "[sokbo] store"

#: Codes, or their classes, after which the same may succeed a moment later (PostgreSQL's appendix A).
_AWAY = (
    "08",  # the connection
    "25P03",  # we sat in a transaction too long
    "40001",  # somebody else changed the same
    "40P01",  # a deadlock
    "53",  # out of disk, memory or connections
    "55P03",  # a lock was not to be had in time
    "57014",  # a statement took too long
    "57P01",  # it is being stopped
    "57P02",  # it crashed
    "57P03",  # it is starting
    "57P05",  # our session idled too long
)

#: What a server says at the door, and the mend. It gives no code there, and may speak its own language: then its words
#: have to do.
_MENDS = (
    (r"password|authentication|fe_sendauth", "set the right user and password in the address"),
    (r'role ".*" does not exist', "create this user: createuser --pwprompt NAME"),
    (r'database ".*" does not exist', "create it: createdb --encoding UTF8 NAME"),
    (r"pg_hba\.conf|SSL", "let this machine and user in, in the server's pg_hba.conf"),
    (r"permission denied", "let its user create a schema there: grant create on database NAME to USER"),
    (r"starting up|shutting down|recovery", "start again when it is ready"),
    (r"too many|connection slots", "raise the server's max_connections: each bot takes three"),
    (r"resolve|translate|refused|timeout|No such file|unreachable|route", "start the server, or mend host and port"),
)


def words(error: psycopg.Error) -> str:
    """What the database says, on one line."""
    return " ".join((error.diag.message_primary or str(error)).split())


def translated(error: psycopg.Error) -> StoreError:
    """The same as an error of ours: ``StoreAway`` if it may pass."""
    code = error.sqlstate
    if code is None:  # the library's own: a connection that is no more, or a statement that it cannot make sense of
        away = isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    else:
        away = code.startswith(_AWAY)
    return StoreAway(f"the store is away: {words(error)}") if away else StoreError(f"the store refuses: {words(error)}")


def refusal(reason: str, address: Mapping[str, str], mend: str = "") -> ConfigError:
    """Why a store cannot be opened, and the mend; a password is nowhere in it."""
    if password := address.get("password"):
        reason = re.sub(rf"(?<!\w){re.escape(password)}(?!\w)", "***", reason)
    host = address.get("host") or "this machine"
    place = f"{address.get('dbname', '')} on {host}" + (f":{address['port']}" if "port" in address else "")
    known = (mend for pattern, mend in _MENDS if re.search(pattern, reason, re.IGNORECASE))
    mend = mend or next(known, "name a database that this machine may use: postgresql://user:password@host:5432/name")
    return ConfigError([Problem(f"the store {place} cannot be used: {reason}", WHERE, mend)])
