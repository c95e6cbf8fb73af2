"""The phone's side of Zhangban: mini-program, WeChat platform mock, outside client; no backend."""
