package main

import (
	"fmt"
	"strings"
	"sync"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/pager"
	"k8s.io/client-go/util/retry"
	"k8s.io/utils/ptr"

	"context"

	"k8s.io/apimachinery/pkg/runtime"
)

var typedChecks = []check{
	{"typed client: JSON, each kind round", func(t *test) { roundOfKinds(t, "application/json") }},
	{"typed client: protobuf, each kind round", func(t *test) { roundOfKinds(t, "application/vnd.kubernetes.protobuf") }},
	{"typed client: errors have their reasons and causes", typedErrors},
	{"typed client: dry run stores nothing", dryRun},
	{"typed client: names are generated, each its own", generatedNames},
	{"typed client: retry on conflict, eight at once", retryOnConflict},
	{"typed client: pages of a list", pages},
	{"typed client: label and field selectors", selectors},
	{"typed client: immutable ConfigMap, Secret type", immutable},
	{"typed client: field validation", fieldValidation},
}

// roundOfKinds creates, reads, updates and lists one object of each kind; what comes back is what was sent.
func roundOfKinds(t *test, contentType string) {
	config := copyOf(t.config)
	config.ContentType = contentType
	config.AcceptContentTypes = contentType
	client := must(kubernetes.NewForConfig(config))
	meta := metav1.ObjectMeta{Name: "one", Labels: map[string]string{"app": "web"},
		Annotations: map[string]string{"note": "a\nb"}}
	core := client.CoreV1()

	binary := must(core.ConfigMaps(t.ns).Create(t.ctx, &corev1.ConfigMap{ObjectMeta: meta, Data: map[string]string{"a": "1"},
		BinaryData: map[string][]byte{"b": {0, 255, 1}}}, metav1.CreateOptions{}))
	equal(binary.BinaryData["b"], []byte{0, 255, 1})
	equal(binary.Labels, meta.Labels)
	that(binary.UID != "" && binary.ResourceVersion != "" && !binary.CreationTimestamp.IsZero(), "%+v", binary.ObjectMeta)
	binary.Data["a"] = "2"
	updated := must(core.ConfigMaps(t.ns).Update(t.ctx, binary, metav1.UpdateOptions{}))
	that(updated.ResourceVersion != binary.ResourceVersion, "the version is as before: %s", updated.ResourceVersion)
	equal(must(core.ConfigMaps(t.ns).Get(t.ctx, "one", metav1.GetOptions{})).Data, map[string]string{"a": "2"})

	secret := must(core.Secrets(t.ns).Create(t.ctx, &corev1.Secret{ObjectMeta: meta, StringData: map[string]string{"k": "v"},
		Data: map[string][]byte{"d": {7}}}, metav1.CreateOptions{}))
	equal(secret.Type, corev1.SecretTypeOpaque)
	equal(secret.Data, map[string][]byte{"k": []byte("v"), "d": {7}})

	ports := []corev1.ServicePort{{Name: "http", Port: 80, TargetPort: intstr.FromString("web")}}
	service := must(core.Services(t.ns).Create(t.ctx, &corev1.Service{ObjectMeta: meta,
		Spec: corev1.ServiceSpec{Selector: meta.Labels, Ports: ports}}, metav1.CreateOptions{}))
	equal(service.Spec.Ports[0].Protocol, corev1.ProtocolTCP)
	equal(service.Spec.Type, corev1.ServiceTypeClusterIP)
	that(service.Spec.ClusterIP != "", "no cluster IP")

	pod := must(core.Pods(t.ns).Create(t.ctx, &corev1.Pod{ObjectMeta: meta,
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i"}}}}, metav1.CreateOptions{}))
	equal(pod.Spec.RestartPolicy, corev1.RestartPolicyAlways)
	equal(pod.Status.Phase, corev1.PodPending)
	pod.Status.Phase = corev1.PodRunning
	equal(must(core.Pods(t.ns).UpdateStatus(t.ctx, pod, metav1.UpdateOptions{})).Status.Phase, corev1.PodRunning)

	must(core.ServiceAccounts(t.ns).Create(t.ctx, &corev1.ServiceAccount{ObjectMeta: meta}, metav1.CreateOptions{}))
	must(client.NetworkingV1().Ingresses(t.ns).Create(t.ctx, ingress(meta), metav1.CreateOptions{}))
	equal(must(client.NetworkingV1().Ingresses(t.ns).Get(t.ctx, "one", metav1.GetOptions{})).Spec.TLS[0].SecretName, "tls")

	renewed := metav1.NewMicroTime(time.Unix(1700000000, 123456000))
	lease := must(client.CoordinationV1().Leases(t.ns).Create(t.ctx, &coordinationv1.Lease{ObjectMeta: meta,
		Spec: coordinationv1.LeaseSpec{HolderIdentity: ptr.To("me"), LeaseDurationSeconds: ptr.To[int32](15),
			RenewTime: &renewed}}, metav1.CreateOptions{}))
	that(lease.Spec.RenewTime.Equal(&renewed), "renewed at %v, not %v", lease.Spec.RenewTime, renewed)

	rules := []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"get"}}}
	must(client.RbacV1().Roles(t.ns).Create(t.ctx, &rbacv1.Role{ObjectMeta: meta, Rules: rules}, metav1.CreateOptions{}))
	equal(must(client.RbacV1().Roles(t.ns).List(t.ctx, metav1.ListOptions{})).Items[0].Rules, rules)
	no(core.ConfigMaps(t.ns).Delete(t.ctx, "one", metav1.DeleteOptions{}))
	_, err := core.ConfigMaps(t.ns).Get(t.ctx, "one", metav1.GetOptions{})
	refused(err, metav1.StatusReasonNotFound, `configmaps "one" not found`)
}

