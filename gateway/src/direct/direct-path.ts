import { getOperationAST } from "graphql";
import type { ExecutionResult, FormattedExecutionResult, GraphQLError } from "graphql";
import type { Answering, StartAnswering } from "../answering/answering.ts";
import { nameOf } from "../answering/resolved-operation.ts";
import type { ResolvedOperation } from "../answering/resolved-operation.ts";
import { schemaNamed } from "../contracts/contract-of.ts";
import type { ServedSchema } from "../contracts/contract-of.ts";
import { asGraphQLError } from "../errors/present-result.ts";
import { publicError } from "../errors/public-error.ts";
import type { Federation } from "../execution/federation.ts";
import type { AdmittedOperation } from "../operations/admit-operation.ts";
import { isRecord } from "../operations/operation-payload.ts";
import type { GatewayRequest } from "../request.ts";
import { statusAskedBy } from "./error-status.ts";
import type { KnownDocuments } from "./known-documents.ts";

/** The answer to an operation, and what of it those see who read HTTP only. */
export type DirectAnswer = {
  readonly result: FormattedExecutionResult;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
};

/** Runs operations whose document is known, with nothing between them and the executor that they do not need. */
export interface DirectPath {
  /**
   * What an operation is, if it can be run as it came.
   * @param served what its client's operations are validated against
   * @returns `null` when Apollo's pipeline has to look at it: its document is not known, or something is wrong with the
   *   form in which it came
   */
  find(operation: AdmittedOperation, served: ServedSchema): ResolvedOperation | null;
  /** Lets it in, runs it and accounts for it. What goes wrong with it is in the answer. */
  answer(resolved: ResolvedOperation, request: GatewayRequest): Promise<DirectAnswer>;
}

export type DirectPathParts = {
  readonly known: KnownDocuments;
  readonly federation: Pick<Federation, "snapshot" | "run">;
  readonly startAnswering: StartAnswering;
};

const OK = 200;
const BAD_REQUEST = 400;
const SERVER_ERROR = 500;

export function createDirectPath({
  known,
  federation,
  startAnswering,
}: DirectPathParts): DirectPath {
  return {
    find: ({ query, operationName, variables, extensions }, served) => {
      if (typeof query !== "string" || !isTextOrNothing(operationName)) return null;
      if (!isRecordOrNothing(variables) || !isRecordOrNothing(extensions)) return null;
      const schema = schemaNamed(federation.snapshot(), served);
      const found = known.get(schema, query);
      if (found === undefined) return null;
      return {
        schema,
        document: found.document,
        queryHash: found.queryHash,
        operation: getOperationAST(found.document, operationName) ?? undefined,
        operationName: operationName ?? undefined,
        variables: variables ?? {},
      };
    },
    answer: async (resolved, request) => {
      const answering = startAnswering(request);
      let result: ExecutionResult;
      let status = OK;
      try {
        const begun = answering.begin(resolved);
        if (begun !== null) await begun;
        result = await federation.run(resolved, request);
        if (result.errors !== undefined && result.data === undefined) status = BAD_REQUEST;
      } catch (error) {
        result = { errors: [asGraphQLError(error)] };
        status = SERVER_ERROR;
      }
      return complete(answering, resolved, result, status);
    },
  };
}

/** @param status where no error asks for another one */
function complete(
  answering: Answering,
  resolved: ResolvedOperation,
  result: ExecutionResult,
  status: number,
): DirectAnswer {
  const errors = result.errors?.map(asGraphQLError) ?? [];
  if (errors.length > 0) answering.noteErrors(errors, nameOf(resolved));
  const answer = answering.complete(shown(result, errors), resolved);
  return {
    result: answer.result,
    headers: answer.headers,
    status: statusAskedBy(errors) ?? status,
  };
}

/** @param errors those of the result */
function shown(result: ExecutionResult, errors: readonly GraphQLError[]): FormattedExecutionResult {
  if (errors.length === 0) return result as FormattedExecutionResult;
  return { ...result, errors: errors.map((error) => publicError(error, error.toJSON())) };
}

function isTextOrNothing(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === "string";
}

function isRecordOrNothing(
  value: unknown,
): value is Readonly<Record<string, unknown>> | null | undefined {
  return value === undefined || value === null || isRecord(value);
}
