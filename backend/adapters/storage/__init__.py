"""Places for files behind `documents.ports.FileStore`."""
