import type { OrderDraft, SourceOrder } from "@crossdock/domain";
import { UnknownOutcomeError, type OrderWriter } from "@crossdock/source-contract";
import type { SourceAnswer } from "@crossdock/source-http";
import { quote } from "./odata.ts";
import { ORDER_SHAPE, ORDERS } from "./order-rows.ts";
import { orderInput, unknownWarehouseOf } from "./order-input.ts";
import { decodeOrders, decodePosted, type OrderDeps } from "./order-reader.ts";
import { INVOICE_SHAPE, INVOICES } from "./posted-order.ts";
import { referenceOf } from "./references.ts";
import { refusalOf, unexpected } from "./refusals.ts";
import { lookTwice } from "./second-look.ts";

const OPERATION = "POST salesOrders";

/**
 * The ERP knows no idempotency key and takes the same reference twice. So every create looks first,
 * among the orders and among the invoices that outlive them; one command at a time per key is the
 * caller's part.
 * @param options.settleMs how long the ERP may still be at work on a create whose answer was lost
 * @param options.looksBeforeCreate `false` makes a double of every repeat: only to show that it does
 */
export function createOrderWriter(
  deps: OrderDeps,
  {
    settleMs,
    looksBeforeCreate,
  }: { readonly settleMs: number; readonly looksBeforeCreate: boolean },
): OrderWriter {
  const { client, references, home } = deps;

  const look = async (draft: OrderDraft, signal: AbortSignal): Promise<SourceOrder | null> => {
    const reference = referenceOf(draft);
    const filter = `externalDocumentNumber eq ${quote(reference)}`;
    const only = { externalDocumentNumber: [reference] };
    const [orderRows = [], invoiceRows = []] = await client.readAll(
      "api",
      [
        // Orders first: one that is posted between the two reads is in both, never in neither.
        { set: ORDERS, query: { $filter: filter, ...ORDER_SHAPE }, only },
        { set: INVOICES, query: { $filter: filter, ...INVOICE_SHAPE }, only },
      ],
      signal,
    );
    const [order] = await decodeOrders(deps, orderRows, signal);
    if (order !== undefined) return order;
    const [posted] = await decodePosted(deps, invoiceRows, signal);
    return posted ?? null;
  };

  /** It is made: whatever cannot be read now must not look like a failure. */
  const readCreated = async (answer: SourceAnswer, signal: AbortSignal): Promise<SourceOrder> => {
    try {
      const [order] = await decodeOrders(deps, [answer.json()], signal);
      if (order !== undefined) return order;
      throw new Error("no order in the answer");
    } catch (error) {
      throw new UnknownOutcomeError(client.name, OPERATION, `created, not read: ${String(error)}`);
    }
  };

  return {
    idempotency: "probe",
    settleMs,
    findOrder: (draft, signal) => lookTwice(() => look(draft, signal)),
    async createOrder(draft, signal) {
      const earlier = looksBeforeCreate ? await look(draft, signal) : null;
      if (earlier !== null) return { kind: "done", document: earlier };

      const reference = await references.get(signal);
      const isKnown = unknownWarehouseOf(draft, reference) === null;
      const current = isKnown ? reference : await references.refreshed(signal);
      const input = orderInput(draft, current, home);
      if (input.kind === "refused") return input;

      const shape = new URLSearchParams(ORDER_SHAPE).toString();
      const answer = await client.send("POST", `${ORDERS}?${shape}`, input.body, signal);
      if (answer.status === 201) {
        return { kind: "done", document: await readCreated(answer, signal) };
      }
      const refusal = refusalOf(answer);
      if (refusal !== null) return refusal;
      throw unexpected(client.name, OPERATION, answer);
    },
  };
}
