export { API_KEY_PREFIX } from "./api-key.ts";
export { PartnerExistsError, TooManyPartnersError, UnknownPartnerError } from "./errors.ts";
export { createClientActivity } from "./client-activity.ts";
export type { Activity, ClientActivity, OperationFate } from "./client-activity.ts";
export { createPartnerBook } from "./partner-book.ts";
export type { ChangedBy, NewApiKey, PartnerBook, PartnerWithKeys } from "./partner-book.ts";
export { createPartnerDirectory } from "./partner-directory.ts";
export type { PartnerDirectory } from "./partner-directory.ts";
export { DEFAULT_TERMS, OPERATION_MODES, parseTerms } from "./partner.ts";
export type { ApiKey, Partner, PartnerOperations, PartnerTerms } from "./partner.ts";
export {
  ManifestExistsError,
  OperationIdTakenError,
  RetiredManifestError,
  TooManyManifestsError,
  UnknownManifestError,
} from "./manifests/errors.ts";
export { createManifestBook } from "./manifests/manifest-book.ts";
export type { ManifestBook } from "./manifests/manifest-book.ts";
export { createManifestDirectory } from "./manifests/manifest-directory.ts";
export type { ManifestDirectory } from "./manifests/manifest-directory.ts";
export type {
  Manifest,
  ManifestStatus,
  PricedOperation,
  UnknownOperation,
} from "./manifests/manifest.ts";
