import type { ExceptionRecord } from "@crossdock/processes";
import { requireViewer } from "@crossdock/subgraph-kit";
import { isVisible } from "./access.ts";
import type { Context } from "./context.ts";

/** @returns `null` for an unknown exception and for one that the viewer may not see */
export async function visibleException(
  id: string,
  context: Context,
): Promise<ExceptionRecord | null> {
  const record = await context.loaders.exception.load(id);
  return record !== null && isVisible(requireViewer(context), record.customerNumber)
    ? record
    : null;
}
