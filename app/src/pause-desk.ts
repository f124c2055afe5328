import { z } from "zod";
import { askStack, type StackAddress } from "./ask-stack.ts";

export const PAUSABLE = ["lane", "source", "partner"] as const;
export type Pausable = (typeof PAUSABLE)[number];

const FIELDS = "id scope name reason pausedBy pausedAt resumedAt resumedBy waiting";
const pause = z.object({
  id: z.string(),
  scope: z.string(),
  name: z.string(),
  reason: z.string(),
  pausedBy: z.string(),
  pausedAt: z.string(),
  resumedAt: z.string().nullable(),
  resumedBy: z.string().nullable(),
  waiting: z.int(),
});
export type ToldPause = z.output<typeof pause>;

/** What is paused now. @throws {Error} see `askStack` */
export async function listPauses(address: StackAddress): Promise<readonly ToldPause[]> {
  const question = { query: `{ pauses { ${FIELDS} } }` };
  return (await askStack(address, question, z.object({ pauses: z.array(pause) }))).pauses;
}

/** @throws {Error} when there is no such system */
export async function pauseOne(
  address: StackAddress,
  target: { readonly kind: Pausable; readonly name: string; readonly reason: string },
): Promise<ToldPause> {
  const { kind, name, reason } = target;
  const query = `mutation ($input: PauseInput!) { pause(input: $input) { ${FIELDS} } }`;
  const variables = { input: { scope: kind.toUpperCase(), name, reason } };
  return (await askStack(address, { query, variables }, z.object({ pause }))).pause;
}

/** @throws {Error} when it was never paused */
export async function resumeOne(
  address: StackAddress,
  target: { readonly kind: Pausable; readonly name: string },
): Promise<ToldPause> {
  const { kind, name } = target;
  const query = `mutation ($input: ResumeInput!) { resume(input: $input) { ${FIELDS} } }`;
  const variables = { input: { scope: kind.toUpperCase(), name } };
  return (await askStack(address, { query, variables }, z.object({ resume: pause }))).resume;
}
