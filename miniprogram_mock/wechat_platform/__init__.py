"""Answers as WeChat's servers do, so that the adapters speak real HTTP in tests and in demo mode.

Everything lies in memory and is gone when the process ends: it is a mock, not a store. What must
outlive it (a person's openid) is computed from the name the phone gives itself, never remembered.
"""

from miniprogram_mock.wechat_platform.app import PlatformConfig, create_platform

__all__ = ["PlatformConfig", "create_platform"]
