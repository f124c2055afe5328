import { calculateTax, succeed, type Answer, type CommandHandler } from "@crossdock/commands";
import {
  dateOf,
  estimateTax,
  invoiceDraftOf,
  type BillingPolicy,
  type CalculatedTax,
} from "@crossdock/domain";
import type { CommandEffects, TaxRateBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import {
  SourceUnavailableError,
  UnknownOutcomeError,
  type TaxAnswer,
  type TaxDraft,
} from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";
import { sendTax, taxOf, type BillData, type TaxSendingDeps } from "./tax-sending.ts";

const MS_PER_SECOND = 1_000;

/**
 * Has the tax source calculate and record what is due on the bill of one shipment. Where the order's terms say so and the
 * source has been away for a while, the last known rates stand in for it.
 */
export function handleCalculateTax(
  deps: TaxSendingDeps & {
    readonly taxRateBook: TaxRateBook;
    readonly billingPolicy: Pick<BillingPolicy, "estimateAfterSeconds">;
    readonly clock: Clock;
  },
): CommandHandler {
  const { tax, clock, orderBook, taxRateBook, billingPolicy } = deps;
  const calculated = ({ orderId, number }: BillData, known: CalculatedTax, source: string) => {
    const event = { kind: "taxCalculated", number, tax: known, at: clock.now(), source } as const;
    return [{ orderId, event }];
  };
  const handler = defineSending<BillData, TaxDraft, TaxAnswer>(calculateTax, {
    // The date of the decision, as of the bill itself.
    ...sendTax(deps, ({ acceptedAt }) => acceptedAt),
    done: (answer, { data }) => {
      return {
        typename: "Order",
        id: data.orderId,
        orders: calculated(data, taxOf(answer), tax.name),
      };
    },
  });

  /** @returns `null` where the bill waits */
  const estimate = async (data: BillData, acceptedAt: string): Promise<Answer | null> => {
    const waitedMs = clock.nowMs() - Date.parse(acceptedAt);
    if (waitedMs < billingPolicy.estimateAfterSeconds * MS_PER_SECOND) return null;
    const [record] = await orderBook.readOrders([data.orderId]);
    const state = record?.state ?? null;
    if (state === null || state.billing?.taxWhenAway !== "estimate") return null;
    const bill = invoiceDraftOf(state, data.shipmentId, data.number, dateOf(clock.now()));
    const rates = await taxRateBook.readRates(state.draft.customerNumber, state.draft.shipTo);
    if (bill === null || rates === null) return null;
    const orders = calculated(data, estimateTax(bill, rates), OURSELVES);
    const effects = { orders, events: [] } satisfies CommandEffects;
    return succeed({ typename: "Order", id: data.orderId, effects });
  };
  type Attempt = CommandHandler["lookUp"];
  const orEstimate =
    (attempt: Attempt): Attempt =>
    async (command, signal) => {
      try {
        return await attempt(command, signal);
      } catch (error) {
        if (!isAway(error)) throw error;
        // Whether it was recorded does not matter: it is asked for again, under the same number, once the source is back.
        const answer = await estimate(calculateTax.parse(command.data), command.acceptedAt);
        if (answer === null) throw error;
        return answer;
      }
    };
  return {
    ...handler,
    lookUp: orEstimate((command, signal) => handler.lookUp(command, signal)),
    execute: async (command, signal) => {
      const answer = await orEstimate((again, its) => handler.execute(again, its))(command, signal);
      if (answer === null) throw new Error("An attempt at a tax has no answer.");
      return answer;
    },
  };
}

const OURSELVES = "crossdock";

function isAway(error: unknown): boolean {
  return error instanceof SourceUnavailableError || error instanceof UnknownOutcomeError;
}
