import { z } from "zod";
import type { StackAddress } from "./ask-stack.ts";

/** Whose schema; `full` is all of it. */
export const CONTRACTS = ["portal", "partner", "operator", "full"] as const;
export type ContractName = (typeof CONTRACTS)[number];

const TIMEOUT_MS = 30_000;
const contract = z.object({ sdl: z.string() });
const difference = z.object({
  onlyFirst: z.array(z.string()),
  onlySecond: z.array(z.string()),
});

/** The schema that an audience's clients have, as SDL. @throws {Error} nobody answers, or refuses to */
export async function showContract(address: StackAddress, name: ContractName): Promise<string> {
  return (await ask(address, `/supergraph/contracts/${name}`, contract)).sdl;
}

/** What one contract has and the other has not, a place a line. @throws {Error} nobody answers, or refuses to */
export async function diffContracts(
  address: StackAddress,
  name: ContractName,
  other: ContractName,
): Promise<string> {
  const path = `/supergraph/contracts/${name}/beside/${other}`;
  const { onlyFirst, onlySecond } = await ask(address, path, difference);
  const lines = [
    ...onlyFirst.map((place) => `only ${name}: ${place}`),
    ...onlySecond.map((place) => `only ${other}: ${place}`),
  ];
  return lines.length === 0 ? `${name} and ${other} are the same` : lines.join("\n");
}

async function ask<Answer>(
  { url, token }: StackAddress,
  path: string,
  shape: z.ZodType<Answer>,
): Promise<Answer> {
  const response = await fetch(new URL(path, url), {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new Error(`${url} does not answer: is the stack running?`, { cause: error });
  });
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return shape.parse(body);
  const refusal = z.object({ message: z.string() }).safeParse(body);
  throw new Error(refusal.data?.message ?? `${url} answered ${String(response.status)}`);
}
