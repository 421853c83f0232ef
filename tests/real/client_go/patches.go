package main

import (
	"context"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/utils/ptr"
)

var patchChecks = []check{
	{"patch: JSON, merge and strategic", patchKinds},
	{"patch: a strategic patch as kubectl computes it", computedPatch},
	{"patch: what is wrong is refused, and nothing is stored", wrongPatches},
	{"patch: a version in it is a precondition", patchVersion},
}

var deleteChecks = []check{
	{"delete: preconditions", deletePreconditions},
	{"delete: finalizers keep an object until the last is gone", finalizers},
	{"delete: foreground and orphan leave their marks", propagationMarks},
	{"delete: a collection, by label", deleteCollection},
	{"delete: dependants go, in the background and in the foreground", dependants},
	{"delete: a namespace takes what is in it along", deleteNamespace},
}

func (t *test) patch(name string, kind types.PatchType, body string) (*corev1.ConfigMap, error) {
	return t.client.CoreV1().ConfigMaps(t.ns).Patch(t.ctx, name, kind, []byte(body), metav1.PatchOptions{})
}

func patchKinds(t *test) {
	t.makeConfigMap("a", map[string]string{"a": "1", "b": "2"})
	seen := must(t.patch("a", types.JSONPatchType, `[{"op":"test","path":"/data/a","value":"1"},
		{"op":"replace","path":"/data/a","value":"x"},{"op":"add","path":"/metadata/labels","value":{"l":"1"}},
		{"op":"move","from":"/data/b","path":"/data/c"}]`))
	equal(seen.Data, map[string]string{"a": "x", "c": "2"})
	equal(seen.Labels, map[string]string{"l": "1"})
	seen = must(t.patch("a", types.MergePatchType, `{"data":{"a":null,"d":"4"},"metadata":{"finalizers":["example.com/a"]}}`))
	equal(seen.Data, map[string]string{"c": "2", "d": "4"})
	seen = must(t.patch("a", types.StrategicMergePatchType, `{"data":{"$patch":"replace","e":"5"},
		"metadata":{"finalizers":["example.com/b"],"$deleteFromPrimitiveList/finalizers":["example.com/a"]}}`))
	equal(seen.Data, map[string]string{"e": "5"})
	equal(seen.Finalizers, []string{"example.com/b"})
	same := must(t.patch("a", types.MergePatchType, `{"data":{"e":"5"}}`))
	equal(same.ResourceVersion, seen.ResourceVersion) // nothing changed
	must(t.patch("a", types.MergePatchType, `{"metadata":{"finalizers":null}}`))
}

func computedPatch(t *test) {
	services := t.client.CoreV1().Services(t.ns)
	port := func(name string, number int32) corev1.ServicePort {
		return corev1.ServicePort{Name: name, Port: number, Protocol: corev1.ProtocolTCP, TargetPort: intstr.FromInt32(number)}
	}
	old := must(services.Create(t.ctx, &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "s"},
		Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{port("one", 1), port("two", 2)}}}, metav1.CreateOptions{}))
	next := old.DeepCopy()
	next.Spec.Ports = []corev1.ServicePort{port("zwei", 2), port("three", 3)}
	before, after := must(json.Marshal(old)), must(json.Marshal(next))
	body := must(strategicpatch.CreateTwoWayMergePatch(before, after, corev1.Service{}))
	seen := must(services.Patch(t.ctx, "s", types.StrategicMergePatchType, body, metav1.PatchOptions{}))
	equal(seen.Spec.Ports, next.Spec.Ports)
}

