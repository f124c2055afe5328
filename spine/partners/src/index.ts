export { API_KEY_PREFIX } from "./api-key.ts";
export { PartnerExistsError, TooManyPartnersError, UnknownPartnerError } from "./errors.ts";
export { createPartnerBook } from "./partner-book.ts";
export type { ChangedBy, NewApiKey, PartnerBook, PartnerWithKeys } from "./partner-book.ts";
export { createPartnerDirectory } from "./partner-directory.ts";
export type { PartnerDirectory } from "./partner-directory.ts";
export { DEFAULT_TERMS, OPERATION_MODES, parseTerms } from "./partner.ts";
export type { ApiKey, Partner, PartnerOperations, PartnerTerms } from "./partner.ts";
