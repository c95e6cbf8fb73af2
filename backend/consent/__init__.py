"""Consent of a family member: invitation, identification, face, signature, evidence."""
