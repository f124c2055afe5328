import {
  block,
  defineHandler,
  reject,
  succeed,
  voidTax,
  type CommandHandler,
} from "@crossdock/commands";
import type { CommandEffects } from "@crossdock/processes";
import { classOfRefusal, type TaxSystem } from "@crossdock/source-contract";

/** Takes back what the tax source has recorded of a bill. */
export function handleVoidTax({
  tax: { calculations },
}: {
  readonly tax: Pick<TaxSystem, "calculations">;
}): CommandHandler {
  return defineHandler(voidTax, {
    settleMs: calculations.settleMs,
    // What is voided already is done: it is sent again.
    lookUp: () => Promise.resolve(null),
    async execute({ data: { orderId, number } }, signal) {
      const outcome = await calculations.voidTax(number, signal);
      if (outcome.kind === "refused") {
        return classOfRefusal(outcome.code) === "MASTER_DATA" ? block(outcome) : reject(outcome);
      }
      const effects = { orders: [], events: [] } satisfies CommandEffects;
      return succeed({ typename: "Order", id: orderId, effects });
    },
  });
}
