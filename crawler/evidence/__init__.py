"""What a doubter needs: the archive proved against its own log."""
