package main

import (
	"encoding/json"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/sets"
	applycore "k8s.io/client-go/applyconfigurations/core/v1"
	applynet "k8s.io/client-go/applyconfigurations/networking/v1"
	"k8s.io/client-go/util/csaupgrade"
)

var applyChecks = []check{
	{"apply: ConfigMap, Secret, Service, Ingress by typed configurations", applyKinds},
	{"apply: a conflict names the manager and the field; force takes it", applyConflict},
	{"apply: what a manager leaves out goes, what others own stays", applyRemoval},
	{"apply: lists by key are shared by managers", applyLists},
	{"apply: dry run, the same again, a missing manager", applyOptions},
	{"apply: managedFields of updates, and their reset", managedFields},
	{"apply: extracted configurations, and a change from client-side apply", applyExtract},
}

func by(manager string) metav1.ApplyOptions { return metav1.ApplyOptions{FieldManager: manager} }

func force(manager string) metav1.ApplyOptions {
	return metav1.ApplyOptions{FieldManager: manager, Force: true}
}

func (t *test) applyMap(data map[string]string, options metav1.ApplyOptions) (*corev1.ConfigMap, error) {
	return t.client.CoreV1().ConfigMaps(t.ns).Apply(t.ctx, applycore.ConfigMap("a", t.ns).WithData(data), options)
}

// owned is what the manager owns by that operation, as text.
func owned(meta metav1.ObjectMeta, manager string, operation metav1.ManagedFieldsOperationType) string {
	for _, entry := range meta.ManagedFields {
		if entry.Manager == manager && entry.Operation == operation {
			return string(entry.FieldsV1.Raw)
		}
	}
	return ""
}

func applyKinds(t *test) {
	seen := must(t.applyMap(map[string]string{"a": "1"}, by("one")))
	equal(owned(seen.ObjectMeta, "one", metav1.ManagedFieldsOperationApply), `{"f:data":{"f:a":{}}}`)
	core := t.client.CoreV1()
	secret := must(core.Secrets(t.ns).Apply(t.ctx, applycore.Secret("s", t.ns).WithType("example.com/x").
		WithLabels(map[string]string{"l": "1"}).WithData(map[string][]byte{"k": []byte("v")}), by("one")))
	equal(secret.Data["k"], []byte("v"))
	equal(owned(secret.ObjectMeta, "one", metav1.ManagedFieldsOperationApply),
		`{"f:data":{"f:k":{}},"f:metadata":{"f:labels":{"f:l":{}}},"f:type":{}}`)
	service := must(core.Services(t.ns).Apply(t.ctx, applycore.Service("web", t.ns).WithSpec(applycore.ServiceSpec().
		WithSelector(map[string]string{"app": "web"}).WithPorts(applycore.ServicePort().WithName("http").WithPort(80).
		WithTargetPort(intstr.FromInt32(8080)))), by("one")))
	equal(service.Spec.Ports[0].Protocol, corev1.ProtocolTCP)
	fields := owned(service.ObjectMeta, "one", metav1.ManagedFieldsOperationApply)
	that(strings.Contains(fields, `k:{\"port\":80,\"protocol\":\"TCP\"}`), "%s", fields)
	backend := applynet.IngressBackend().WithService(applynet.IngressServiceBackend().WithName("web").
		WithPort(applynet.ServiceBackendPort().WithNumber(80)))
	rule := applynet.IngressRule().WithHost("a.example.com").WithHTTP(applynet.HTTPIngressRuleValue().WithPaths(
		applynet.HTTPIngressPath().WithPath("/").WithPathType(networkingv1.PathTypePrefix).WithBackend(backend)))
	made := must(t.client.NetworkingV1().Ingresses(t.ns).Apply(t.ctx,
		applynet.Ingress("web", t.ns).WithSpec(applynet.IngressSpec().WithRules(rule)), by("one")))
	equal(made.Spec.Rules[0].Host, "a.example.com")
}

func applyConflict(t *test) {
	must(t.applyMap(map[string]string{"a": "1", "b": "1"}, by("one")))
	_, err := t.applyMap(map[string]string{"a": "2", "b": "1"}, by("two"))
	refused(err, metav1.StatusReasonConflict, `Apply failed with 1 conflict: conflict with "one": .data.a`)
	seen := must(t.applyMap(map[string]string{"a": "2", "b": "1"}, force("two")))
	equal(seen.Data, map[string]string{"a": "2", "b": "1"})
	equal(owned(seen.ObjectMeta, "one", metav1.ManagedFieldsOperationApply), `{"f:data":{"f:b":{}}}`)
	equal(owned(seen.ObjectMeta, "two", metav1.ManagedFieldsOperationApply), `{"f:data":{"f:a":{},"f:b":{}}}`)
	_, err = t.applyMap(map[string]string{"a": "3", "b": "3"}, by("three"))
	refused(err, metav1.StatusReasonConflict, "Apply failed with 3 conflicts", `conflicts with "two"`)
}

func applyRemoval(t *test) {
	must(t.applyMap(map[string]string{"a": "1", "b": "1", "c": "1"}, by("one")))
	must(t.applyMap(map[string]string{"b": "1"}, by("two")))
	seen := must(t.applyMap(map[string]string{"c": "1"}, by("one")))
	equal(seen.Data, map[string]string{"b": "1", "c": "1"}) // b is of two
	seen = must(t.applyMap(nil, by("one")))
	equal(seen.Data, map[string]string{"b": "1"})
	equal(owned(seen.ObjectMeta, "one", metav1.ManagedFieldsOperationApply), "")
}

