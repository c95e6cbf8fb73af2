"""Applications (申请), from the first draft to the decision."""
