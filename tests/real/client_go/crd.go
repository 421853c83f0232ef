package main

import (
	"encoding/json"
	"fmt"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"
)

var crdChecks = []check{
	{"CRD: made by its client, established, used, changed, removed", lifeOfDefinition},
	{"CRD: defaults, pruning, validation and rules", schemaOfDefinition},
	{"CRD: status and scale subresources", subresources},
	{"CRD: columns, selectable fields, informers", shownDefinition},
	{"CRD: server-side apply by the schema's lists", applyCustom},
	{"CRD: wrong definitions are refused with the field", wrongDefinitions},
}

const widgetSchema = `{"type":"object","required":["spec"],"properties":{
  "spec":{"type":"object","required":["size"],"properties":{
    "size":{"type":"integer","minimum":1,"maximum":10},
    "limit":{"type":"integer","default":5},
    "replicas":{"type":"integer","format":"int32"},
    "color":{"type":"string","enum":["red","blue"],"default":"red"},
    "name":{"type":"string","pattern":"^[a-z]+$","maxLength":5},
    "parts":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{
      "type":"object","required":["name"],"properties":{"name":{"type":"string"},"count":{"type":"integer","default":1}}}},
    "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true}},
    "x-kubernetes-validations":[{"rule":"self.size <= self.limit","message":"size is above the limit"}]},
  "status":{"type":"object","properties":{"phase":{"type":"string"},"replicas":{"type":"integer"}}}}}`

// definition is a CRD of a kind of this check alone, in a group of its own.
func (t *test) definition() *apiextensionsv1.CustomResourceDefinition {
	var properties apiextensionsv1.JSONSchemaProps
	no(json.Unmarshal([]byte(widgetSchema), &properties))
	group := t.ns + ".example.com"
	return &apiextensionsv1.CustomResourceDefinition{ObjectMeta: metav1.ObjectMeta{Name: "widgets." + group},
		Spec: apiextensionsv1.CustomResourceDefinitionSpec{Group: group, Scope: apiextensionsv1.NamespaceScoped,
			Names: apiextensionsv1.CustomResourceDefinitionNames{Plural: "widgets", Kind: "Widget", ShortNames: []string{"wi"}},
			Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{Name: "v1", Served: true, Storage: true,
				Schema: &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &properties},
				Subresources: &apiextensionsv1.CustomResourceSubresources{Status: &apiextensionsv1.CustomResourceSubresourceStatus{},
					Scale: &apiextensionsv1.CustomResourceSubresourceScale{SpecReplicasPath: ".spec.replicas",
						StatusReplicasPath: ".status.replicas"}},
				SelectableFields: []apiextensionsv1.SelectableField{{JSONPath: ".spec.color"}},
				AdditionalPrinterColumns: []apiextensionsv1.CustomResourceColumnDefinition{
					{Name: "Size", Type: "integer", JSONPath: ".spec.size"}}}}}}
}

func established(event watch.Event) (bool, error) {
	if event.Type == watch.Bookmark {
		return false, nil
	}
	for _, condition := range event.Object.(*apiextensionsv1.CustomResourceDefinition).Status.Conditions {
		if condition.Type == apiextensionsv1.Established && condition.Status == apiextensionsv1.ConditionTrue {
			return true, nil
		}
	}
	return false, nil
}

// widgets installs the definition as envtest does and waits until its resource is served.
func (t *test) widgets() (dynamic.ResourceInterface, clientset.Interface) {
	client := must(clientset.NewForConfig(t.config))
	made := must(client.ApiextensionsV1().CustomResourceDefinitions().Create(t.ctx, t.definition(), metav1.CreateOptions{}))
	lister := cache.NewListWatchFromClient(client.ApiextensionsV1().RESTClient(), "customresourcedefinitions", "",
		fields.OneTermEqualSelector("metadata.name", made.Name))
	must(watchtools.UntilWithSync(t.ctx, lister, made, nil, established))
	resource := t.dynamic.Resource(schema.GroupVersionResource{Group: made.Spec.Group, Version: "v1", Resource: "widgets"}).Namespace(t.ns)
	t.until("the resource is served", func() (bool, string) {
		_, err := resource.List(t.ctx, metav1.ListOptions{})
		return err == nil, fmt.Sprint(err)
	})
	return resource, client
}

func (t *test) widget(name, spec string) *unstructured.Unstructured {
	made := &unstructured.Unstructured{}
	no(made.UnmarshalJSON(fmt.Appendf(nil, `{"apiVersion":"%s.example.com/v1","kind":"Widget","metadata":{"name":%q},"spec":%s}`,
		t.ns, name, spec)))
	return made
}

