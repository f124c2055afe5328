import { cancelOrderKind } from "./cancel-order.ts";
import type { LoadKind } from "./load-kind.ts";
import { recordPaymentKind } from "./record-payment.ts";
import { submitOrderKind } from "./submit-order.ts";

/** Everything that clients send in a run; the shares are of a hundred. */
export const allKinds: readonly LoadKind[] = [submitOrderKind, cancelOrderKind, recordPaymentKind];
