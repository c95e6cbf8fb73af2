"""The outbox and its relay: what is told to other systems leaves in the same commit, signed, in
order, until heard.
"""
