import type { SandboxSource, SourceName } from "../source.ts";

/** Stands where a test needs no source: no routes, no documents. */
export function createIdleSource(name: SourceName): SandboxSource {
  return { name, register: () => undefined, documents: () => [], stop: () => undefined };
}
