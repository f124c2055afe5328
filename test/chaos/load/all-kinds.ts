import type { LoadKind } from "./load-kind.ts";
import { submitOrderKind } from "./submit-order.ts";

/** Everything that clients send in a run. */
export const allKinds: readonly LoadKind[] = [submitOrderKind];
