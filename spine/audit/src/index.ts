export { appendAudit, auditRowOf } from "./append-audit.ts";
export type { AuditRow } from "./append-audit.ts";
export type { AuditEntry } from "./audit-entry.ts";
export { createAuditVerifier } from "./verify-audit.ts";
export type { AuditVerification, AuditVerifier } from "./verify-audit.ts";
