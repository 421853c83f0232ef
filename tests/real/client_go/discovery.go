package main

import (
	"net/http"
	"slices"
	"strings"

	openapi "github.com/google/gnostic-models/openapiv2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

var discoveryChecks = []check{
	{"discovery: groups, resources, preferred versions, the server's version", discover},
	{"discovery: aggregated and not aggregated say the same", bothDiscoveries},
	{"discovery: RESTMapper, cached, with short names", mapping},
	{"discovery: OpenAPI v2 and v3", openAPI},
	{"discovery: health, version and unknown paths", rootPaths},
	{"dynamic client: any kind, any verb", dynamicClient},
	{"tables and metadata by Accept", representations},
}

func discover(t *test) {
	client := t.client.Discovery()
	version := must(client.ServerVersion())
	that(version.Major == "1" && strings.HasPrefix(version.GitVersion, "v1."), "%+v", version)
	groups, lists, err := client.ServerGroupsAndResources()
	no(err)
	that(len(groups) >= 8, "%d groups", len(groups))
	kinds := map[string]bool{}
	for _, list := range lists {
		for _, resource := range list.APIResources {
			kinds[list.GroupVersion+" "+resource.Name] = true
			that(len(resource.Verbs) > 0 && resource.Kind != "", "%+v", resource)
		}
	}
	for _, name := range []string{"v1 configmaps", "v1 secrets", "v1 namespaces", "v1 namespaces/status", "v1 pods",
		"v1 services", "v1 serviceaccounts/token", "coordination.k8s.io/v1 leases", "events.k8s.io/v1 events",
		"networking.k8s.io/v1 ingresses", "rbac.authorization.k8s.io/v1 roles", "discovery.k8s.io/v1 endpointslices",
		"authorization.k8s.io/v1 selfsubjectrulesreviews", "authentication.k8s.io/v1 tokenreviews",
		"certificates.k8s.io/v1 certificatesigningrequests/approval",
		"apiextensions.k8s.io/v1 customresourcedefinitions/status",
		"admissionregistration.k8s.io/v1 validatingwebhookconfigurations"} {
		that(kinds[name], "%s is not there", name)
	}
	preferred := must(client.ServerPreferredNamespacedResources())
	deletable := discovery.FilteredBy(discovery.SupportsAllVerbs{Verbs: []string{"delete", "list"}}, preferred)
	that(len(deletable) > 3, "%d groups have what can be deleted", len(deletable))
	_, err = client.ServerResourcesForGroupVersion("none.example.com/v1")
	refused(err, metav1.StatusReasonNotFound)
}

func bothDiscoveries(t *test) {
	names := func(legacy bool) []string {
		client := discovery.NewDiscoveryClientForConfigOrDie(t.config)
		client.UseLegacyDiscovery = legacy
		_, lists, err := client.ServerGroupsAndResources()
		no(err)
		var found []string
		for _, list := range lists {
			if strings.Contains(list.GroupVersion, "example.com") {
				continue // of a check beside this one
			}
			for _, one := range list.APIResources {
				verbs := slices.Clone([]string(one.Verbs))
				slices.Sort(verbs)
				singular := one.SingularName
				if strings.Contains(one.Name, "/") {
					singular = "" // of subresources only one of the two tells it
				}
				found = append(found, strings.Join(append([]string{list.GroupVersion, one.Name, one.Kind, singular,
					strings.Join(one.ShortNames, "+"), strings.Join(one.Categories, "+")}, verbs...), " "))
			}
		}
		slices.Sort(found)
		return found
	}
	aggregated, plain := names(false), names(true)
	for i := range min(len(aggregated), len(plain)) {
		equal(aggregated[i], plain[i])
	}
	equal(len(aggregated), len(plain))
}

func mapping(t *test) {
	cached := memory.NewMemCacheClient(t.client.Discovery())
	mapper := restmapper.NewShortcutExpander(restmapper.NewDeferredDiscoveryRESTMapper(cached), cached, nil)
	for short, long := range map[string]string{"cm": "configmaps", "svc": "services", "ns": "namespaces",
		"sa": "serviceaccounts", "ing": "ingresses", "crd": "customresourcedefinitions", "csr": "certificatesigningrequests",
		"configmap": "configmaps", "ev": "events"} {
		equal(must(mapper.ResourceFor(schema.GroupVersionResource{Resource: short})).Resource, long)
	}
	kind := schema.GroupKind{Group: "networking.k8s.io", Kind: "Ingress"}
	found := must(mapper.RESTMapping(kind, "v1"))
	equal(found.Resource.Resource, "ingresses")
	equal(found.Scope.Name(), "namespace")
	that(cached.Fresh(), "the cache was filled just now")
	resources := must(restmapper.GetAPIGroupResources(t.client.Discovery()))
	that(len(resources) > 8, "%d groups", len(resources))
}

func openAPI(t *test) {
	var document *openapi.Document = must(t.client.Discovery().OpenAPISchema())
	that(len(document.GetDefinitions().GetAdditionalProperties()) > 50, "few definitions")
	paths := must(t.client.Discovery().OpenAPIV3().Paths())
	for _, path := range []string{"api/v1", "apis/coordination.k8s.io/v1", "apis/apiextensions.k8s.io/v1"} {
		one, found := paths[path]
		that(found, "%s is not there", path)
		that(len(must(one.Schema("application/json"))) > 1000, "%s is short", path)
	}
}

func rootPaths(t *test) {
	client := t.client.Discovery().RESTClient()
	for _, path := range []string{"/healthz", "/livez", "/readyz"} {
		equal(string(must(client.Get().AbsPath(path).Do(t.ctx).Raw())), "ok")
	}
	that(strings.Contains(string(must(client.Get().AbsPath("/metrics").Do(t.ctx).Raw())), "apiserver_"), "no metrics")
	err := client.Get().AbsPath("/apis/none.example.com/v1/things").Do(t.ctx).Error()
	refused(err, metav1.StatusReasonNotFound, "could not find the requested resource")
	anonymous := must(rest.HTTPClientFor(rest.AnonymousClientConfig(t.config)))
	answer := must(anonymous.Get(t.config.Host + "/api/v1/namespaces"))
	no(answer.Body.Close())
	that(answer.StatusCode == http.StatusUnauthorized || answer.StatusCode == http.StatusForbidden, "%d", answer.StatusCode)
}

func dynamicClient(t *test) {
	maps := t.dynamic.Resource(configMapsResource).Namespace(t.ns)
	object := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": "a"}, "data": map[string]any{"a": "1"}}}
	made := must(maps.Create(t.ctx, object, metav1.CreateOptions{}))
	no(unstructured.SetNestedField(made.Object, "2", "data", "a"))
	made = must(maps.Update(t.ctx, made, metav1.UpdateOptions{}))
	equal(made.GetKind(), "ConfigMap")
	list := must(maps.List(t.ctx, metav1.ListOptions{}))
	equal(list.GetKind(), "ConfigMapList")
	equal(list.Items[0].GetAPIVersion(), "v1")
	made = must(maps.Patch(t.ctx, "a", types.MergePatchType, []byte(`{"data":null}`), metav1.PatchOptions{}))
	_, found := made.Object["data"]
	that(!found, "data is there")
	no(maps.Delete(t.ctx, "a", metav1.DeleteOptions{}))
	_, err := t.dynamic.Resource(schema.GroupVersionResource{Version: "v1", Resource: "nothings"}).List(t.ctx, metav1.ListOptions{})
	refused(err, metav1.StatusReasonNotFound)
}

func representations(t *test) {
	t.makeConfigMap("a", map[string]string{"x": "1", "y": "2"})
	var table metav1.Table
	get := func(accept string) rest.Result {
		return t.client.CoreV1().RESTClient().Get().Namespace(t.ns).Resource("configmaps").SetHeader("Accept", accept).Do(t.ctx)
	}
	no(get("application/json;as=Table;v=v1;g=meta.k8s.io").Into(&table))
	equal(table.ColumnDefinitions[0].Name, "Name")
	equal(table.Rows[0].Cells[0], any("a"))
	equal(len(table.Rows[0].Cells), len(table.ColumnDefinitions))
	var thin metav1.PartialObjectMetadataList
	no(get("application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io").Into(&thin))
	equal(thin.Items[0].Name, "a")
	raw := string(must(get("application/yaml").Raw()))
	that(strings.Contains(raw, "kind: ConfigMapList"), "%s", raw)
	refused(get("text/csv").Error(), metav1.StatusReasonNotAcceptable)
}
