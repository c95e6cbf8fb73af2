"""`make bench`: what Zhangban's hot paths cost, against peers that do the same work."""