func wrongPatches(t *test) {
	made := t.makeConfigMap("a", map[string]string{"a": "1"})
	for _, wrong := range []struct {
		kind   types.PatchType
		body   string
		reason metav1.StatusReason
	}{
		{types.JSONPatchType, `[{"op":"test","path":"/data/a","value":"2"}]`, metav1.StatusReasonInvalid},
		{types.JSONPatchType, `[{"op":"remove","path":"/data/none"}]`, metav1.StatusReasonInvalid},
		{types.JSONPatchType, `{"op":"remove"}`, metav1.StatusReasonBadRequest},
		{types.MergePatchType, `[]`, metav1.StatusReasonBadRequest},
		{types.MergePatchType, `{"data":{"a":5}}`, metav1.StatusReasonInvalid},
		{types.MergePatchType, `{"data":{"a/b":"5"}}`, metav1.StatusReasonInvalid},
		{types.MergePatchType, `{"metadata":{"name":"b"}}`, metav1.StatusReasonBadRequest},
		{types.MergePatchType, `{"metadata":{"uid":"b"}}`, metav1.StatusReasonInvalid},
		{types.StrategicMergePatchType, `{"metadata":{"labels":{"a b":"c"}}}`, metav1.StatusReasonInvalid},
	} {
		_, err := t.patch("a", wrong.kind, wrong.body)
		that(err != nil, "%s is accepted", wrong.body)
		status := attempt(func() { refused(err, wrong.reason) })
		that(status == "", "%s: %s", wrong.body, status)
	}
	_, err := t.patch("none", types.MergePatchType, `{}`)
	refused(err, metav1.StatusReasonNotFound)
	equal(must(t.client.CoreV1().ConfigMaps(t.ns).Get(t.ctx, "a", metav1.GetOptions{})), made)
}

func patchVersion(t *test) {
	made := t.makeConfigMap("a", nil)
	body := func(version string) string {
		return fmt.Sprintf(`{"metadata":{"resourceVersion":%q},"data":{"v":%q}}`, version, version)
	}
	must(t.patch("a", types.MergePatchType, body(made.ResourceVersion)))
	_, err := t.patch("a", types.MergePatchType, body(made.ResourceVersion))
	refused(err, metav1.StatusReasonConflict)
}

func deletePreconditions(t *test) {
	made := t.makeConfigMap("a", nil)
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	err := maps.Delete(t.ctx, "a", *metav1.NewPreconditionDeleteOptions("other"))
	refused(err, metav1.StatusReasonConflict, "the UID in the precondition (other) does not match")
	err = maps.Delete(t.ctx, "a", *metav1.NewRVDeletionPrecondition("1"))
	refused(err, metav1.StatusReasonConflict, "the ResourceVersion in the precondition (1) does not match")
	no(maps.Delete(t.ctx, "a", metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &made.UID,
		ResourceVersion: &made.ResourceVersion}}))
	refused(maps.Delete(t.ctx, "a", metav1.DeleteOptions{}), metav1.StatusReasonNotFound)
}

func finalizers(t *test) {
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	made := must(maps.Create(t.ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "a",
		Finalizers: []string{"example.com/one", "example.com/two"}}}, metav1.CreateOptions{}))
	no(maps.Delete(t.ctx, "a", metav1.DeleteOptions{}))
	held := must(maps.Get(t.ctx, "a", metav1.GetOptions{}))
	that(held.DeletionTimestamp != nil, "no deletionTimestamp")
	equal(held.DeletionGracePeriodSeconds, ptr.To[int64](0))
	_, err := t.patch("a", types.MergePatchType, `{"metadata":{"finalizers":["example.com/one","example.com/two","example.com/x"]}}`)
	refused(err, metav1.StatusReasonInvalid, "no new finalizers can be added if the object is being deleted")
	must(t.patch("a", types.JSONPatchType, `[{"op":"remove","path":"/metadata/finalizers/0"}]`))
	_, err = maps.Create(t.ctx, configMap("a", nil), metav1.CreateOptions{})
	refused(err, metav1.StatusReasonAlreadyExists)
	last := must(t.patch("a", types.MergePatchType, `{"metadata":{"finalizers":null}}`))
	equal(last.UID, made.UID)
	_, err = maps.Get(t.ctx, "a", metav1.GetOptions{})
	refused(err, metav1.StatusReasonNotFound)
}