func lifeOfDefinition(t *test) {
	widgets, client := t.widgets()
	must(widgets.Create(t.ctx, t.widget("a", `{"size":1}`), metav1.CreateOptions{}))
	group := t.ns + ".example.com/v1"
	t.until("it is discovered", func() (bool, string) {
		list, err := t.client.Discovery().ServerResourcesForGroupVersion(group)
		return err == nil && len(list.APIResources) == 3, fmt.Sprint(list, err)
	})
	t.until("and in OpenAPI", func() (bool, string) {
		_, found := must(t.client.Discovery().OpenAPIV3().Paths())["apis/"+group]
		return found, "not there"
	})
	definitions := client.ApiextensionsV1().CustomResourceDefinitions()
	name := "widgets." + t.ns + ".example.com"
	defined := must(definitions.Get(t.ctx, name, metav1.GetOptions{}))
	equal(defined.Status.StoredVersions, []string{"v1"})
	equal(defined.Status.AcceptedNames.ListKind, "WidgetList")
	equal(defined.Status.AcceptedNames.Singular, "widget")
	must(definitions.Patch(t.ctx, name, types.JSONPatchType,
		[]byte(`[{"op":"add","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/extra","value":{"type":"string"}}]`),
		metav1.PatchOptions{}))
	t.until("the new member is kept", func() (bool, string) {
		seen := must(widgets.Patch(t.ctx, "a", types.MergePatchType, []byte(`{"spec":{"extra":"x"}}`), metav1.PatchOptions{}))
		extra, _, _ := unstructured.NestedString(seen.Object, "spec", "extra")
		return extra == "x", fmt.Sprint(seen.Object["spec"])
	})
	no(definitions.Delete(t.ctx, name, metav1.DeleteOptions{}))
	t.until("the definition and its objects are gone", func() (bool, string) {
		_, err := definitions.Get(t.ctx, name, metav1.GetOptions{})
		_, listed := widgets.List(t.ctx, metav1.ListOptions{})
		return err != nil && listed != nil, fmt.Sprint(err, listed)
	})
}

func schemaOfDefinition(t *test) {
	widgets, _ := t.widgets()
	made := must(widgets.Create(t.ctx, t.widget("a", `{"size":1,"unknown":1,"free":{"x":[1]},"parts":[{"name":"p"}]}`), metav1.CreateOptions{}))
	equal(made.Object["spec"], any(map[string]any{"size": int64(1), "limit": int64(5), "color": "red",
		"free": map[string]any{"x": []any{int64(1)}}, "parts": []any{map[string]any{"name": "p", "count": int64(1)}}}))
	for spec, words := range map[string]string{
		`{}`:                         "spec.size: Required value",
		`{"size":11,"limit":50}`:     "spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10",
		`{"size":"x"}`:               `spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"`,
		`{"size":1,"color":"x"}`:     `spec.color: Unsupported value: "x": supported values: "red", "blue"`,
		`{"size":1,"name":"A"}`:      "spec.name in body should match '^[a-z]+$'",
		`{"size":1,"name":"abcdef"}`: "spec.name: Too long",
		`{"size":7}`:                 "size is above the limit",
		`{"size":1,"parts":[{"name":"a"},{"name":"a"}]}`: "spec.parts[1]: Duplicate value",
	} {
		_, err := widgets.Create(t.ctx, t.widget("bad", spec), metav1.CreateOptions{})
		failure := attempt(func() { refused(err, metav1.StatusReasonInvalid, words) })
		that(failure == "", "%s: %s", spec, failure)
	}
	_, err := widgets.Create(t.ctx, t.widget("bad", `{"size":1,"unknown":1}`), metav1.CreateOptions{FieldValidation: "Strict"})
	refused(err, metav1.StatusReasonBadRequest, `unknown field "spec.unknown"`)
}

func subresources(t *test) {
	widgets, _ := t.widgets()
	made := t.widget("a", `{"size":1,"replicas":2}`)
	no(unstructured.SetNestedField(made.Object, "Lying", "status", "phase"))
	made = must(widgets.Create(t.ctx, made, metav1.CreateOptions{}))
	_, found := made.Object["status"]
	that(!found && made.GetGeneration() == 1, "%v", made.Object)
	no(unstructured.SetNestedField(made.Object, "Ready", "status", "phase"))
	no(unstructured.SetNestedField(made.Object, int64(3), "status", "replicas"))
	no(unstructured.SetNestedField(made.Object, int64(2), "spec", "size"))
	made = must(widgets.UpdateStatus(t.ctx, made, metav1.UpdateOptions{}))
	phase, _, _ := unstructured.NestedString(made.Object, "status", "phase")
	size, _, _ := unstructured.NestedInt64(made.Object, "spec", "size")
	that(phase == "Ready" && size == 1 && made.GetGeneration() == 1, "%v", made.Object)
	made = must(widgets.Patch(t.ctx, "a", types.MergePatchType, []byte(`{"spec":{"size":2},"status":null}`), metav1.PatchOptions{}))
	phase, _, _ = unstructured.NestedString(made.Object, "status", "phase")
	that(phase == "Ready" && made.GetGeneration() == 2, "%v", made.Object)
	scale := must(widgets.Get(t.ctx, "a", metav1.GetOptions{}, "scale"))
	equal(scale.GetKind(), "Scale")
	replicas, _, _ := unstructured.NestedInt64(scale.Object, "status", "replicas")
	equal(replicas, int64(3))
	no(unstructured.SetNestedField(scale.Object, int64(7), "spec", "replicas"))
	must(widgets.Update(t.ctx, scale, metav1.UpdateOptions{}, "scale"))
	made = must(widgets.Get(t.ctx, "a", metav1.GetOptions{}))
	replicas, _, _ = unstructured.NestedInt64(made.Object, "spec", "replicas")
	equal(replicas, int64(7))
}

