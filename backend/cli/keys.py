"""Commands about keys: rotation, and what others check us with."""

from __future__ import annotations

import argparse

from backend.cli.common import Add
from backend.core.crypto import KeyRing
from backend.core.settings import Settings


def register(add: Add) -> None:
    rotated = add("keys-rotate", _keys_rotate, "make new keys and re-encrypt; resumable")
    rotated.add_argument(
        "--drop-old", action="store_true", help="forget keys nothing needs any more"
    )
    rotated.add_argument(
        "--use",
        choices=["data", "evidence", "webhook"],
        default="data",
        help="which keys: those that seal and find data (the default), or those that sign",
    )
    rotated.add_argument(
        "--grace",
        type=float,
        default=2.0,
        metavar="SECONDS",
        help="how long a changed key file may take to reach every machine (default 2)",
    )
    add("evidence-key", _evidence_key, "print the public keys that evidence is checked with (PEM)")
    add("webhook-secret", _webhook_secret, "print the secret that a county's receiver needs")


def _keys_rotate(arguments: argparse.Namespace) -> int:
    from backend.rotating import ROTATED, rotate

    uses = ROTATED if arguments.use == "data" else (arguments.use,)
    settings = Settings.from_env()
    for line in rotate(settings, drop_old=arguments.drop_old, uses=uses, grace_s=arguments.grace):
        print(line, flush=True)
    return 0


def _evidence_key(_: argparse.Namespace) -> int:
    from backend.consent.rules.evidence import public_key

    print(public_key(KeyRing.load(Settings.from_env().key_file)), end="")
    return 0


def _webhook_secret(_: argparse.Namespace) -> int:
    from backend.relay.rules import shown_secret

    print(shown_secret(KeyRing.load(Settings.from_env().key_file).current("webhook").secret))
    return 0
