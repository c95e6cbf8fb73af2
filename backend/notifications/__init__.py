"""Calls people to what was left for them in the mini-program, by WeChat's subscribe messages.

An SMS is a second `MessageSender` the day a county has a contract for one.
"""
