"""Policy as plain values and functions: reading the files, household income, the assessment."""
