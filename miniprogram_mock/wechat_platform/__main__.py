"""`python -m miniprogram_mock.wechat_platform --port N` runs the mock platform."""

from __future__ import annotations

import argparse
import sys

from miniprogram_mock.wechat_platform.app import PlatformConfig, create_platform
from miniprogram_mock.wechat_platform.server import make_platform_server, serve_until_ended


def main() -> int:
    """Serve until ended; 2 when the mini-program's id or secret is not given."""
    parser = argparse.ArgumentParser(prog="wechat_platform", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--fd", type=int, help="serve on this open listening socket instead")
    options = parser.parse_args()
    try:
        config = PlatformConfig.from_environment()
    except KeyError as missing:
        sys.stderr.write(f"Set {missing.args[0]} first.\n")
        return 2
    server = make_platform_server(create_platform(config), options.host, options.port, options.fd)
    sys.stdout.write(f"WeChat platform mock ready on http://{options.host}:{server.port}\n")
    sys.stdout.flush()
    serve_until_ended(server)
    return 0


if __name__ == "__main__":
    sys.exit(main())
