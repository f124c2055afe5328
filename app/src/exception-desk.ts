import { z } from "zod";
import { askStack, type StackAddress } from "./ask-stack.ts";

/** Which exceptions that wait; what is left out does not narrow. */
export type ExceptionChoice = {
  readonly ids?: readonly string[];
  readonly code?: string;
  readonly class?: string;
  readonly owner?: string;
  readonly assignee?: string;
  readonly overdue?: boolean;
};

const FIELDS = `id openedAt dueAt isOverdue owner assignee class code summary
  suggestedAction { message } command { id type status }`;
const exception = z.object({
  id: z.string(),
  openedAt: z.string(),
  dueAt: z.string(),
  isOverdue: z.boolean(),
  owner: z.string(),
  assignee: z.string().nullable(),
  class: z.string().nullable(),
  code: z.string(),
  summary: z.string(),
  suggestedAction: z.object({ message: z.string() }),
  command: z.object({ id: z.string(), type: z.string(), status: z.string() }).nullable(),
});
export type ToldException = z.output<typeof exception>;

const page = z.object({
  exceptions: z.object({
    edges: z.array(z.object({ node: exception })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});
type Page = z.output<typeof page>;
const PAGE = 100;
/** More than anybody reads. */
const MAX_LISTED = 1_000;
const LIST = `query ($filter: ExceptionFilter, $sort: ExceptionSort, $first: Int, $after: String) {
  exceptions(filter: $filter, sort: $sort, first: $first, after: $after) {
    edges { node { ${FIELDS} } } pageInfo { hasNextPage endCursor } } }`;

/** What waits for a person, up to 1,000. @param isByDue what is due soonest first, else the newest @throws {Error} see `askStack` */
export async function listExceptions(
  address: StackAddress,
  choice: ExceptionChoice,
  isByDue: boolean,
): Promise<readonly ToldException[]> {
  const filter = { open: true, ...choice };
  const sort = isByDue ? "DUE_FIRST" : "NEWEST";
  const found: ToldException[] = [];
  let after: string | null = null;
  do {
    const variables: Readonly<Record<string, unknown>> = { filter, sort, first: PAGE, after };
    const { exceptions }: Page = await askStack(address, { query: LIST, variables }, page);
    found.push(...exceptions.edges.map(({ node }) => node));
    after = exceptions.pageInfo.hasNextPage ? exceptions.pageInfo.endCursor : null;
  } while (after !== null && found.length < MAX_LISTED);
  return found;
}

const WHOLE = `${FIELDS} ageSeconds subject { typename id } payload editableFields
  lastAnswer { status code message } resolvedAt resolution note resolvedBy correlationId`;
const whole = z.object({ exception: exception.loose().nullable() });

/** @throws {Error} there is none */
export async function showException(address: StackAddress, id: string) {
  const query = `query ($id: ID!) { exception(id: $id) { ${WHOLE} } }`;
  const { exception: found } = await askStack(address, { query, variables: { id } }, whole);
  if (found === null) throw new Error(`There is no exception ${id}.`);
  return found;
}

/** All that is known of one, a line for each thing. */
export function explainException(found: Readonly<Record<string, unknown>>): string {
  return Object.entries(found)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n");
}

const RESOLVE = `mutation ($id: ID!, $resolution: ExceptionResolution!, $note: String!) {
  resolveException(id: $id, resolution: $resolution, note: $note) { id resolution } }`;
const resolved = z.object({
  resolveException: z.object({ id: z.string(), resolution: z.string() }),
});

/** @throws {Error} when there is no such exception, or it was closed in another way */
export async function resolveException(
  address: StackAddress,
  decision: { readonly id: string; readonly resolution: string; readonly note: string },
): Promise<{ readonly id: string; readonly resolution: string }> {
  const question = { query: RESOLVE, variables: decision };
  return (await askStack(address, question, resolved)).resolveException;
}

const ASSIGN = `mutation ($id: ID!, $assignee: String) {
  assignException(id: $id, assignee: $assignee) { id assignee } }`;
const assigned = z.object({
  assignException: z.object({ id: z.string(), assignee: z.string().nullable() }),
});

/** @param assignee `null`: nobody any more @throws {Error} when there is no such exception, or it is closed */
export async function assignException(
  address: StackAddress,
  choice: { readonly id: string; readonly assignee: string | null },
) {
  return (await askStack(address, { query: ASSIGN, variables: choice }, assigned)).assignException;
}

const BULK = `mutation ($filter: ExceptionFilter!, $resolution: ExceptionResolution!, $note: String!) {
  resolveExceptions(filter: $filter, resolution: $resolution, note: $note) {
    done remaining refused { id code message } } }`;
const refusal = z.object({ id: z.string(), code: z.string(), message: z.string() });
const outcome = z.object({
  done: z.int(),
  remaining: z.int(),
  refused: z.array(refusal),
});
const bulk = z.object({ resolveExceptions: outcome });
export type BulkOutcome = z.output<typeof outcome>;

/**
 * Closes all that waits and is chosen, oldest first, a hundred at a time, until none is left that does not refuse.
 * @param onDone is called after each hundred with how many were closed
 * @throws {Error} see `askStack`; those before it are closed
 */
export async function resolveAll(
  address: StackAddress,
  decision: {
    readonly choice: ExceptionChoice;
    readonly resolution: string;
    readonly note: string;
  },
  onDone: (count: number) => void,
): Promise<BulkOutcome> {
  const { choice: filter, resolution, note } = decision;
  let done = 0;
  for (;;) {
    const question = { query: BULK, variables: { filter, resolution, note } };
    const { resolveExceptions: told } = await askStack(address, question, bulk);
    done += told.done;
    onDone(told.done);
    // Those that refuse come first again each time: where they are all that is left, or all that is asked, nothing moves.
    if (told.done === 0 || told.remaining <= told.refused.length) return { ...told, done };
  }
}
