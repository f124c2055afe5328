import {
  SourceProtocolError,
  type TaxAnswer,
  type TaxCalculator,
  type TaxDraft,
  type WriteOutcome,
} from "@crossdock/source-contract";
import { unexpected, type SourceAnswer } from "@crossdock/source-http";
import type { AvataxClient } from "./avatax-client.ts";
import { isNoDocument, refusalOf } from "./refusals.ts";
import {
  isVoided,
  toAnswer,
  toTransaction,
  transactionSchema,
  type TransactionDocument,
} from "./transaction-document.ts";

const ESTIMATE = "POST transactions/create";
const RECORD = "POST transactions/createoradjust";
const READ = "GET transaction";
const VOID = "POST void";
const CREATED = 201;
const OK = 200;
/** The vendor answers when it is done: what it still works on is seconds old. */
const SETTLE_MS = 1_000;

/**
 * A document's code is its identity for the vendor: what is sent again under it becomes the next version of the same
 * document, so nothing is ever there twice.
 */
export function createTaxCalculator(client: AvataxClient): TaxCalculator {
  const pathOf = (documentNumber: string) =>
    `/companies/${encodeURIComponent(client.companyCode)}/transactions/${encodeURIComponent(documentNumber)}`;

  /** @returns `null` when there is no such document */
  const read = async (
    documentNumber: string,
    signal: AbortSignal,
  ): Promise<TransactionDocument | null> => {
    const answer = await client.get(READ, pathOf(documentNumber), signal);
    if (isNoDocument(answer)) return null;
    if (answer.status !== OK) throw unexpected(client.name, READ, answer);
    return client.decode(READ, answer, transactionSchema);
  };

  const outcomeOf = (
    operation: string,
    draft: TaxDraft,
    answer: SourceAnswer,
  ): WriteOutcome<TaxAnswer> => {
    if (answer.status === CREATED || answer.status === OK) {
      const document = toAnswer(client.decode(operation, answer, transactionSchema));
      requireLines(client.name, operation, draft, document);
      return { kind: "done", document };
    }
    const refusal = refusalOf(answer);
    if (refusal === null) throw unexpected(client.name, operation, answer);
    return refusal;
  };

  return {
    idempotency: "native",
    settleMs: SETTLE_MS,

    async estimateTax(draft, signal) {
      const body = toTransaction(draft, "SalesOrder", client.companyCode);
      const answer = await client.post(
        { operation: ESTIMATE, path: "/transactions/create", body, kind: "read" },
        signal,
      );
      return outcomeOf(ESTIMATE, draft, answer);
    },

    async findTax(documentNumber, signal) {
      const document = await read(documentNumber, signal);
      return document === null || isVoided(document) ? null : toAnswer(document);
    },

    async recordTax(draft, signal) {
      const body = {
        adjustmentReason: "Other",
        adjustmentDescription: "Sent again",
        createTransactionModel: toTransaction(draft, "SalesInvoice", client.companyCode),
      };
      const answer = await client.post(
        { operation: RECORD, path: "/transactions/createoradjust", body, kind: "write" },
        signal,
      );
      return outcomeOf(RECORD, draft, answer);
    },

    async voidTax(documentNumber, signal) {
      const known = await read(documentNumber, signal);
      if (known === null || isVoided(known)) return { kind: "done", document: { documentNumber } };
      const path = `${pathOf(documentNumber)}/void`;
      const body = { code: "DocVoided" };
      const answer = await client.post({ operation: VOID, path, body, kind: "write" }, signal);
      if (answer.status === OK) return { kind: "done", document: { documentNumber } };
      const refusal = refusalOf(answer);
      if (refusal === null) throw unexpected(client.name, VOID, answer);
      return refusal;
    },
  };
}

/** Tax of a line that nobody asked for, or none for one that was, would be billed wrongly. */
function requireLines(
  name: string,
  operation: string,
  draft: TaxDraft,
  { lines }: TaxAnswer,
): void {
  const asked = draft.lines.map(({ lineNumber }) => lineNumber);
  const told = lines.map(({ lineNumber }) => lineNumber);
  if (asked.join() === told.join()) return;
  throw new SourceProtocolError(
    name,
    operation,
    `tax of the lines ${told.join()} was told, and of ${asked.join()} was asked`,
  );
}
