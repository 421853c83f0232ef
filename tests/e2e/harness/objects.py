"""The objects that scenarios make, as dicts."""
import base64


def issuer(name, namespace=None, **spec):
    kind = "Issuer" if namespace else "ClusterIssuer"
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": "cert-manager.io/v1", "kind": kind, "metadata": metadata, "spec": spec}


def certificate(name, namespace, issuer_ref="ca", **spec):
    """A Certificate with Secret NAME-tls for NAME.example.com, unless spec says otherwise."""
    ref = issuer_ref if isinstance(issuer_ref, dict) else {"name": issuer_ref}
    filled = {"secretName": f"{name}-tls", "dnsNames": [f"{name}.example.com"], "issuerRef": ref,
              "privateKey": {"algorithm": "ECDSA", "size": 256}, **spec}
    return {"apiVersion": "cert-manager.io/v1", "kind": "Certificate",
            "metadata": {"name": name, "namespace": namespace}, "spec": filled}


def certificate_request(name, namespace, request_pem, issuer_ref="ca", **spec):
    ref = issuer_ref if isinstance(issuer_ref, dict) else {"name": issuer_ref}
    encoded = base64.b64encode(request_pem).decode()
    return {"apiVersion": "cert-manager.io/v1", "kind": "CertificateRequest",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"request": encoded, "issuerRef": ref, **spec}}


def tls_secret(name, namespace, certificate_pem, key_pem):
    data = {"tls.crt": base64.b64encode(certificate_pem).decode(), "tls.key": base64.b64encode(key_pem).decode()}
    return {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
            "metadata": {"name": name, "namespace": namespace}, "data": data}


def config_map(name, namespace, **data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace},
            "data": data}


def ca_issuer(cluster, pki, namespace, name="ca"):
    """Makes a CA key pair, its Secret NAME-key-pair and a CA Issuer NAME; waits for Ready. The CA."""
    authority = pki.authority(f"{name}-{namespace}")
    cluster.apply(tls_secret(f"{name}-key-pair", namespace, authority.certificate, authority.key),
                  issuer(name, namespace, ca={"secretName": f"{name}-key-pair"}))
    cluster.until_ready("issuers", namespace, name)
    return authority
