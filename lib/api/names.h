// Well-known names of the API: groups, labels, annotations, finalizers, Secret keys, condition types and
// reasons. Source: reference/controllers.md 10, 1.13, 2.2, 4.1; reference/admission.md 1.3.
#pragma once

#include <string_view>

namespace cw::api {

inline constexpr std::string_view kGroup = "cert-manager.io";
inline constexpr std::string_view kPolicyGroup = "policy.cert-manager.io";
inline constexpr std::string_view kAcmeGroup = "acme.cert-manager.io";
inline constexpr std::string_view kIssuerKind = "Issuer";
inline constexpr std::string_view kClusterIssuerKind = "ClusterIssuer";

// Labels.
inline constexpr std::string_view kFaoLabel = "controller.cert-manager.io/fao";  // "for attention of"
inline constexpr std::string_view kNextPrivateKeyLabel = "cert-manager.io/next-private-key";
inline constexpr std::string_view kManagedByLabel = "app.kubernetes.io/managed-by";
inline constexpr std::string_view kDisableValidationLabel = "cert-manager.io/disable-validation";
inline constexpr std::string_view kHttpDomainLabel = "acme.cert-manager.io/http-domain";
inline constexpr std::string_view kHttpTokenLabel = "acme.cert-manager.io/http-token";
inline constexpr std::string_view kHttp01SolverLabel = "acme.cert-manager.io/http01-solver";
inline constexpr std::string_view kLabelTrue = "true";

// Annotations of the target Secret.
inline constexpr std::string_view kCertificateNameAnnotation = "cert-manager.io/certificate-name";
inline constexpr std::string_view kIssuerNameAnnotation = "cert-manager.io/issuer-name";
inline constexpr std::string_view kIssuerKindAnnotation = "cert-manager.io/issuer-kind";
inline constexpr std::string_view kIssuerGroupAnnotation = "cert-manager.io/issuer-group";
inline constexpr std::string_view kCommonNameAnnotation = "cert-manager.io/common-name";
inline constexpr std::string_view kAltNamesAnnotation = "cert-manager.io/alt-names";
inline constexpr std::string_view kIpSansAnnotation = "cert-manager.io/ip-sans";
inline constexpr std::string_view kUriSansAnnotation = "cert-manager.io/uri-sans";
inline constexpr std::string_view kEmailSansAnnotation = "cert-manager.io/email-sans";
inline constexpr std::string_view kSubjectOrganizationsAnnotation = "cert-manager.io/subject-organizations";
inline constexpr std::string_view kSubjectOrganizationalUnitsAnnotation =
    "cert-manager.io/subject-organizationalunits";
inline constexpr std::string_view kSubjectCountriesAnnotation = "cert-manager.io/subject-countries";
inline constexpr std::string_view kSubjectProvincesAnnotation = "cert-manager.io/subject-provinces";
inline constexpr std::string_view kSubjectLocalitiesAnnotation = "cert-manager.io/subject-localities";
inline constexpr std::string_view kSubjectStreetAddressesAnnotation =
    "cert-manager.io/subject-streetaddresses";
inline constexpr std::string_view kSubjectPostalCodesAnnotation = "cert-manager.io/subject-postalcodes";
inline constexpr std::string_view kSubjectSerialNumberAnnotation = "cert-manager.io/subject-serialnumber";

// Annotations of Certificates and CertificateRequests.
inline constexpr std::string_view kIssueTemporaryAnnotation = "cert-manager.io/issue-temporary-certificate";
inline constexpr std::string_view kCertificateRevisionAnnotation = "cert-manager.io/certificate-revision";
inline constexpr std::string_view kPrivateKeySecretAnnotation = "cert-manager.io/private-key-secret-name";

// Annotations of an Order (from the Certificate) that change the solver of its Challenges.
inline constexpr std::string_view kOverrideIngressNameAnnotation =
    "acme.cert-manager.io/http01-override-ingress-name";
inline constexpr std::string_view kOverrideIngressClassAnnotation =
    "acme.cert-manager.io/http01-override-ingress-class";
inline constexpr std::string_view kOverrideIngressClassNameAnnotation =
    "acme.cert-manager.io/http01-override-ingress-ingressclassname";
inline constexpr std::string_view kParentNameAnnotation = "acme.cert-manager.io/http01-parentrefname";
inline constexpr std::string_view kParentKindAnnotation = "acme.cert-manager.io/http01-parentrefkind";
inline constexpr std::string_view kParentNamespaceAnnotation =
    "acme.cert-manager.io/http01-parentrefnamespace";

// Annotations of our own, which the field does not know.
// On an Issuer, ClusterIssuer, Certificate or CertificateRequest; "true".
inline constexpr std::string_view kAllowOutlivingCaAnnotation = "certwright.dev/allow-outliving-ca";
// On an Issuer or ClusterIssuer: the time over which re-issues are spread ("2h"), or "true".
inline constexpr std::string_view kCascadeAnnotation = "certwright.dev/cascade";
// On a Certificate, of which it reaches the Order; on a Challenge that is answered so; "true".
inline constexpr std::string_view kTlsAlpn01Annotation = "certwright.dev/tls-alpn-01";
inline constexpr std::string_view kAnnotationTrue = "true";
// On an Issuer or ClusterIssuer, the issuer guard (docs/policy.md): who may use it for what.
inline constexpr std::string_view kAllowedNamespacesAnnotation = "certwright.dev/allowed-namespaces";
inline constexpr std::string_view kAllowedNamespaceSelectorAnnotation =
    "certwright.dev/allowed-namespace-selector";
inline constexpr std::string_view kAllowedDnsAnnotation = "certwright.dev/allowed-dns";
inline constexpr std::string_view kAllowedSanKindsAnnotation = "certwright.dev/allowed-san-kinds";
inline constexpr std::string_view kMaxSansAnnotation = "certwright.dev/max-sans";
// On a CertificateRequestPolicy: "enforce" (none), "warn" or "audit". The latter two make it a shadow.
inline constexpr std::string_view kPolicyModeAnnotation = "certwright.dev/mode";
// On what is created as a dry run: answer with the whole explanation ("json").
inline constexpr std::string_view kExplainAnnotation = "certwright.dev/explain";
// On a Namespace: "off", "audit", "warn" or "enforce", but not beyond --policy-admission.
inline constexpr std::string_view kPolicyAdmissionLabel = "certwright.dev/policy-admission";

// Annotations that steer CA injection.
inline constexpr std::string_view kInjectCaFromAnnotation = "cert-manager.io/inject-ca-from";
inline constexpr std::string_view kInjectCaFromSecretAnnotation = "cert-manager.io/inject-ca-from-secret";
inline constexpr std::string_view kInjectApiserverCaAnnotation = "cert-manager.io/inject-apiserver-ca";
inline constexpr std::string_view kAllowDirectInjectionAnnotation = "cert-manager.io/allow-direct-injection";

// Finalizers of a Challenge: the one written, and the one of old releases.
inline constexpr std::string_view kChallengeFinalizer = "acme.cert-manager.io/finalizer";
inline constexpr std::string_view kLegacyChallengeFinalizer = "finalizer.acme.cert-manager.io";

// Secrets: type and keys.
inline constexpr std::string_view kTlsSecretType = "kubernetes.io/tls";
inline constexpr std::string_view kOpaqueSecretType = "Opaque";
inline constexpr std::string_view kTlsCertificateKey = "tls.crt";
inline constexpr std::string_view kTlsPrivateKeyKey = "tls.key";
inline constexpr std::string_view kCaCertificateKey = "ca.crt";
inline constexpr std::string_view kPrivateKeyDerKey = "key.der";
inline constexpr std::string_view kCombinedPemKey = "tls-combined.pem";
inline constexpr std::string_view kJksKeystoreKey = "keystore.jks";
inline constexpr std::string_view kJksTruststoreKey = "truststore.jks";
inline constexpr std::string_view kPkcs12KeystoreKey = "keystore.p12";
inline constexpr std::string_view kPkcs12TruststoreKey = "truststore.p12";

// Condition types.
inline constexpr std::string_view kReady = "Ready";
inline constexpr std::string_view kIssuing = "Issuing";
inline constexpr std::string_view kApproved = "Approved";
inline constexpr std::string_view kDenied = "Denied";
inline constexpr std::string_view kInvalidRequest = "InvalidRequest";

// Reasons of a CertificateRequest's conditions.
inline constexpr std::string_view kReasonPending = "Pending";
inline constexpr std::string_view kReasonFailed = "Failed";
inline constexpr std::string_view kReasonIssued = "Issued";
inline constexpr std::string_view kReasonDenied = "Denied";
// Reason and event of the built-in approver.
inline constexpr std::string_view kReasonApproved = "cert-manager.io";

// Reasons of an issuer's Ready condition.
inline constexpr std::string_view kReasonSelfSignedReady = "IsReady";
inline constexpr std::string_view kReasonKeyPairVerified = "KeyPairVerified";
inline constexpr std::string_view kReasonGetKeyPairFailed = "ErrGetKeyPair";
inline constexpr std::string_view kReasonInvalidKeyPair = "ErrInvalidKeyPair";
inline constexpr std::string_view kReasonAcmeRegistered = "ACMEAccountRegistered";
inline constexpr std::string_view kReasonRegisterAccountFailed = "ErrRegisterACMEAccount";
inline constexpr std::string_view kReasonVerifyAccountFailed = "ErrVerifyACMEAccount";
inline constexpr std::string_view kReasonUpdateAccountFailed = "ErrUpdateACMEAccount";
inline constexpr std::string_view kReasonInvalidConfig = "InvalidConfig";
inline constexpr std::string_view kReasonInvalidUrl = "InvalidURL";
inline constexpr std::string_view kReasonInvalidSolver = "InvalidSolver";
// Event when an issuer's set-up fails.
inline constexpr std::string_view kReasonInitIssuerFailed = "ErrInitIssuer";

// spec.type of a Challenge.
inline constexpr std::string_view kTypeHttp01 = "HTTP-01";
inline constexpr std::string_view kTypeDns01 = "DNS-01";

// States of Orders, authorizations and Challenges (RFC 8555 §7.1.6, and "errored" of the field).
inline constexpr std::string_view kStateValid = "valid";
inline constexpr std::string_view kStateReady = "ready";
inline constexpr std::string_view kStatePending = "pending";
inline constexpr std::string_view kStateProcessing = "processing";
inline constexpr std::string_view kStateInvalid = "invalid";
inline constexpr std::string_view kStateExpired = "expired";
inline constexpr std::string_view kStateErrored = "errored";

}  // namespace cw::api
