"""`make run`: starts web, worker and the WeChat mock, keeps them alive, and ends with them.

`backend.supervisor.__main__` is the door; the rest knows nothing of Zhangban and would supervise
any handful of programs.
"""
