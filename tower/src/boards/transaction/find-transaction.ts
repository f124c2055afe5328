import { request } from "../../api/request.ts";
import { transaction } from "../../generated/operations.ts";
import type { Transaction } from "./transaction-board.tsx";

/**
 * @param name a correlation id, an order's number or id, or a subject as in `order:7K3QF9M2ZT`
 * @returns `null` when nothing is known by that name
 */
export async function findTransaction(
  name: string,
  signal: AbortSignal,
): Promise<Transaction | null> {
  if (!name.includes(":")) {
    const byRequest = await request(transaction, { correlationId: name }, signal);
    if (byRequest.businessTransaction != null) return byRequest.businessTransaction;
  }
  const subjectId = name.includes(":") ? name : `order:${name}`;
  const bySubject = await request(transaction, { subjectId }, signal);
  return bySubject.businessTransaction ?? null;
}
