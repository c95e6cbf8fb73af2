"""Pure rules of documents: how an untrusted image is opened, which slots there are."""
