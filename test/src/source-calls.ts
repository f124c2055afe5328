import type { Stack } from "./stack.ts";

/** Calls by source, a batch being one. */
export type SourceCalls = { readonly erp: number; readonly wms: number; readonly finance: number };

/** What the sources are called while `work` is done: its own calls where nothing else is going on. */
export async function callsOf(
  { sandbox }: Stack,
  work: () => Promise<unknown>,
): Promise<SourceCalls> {
  await sandbox.resetCalls();
  await work();
  const { erp, wms, finance } = await sandbox.calls();
  return { erp: erp.total, wms: wms.total, finance: finance.total };
}
