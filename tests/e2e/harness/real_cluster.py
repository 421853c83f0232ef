"""RealCluster: etcd, kube-apiserver and our webhook and controller on loopback, wired as manifests/ would wire them."""
import base64
import json
import os
import pathlib
import subprocess

from .claims import Failed
from .cluster import Cluster, collection
from .objects import certificate_request
from .pki import P256
from .processes import answers, free_port, running

SERVER_BOUND = 300  # seconds until kube-apiserver is ready, on a busy machine
OURS_BOUND = 120
NS = "cert-manager"


def kube_apiserver():
    """That of $KUBE_APISERVER, or the one that tests/real/run builds; it need not be there."""
    built = pathlib.Path(__file__).resolve().parents[3] / "build" / "real" / "kube-apiserver"
    return pathlib.Path(os.environ.get("KUBE_APISERVER") or built)


class RealCluster:
    controller_flags = ()  # more of them
    etcd_flags = ("--unsafe-no-fsync",)

    def __init__(self, folder, server_binary, binary, manifests, stack):
        self.folder, self._server, self.binary, self._manifests = folder, server_binary, binary, manifests
        self._stack, self._processes = stack, []
        self._port, self._webhook_port = free_port(), free_port()
        self.kubeconfig = folder / "kubeconfig"
        self.webhook_url = f"https://127.0.0.1:{self._webhook_port}"
        self.api_server = self.etcd = self.webhook = self.controller = None  # the processes
        self._server_command = []
        self.metrics_port = self.webhook_metrics_port = None  # the controller's, the webhook's

    def start(self, controllers, webhook_flags=(), optional=()):
        """optional: files of manifests/optional to apply too."""
        self.start_server()
        for name in optional:
            self.admin.kubectl("apply", "-f", str(self._manifests / "optional" / name))
        self.start_webhook(webhook_flags)
        self.start_controller(controllers)
        self.register()

    def start_server(self):
        """The API server with manifests/ but for the admission configuration; nothing of ours runs yet."""
        self._certificates()
        self._start_server()
        self._kubeconfig("kubeconfig", {"client-certificate-data": self._encoded("admin.crt"),
                                        "client-key-data": self._encoded("admin.key")})
        self.admin = Cluster(str(self.kubeconfig), NS)
        self._install()

    def show_logs(self):
        for process in self._processes:
            print(f"---- {process.name}\n{process.tail()}")

    def _certificates(self):
        self._openssl("req", "-x509", *P256, "-days", "3650", "-subj", "/CN=test-ca",
                      "-keyout", "ca.key", "-out", "ca.crt")
        self._openssl("genrsa", "-out", "sa.key", "2048")
        self._leaf("server", "/CN=server", "subjectAltName=IP:127.0.0.1,DNS:localhost")
        self._leaf("admin", "/O=system:masters/CN=admin", "extendedKeyUsage=clientAuth")

    def _leaf(self, name, subject, extension):
        self._openssl("req", "-new", *P256, "-subj", subject, "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (self.folder / f"{name}.ext").write_text(extension)
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                      "-days", "3650", "-out", f"{name}.crt", "-extfile", f"{name}.ext")

    def _start_server(self):
        client, peer = free_port(), free_port()
        etcd, beside = f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
        self.etcd = self.run("etcd", ["etcd", "--data-dir", self.folder / "etcd", "--listen-client-urls", etcd,
                                      "--advertise-client-urls", etcd, "--listen-peer-urls", beside,
                                      "--initial-advertise-peer-urls", beside, "--initial-cluster", f"default={beside}",
                                      *self.etcd_flags])
        file = self.folder.__truediv__
        self._server_command = [
            self._server, f"--etcd-servers={etcd}", f"--secure-port={self._port}", "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1", f"--tls-cert-file={file('server.crt')}",
            f"--tls-private-key-file={file('server.key')}", f"--client-ca-file={file('ca.crt')}",
            "--service-account-issuer=https://kubernetes.default.svc", f"--service-account-key-file={file('sa.key')}",
            f"--service-account-signing-key-file={file('sa.key')}", "--service-cluster-ip-range=10.0.0.0/24",
            "--authorization-mode=RBAC", "--endpoint-reconciler-type=none",
            "--disable-admission-plugins=ServiceAccount"]
        self._run_server()

    def _run_server(self):
        self.api_server = self.run("kube-apiserver", self._server_command)
        pair = (self.folder / "admin.crt", self.folder / "admin.key")
        self.api_server.until("/readyz", lambda: answers(self._port, "/readyz", pair), SERVER_BOUND)

    def restart_killed(self):
        """SIGKILL for the API server, and a new one on the same port and the same etcd, which runs on."""
        self.api_server.kill()
        self._run_server()

    def _install(self):
        """manifests/ as a user applies them, but for the admission configuration, which comes last."""
        self.admin.kubectl("apply", "-f", str(self._manifests / "crds"), timeout=SERVER_BOUND)
        self.admin.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=100s")
        for path in sorted((self._manifests / "install").glob("[0-3]*.yaml")):
            seen = self.admin.kubectl("apply", "-f", str(path))
            if "Warning" in seen.err:
                raise Failed(f"{path.name} applies with a warning: {seen.err}")

    def start_webhook(self, flags=()):
        """The webhook, which the API server does not call before register()."""
        health, self.webhook_metrics_port = free_port(), free_port()
        self.as_service_account("cert-manager-webhook")
        self.webhook = self.run("webhook", [
            self.binary, "webhook", f"--secure-port={self._webhook_port}", f"--healthz-port={health}",
            f"--metrics-listen-address=127.0.0.1:{self.webhook_metrics_port}",
            f"--tls-cert-file={self.folder / 'server.crt'}",
            f"--tls-private-key-file={self.folder / 'server.key'}",
            f"--kubeconfig={self.folder / 'cert-manager-webhook.kubeconfig'}", *flags])
        self.webhook.until("/healthz", lambda: answers(health, "/healthz"), OURS_BOUND)

    def start_controller(self, controllers="*"):
        """The controller; to be called again once that of before is stopped."""
        health, self.metrics_port = free_port(), free_port()
        self.as_service_account("cert-manager")
        self.controller = self.run("controller", [
            self.binary, "controller", f"--kubeconfig={self.folder / 'cert-manager.kubeconfig'}",
            f"--cluster-resource-namespace={NS}", f"--controllers={controllers}",
            f"--metrics-listen-address=127.0.0.1:{self.metrics_port}",
            f"--internal-healthz-listen-address=127.0.0.1:{health}", *self.controller_flags])
        self.controller.until("/livez", lambda: answers(health, "/livez"), OURS_BOUND)

    def as_service_account(self, name):
        """A kubeconfig with a token of that ServiceAccount, as its Pod would have it."""
        answer = self.admin.post(f"/api/v1/namespaces/{NS}/serviceaccounts/{name}/token",
                                  {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}})
        if answer.status != 201:
            raise Failed(f"a token for {name}: {answer}")
        self._kubeconfig(f"{name}.kubeconfig", {"token": answer.json()["status"]["token"]})
        return self.folder / f"{name}.kubeconfig"

    def register(self):
        """The admission configuration of manifests/, with our webhook's address and CA for the Service's."""
        for value in self.admission():
            for webhook in value["webhooks"]:
                service = webhook["clientConfig"].pop("service")
                webhook["clientConfig"] = {"url": self.webhook_url + service["path"],
                                           "caBundle": self._encoded("ca.crt")}
            self.admin.apply(value)
        self.admin.until("the webhook called", self.webhook_called)

    def admission(self):
        """The two configurations of manifests/ as they stand there."""
        path = self._manifests / "install" / "40-admission.yaml"
        return _documents(self.admin.kubectl("create", "--dry-run=client", "-o", "json", "-f", str(path)).out)

    def webhook_called(self):
        """API servers take up a configuration a moment after it is written. This request is refused once /validate is
        called, and for its identity until /mutate is called too."""
        path = f"{collection('certificaterequests', 'default')}?dryRun=All"
        answer = self.admin.post(path, certificate_request("probe", "default", b"no request"))
        return answer.status == 403 and b"spec.username" not in answer.body

    def run(self, name, command):
        process = self._stack.enter_context(running(name, command, self.folder / f"{name}.log"))
        self._processes.append(process)
        return process

    def _kubeconfig(self, name, user):
        server = {"server": f"https://127.0.0.1:{self._port}", "certificate-authority-data": self._encoded("ca.crt")}
        (self.folder / name).write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": server}], "users": [{"name": "u", "user": user}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}]}))

    def _encoded(self, name):
        return base64.b64encode((self.folder / name).read_bytes()).decode()

    def _openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True, timeout=60)


def _documents(text):
    """The objects of `kubectl -o json`: one List, or one after the other."""
    decoder, position, found = json.JSONDecoder(), 0, []
    while position < len(text.rstrip()):
        value, end = decoder.raw_decode(text, position + len(text[position:]) - len(text[position:].lstrip()))
        found += value["items"] if value["kind"] == "List" else [value]
        position = end
    return found
