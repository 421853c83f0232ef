// Reasons of Certificate conditions and events (reference/controllers.md 1.2, 1.13).
#pragma once

#include <string_view>

namespace cw::controller::certificates {

inline constexpr std::string_view kDoesNotExist = "DoesNotExist";
inline constexpr std::string_view kMissingData = "MissingData";
inline constexpr std::string_view kInvalidKeyPair = "InvalidKeyPair";
inline constexpr std::string_view kInvalidCertificate = "InvalidCertificate";
inline constexpr std::string_view kIncorrectIssuer = "IncorrectIssuer";
inline constexpr std::string_view kIncorrectCertificate = "IncorrectCertificate";
inline constexpr std::string_view kTemporaryCertificate = "TemporaryCertificate";
inline constexpr std::string_view kSecretMismatch = "SecretMismatch";
inline constexpr std::string_view kInvalidCertificateRequest = "InvalidCertificateRequest";
inline constexpr std::string_view kRequestChanged = "RequestChanged";
inline constexpr std::string_view kRenewing = "Renewing";
inline constexpr std::string_view kWindowError = "WindowError";
inline constexpr std::string_view kExpired = "Expired";
inline constexpr std::string_view kCaChanged = "CAChanged";      // ours alone
inline constexpr std::string_view kReissueLoop = "ReissueLoop";  // ours alone; condition and event
inline constexpr std::string_view kManuallyTriggered = "ManuallyTriggered";  // of cmctl

inline constexpr std::string_view kEventIssuing = "Issuing";
inline constexpr std::string_view kEventReused = "Reused";
inline constexpr std::string_view kEventDeleted = "Deleted";
inline constexpr std::string_view kEventDecodeFailed = "DecodeFailed";
inline constexpr std::string_view kEventCannotRegenerateKey = "CannotRegenerateKey";
inline constexpr std::string_view kEventRequestFailed = "RequestFailed";
inline constexpr std::string_view kEventKeystorePasswordMissing = "KeystorePasswordSecretNotFound";
inline constexpr std::string_view kEventKeystoreFailed = "KeystoreFailed";  // ours alone

inline constexpr std::string_view kSecretManagedMetadataMismatch = "SecretManagedMetadataMismatch";
inline constexpr std::string_view kSecretTemplateMismatch = "SecretTemplateMismatch";
inline constexpr std::string_view kAdditionalOutputFormatsMismatch = "AdditionalOutputFormatsMismatch";
inline constexpr std::string_view kSecretOwnerRefMismatch = "SecretOwnerRefMismatch";

}  // namespace cw::controller::certificates