// propagationMarks looks at the events, since a garbage collector takes the marks away.
func propagationMarks(t *test) {
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	for policy, mark := range map[metav1.DeletionPropagation]string{
		metav1.DeletePropagationForeground: metav1.FinalizerDeleteDependents,
		metav1.DeletePropagationOrphan:     metav1.FinalizerOrphanDependents} {
		made := must(maps.Create(t.ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: "a-"}}, metav1.CreateOptions{}))
		watching := must(maps.Watch(t.ctx, metav1.ListOptions{ResourceVersion: made.ResourceVersion,
			FieldSelector: "metadata.name=" + made.Name}))
		no(maps.Delete(t.ctx, made.Name, metav1.DeleteOptions{PropagationPolicy: &policy}))
		event := receive(t, "the mark", watching.ResultChan())
		equal(event.Type, watch.Modified)
		seen := event.Object.(*corev1.ConfigMap)
		equal(seen.Finalizers, []string{mark})
		that(seen.DeletionTimestamp != nil, "no deletionTimestamp")
		if t.complete {
			equal(receive(t, "the end", watching.ResultChan()).Type, watch.Deleted)
		}
		watching.Stop()
	}
	wrong := metav1.DeletionPropagation("Never")
	t.makeConfigMap("b", nil)
	err := maps.Delete(t.ctx, "b", metav1.DeleteOptions{PropagationPolicy: &wrong})
	refused(err, metav1.StatusReasonInvalid, "propagationPolicy")
}

func deleteCollection(t *test) {
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	for i := range 6 {
		must(maps.Create(t.ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprint("c", i),
			Labels: map[string]string{"odd": fmt.Sprint(i % 2)}}}, metav1.CreateOptions{}))
	}
	no(maps.DeleteCollection(t.ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "odd=1"}))
	equal(len(must(maps.List(t.ctx, metav1.ListOptions{LabelSelector: "odd"})).Items), 3)
	equal(len(must(maps.List(t.ctx, metav1.ListOptions{LabelSelector: "odd=1"})).Items), 0)
}

func (t *test) owned(name string, by *corev1.ConfigMap) {
	owner := metav1.OwnerReference{APIVersion: "v1", Kind: "ConfigMap", Name: by.Name, UID: by.UID, BlockOwnerDeletion: ptr.To(true)}
	must(t.client.CoreV1().ConfigMaps(t.ns).Create(t.ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name,
		OwnerReferences: []metav1.OwnerReference{owner}}}, metav1.CreateOptions{}))
}

func dependants(t *test) {
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	gone := func(name string) (bool, string) {
		_, err := maps.Get(context.Background(), name, metav1.GetOptions{})
		return err != nil, name + " is there"
	}
	for _, policy := range []metav1.DeletionPropagation{metav1.DeletePropagationBackground,
		metav1.DeletePropagationForeground, metav1.DeletePropagationOrphan} {
		owner := t.makeConfigMap("owner", nil)
		t.owned("owned", owner)
		no(maps.Delete(t.ctx, "owner", metav1.DeleteOptions{PropagationPolicy: &policy}))
		if !t.complete {
			must(t.patch("owned", types.MergePatchType, `{"metadata":{"ownerReferences":null}}`))
			_, _ = t.patch("owner", types.MergePatchType, `{"metadata":{"finalizers":null}}`)
			no(maps.Delete(t.ctx, "owned", metav1.DeleteOptions{}))
			continue
		}
		t.until("the owner is gone", func() (bool, string) { return gone("owner") })
		if policy == metav1.DeletePropagationOrphan {
			equal(len(must(maps.Get(t.ctx, "owned", metav1.GetOptions{})).OwnerReferences), 0)
		} else {
			t.until("what it owned is gone", func() (bool, string) { return gone("owned") })
		}
	}
}

func deleteNamespace(t *test) {
	t.makeConfigMap("a", nil)
	spaces := t.client.CoreV1().Namespaces()
	watching := must(spaces.Watch(t.ctx, metav1.ListOptions{FieldSelector: "metadata.name=" + t.ns}))
	defer watching.Stop()
	equal(receive(t, "the namespace", watching.ResultChan()).Type, watch.Added)
	no(spaces.Delete(t.ctx, t.ns, metav1.DeleteOptions{}))
	event := receive(t, "its end", watching.ResultChan())
	equal(event.Object.(*corev1.Namespace).Status.Phase, corev1.NamespaceTerminating)
	_, err := t.client.CoreV1().ConfigMaps(t.ns).Create(t.ctx, configMap("late", nil), metav1.CreateOptions{})
	that(err != nil, "a namespace that ends takes new objects")
	if t.complete {
		t.until("the namespace is gone", func() (bool, string) {
			_, err := spaces.Get(t.ctx, t.ns, metav1.GetOptions{})
			return err != nil, "it is there"
		})
	}
}