func applyLists(t *test) {
	services := t.client.CoreV1().Services(t.ns)
	port := func(name string, number int32) *applycore.ServicePortApplyConfiguration {
		return applycore.ServicePort().WithName(name).WithPort(number)
	}
	apply := func(manager string, ports ...*applycore.ServicePortApplyConfiguration) *corev1.Service {
		return must(services.Apply(t.ctx, applycore.Service("web", t.ns).WithSpec(applycore.ServiceSpec().WithPorts(ports...)), by(manager)))
	}
	apply("one", port("http", 80))
	seen := apply("two", port("https", 443))
	equal(len(seen.Spec.Ports), 2)
	seen = apply("two", port("metrics", 9090))
	equal([]int32{seen.Spec.Ports[0].Port, seen.Spec.Ports[1].Port}, []int32{80, 9090})
}

func applyOptions(t *test) {
	dry := by("one")
	dry.DryRun = []string{metav1.DryRunAll}
	equal(must(t.applyMap(map[string]string{"a": "1"}, dry)).Data["a"], "1")
	_, err := t.client.CoreV1().ConfigMaps(t.ns).Get(t.ctx, "a", metav1.GetOptions{})
	refused(err, metav1.StatusReasonNotFound)
	first := must(t.applyMap(map[string]string{"a": "1"}, by("one")))
	again := must(t.applyMap(map[string]string{"a": "1"}, by("one")))
	equal(again.ResourceVersion, first.ResourceVersion)
	_, err = t.applyMap(nil, metav1.ApplyOptions{})
	refused(err, metav1.StatusReasonInvalid, "fieldManager")
	body := []byte(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","managedFields":[{"manager":"one"}]},"data":{"b":"1"}}`)
	_, err = t.client.CoreV1().ConfigMaps(t.ns).Patch(t.ctx, "a", types.ApplyPatchType, body, metav1.PatchOptions{FieldManager: "one"})
	refused(err, metav1.StatusReasonBadRequest, "metadata.managedFields must be nil")
	yaml := []byte("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: {a: '1', b: x}\n")
	seen := must(t.client.CoreV1().ConfigMaps(t.ns).Patch(t.ctx, "a", types.ApplyYAMLPatchType, yaml, metav1.PatchOptions{FieldManager: "one"}))
	equal(seen.Data, map[string]string{"a": "1", "b": "x"})
}

func managedFields(t *test) {
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	must(t.applyMap(map[string]string{"a": "1", "b": "1"}, by("one")))
	seen := must(maps.Patch(t.ctx, "a", types.MergePatchType, []byte(`{"data":{"a":"2"}}`), metav1.PatchOptions{FieldManager: "two"}))
	equal(owned(seen.ObjectMeta, "one", metav1.ManagedFieldsOperationApply), `{"f:data":{"f:b":{}}}`)
	equal(owned(seen.ObjectMeta, "two", metav1.ManagedFieldsOperationUpdate), `{"f:data":{"f:a":{}}}`)
	seen.Data = map[string]string{"a": "2"}
	seen = must(maps.Update(t.ctx, seen, metav1.UpdateOptions{FieldManager: "three"}))
	equal(owned(seen.ObjectMeta, "one", metav1.ManagedFieldsOperationApply), "")
	equal(owned(seen.ObjectMeta, "three", metav1.ManagedFieldsOperationUpdate), "")
	seen.ManagedFields = []metav1.ManagedFieldsEntry{{}}
	seen = must(maps.Update(t.ctx, seen, metav1.UpdateOptions{}))
	equal(len(seen.ManagedFields), 0)
	seen = must(t.applyMap(map[string]string{"a": "2"}, by("one")))
	equal(owned(seen.ObjectMeta, "before-first-apply", metav1.ManagedFieldsOperationUpdate), `{"f:data":{".":{},"f:a":{}}}`)
}

func applyExtract(t *test) {
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	made := must(t.applyMap(map[string]string{"a": "1"}, by("one")))
	extracted := must(applycore.ExtractConfigMap(made, "one"))
	equal(extracted.Data, map[string]string{"a": "1"})
	must(maps.Apply(t.ctx, extracted.WithData(map[string]string{"b": "2"}), by("one")))
	// As kubectl turns what `kubectl apply` made over to server-side apply.
	_, err := maps.Create(t.ctx, configMap("old", map[string]string{"x": "1"}), metav1.CreateOptions{FieldManager: "kubectl-client-side-apply"})
	no(err)
	object := must(t.dynamic.Resource(configMapsResource).Namespace(t.ns).Get(t.ctx, "old", metav1.GetOptions{}))
	var typed corev1.ConfigMap
	no(json.Unmarshal(must(json.Marshal(object)), &typed))
	body := must(csaupgrade.UpgradeManagedFieldsPatch(&typed, sets.New("kubectl-client-side-apply"), "kubectl"))
	upgraded := must(t.patch("old", types.JSONPatchType, string(body)))
	equal(owned(upgraded.ObjectMeta, "kubectl", metav1.ManagedFieldsOperationApply), `{"f:data":{".":{},"f:x":{}}}`)
	empty := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": "old"}}}
	seen := must(t.dynamic.Resource(configMapsResource).Namespace(t.ns).Apply(t.ctx, "old", empty, by("kubectl")))
	_, found := seen.Object["data"]
	that(!found, "data stays: %v", seen.Object["data"])
}
