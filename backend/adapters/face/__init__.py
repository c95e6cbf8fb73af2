"""Face engines behind `consent.ports.FaceVerifier`; importing this loads no engine."""
