"""Cases to the back office, its receipts and its events back."""
