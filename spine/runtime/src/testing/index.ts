export { collectSpans } from "./collect-spans.ts";
export type { CollectedSpan, SpanCollection } from "./collect-spans.ts";
