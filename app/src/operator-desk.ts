import { z } from "zod";
import { askStack, type StackAddress } from "./ask-stack.ts";

/** Which exceptions; what is left out does not narrow. */
export type ExceptionChoice = { readonly code?: string; readonly owner?: string };

const exception = z.object({
  id: z.string(),
  openedAt: z.string(),
  owner: z.string(),
  code: z.string(),
  summary: z.string(),
  suggestedAction: z.object({ message: z.string() }),
});
type Exception = z.output<typeof exception>;

const page = z.object({
  exceptions: z.object({
    edges: z.array(z.object({ node: exception })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});
const PAGE = 100;
/** More than anybody reads; the newest come first. */
const MAX_LISTED = 1_000;
const LIST = `query ($filter: ExceptionFilter, $first: Int, $after: String) {
  exceptions(filter: $filter, first: $first, after: $after) {
    edges { node { id openedAt owner code summary suggestedAction { message } } }
    pageInfo { hasNextPage endCursor } } }`;

/** What waits for a person, newest first, up to 1,000. @throws {Error} see `askStack` */
export async function listExceptions(
  address: StackAddress,
  choice: ExceptionChoice,
): Promise<Exception[]> {
  const readPage = async (after: string | null) => {
    const variables = { filter: { open: true, ...choice }, first: PAGE, after };
    const { exceptions } = await askStack(address, { query: LIST, variables }, page);
    return exceptions;
  };
  let { edges, pageInfo } = await readPage(null);
  const found = edges.map(({ node }) => node);
  while (pageInfo.hasNextPage && found.length < MAX_LISTED) {
    ({ edges, pageInfo } = await readPage(pageInfo.endCursor));
    found.push(...edges.map(({ node }) => node));
  }
  return found;
}

/** Two lines each: what stopped, and what to do about it. */
export function explainExceptions(exceptions: readonly Exception[]): string {
  if (exceptions.length === 0) return "Nothing waits for a person.";
  return exceptions
    .map(({ id, openedAt, owner, code, summary, suggestedAction }) =>
      [`${id}  ${openedAt}  ${owner}  ${code}  ${summary}`, `  → ${suggestedAction.message}`].join(
        "\n",
      ),
    )
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
): Promise<string> {
  const question = { query: RESOLVE, variables: decision };
  const { resolveException: told } = await askStack(address, question, resolved);
  return `${told.id} is resolved: ${told.resolution}`;
}

/**
 * Retries, one after the other, what waits for one reason: up to 1,000, oldest first, as they were asked for.
 * @returns how many
 * @throws {Error} at the first that is refused; those before it are under way
 */
export async function retryAll(
  address: StackAddress,
  { code, note }: { readonly code: string; readonly note: string },
): Promise<number> {
  const waiting = await listExceptions(address, { code });
  for (const { id } of waiting.reverse()) {
    await resolveException(address, { id, resolution: "RETRIED", note });
  }
  return waiting.length;
}

const RETRY = "mutation ($id: ID!) { retryCommand(id: $id) { id status } }";
const CANCEL = `mutation ($id: ID!, $reason: String!) {
  cancelCommand(id: $id, reason: $reason) { id status } }`;
const command = z.object({ id: z.string(), status: z.string() });

/** @throws {Error} when there is no such command, or it does not wait for a person */
export async function retryCommand(address: StackAddress, id: string): Promise<string> {
  const question = { query: RETRY, variables: { id } };
  const { retryCommand: told } = await askStack(
    address,
    question,
    z.object({ retryCommand: command }),
  );
  return `${told.id} is ${told.status}`;
}

/** @throws {Error} when there is no such command, or a source may have received it */
export async function cancelCommand(
  address: StackAddress,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<string> {
  const question = { query: CANCEL, variables: { id, reason } };
  const { cancelCommand: told } = await askStack(
    address,
    question,
    z.object({ cancelCommand: command }),
  );
  return `${told.id} is ${told.status}`;
}