func ingress(meta metav1.ObjectMeta) *networkingv1.Ingress {
	backend := networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{Name: "web",
		Port: networkingv1.ServiceBackendPort{Number: 80}}}
	paths := []networkingv1.HTTPIngressPath{{Path: "/", PathType: ptr.To(networkingv1.PathTypePrefix), Backend: backend}}
	return &networkingv1.Ingress{ObjectMeta: meta, Spec: networkingv1.IngressSpec{
		TLS: []networkingv1.IngressTLS{{Hosts: []string{"a.example.com"}, SecretName: "tls"}},
		Rules: []networkingv1.IngressRule{{Host: "a.example.com", IngressRuleValue: networkingv1.IngressRuleValue{
			HTTP: &networkingv1.HTTPIngressRuleValue{Paths: paths}}}}}}
}

func typedErrors(t *test) {
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	made := t.makeConfigMap("a", nil)
	_, err := maps.Create(t.ctx, configMap("a", nil), metav1.CreateOptions{})
	refused(err, metav1.StatusReasonAlreadyExists, `configmaps "a" already exists`)
	_, err = maps.Create(t.ctx, configMap("A_", nil), metav1.CreateOptions{})
	refused(err, metav1.StatusReasonInvalid, "metadata.name", "RFC 1123")
	cause, found := apierrors.StatusCause(err, metav1.CauseTypeFieldValueInvalid)
	that(found && cause.Field == "metadata.name", "causes: %+v", cause)
	_, err = maps.Create(t.ctx, configMap("b", map[string]string{"a/b": "1"}), metav1.CreateOptions{})
	refused(err, metav1.StatusReasonInvalid, "data[a/b]")
	stale := made.DeepCopy()
	made.Data = map[string]string{"x": "1"}
	must(maps.Update(t.ctx, made, metav1.UpdateOptions{}))
	_, err = maps.Update(t.ctx, stale, metav1.UpdateOptions{})
	refused(err, metav1.StatusReasonConflict, "the object has been modified")
	stale.ResourceVersion, stale.UID = "", "other"
	_, err = maps.Update(t.ctx, stale, metav1.UpdateOptions{})
	refused(err, metav1.StatusReasonConflict, "Precondition failed: UID in precondition: other")
	_, err = t.client.CoreV1().ConfigMaps("client-go-nowhere").Create(t.ctx, configMap("a", nil), metav1.CreateOptions{})
	refused(err, metav1.StatusReasonNotFound, `namespaces "client-go-nowhere" not found`)
	_, err = t.client.CoreV1().Secrets(t.ns).Create(t.ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "t"},
		Type: corev1.SecretTypeTLS}, metav1.CreateOptions{})
	refused(err, metav1.StatusReasonInvalid, "data[tls.crt]", "data[tls.key]")
}

func dryRun(t *test) {
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	dry := []string{metav1.DryRunAll}
	seen := must(maps.Create(t.ctx, configMap("dry", nil), metav1.CreateOptions{DryRun: dry}))
	that(seen.UID != "", "no uid: %+v", seen.ObjectMeta)
	_, err := maps.Get(t.ctx, "dry", metav1.GetOptions{})
	refused(err, metav1.StatusReasonNotFound)
	kept := t.makeConfigMap("kept", map[string]string{"a": "1"})
	kept.Data["a"] = "2"
	equal(must(maps.Update(t.ctx, kept, metav1.UpdateOptions{DryRun: dry})).Data["a"], "2")
	no(maps.Delete(t.ctx, "kept", metav1.DeleteOptions{DryRun: dry}))
	no(maps.DeleteCollection(t.ctx, metav1.DeleteOptions{DryRun: dry}, metav1.ListOptions{}))
	still := must(maps.Get(t.ctx, "kept", metav1.GetOptions{}))
	equal(still.Data["a"], "1")
	equal(still.ResourceVersion, kept.ResourceVersion)
}

func generatedNames(t *test) {
	seen := map[string]bool{}
	for range 20 {
		made := must(t.client.CoreV1().ConfigMaps(t.ns).Create(t.ctx,
			&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: "made-"}}, metav1.CreateOptions{}))
		that(strings.HasPrefix(made.Name, "made-") && len(made.Name) == len("made-")+5, "%s", made.Name)
		seen[made.Name] = true
	}
	equal(len(seen), 20)
}

