"""What the law and the county give to whom: programmes, dated standards, eligibility rules."""
