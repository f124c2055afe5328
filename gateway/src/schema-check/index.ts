export { checkSchema } from "./check-schema.ts";
export type { SchemaCheck } from "./check-schema.ts";
export { explainCheck } from "./explain-check.ts";
export { deprecatedUse, explainDeprecations } from "./deprecated-use.ts";
export { parseKnownUse } from "./known-use.ts";
export type { KnownUse, PromotedOperation, RecordedUse } from "./known-use.ts";
export { readRootFields } from "./root-fields.ts";
export type { RootField } from "./root-fields.ts";
export { readGlossary, readManifests, readSupergraph } from "./read-inputs.ts";