func retryOnConflict(t *test) {
	t.makeConfigMap("counter", map[string]string{"n": ""})
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	errs := make(chan error, 8)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			backoff := retry.DefaultBackoff
			backoff.Steps = 30
			for range 5 {
				if err := retry.RetryOnConflict(backoff, func() error {
					seen, err := maps.Get(t.ctx, "counter", metav1.GetOptions{})
					if err != nil {
						return err
					}
					seen.Data["n"] += "x"
					_, err = maps.Update(t.ctx, seen, metav1.UpdateOptions{})
					return err
				}); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(errs)
	for err := range errs {
		no(err)
	}
	equal(len(must(maps.Get(t.ctx, "counter", metav1.GetOptions{})).Data["n"]), 40)
}

func pages(t *test) {
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	for i := range 25 {
		t.makeConfigMap(fmt.Sprintf("page-%02d", i), nil)
	}
	first := must(maps.List(t.ctx, metav1.ListOptions{Limit: 10, FieldSelector: ours}))
	equal(len(first.Items), 10)
	that(first.RemainingItemCount == nil, "%v", first.RemainingItemCount) // with a selector it is not known
	that(*must(maps.List(t.ctx, metav1.ListOptions{Limit: 10})).RemainingItemCount >= 15, "too few remain")
	no(maps.Delete(t.ctx, "page-24", metav1.DeleteOptions{}))
	second := must(maps.List(t.ctx, metav1.ListOptions{Limit: 20, Continue: first.Continue, FieldSelector: ours}))
	equal(len(second.Items), 15) // of the time of the first page
	equal(second.ResourceVersion, first.ResourceVersion)
	equal(second.Continue, "")
	_, err := maps.List(t.ctx, metav1.ListOptions{Limit: 10, Continue: "!"})
	refused(err, metav1.StatusReasonBadRequest, "continue key is not valid")
	var names []string
	each := pager.New(func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		return maps.List(ctx, options)
	})
	each.PageSize = 7
	no(each.EachListItem(t.ctx, metav1.ListOptions{FieldSelector: ours}, func(object runtime.Object) error {
		names = append(names, object.(*corev1.ConfigMap).Name)
		return nil
	}))
	equal(len(names), 24)
	equal(names[23], "page-23")
}

func selectors(t *test) {
	core := t.client.CoreV1()
	for name, labels := range map[string]map[string]string{"a": {"tier": "front", "v": "1"}, "b": {"tier": "back"}, "c": nil} {
		must(core.Secrets(t.ns).Create(t.ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
			Type: corev1.SecretType("example.com/" + name)}, metav1.CreateOptions{}))
	}
	count := func(labels, fields string) int {
		return len(must(core.Secrets(t.ns).List(t.ctx, metav1.ListOptions{LabelSelector: labels, FieldSelector: fields})).Items)
	}
	equal(count("tier", ""), 2)
	equal(count("!tier", ""), 1)
	equal(count("tier in (front,back),v!=1", ""), 1)
	equal(count("tier notin (front)", ""), 2)
	equal(count("v>0", ""), 1)
	equal(count("", "type=example.com/b"), 1)
	equal(count("", "metadata.name!=a"), 2)
	equal(count("tier", "metadata.name=c"), 0)
	_, err := core.Secrets(t.ns).List(t.ctx, metav1.ListOptions{FieldSelector: "data.x=1"})
	refused(err, metav1.StatusReasonBadRequest, "field label not supported")
	_, err = core.Secrets(t.ns).List(t.ctx, metav1.ListOptions{LabelSelector: "a in ("})
	refused(err, metav1.StatusReasonBadRequest)
}

func immutable(t *test) {
	core := t.client.CoreV1()
	made := must(core.ConfigMaps(t.ns).Create(t.ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "a"},
		Data: map[string]string{"a": "1"}, Immutable: ptr.To(true)}, metav1.CreateOptions{}))
	made.Data["a"] = "2"
	_, err := core.ConfigMaps(t.ns).Update(t.ctx, made, metav1.UpdateOptions{})
	refused(err, metav1.StatusReasonInvalid, "field is immutable when `immutable` is set")
	secret := must(core.Secrets(t.ns).Create(t.ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "a"}}, metav1.CreateOptions{}))
	secret.Type = "example.com/other"
	_, err = core.Secrets(t.ns).Update(t.ctx, secret, metav1.UpdateOptions{})
	refused(err, metav1.StatusReasonInvalid, "type")
}

func fieldValidation(t *test) {
	path := "/api/v1/namespaces/" + t.ns + "/configmaps"
	body := []byte(`{"metadata":{"name":"strict"},"dota":{"a":"1"},"data":{"a":"1","a":"2"}}`)
	post := func(mode string) error {
		return t.client.CoreV1().RESTClient().Post().AbsPath(path).SetHeader("Content-Type", "application/json").
			Param("fieldValidation", mode).Param("dryRun", "All").Body(body).Do(t.ctx).Error()
	}
	refused(post("Strict"), metav1.StatusReasonBadRequest, `unknown field "dota"`, `duplicate field "data.a"`)
	no(post("Warn"))
	no(post("Ignore"))
}