func shownDefinition(t *test) {
	widgets, _ := t.widgets()
	must(widgets.Create(t.ctx, t.widget("a", `{"size":1,"color":"blue"}`), metav1.CreateOptions{}))
	must(widgets.Create(t.ctx, t.widget("b", `{"size":2}`), metav1.CreateOptions{}))
	blue := must(widgets.List(t.ctx, metav1.ListOptions{FieldSelector: "spec.color=blue"}))
	equal(len(blue.Items), 1)
	_, err := widgets.List(t.ctx, metav1.ListOptions{FieldSelector: "spec.size=1"})
	refused(err, metav1.StatusReasonBadRequest, "field label not supported: spec.size")
	var table metav1.Table
	path := fmt.Sprintf("/apis/%s.example.com/v1/namespaces/%s/widgets", t.ns, t.ns)
	raw := must(t.client.CoreV1().RESTClient().Get().AbsPath(path).
		SetHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").Do(t.ctx).Raw())
	no(json.Unmarshal(raw, &table))
	var names []string
	for _, column := range table.ColumnDefinitions {
		names = append(names, column.Name)
	}
	equal(strings.Join(names, " "), "Name Size")
	equal(fmt.Sprint(table.Rows[1].Cells), "[b 2]")
	watching := must(widgets.Watch(t.ctx, metav1.ListOptions{FieldSelector: "spec.color=blue", ResourceVersion: blue.GetResourceVersion()}))
	defer watching.Stop()
	must(widgets.Patch(t.ctx, "a", types.MergePatchType, []byte(`{"spec":{"color":"red"}}`), metav1.PatchOptions{}))
	equal(receive(t, "out of sight", watching.ResultChan()).Type, watch.Deleted)
}

func applyCustom(t *test) {
	widgets, _ := t.widgets()
	apply := func(manager, spec string) *unstructured.Unstructured {
		return must(widgets.Apply(t.ctx, "a", t.widget("a", spec), by(manager)))
	}
	apply("one", `{"size":1,"parts":[{"name":"p","count":1}]}`)
	seen := apply("two", `{"size":1,"parts":[{"name":"q"}]}`)
	parts, _, _ := unstructured.NestedSlice(seen.Object, "spec", "parts")
	equal(len(parts), 2)
	seen = apply("one", `{"size":1}`)
	parts, _, _ = unstructured.NestedSlice(seen.Object, "spec", "parts")
	equal(parts, []any{map[string]any{"name": "q", "count": int64(1)}})
	_, err := widgets.Apply(t.ctx, "a", t.widget("a", `{"size":2}`), by("two"))
	refused(err, metav1.StatusReasonConflict, `conflict with "one": .spec.size`)
}

func wrongDefinitions(t *test) {
	definitions := must(clientset.NewForConfig(t.config)).ApiextensionsV1().CustomResourceDefinitions()
	try := func(change func(*apiextensionsv1.CustomResourceDefinition)) error {
		wrong := t.definition()
		change(wrong)
		_, err := definitions.Create(t.ctx, wrong, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		return err
	}
	no(try(func(*apiextensionsv1.CustomResourceDefinition) {}))
	err := try(func(d *apiextensionsv1.CustomResourceDefinition) { d.Name = "gadgets.example.com" })
	refused(err, metav1.StatusReasonInvalid, "metadata.name", "must be spec.names.plural+\".\"+spec.group")
	err = try(func(d *apiextensionsv1.CustomResourceDefinition) { d.Spec.Versions[0].Storage = false })
	refused(err, metav1.StatusReasonInvalid, "must have exactly one version marked as storage version")
	err = try(func(d *apiextensionsv1.CustomResourceDefinition) { d.Spec.Versions[0].Schema = nil })
	refused(err, metav1.StatusReasonInvalid, "schema.openAPIV3Schema: Required value")
	err = try(func(d *apiextensionsv1.CustomResourceDefinition) {
		d.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"] = apiextensionsv1.JSONSchemaProps{}
	})
	refused(err, metav1.StatusReasonInvalid, "properties[spec].type: Required value")
}
