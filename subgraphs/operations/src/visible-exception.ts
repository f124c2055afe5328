import { maySee } from "@crossdock/domain";
import type { ExceptionRecord } from "@crossdock/processes";
import { requireViewer } from "@crossdock/subgraph-kit";
import type { Context } from "./context.ts";

/** @returns `null` for an unknown exception and for one that the viewer may not see */
export async function visibleException(
  id: string,
  context: Context,
): Promise<ExceptionRecord | null> {
  const record = await context.loaders.exception.load(id);
  if (record === null) return null;
  const { customers } = requireViewer(context);
  const { customerNumber } = record;
  const isVisible =
    customerNumber === null ? customers === "all" : maySee(requireViewer(context), customerNumber);
  return isVisible ? record : null;
}
