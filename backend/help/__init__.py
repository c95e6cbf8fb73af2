"""请人来帮我办: a citizen asks for somebody to help, village or township takes it up."""
