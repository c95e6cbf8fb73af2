"""Zhangban 掌办: the open backend for Chinese social assistance."""
