"""Letters (文书): what a case's people get in writing, each kept as it was said, printed as a PDF
that anybody can have checked.
"""
