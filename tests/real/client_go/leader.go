package main

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	typedcore "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/tools/record"
)

const (
	leaseTime = 8 * time.Second // a busy machine may keep a renewal waiting
	renewTime = 6 * time.Second
	retryTime = 300 * time.Millisecond
)

var leaderChecks = []check{
	{"leader election: one leads, the other takes over when it gives up", func(t *test) { takeOver(t, true) }},
	{"leader election: and when it falls silent", func(t *test) { takeOver(t, false) }},
}

var eventChecks = []check{
	{"events: the recorder of core/v1, counted", coreEvents},
	{"events: the recorder of events.k8s.io/v1, as a series", newEvents},
}

// candidate runs for the Lease "leader" until it is stopped; its name is sent when it leads.
func (t *test) candidate(name string, release bool, leads chan<- string) (stop func()) {
	ctx, cancel := context.WithCancel(t.ctx)
	lock := must(resourcelock.New(resourcelock.LeasesResourceLock, t.ns, "leader", t.client.CoreV1(), t.client.CoordinationV1(),
		resourcelock.ResourceLockConfig{Identity: name}))
	elector := must(leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock: lock, LeaseDuration: leaseTime, RenewDeadline: renewTime, RetryPeriod: retryTime, ReleaseOnCancel: release,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { leads <- name },
			OnStoppedLeading: func() {},
		}}))
	ended := make(chan struct{})
	go func() { elector.Run(ctx); close(ended) }()
	return func() { cancel(); <-ended }
}

func takeOver(t *test, release bool) {
	leads := make(chan string, 4)
	stopFirst := t.candidate("first", release, leads)
	equal(receive(t, "a leader", leads), "first")
	defer t.candidate("second", true, leads)()
	leases := t.client.CoordinationV1().Leases(t.ns)
	before := must(leases.Get(t.ctx, "leader", metav1.GetOptions{})).Spec.RenewTime
	t.until("a renewal", func() (bool, string) {
		now := must(leases.Get(t.ctx, "leader", metav1.GetOptions{})).Spec.RenewTime
		return now.After(before.Time), now.String()
	})
	that(len(leads) == 0, "two lead")
	start := time.Now()
	stopFirst()
	equal(receive(t, "the next leader", leads), "second")
	if took := time.Since(start); release {
		that(took < leaseTime, "after %v", took)
	}
	lease := must(leases.Get(t.ctx, "leader", metav1.GetOptions{}))
	equal(*lease.Spec.HolderIdentity, "second")
	equal(*lease.Spec.LeaseTransitions, int32(1))
}

func coreEvents(t *test) {
	made := t.makeConfigMap("a", nil)
	broadcaster := record.NewBroadcaster(record.WithContext(t.ctx))
	broadcaster.StartRecordingToSink(&typedcore.EventSinkImpl{Interface: t.client.CoreV1().Events("")})
	defer broadcaster.Shutdown()
	recorder := broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "tester"})
	for range 3 {
		recorder.Event(made, corev1.EventTypeWarning, "Broken", "it does not work")
	}
	t.until("one event, three times", func() (bool, string) {
		list := must(t.client.CoreV1().Events(t.ns).SearchWithContext(t.ctx, scheme.Scheme, made))
		if len(list.Items) != 1 {
			return false, "not one event"
		}
		return list.Items[0].Count == 3, list.String()
	})
	// The same through the other API.
	seen := must(t.client.EventsV1().Events(t.ns).List(t.ctx, metav1.ListOptions{})).Items[0]
	equal(seen.DeprecatedCount, int32(3))
	equal(seen.Note, "it does not work")
	equal(seen.Regarding.UID, made.UID)
	equal(seen.DeprecatedSource.Component, "tester")
}

func newEvents(t *test) {
	made := t.makeConfigMap("a", nil)
	ctx, cancel := context.WithCancel(t.ctx)
	defer cancel()
	broadcaster := events.NewBroadcaster(&events.EventSinkImpl{Interface: t.client.EventsV1()})
	no(broadcaster.StartRecordingToSinkWithContext(ctx))
	recorder := broadcaster.NewRecorder(scheme.Scheme, "example.com/tester")
	record := func() { recorder.Eventf(made, nil, corev1.EventTypeNormal, "Done", "Working", "%d done", 1) }
	list := func() []eventsv1.Event {
		return must(t.client.EventsV1().Events(t.ns).List(t.ctx, metav1.ListOptions{})).Items
	}
	record()
	t.until("the event", func() (bool, string) { return len(list()) == 1, "not one event" })
	record()
	t.until("a series", func() (bool, string) {
		all := list()
		return len(all) == 1 && all[0].Series != nil && all[0].Series.Count == 2, all[0].String()
	})
	seen := list()[0]
	equal(seen.ReportingController, "example.com/tester")
	that(!seen.EventTime.IsZero(), "no eventTime")
	field := "involvedObject.name=a,reason=Done"
	core := must(t.client.CoreV1().Events(t.ns).List(t.ctx, metav1.ListOptions{FieldSelector: field})).Items
	equal(len(core), 1)
	equal(core[0].Message, "1 done")
}
