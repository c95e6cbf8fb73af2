"""The township's desk: worklist, intake, reviews, mandates, and decisions on submitted cases."""
