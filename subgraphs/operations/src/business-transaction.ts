import { InvalidValueError, type OrderState, type Viewer } from "@crossdock/domain";
import type { TransactionRecords } from "@crossdock/processes";
import { oneOf, requireViewer } from "@crossdock/subgraph-kit";
import type { BusinessTransaction, QuerybusinessTransactionArgs } from "../generated/resolvers.ts";
import { isVisible } from "./access.ts";
import type { Context } from "./context.ts";
import { OURSELVES, stepsOf } from "./transaction-steps.ts";

const MAX_STEPS = 500;
const MAX_NAME_CHARACTERS = 200;
const SUBJECT = /^order:(.+)$/;

/**
 * What one order, or one request, has set off over all systems.
 * @returns `null` when nothing is known of it
 * @throws {InvalidValueError} neither or both of the two are given, or a subject is no order
 */
export async function readTransaction(
  { correlationId, subjectId }: QuerybusinessTransactionArgs,
  context: Context,
): Promise<BusinessTransaction | null> {
  const { transactionBook, sources } = context.deps;
  const asked = oneOf({ correlationId, subjectId });
  if (asked.value.length > MAX_NAME_CHARACTERS) {
    throw new InvalidValueError(
      asked.by,
      asked.value,
      `at most ${String(MAX_NAME_CHARACTERS)} characters`,
    );
  }
  const records =
    asked.by === "correlationId"
      ? await transactionBook.readByCorrelation(asked.value)
      : await transactionBook.readByOrder(orderNameOf(asked.value));
  if (records === null || !isVisibleTo(requireViewer(context), records)) return null;
  const sourceOf = (kind: string) =>
    sources.find((source) => source.kind.toLowerCase() === kind)?.name ?? kind;
  const steps = stepsOf(records, sourceOf).slice(0, MAX_STEPS);
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return null;
  return {
    correlationId: records.correlationId,
    startedAt: first.startedAt,
    lastAt: last.startedAt,
    isOver: isOver(records),
    subjects: subjectsOf(records.orders),
    systems: [...new Set([OURSELVES, ...steps.map(({ system }) => system)])].sort(),
    steps,
  };
}

/** What is an account's own reads like what does not exist to those who may not see the account. */
function isVisibleTo(viewer: Viewer, { orders, commands }: TransactionRecords): boolean {
  if (viewer.customers === "all") return true;
  const owners = [
    ...orders.map(({ draft }) => draft.customerNumber),
    ...commands.map(({ customer_number: owner }) => owner),
  ];
  return owners.length > 0 && owners.every((owner) => isVisible(viewer, owner));
}

function orderNameOf(subject: string): string {
  const [, name] = SUBJECT.exec(subject) ?? [];
  if (name === undefined) throw new InvalidValueError("subjectId", subject, "order:{id or number}");
  return name;
}

/** Money has come, or nothing will; and nobody is at work on it. */
function isOver({ orders, commands }: TransactionRecords): boolean {
  return (
    commands.every(({ completed_at: at, status }) => at !== null && status !== "DEAD_LETTERED") &&
    orders.every(isSettled)
  );
}

function isSettled({ status, invoices }: OrderState): boolean {
  if (status === "CANCELLED" || status === "REJECTED" || status === "CLOSED") return true;
  const live = invoices.filter((bill) => bill.status !== "VOID");
  return status === "INVOICED" && live.every((bill) => bill.status === "PAID");
}

function subjectsOf(orders: readonly OrderState[]): BusinessTransaction["subjects"] {
  return orders.flatMap(({ id, shipments, invoices }) => [
    { typename: "Order", id },
    ...shipments.map((shipment) => ({ typename: "Shipment", id: shipment.id })),
    ...invoices.flatMap((bill) => (bill.id === null ? [] : [{ typename: "Invoice", id: bill.id }])),
  ]);
}
