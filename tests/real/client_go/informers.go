package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"
)

const many = 2000

var configMapsResource = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}

var informerChecks = []check{
	{"informers: 2,000 objects, streamed and in chunks", manyObjects},
	{"informers: what happens is told in order, and resync", sharedInformer},
	{"informers: dynamic, and metadata alone", otherInformers},
	{"informers: a version that is forgotten makes them list again", relist},
	{"informers: index and label selector", indexed},
}

// listing makes a reflector use LIST in chunks and then WATCH, instead of one stream.
type listing struct{}

func (listing) IsWatchListSemanticsUnSupported() bool { return true }

func onlyOurs(options *metav1.ListOptions) { options.FieldSelector = ours }

func (t *test) listWatch(lists *atomic.Int32) *cache.ListWatch {
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	return &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			lists.Add(1)
			options.FieldSelector = ours
			return maps.List(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector = ours
			return maps.Watch(ctx, options)
		},
	}
}

func (t *test) synced(informer cache.SharedIndexInformer) {
	go informer.RunWithContext(t.ctx)
	that(cache.WaitForCacheSync(t.ctx.Done(), informer.HasSynced), "it is not synchronised in time")
}

func (t *test) makeMany() {
	config := copyOf(t.config)
	config.ContentType = "application/vnd.kubernetes.protobuf"
	maps := must(kubernetes.NewForConfig(config)).CoreV1().ConfigMaps(t.ns)
	errs := make(chan error, 16)
	var all sync.WaitGroup
	for worker := range 16 {
		all.Go(func() {
			for i := worker; i < many; i += 16 {
				data := map[string]string{"number": fmt.Sprint(i)}
				if _, err := maps.Create(t.ctx, configMap(fmt.Sprintf("many-%04d", i), data), metav1.CreateOptions{}); err != nil {
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
}

func manyObjects(t *test) {
	t.makeMany()
	for name, client := range map[string]any{"streamed": t.client, "in chunks": listing{}} {
		var lists atomic.Int32
		lister := cache.ToListWatcherWithWatchListSemantics(t.listWatch(&lists), client)
		informer := cache.NewSharedIndexInformer(lister, &corev1.ConfigMap{}, 0, cache.Indexers{})
		t.synced(informer)
		equal(len(informer.GetStore().ListKeys()), many)
		that((lists.Load() == 0) == (name == "streamed" && t.watchLists), "%s: %d lists", name, lists.Load())
		object, found, err := informer.GetStore().GetByKey(t.ns + "/many-1999")
		no(err)
		that(found && object.(*corev1.ConfigMap).Data["number"] == "1999", "%s: %v", name, object)
		changed := must(t.patch("many-0001", types.MergePatchType, `{"data":{"by":"`+name+`"}}`))
		t.until("the change in the cache", func() (bool, string) {
			object, _, _ := informer.GetStore().GetByKey(t.ns + "/many-0001")
			version := object.(*corev1.ConfigMap).ResourceVersion
			return version == changed.ResourceVersion, version
		})
	}
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	whole := must(maps.List(t.ctx, metav1.ListOptions{ResourceVersion: "0", FieldSelector: ours}))
	equal(len(whole.Items), many)
	seen, token := 0, ""
	for {
		page := must(maps.List(t.ctx, metav1.ListOptions{Limit: 500, Continue: token, FieldSelector: ours}))
		seen += len(page.Items)
		if token = page.Continue; token == "" {
			break
		}
	}
	equal(seen, many)
	no(maps.DeleteCollection(t.ctx, metav1.DeleteOptions{}, metav1.ListOptions{FieldSelector: ours}))
	equal(len(must(maps.List(t.ctx, metav1.ListOptions{FieldSelector: ours})).Items), 0)
}

func sharedInformer(t *test) {
	t.makeConfigMap("a", map[string]string{"a": "1"})
	factory := informers.NewSharedInformerFactoryWithOptions(t.client, time.Second, informers.WithNamespace(t.ns),
		informers.WithTweakListOptions(onlyOurs))
	maps := factory.Core().V1().ConfigMaps()
	told, resynced := make(chan string, 100), make(chan string, 100)
	must(maps.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(object any) { told <- "add " + object.(*corev1.ConfigMap).Name },
		UpdateFunc: func(old, next any) {
			before, after := old.(*corev1.ConfigMap), next.(*corev1.ConfigMap)
			if before.ResourceVersion != after.ResourceVersion {
				told <- fmt.Sprintf("update %s %s-%s", after.Name, before.Data["a"], after.Data["a"])
			} else if len(resynced) < cap(resynced) {
				resynced <- after.Name
			}
		},
		DeleteFunc: func(object any) { told <- "delete " + object.(*corev1.ConfigMap).Name },
	}))
	factory.Start(t.ctx.Done())
	for kind, done := range factory.WaitForCacheSync(t.ctx.Done()) {
		that(done, "%v is not synchronised", kind)
	}
	equal(receive(t, "what is there", told), "add a")
	t.makeConfigMap("b", nil)
	must(t.patch("a", types.MergePatchType, `{"data":{"a":"2"}}`))
	no(t.client.CoreV1().ConfigMaps(t.ns).Delete(t.ctx, "b", metav1.DeleteOptions{}))
	for _, wanted := range []string{"add b", "update a 1-2", "delete b"} {
		equal(receive(t, wanted, told), wanted)
	}
	equal(receive(t, "a resync", resynced), "a")
	listed := must(maps.Lister().ConfigMaps(t.ns).List(labels.Everything()))
	equal(len(listed), 1)
}

func otherInformers(t *test) {
	t.makeConfigMap("a", map[string]string{"a": "1"})
	whole := dynamicinformer.NewFilteredDynamicSharedInformerFactory(t.dynamic, 0, t.ns, onlyOurs).ForResource(configMapsResource)
	t.synced(whole.Informer())
	client := must(metadata.NewForConfig(t.config))
	thin := metadatainformer.NewFilteredSharedInformerFactory(client, 0, t.ns, onlyOurs).ForResource(configMapsResource)
	t.synced(thin.Informer())
	t.makeConfigMap("b", nil)
	for _, lister := range []cache.GenericLister{whole.Lister(), thin.Lister()} {
		t.until("both", func() (bool, string) {
			all := must(lister.ByNamespace(t.ns).List(labels.Everything()))
			return len(all) == 2, fmt.Sprint(len(all))
		})
	}
	object := must(thin.Lister().ByNamespace(t.ns).Get("a")).(*metav1.PartialObjectMetadata)
	equal(object.Name, "a")
	that(object.UID != "", "%+v", object)
	listed := must(client.Resource(configMapsResource).Namespace(t.ns).List(t.ctx, metav1.ListOptions{Limit: 1, FieldSelector: ours}))
	equal(len(listed.Items), 1)
	that(listed.Continue != "", "no continue")
}

// relist: the first watch goes on from a version of long ago. A server answers that it is Expired, or tells all that
// happened since; both lead to what there is.
func relist(t *test) {
	t.makeConfigMap("a", nil)
	var lists, watches atomic.Int32
	plain := t.listWatch(&lists)
	inner := plain.WatchFuncWithContext
	plain.WatchFuncWithContext = func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
		if watches.Add(1) == 1 {
			options.ResourceVersion = "1"
		}
		return inner(ctx, options)
	}
	informer := cache.NewSharedIndexInformer(cache.ToListWatcherWithWatchListSemantics(plain, listing{}), &corev1.ConfigMap{}, 0, nil)
	t.synced(informer)
	t.makeConfigMap("b", nil)
	t.until("both", func() (bool, string) {
		keys := informer.GetStore().ListKeys()
		return len(keys) == 2, fmt.Sprint(keys)
	})
}

func indexed(t *test) {
	for i := range 6 {
		made := configMap(fmt.Sprint("i", i), map[string]string{"team": fmt.Sprint(i % 3)})
		made.Labels = map[string]string{"kept": fmt.Sprint(i < 4)}
		must(t.client.CoreV1().ConfigMaps(t.ns).Create(t.ctx, made, metav1.CreateOptions{}))
	}
	tweak := func(options *metav1.ListOptions) { options.LabelSelector = "kept=true" }
	byTeam := cache.Indexers{"team": func(object any) ([]string, error) {
		return []string{object.(*corev1.ConfigMap).Data["team"]}, nil
	}}
	factory := informers.NewSharedInformerFactoryWithOptions(t.client, 0, informers.WithNamespace(t.ns),
		informers.WithTweakListOptions(tweak))
	informer := factory.Core().V1().ConfigMaps().Informer()
	no(informer.AddIndexers(byTeam))
	t.synced(informer)
	equal(len(must(informer.GetIndexer().ByIndex("team", "0"))), 2)
	equal(len(informer.GetStore().List()), 4)
	// Out of the selector's sight is deleted, for who watches with it.
	must(t.patch("i0", types.MergePatchType, `{"metadata":{"labels":{"kept":"false"}}}`))
	must(t.patch("i5", types.MergePatchType, `{"metadata":{"labels":{"kept":"true"}}}`))
	t.until("one out, one in", func() (bool, string) {
		keys := informer.GetStore().ListKeys()
		_, out, _ := informer.GetStore().GetByKey(t.ns + "/i0")
		_, in, _ := informer.GetStore().GetByKey(t.ns + "/i5")
		return !out && in && len(keys) == 4, fmt.Sprint(keys)
	})
}
