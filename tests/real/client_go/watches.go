package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"
	"k8s.io/utils/ptr"
)

var watchChecks = []check{
	{"watch: bookmarks, and an end at its time", bookmarks},
	{"watch: initial events end with a bookmark", initialEvents},
	{"watch: from a version on, nothing is lost and nothing told twice", fromVersion},
	{"watch: versions of the future, and wrong parameters", wrongWatches},
	{"watch: UntilWithSync and RetryWatcher", untilTools},
}

func sendsInitialEvents(config *rest.Config) bool {
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	watching, err := kubernetes.NewForConfigOrDie(config).CoreV1().Namespaces().Watch(ctx, metav1.ListOptions{
		AllowWatchBookmarks: true, SendInitialEvents: ptr.To(true), ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan})
	if err != nil {
		return false
	}
	defer watching.Stop()
	event, ok := <-watching.ResultChan()
	return ok && event.Type != watch.Error
}

func bookmarks(t *test) {
	from := t.makeConfigMap("a", nil).ResourceVersion
	t.makeConfigMap("b", nil)
	start := time.Now()
	watching := must(t.client.CoreV1().ConfigMaps(t.ns).Watch(t.ctx, metav1.ListOptions{AllowWatchBookmarks: true,
		TimeoutSeconds: ptr.To[int64](4), ResourceVersion: from, FieldSelector: ours}))
	equal(receive(t, "the object", watching.ResultChan()).Type, watch.Added)
	seen := 0
	for event := range watching.ResultChan() {
		equal(event.Type, watch.Bookmark)
		mark := event.Object.(*corev1.ConfigMap)
		that(mark.ResourceVersion != "" && mark.Name == "" && mark.UID == "", "%+v", mark.ObjectMeta)
		seen++
	}
	that(seen > 0, "no bookmark")
	took := time.Since(start).Seconds()
	that(took > 3 && took < 15, "it ended after %.1f s", took)
}

func initialEvents(t *test) {
	t.needsWatchLists()
	t.makeConfigMap("a", nil)
	t.makeConfigMap("b", nil)
	options := metav1.ListOptions{AllowWatchBookmarks: true, SendInitialEvents: ptr.To(true),
		ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan, FieldSelector: ours}
	for _, contentType := range []string{"application/json", "application/vnd.kubernetes.protobuf"} {
		config := copyOf(t.config)
		config.AcceptContentTypes, config.ContentType = contentType, contentType
		maps := must(kubernetes.NewForConfig(config)).CoreV1().ConfigMaps(t.ns)
		watching := must(maps.Watch(t.ctx, options))
		var names []string
		for {
			event := receive(t, "initial events", watching.ResultChan())
			object := event.Object.(*corev1.ConfigMap)
			if event.Type == watch.Bookmark {
				equal(object.Annotations[metav1.InitialEventsAnnotationKey], "true")
				break
			}
			equal(event.Type, watch.Added)
			names = append(names, object.Name)
		}
		equal(names, []string{"a", "b"})
		watching.Stop()
	}
	options.ResourceVersionMatch = ""
	_, err := t.client.CoreV1().ConfigMaps(t.ns).Watch(t.ctx, options)
	refused(err, metav1.StatusReasonInvalid, "resourceVersionMatch")
}

func fromVersion(t *test) {
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	from := must(maps.List(t.ctx, metav1.ListOptions{})).ResourceVersion
	t.makeConfigMap("a", nil)
	for i := range 30 {
		must(t.patch("a", types.MergePatchType, fmt.Sprintf(`{"data":{"n":"%d"}}`, i)))
	}
	no(maps.Delete(t.ctx, "a", metav1.DeleteOptions{}))
	watching := must(maps.Watch(t.ctx, metav1.ListOptions{ResourceVersion: from, FieldSelector: ours}))
	defer watching.Stop()
	last, _ := strconv.ParseUint(from, 10, 64)
	for i := range 32 {
		event := receive(t, fmt.Sprint("event ", i), watching.ResultChan())
		object := event.Object.(*corev1.ConfigMap)
		version := must(strconv.ParseUint(object.ResourceVersion, 10, 64))
		that(version > last, "version %d after %d", version, last)
		last = version
		wanted := watch.Modified
		if i == 0 {
			wanted = watch.Added
		} else if i == 31 {
			wanted = watch.Deleted
		} else {
			equal(object.Data["n"], fmt.Sprint(i-1))
		}
		equal(event.Type, wanted)
	}
}

func wrongWatches(t *test) {
	maps := t.client.CoreV1().ConfigMaps(t.ns)
	_, err := maps.Watch(t.ctx, metav1.ListOptions{ResourceVersion: "x"})
	that(err != nil && strings.Contains(err.Error(), `resourceVersion: Invalid value: "x"`), "%v", err)
	_, err = maps.List(t.ctx, metav1.ListOptions{ResourceVersionMatch: metav1.ResourceVersionMatchExact})
	refused(err, metav1.StatusReasonInvalid, "resourceVersionMatch is forbidden unless resourceVersion is provided")
	made := t.makeConfigMap("a", nil)
	exact := must(maps.List(t.ctx, metav1.ListOptions{ResourceVersion: made.ResourceVersion, FieldSelector: ours,
		ResourceVersionMatch: metav1.ResourceVersionMatchExact}))
	equal(exact.ResourceVersion, made.ResourceVersion)
	t.makeConfigMap("b", nil)
	exact = must(maps.List(t.ctx, metav1.ListOptions{ResourceVersion: made.ResourceVersion, FieldSelector: ours,
		ResourceVersionMatch: metav1.ResourceVersionMatchExact}))
	equal(len(exact.Items), 1)
	_, err = maps.List(t.ctx, metav1.ListOptions{ResourceVersion: "999999999"})
	that(apierrors.IsTimeout(err), "not a timeout: %v", err)
	that(apierrors.HasStatusCause(err, metav1.CauseTypeResourceVersionTooLarge), "no cause: %v", err)
}

func untilTools(t *test) {
	made := t.makeConfigMap("a", map[string]string{"phase": "new"})
	go func() {
		for _, phase := range []string{"going", "done"} {
			time.Sleep(50 * time.Millisecond)
			_, _ = t.patch("a", types.MergePatchType, `{"data":{"phase":"`+phase+`"}}`)
		}
	}()
	done := func(event watch.Event) (bool, error) {
		return event.Object.(*corev1.ConfigMap).Data["phase"] == "done", nil
	}
	lister := cache.NewListWatchFromClient(t.client.CoreV1().RESTClient(), "configmaps", t.ns, fields.Everything())
	ctx, cancel := context.WithTimeout(t.ctx, 60*time.Second)
	defer cancel()
	event := must(watchtools.UntilWithSync(ctx, lister, &corev1.ConfigMap{}, nil, done))
	equal(event.Object.(*corev1.ConfigMap).Name, "a")
	event = must(watchtools.Until(ctx, made.ResourceVersion, lister, done))
	equal(event.Type, watch.Modified)
}
