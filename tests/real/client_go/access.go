package main

import (
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/utils/ptr"
)

var accessChecks = []check{
	{"access: TokenRequest, a client with that token, TokenReview", tokens},
	{"access: SelfSubjectAccessReview and its relatives", accessReviews},
	{"access: impersonation", impersonation},
	{"access: nobody grants what they do not hold", escalation},
}

// account makes a ServiceAccount that may do what the rule says, and a client with its token.
func (t *test) account(name string, rules ...rbacv1.PolicyRule) (*kubernetes.Clientset, string) {
	must(t.client.CoreV1().ServiceAccounts(t.ns).Create(t.ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}},
		metav1.CreateOptions{}))
	meta := metav1.ObjectMeta{Name: name}
	must(t.client.RbacV1().Roles(t.ns).Create(t.ctx, &rbacv1.Role{ObjectMeta: meta, Rules: rules}, metav1.CreateOptions{}))
	must(t.client.RbacV1().RoleBindings(t.ns).Create(t.ctx, &rbacv1.RoleBinding{ObjectMeta: meta,
		Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Name: name, Namespace: t.ns}},
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name}}, metav1.CreateOptions{}))
	answer := must(t.client.CoreV1().ServiceAccounts(t.ns).CreateToken(t.ctx, name, &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: ptr.To[int64](3600)}}, metav1.CreateOptions{}))
	that(len(strings.Split(answer.Status.Token, ".")) == 3, "no token: %+v", answer.Status)
	that(!answer.Status.ExpirationTimestamp.IsZero(), "no end")
	config := rest.AnonymousClientConfig(t.config)
	config.BearerToken, config.QPS = answer.Status.Token, -1
	return must(kubernetes.NewForConfig(config)), answer.Status.Token
}

var readMaps = rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []string{"get", "list", "watch"}}

func tokens(t *test) {
	client, token := t.account("reader", readMaps)
	t.makeConfigMap("a", nil)
	t.until("the right", func() (bool, string) { // kube-apiserver learns of a binding a moment later
		_, err := client.CoreV1().ConfigMaps(t.ns).Get(t.ctx, "a", metav1.GetOptions{})
		return err == nil, "forbidden"
	})
	user := "system:serviceaccount:" + t.ns + ":reader"
	err := client.CoreV1().ConfigMaps(t.ns).Delete(t.ctx, "a", metav1.DeleteOptions{})
	refused(err, metav1.StatusReasonForbidden, `User "`+user+`" cannot delete resource "configmaps" in API group "" in the namespace "`+t.ns+`"`)
	self := must(client.AuthenticationV1().SelfSubjectReviews().Create(t.ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{}))
	equal(self.Status.UserInfo.Username, user)
	review := func(token string) authenticationv1.TokenReviewStatus {
		return must(t.client.AuthenticationV1().TokenReviews().Create(t.ctx, &authenticationv1.TokenReview{
			Spec: authenticationv1.TokenReviewSpec{Token: token}}, metav1.CreateOptions{})).Status
	}
	status := review(token)
	that(status.Authenticated && status.User.Username == user, "%+v", status)
	that(!review(token[:len(token)-8]+"AAAAAAAA").Authenticated, "a forged token is accepted")
	config := rest.AnonymousClientConfig(t.config)
	config.BearerToken = "a.b.c"
	_, err = must(kubernetes.NewForConfig(config)).CoreV1().ConfigMaps(t.ns).List(t.ctx, metav1.ListOptions{})
	refused(err, metav1.StatusReasonUnauthorized)
	no(t.client.CoreV1().ServiceAccounts(t.ns).Delete(t.ctx, "reader", metav1.DeleteOptions{}))
	t.until("the token is of nobody", func() (bool, string) { return !review(token).Authenticated, "authenticated" })
}

func accessReviews(t *test) {
	access := t.client.AuthorizationV1()
	ask := func(verb, resource string) *authorizationv1.ResourceAttributes {
		return &authorizationv1.ResourceAttributes{Namespace: t.ns, Verb: verb, Resource: resource}
	}
	mine := must(access.SelfSubjectAccessReviews().Create(t.ctx, &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: ask("delete", "secrets")}}, metav1.CreateOptions{}))
	that(mine.Status.Allowed, "%+v", mine.Status)
	client, _ := t.account("reader", readMaps)
	for verb, allowed := range map[string]bool{"watch": true, "delete": false} {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: "system:serviceaccount:" + t.ns + ":reader", ResourceAttributes: ask(verb, "configmaps")}}
		t.until(verb, func() (bool, string) {
			seen := must(access.SubjectAccessReviews().Create(t.ctx, review, metav1.CreateOptions{}))
			return seen.Status.Allowed == allowed, seen.Status.String()
		})
	}
	local := must(access.LocalSubjectAccessReviews(t.ns).Create(t.ctx, &authorizationv1.LocalSubjectAccessReview{
		ObjectMeta: metav1.ObjectMeta{Namespace: t.ns}, Spec: authorizationv1.SubjectAccessReviewSpec{User: "nobody",
			ResourceAttributes: ask("get", "pods")}}, metav1.CreateOptions{}))
	that(!local.Status.Allowed, "%+v", local.Status)
	rules := must(client.AuthorizationV1().SelfSubjectRulesReviews().Create(t.ctx, &authorizationv1.SelfSubjectRulesReview{
		Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: t.ns}}, metav1.CreateOptions{}))
	found := false
	for _, rule := range rules.Status.ResourceRules {
		found = found || strings.Join(rule.Resources, ",") == "configmaps"
	}
	that(found, "%+v", rules.Status.ResourceRules)
}

func impersonation(t *test) {
	config := copyOf(t.config)
	config.Impersonate = rest.ImpersonationConfig{UserName: "jane", Groups: []string{"dev"}, Extra: map[string][]string{"scope": {"a"}}}
	client := must(kubernetes.NewForConfig(config))
	self := must(client.AuthenticationV1().SelfSubjectReviews().Create(t.ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{}))
	equal(self.Status.UserInfo.Username, "jane")
	equal(self.Status.UserInfo.Groups, []string{"dev", "system:authenticated"})
	equal(self.Status.UserInfo.Extra["scope"], authenticationv1.ExtraValue{"a"})
	_, err := client.CoreV1().Secrets(t.ns).List(t.ctx, metav1.ListOptions{})
	refused(err, metav1.StatusReasonForbidden, `User "jane" cannot list resource "secrets"`)
}

func escalation(t *test) {
	all := rbacv1.PolicyRule{APIGroups: []string{rbacv1.GroupName}, Resources: []string{"roles"}, Verbs: []string{"create"}}
	client, _ := t.account("granter", all, readMaps)
	make := func(name string, rule rbacv1.PolicyRule) error {
		_, err := client.RbacV1().Roles(t.ns).Create(t.ctx, &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: name},
			Rules: []rbacv1.PolicyRule{rule}}, metav1.CreateOptions{})
		return err
	}
	t.until("the right", func() (bool, string) {
		err := make("fine", readMaps)
		return err == nil, "refused"
	})
	more := readMaps
	more.Verbs = []string{"delete"}
	refused(make("more", more), metav1.StatusReasonForbidden, "is attempting to grant RBAC permissions not currently held")
}
