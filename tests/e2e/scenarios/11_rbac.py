"""Roles: what a user who is no administrator may do, by Role, ClusterRole and their bindings."""
from harness.claims import expect, expect_equal, expect_in
from harness.objects import config_map

RBAC = "rbac.authorization.k8s.io"


def seen(cluster, look):
    """At once on standalone; another API server has its roles from a cache that lags a little behind."""
    cluster.until_holds("the right of now", look, 0 if cluster.standalone else 60)


def scenario(claims, cluster, pki):  # pylint: disable=unused-argument
    namespace, other = cluster.namespace("rbac"), cluster.namespace("rbac-other")
    user = f"jane-{cluster.run_id}"

    def kubectl(*words, check=True, where=namespace, **options):
        return cluster.kubectl("-n", where, *words, check=check, **options)

    def may(verb, what, where=namespace, who=user):
        return kubectl("auth", "can-i", verb, what, "--as", who, check=False, where=where).out.strip()

    cluster.apply(config_map("settings", namespace))
    bound_in_a_namespace(claims, cluster, kubectl, may, user, other)
    policies(claims, cluster, kubectl, namespace, other)
    grants(claims, cluster, kubectl, namespace)
    if cluster.standalone:  # the bare API server of the tests has no controllers beside it
        aggregated(claims, cluster, kubectl, may)


def bound_in_a_namespace(claims, cluster, kubectl, may, user, other):
    with claims.claim("a user without a role is refused, and told what is missing"):
        done = kubectl("get", "configmap", "settings", "--as", user, check=False)
        expect_in(f'User "{user}" cannot get resource "configmaps" in API group ""', done.err)
        expect_equal(may("get", "configmaps"), "no")
    with claims.claim("kubectl create role and rolebinding give the right at once, in that namespace alone"):
        kubectl("create", "role", "reader", "--verb=get,list,watch", "--resource=configmaps")
        kubectl("create", "rolebinding", "reader", "--role=reader", f"--user={user}")
        seen(cluster, lambda: kubectl("get", "configmap", "settings", "--as", user))
        expect_equal(may("get", "configmaps"), "yes")
        expect_equal(may("delete", "configmaps"), "no")
        expect_equal(may("get", "configmaps", other), "no")
    with claims.claim("kubectl get shows the role of a binding and describe its rules"):
        expect_in("Role/reader", kubectl("get", "rolebindings").out)
        expect_in(user, kubectl("get", "rolebindings", "-o", "wide").out)
        expect_in("configmaps", kubectl("describe", "role", "reader").out)
    with claims.claim("the role of a binding cannot be changed"):
        done = kubectl("patch", "rolebinding", "reader", "-p", '{"roleRef": {"name": "x"}}', check=False)
        expect_in("cannot change roleRef", done.err)
    with claims.claim("without the binding the right is gone"):
        kubectl("delete", "rolebinding", "reader")
        seen(cluster, lambda: expect_equal(may("get", "configmaps"), "no"))


def may_use(cluster, policy, where, who):
    """Asked by a review: the right does not need the kind to be served, and kubectl would."""
    answer = cluster.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", {
        "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
        "spec": {"user": who, "resourceAttributes": {
            "group": "policy.cert-manager.io", "resource": "certificaterequestpolicies", "verb": "use", "name": policy,
            "namespace": where}}})
    expect_equal(answer.status, 201)
    return answer.json()["status"]["allowed"]


def policies(claims, cluster, kubectl, namespace, other):
    role = f"use-{cluster.run_id}"
    with claims.claim("the verb use on one policy, by a ClusterRole that is bound in a namespace"):
        cluster.apply({"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": role},
                       "rules": [{"apiGroups": ["policy.cert-manager.io"], "verbs": ["use"],
                                  "resources": ["certificaterequestpolicies"], "resourceNames": ["corp"]}]})
        kubectl("create", "rolebinding", "use", f"--clusterrole={role}", "--serviceaccount=tools:bot")
        bot, jane = "system:serviceaccount:tools:bot", f"jane-{cluster.run_id}"
        seen(cluster, lambda: expect(may_use(cluster, "corp", namespace, bot), "the bot may not use corp"))
        expect(not may_use(cluster, "other", namespace, bot), "the bot may use other")
        expect(not may_use(cluster, "corp", other, bot), "the bot may use corp in another namespace")
        expect(not may_use(cluster, "corp", namespace, jane), "another user may use corp")
    cluster.kubectl("delete", "clusterrole", role)


def grants(claims, cluster, kubectl, namespace):
    joe = f"joe-{cluster.run_id}"
    with claims.claim("nobody gives rights that he has not got"):
        kubectl("create", "role", "granter", "--verb=create,get,patch,update",
                f"--resource=roles.{RBAC},rolebindings.{RBAC}")
        kubectl("create", "rolebinding", "granter", "--role=granter", f"--user={joe}")

        def refused():
            done = kubectl("create", "role", "more", "--verb=get", "--resource=secrets", "--as", joe, check=False)
            expect(done.code != 0, "the role was made")
            expect_in("is attempting to grant RBAC permissions not currently held", done.err)
            expect_in('{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}', done.err)
        seen(cluster, refused)
        kubectl("create", "role", "less", "--verb=get", f"--resource=roles.{RBAC}", "--as", joe)
        expect_equal(kubectl("get", "role", "less", "-o", "jsonpath={.metadata.namespace}").out, namespace)


def aggregated(claims, cluster, kubectl, may):
    kim = f"kim-{cluster.run_id}"
    with claims.claim("the role edit has what its parts have: Certificates and Secrets, but no ClusterIssuers"):
        kubectl("create", "rolebinding", "kim", "--clusterrole=edit", f"--user={kim}")
        for verb, what, answer in (("create", "certificates.cert-manager.io", "yes"), ("get", "secrets", "yes"),
                                   ("create", "clusterissuers.cert-manager.io", "no"),
                                   ("create", f"roles.{RBAC}", "no")):
            expect_equal((verb, what, may(verb, what, who=kim)), (verb, what, answer))
