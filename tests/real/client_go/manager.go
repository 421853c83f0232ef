package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

var managerChecks = []check{
	{"controller-runtime: a manager that makes a Secret of each ConfigMap", managed},
	{"controller-runtime: the client by itself", plainClient},
}

const copyOfMap = "copy-of-"

// copier keeps a Secret of each ConfigMap that has data, and counts its keys in an annotation.
type copier struct {
	client client.Client
}

func (c *copier) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	var from corev1.ConfigMap
	if err := c.client.Get(ctx, request.NamespacedName, &from); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	if from.DeletionTimestamp != nil {
		return reconcile.Result{}, nil
	}
	to := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: from.Namespace, Name: copyOfMap + from.Name}}
	_, err := controllerutil.CreateOrUpdate(ctx, c.client, to, func() error {
		to.Data = map[string][]byte{}
		for name, value := range from.Data {
			to.Data[name] = []byte(value)
		}
		return controllerutil.SetControllerReference(&from, to, scheme.Scheme)
	})
	if err != nil {
		return reconcile.Result{}, err
	}
	before := from.DeepCopy()
	if from.Annotations == nil {
		from.Annotations = map[string]string{}
	}
	from.Annotations["keys"] = fmt.Sprint(len(from.Data))
	if from.Annotations["keys"] == before.Annotations["keys"] {
		return reconcile.Result{}, nil
	}
	err = c.client.Patch(ctx, &from, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	if apierrors.IsConflict(err) {
		return reconcile.Result{RequeueAfter: pause}, nil
	}
	return reconcile.Result{}, err
}

func (t *test) newManager() manager.Manager {
	made := must(manager.New(t.config, manager.Options{
		Scheme: scheme.Scheme, Metrics: metricsserver.Options{BindAddress: "0"}, HealthProbeBindAddress: "127.0.0.1:0",
		LeaderElection: true, LeaderElectionID: "copier.example.com", LeaderElectionNamespace: t.ns,
		LeaderElectionReleaseOnCancel: true, LeaseDuration: ptr.To(leaseTime), RenewDeadline: ptr.To(renewTime),
		RetryPeriod: ptr.To(retryTime), Cache: cache.Options{DefaultNamespaces: map[string]cache.Config{t.ns: {}}},
		GracefulShutdownTimeout: ptr.To(5 * time.Second)}))
	no(made.AddHealthzCheck("ping", healthz.Ping))
	no(made.AddReadyzCheck("ping", healthz.Ping))
	index := func(object client.Object) []string {
		if owner := metav1.GetControllerOf(object); owner != nil {
			return []string{owner.Name}
		}
		return nil
	}
	no(made.GetFieldIndexer().IndexField(t.ctx, &corev1.Secret{}, "owner", index))
	no(ctrl.ControllerManagedBy(made).For(&corev1.ConfigMap{}).Owns(&corev1.Secret{}).Named("copier-" + t.ns).
		WithOptions(controller.Options{SkipNameValidation: ptr.To(true)}).Complete(&copier{made.GetClient()}))
	return made
}

func (t *test) secretIs(name string, wanted map[string][]byte) {
	t.until("the Secret "+name, func() (bool, string) {
		seen, err := t.client.CoreV1().Secrets(t.ns).Get(t.ctx, name, metav1.GetOptions{})
		return err == nil && fmt.Sprint(seen.Data) == fmt.Sprint(wanted), fmt.Sprint(err, seen)
	})
}

func managed(t *test) {
	ctx, stop := context.WithCancel(t.ctx)
	made := t.newManager()
	ended := make(chan error, 1)
	go func() { ended <- made.Start(ctx) }()
	t.makeConfigMap("a", map[string]string{"x": "1"})
	t.secretIs("copy-of-a", map[string][]byte{"x": []byte("1")})
	must(t.client.CoreV1().ConfigMaps(t.ns).Update(t.ctx, configMap("a", map[string]string{"x": "2", "y": "3"}), metav1.UpdateOptions{}))
	t.secretIs("copy-of-a", map[string][]byte{"x": []byte("2"), "y": []byte("3")})
	t.until("the count of keys", func() (bool, string) {
		seen := must(t.client.CoreV1().ConfigMaps(t.ns).Get(t.ctx, "a", metav1.GetOptions{}))
		return seen.Annotations["keys"] == "2", fmt.Sprint(seen.Annotations)
	})
	no(t.client.CoreV1().Secrets(t.ns).Delete(t.ctx, "copy-of-a", metav1.DeleteOptions{}))
	t.secretIs("copy-of-a", map[string][]byte{"x": []byte("2"), "y": []byte("3")}) // it owns it: made again
	var found corev1.SecretList
	t.until("the index", func() (bool, string) {
		no(made.GetClient().List(t.ctx, &found, client.InNamespace(t.ns), client.MatchingFields{"owner": "a"}))
		return len(found.Items) == 1, fmt.Sprint(len(found.Items))
	})
	lease := must(t.client.CoordinationV1().Leases(t.ns).Get(t.ctx, "copier.example.com", metav1.GetOptions{}))
	that(*lease.Spec.HolderIdentity != "", "nobody leads")
	if t.complete {
		no(t.client.CoreV1().ConfigMaps(t.ns).Delete(t.ctx, "a", metav1.DeleteOptions{}))
		t.until("the Secret goes with its owner", func() (bool, string) {
			_, err := t.client.CoreV1().Secrets(t.ns).Get(t.ctx, "copy-of-a", metav1.GetOptions{})
			return apierrors.IsNotFound(err), fmt.Sprint(err)
		})
	}
	stop()
	no(receive(t, "its end", ended))
	lease = must(t.client.CoordinationV1().Leases(t.ns).Get(t.ctx, "copier.example.com", metav1.GetOptions{}))
	equal(*lease.Spec.HolderIdentity, "")
}

func plainClient(t *test) {
	direct := must(client.NewWithWatch(t.config, client.Options{Scheme: scheme.Scheme}))
	made := configMap("a", map[string]string{"x": "1"})
	made.Namespace = t.ns
	no(direct.Create(t.ctx, made))
	key := client.ObjectKeyFromObject(made)
	thin := &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}}
	no(direct.Get(t.ctx, key, thin))
	equal(thin.UID, made.UID)
	base := made.DeepCopy()
	made.Data["y"] = "2"
	no(direct.Patch(t.ctx, made, client.StrategicMergeFrom(base)))
	equal(made.Data, map[string]string{"x": "1", "y": "2"})
	no(direct.Patch(t.ctx, thin, client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"labels":{"l":"1"}}}`))))
	var list corev1.ConfigMapList
	no(direct.List(t.ctx, &list, client.InNamespace(t.ns), client.MatchingLabels{"l": "1"}, client.Limit(5)))
	equal(len(list.Items), 1)
	namespace := &corev1.Namespace{}
	no(direct.Get(t.ctx, client.ObjectKey{Name: t.ns}, namespace))
	no(direct.Status().Update(t.ctx, namespace))
	no(direct.DeleteAllOf(t.ctx, &corev1.ConfigMap{}, client.InNamespace(t.ns), client.MatchingLabels{"l": "1"}))
	that(apierrors.IsNotFound(direct.Get(t.ctx, key, made)), "it is there")
}
