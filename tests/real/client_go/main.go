// client_go KUBECONFIG [-complete] [NAME…]: what other people's programs do with an API server, through client-go and
// controller-runtime: clients, informers, server-side apply, leader election, a manager. It is the same on a
// kube-apiserver and on `certwright standalone`. Without -complete it does not ask for what a bare kube-apiserver over an
// old etcd lacks: garbage collection, the end of namespaces, watches that tell first what there is. Each check (or each
// whose name contains a NAME) has a namespace of its own and prints ok or FAIL; the last line is 'N passed, M failed'.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
)

const (
	atOnce = 6                // checks; many of them wait for time to pass
	bound  = 90 * time.Second // of one check, on a busy machine
)

type check struct {
	name string
	run  func(*test)
}

// Those that take longest first: they run beside all others.
func checks() []check {
	var all []check
	for _, part := range [][]check{leaderChecks, crdChecks, managerChecks, informerChecks, watchChecks, typedChecks,
		patchChecks, deleteChecks, applyChecks, discoveryChecks, accessChecks, eventChecks} {
		all = append(all, part...)
	}
	return all
}

func wanted(name string, names []string) bool {
	for _, part := range names {
		if strings.Contains(name, part) {
			return true
		}
	}
	return len(names) == 0
}

type report struct {
	mutex          sync.Mutex
	passed, failed int
}

func (r *report) add(name string, failure string, took time.Duration) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if failure != "" {
		r.failed++
		fmt.Printf("FAIL %s: %s\n", name, failure)
		return
	}
	r.passed++
	fmt.Printf("ok   %s (%.1f s)\n", name, took.Seconds())
}

func run(base *server, one check, report *report) {
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	defer func() {
		if why, ok := recover().(skipped); ok {
			fmt.Printf("     skipped: %s: %s\n", one.name, string(why))
		}
	}()
	start := time.Now()
	failure := attempt(func() { one.run(newTest(ctx, base)) })
	report.add(one.name, failure, time.Since(start))
}

func quiet() {
	klog.SetLogger(logr.Discard())
	klog.SetOutput(io.Discard)
	klog.LogToStderr(false)
	ctrllog.SetLogger(logr.Discard())
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "client_go KUBECONFIG [-complete] [NAME…]")
		os.Exit(2)
	}
	quiet()
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	names := os.Args[2:]
	base := &server{config: config}
	if len(names) > 0 && names[0] == "-complete" {
		base.complete, base.watchLists, names = true, true, names[1:]
	} else {
		base.watchLists = sendsInitialEvents(config)
	}
	var report report
	var all sync.WaitGroup
	turns := make(chan struct{}, atOnce)
	for _, one := range checks() {
		if !wanted(one.name, names) {
			continue
		}
		turns <- struct{}{}
		all.Add(1)
		go func() {
			defer func() { <-turns; all.Done() }()
			run(base, one, &report)
		}()
	}
	all.Wait()
	fmt.Printf("%d passed, %d failed\n", report.passed, report.failed)
	if report.failed > 0 || report.passed == 0 {
		os.Exit(1)
	}
}
