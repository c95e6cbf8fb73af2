"""Documents of a case: slots, uploads, images, encrypted files."""
