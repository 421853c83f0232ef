package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const (
	pause = 20 * time.Millisecond // between two looks
	// ours selects the ConfigMaps of a check: a whole cluster puts its CA's certificates into each namespace too.
	ours = "metadata.name!=kube-root-ca.crt"
)

type server struct {
	config     *rest.Config
	complete   bool // it has a garbage collector and a namespace controller
	watchLists bool // a watch may tell first what there is: not over an etcd before 3.5.13
}

// test is what one check works with. Its methods end the check when something is not as it should be.
type test struct {
	*server
	ctx     context.Context
	client  kubernetes.Interface
	dynamic dynamic.Interface
	ns      string
}

// failure ends a check; attempt makes its text of it. skipped ends one that says nothing of this server.
type failure string
type skipped string

func attempt(body func()) (text string) {
	defer func() {
		switch what := recover().(type) {
		case nil:
		case failure:
			text = string(what)
		case skipped:
			panic(what)
		default:
			text = fmt.Sprintf("panic: %v", what)
		}
	}()
	body()
	return ""
}

// fail ends the check, with the line in the check itself that asked.
func fail(format string, values ...any) {
	where := ""
	for depth := 1; depth < 12; depth++ {
		_, file, line, ok := runtime.Caller(depth)
		if ok && !strings.HasSuffix(file, "/test.go") {
			where = fmt.Sprintf(" [%s:%d]", filepath.Base(file), line)
			break
		}
	}
	panic(failure(fmt.Sprintf(format, values...) + where))
}

// copyOf is a configuration that may be changed; without the client's own limit of requests a second.
func copyOf(config *rest.Config) *rest.Config {
	made := rest.CopyConfig(config)
	made.QPS, made.Burst = -1, 0
	made.WarningHandler = rest.NoWarnings{}
	return made
}

func newTest(ctx context.Context, base *server) *test {
	config := copyOf(base.config)
	t := &test{server: &server{config, base.complete, base.watchLists}, ctx: ctx,
		client: must(kubernetes.NewForConfig(config)), dynamic: must(dynamic.NewForConfig(config))}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "client-go-"}}
	t.ns = must(t.client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{})).Name
	return t
}

// needsWatchLists ends a check where an old etcd under a kube-apiserver cannot do it.
func (t *test) needsWatchLists() {
	if !t.watchLists {
		panic(skipped("the server does not send initial events"))
	}
}

func must[T any](value T, err error) T {
	no(err)
	return value
}

func no(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func equal[T any](seen, wanted T) {
	if !reflect.DeepEqual(seen, wanted) {
		fail("saw %+v, want %+v", seen, wanted)
	}
}

func that(truth bool, format string, values ...any) {
	if !truth {
		fail(format, values...)
	}
}

// refused wants an error of that reason, whose text has the words.
func refused(err error, reason metav1.StatusReason, words ...string) {
	if err == nil {
		fail("it was accepted, want %s", reason)
	}
	if apierrors.ReasonForError(err) != reason {
		fail("want %s, saw %q: %v", reason, apierrors.ReasonForError(err), err)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			fail("%q is not in %q", word, err.Error())
		}
	}
}

// until looks until it is true; the look tells what it saw instead.
func (t *test) until(what string, look func() (bool, string)) {
	last := "nothing"
	for {
		done, seen := look()
		if done {
			return
		}
		last = seen
		select {
		case <-t.ctx.Done():
			fail("not in time: %s; last seen: %s", what, last)
		case <-time.After(pause):
		}
	}
}

// receive is the next of a channel.
func receive[T any](t *test, what string, from <-chan T) T {
	select {
	case value, ok := <-from:
		if !ok {
			fail("%s: the channel is closed", what)
		}
		return value
	case <-t.ctx.Done():
		fail("%s: %v", what, errors.Unwrap(t.ctx.Err()))
	}
	panic("not reached")
}

func configMap(name string, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: data}
}

func (t *test) makeConfigMap(name string, data map[string]string) *corev1.ConfigMap {
	return must(t.client.CoreV1().ConfigMaps(t.ns).Create(t.ctx, configMap(name, data), metav1.CreateOptions{}))
}
