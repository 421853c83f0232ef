"""Bodies: AdmissionReviews as kube-apiserver sends them, of one realistic Certificate or Issuer, grown as asked."""
import json

GROUP = "cert-manager.io"
USER = {"username": "kubernetes-admin", "groups": ["kubeadm:cluster-admins", "system:authenticated"],
        "extra": {"authentication.kubernetes.io/credential-id": ["X509SHA256=" + "5f3c0a1d" * 8]}}
CERTIFICATE_SPEC = {
    "commonName": "shop.example.com", "dnsNames": ["shop.example.com", "www.shop.example.com", "api.shop.example.com"],
    "duration": "2160h0m0s", "renewBefore": "360h0m0s", "secretName": "shop-tls", "revisionHistoryLimit": 3,
    "issuerRef": {"name": "shop-ca", "kind": "Issuer", "group": GROUP},
    "usages": ["digital signature", "key encipherment"],
    "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
    "subject": {"organizations": ["Example"], "countries": ["DE"]},
    "secretTemplate": {"labels": {"app.kubernetes.io/name": "shop", "app.kubernetes.io/part-of": "shop"}}}

HELM_LABELS = {"app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": "shop",
               "helm.sh/chart": "shop-1.4.2", "app.kubernetes.io/version": "1.4.2"}
HELM_ANNOTATIONS = {"meta.helm.sh/release-name": "shop", "meta.helm.sh/release-namespace": "shop",
                    "example.com/contact": "shop-team"}


def _owned(value):
    """Server-side apply's note of who set which field: half of what an API server sends."""
    return {f"f:{key}": _owned(inner) if isinstance(inner, dict) else {} for key, inner in value.items()}


def _object(kind, name, spec, generation):
    meta = {"name": name, "namespace": "shop", "uid": "1d7ed0e6-8e10-4f3c-9f3e-2f6c0a4b7d11", "generation": generation,
            "creationTimestamp": "2024-05-01T10:00:00Z", "labels": {"app.kubernetes.io/name": name, **HELM_LABELS},
            "annotations": HELM_ANNOTATIONS,
            "managedFields": [{"manager": "kubectl-client-side-apply", "operation": "Update",
                               "apiVersion": f"{GROUP}/v1", "time": "2024-05-01T10:00:00Z", "fieldsType": "FieldsV1",
                               "fieldsV1": {"f:metadata": {"f:labels": {".": {}, "f:app.kubernetes.io/name": {}}},
                                            "f:spec": _owned(spec)}}]}
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": meta, "spec": spec}


def _review(kind, plural, operation, value, old=None):
    version = {"group": GROUP, "version": "v1"}
    request = {"uid": "0f2c9a54-3d0b-4b0c-9a57-8a2c1a7f5e11", "kind": {**version, "kind": kind},
               "resource": {**version, "resource": plural}, "requestKind": {**version, "kind": kind},
               "requestResource": {**version, "resource": plural}, "name": value["metadata"]["name"],
               "namespace": "shop", "operation": operation, "userInfo": USER, "object": value, "oldObject": old,
               "dryRun": False, "options": {"kind": f"{operation.title()}Options", "apiVersion": "meta.k8s.io/v1"}}
    review = {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": request}
    return json.dumps(review, separators=(",", ":")).encode()


def create():
    return _review("Certificate", "certificates", "CREATE", _object("Certificate", "shop", CERTIFICATE_SPEC, 1))


def update():
    old = _object("Certificate", "shop", CERTIFICATE_SPEC, 1)
    new = _object("Certificate", "shop", {**CERTIFICATE_SPEC, "renewBefore": "480h0m0s"}, 2)
    return _review("Certificate", "certificates", "UPDATE", new, old)


def many_names(count):
    names = [f"host-{number:06d}.shop.example.com" for number in range(count)]
    spec = {**CERTIFICATE_SPEC, "commonName": names[0], "dnsNames": names}
    return _review("Certificate", "certificates", "CREATE", _object("Certificate", "shop", spec, 1))


def many_solvers(count):
    solvers = [{"selector": {"dnsZones": [f"zone-{number:04d}.example.com"]},
                "dns01": {"webhook": {"groupName": "acme.example.com", "solverName": "zone",
                                      "config": {"zone": number, "secretRef": {"name": "token", "key": "t"}}}}}
               if number % 2 else
               {"selector": {"dnsNames": [f"host-{number:04d}.example.com"]}, "http01": {"ingress": {"class": "nginx"}}}
               for number in range(count)]
    spec = {"acme": {"server": "https://acme.example.com/directory", "email": "ops@example.com",
                     "privateKeySecretRef": {"name": "account"}, "solvers": solvers}}
    return _review("Issuer", "issuers", "CREATE", _object("Issuer", "acme", spec, 1))


def of_size(size):
    """A Certificate's create of about that many bytes: what grows are its names."""
    a_name = len('"host-000000.shop.example.com",')
    return many_names(max(1, (size - len(many_names(1))) // a_name))
