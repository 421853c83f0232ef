"""What the end-to-end scenarios share. Python 3.9 or later, standard library, kubectl and openssl."""
