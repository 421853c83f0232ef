"""Advice: kubectl warns of what is valid and will hardly do what its author wants, and nothing is refused."""
from harness.advice import Advised, of_certificates, of_issuers, of_no_secrets, of_secrets


def scenario(claims, cluster, pki):
    advised = Advised(claims, cluster)
    of_issuers(advised, pki)
    of_certificates(advised)
    # On a cluster the webhook has that right only by manifests/optional.
    if cluster.standalone:
        of_secrets(advised, pki)
    else:
        of_no_secrets(advised, pki)
