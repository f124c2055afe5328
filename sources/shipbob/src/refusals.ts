import type { LastAnswer } from "@crossdock/domain";
import type { SourceAnswer } from "@crossdock/source-http";
import { z } from "zod";

/**
 * What an answer of the vendor means that is not the one we asked for: the only place that decides it.
 * - 400 names the fields that it does not take: a refusal, when one of them is about the order.
 * - 422 says that the reference is taken: the writer reads what is there, and decides.
 * - It does not let us in: the same call works once our key does.
 * - Anything else below 500: our call is wrong. From 500 on, and 429, `@crossdock/source-http` decides.
 */
const complaints = z.record(z.string(), z.unknown());

const QUANTITY = /^products\W*(\d+)\W*quantity$/i;
const LOCATION = /^location_?id$/i;

/** What the vendor does not take of an order, and its answer. */
export type Complaint = { readonly lastAnswer: LastAnswer } & (
  | {
      readonly kind: "quantity";
      /** Which of the order's products, from 0. */
      readonly productAt: number;
    }
  | { readonly kind: "location" }
);

/** @returns `null` when the vendor does not complain of the order: the mistake is ours */
export function complaintOf(answer: SourceAnswer): Complaint | null {
  if (answer.status !== 400) return null;
  const parsed = complaints.safeParse(answer.json());
  const fields = parsed.success ? Object.entries(parsed.data) : [];
  for (const [field, said] of fields) {
    const lastAnswer = { status: answer.status, code: field, message: JSON.stringify(said) };
    const productAt = QUANTITY.exec(field)?.[1];
    if (productAt !== undefined) {
      return { kind: "quantity", productAt: Number(productAt), lastAnswer };
    }
    if (LOCATION.test(field)) return { kind: "location", lastAnswer };
  }
  return null;
}
