"""The five founding documents, retold; each program must print what its document shows."""
