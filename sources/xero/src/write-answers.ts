import { createHash } from "node:crypto";
import type { SourceAnswer } from "@crossdock/source-http";
import { z } from "zod";

const MAX_KEY_CHARACTERS = 128;

const validationProblem = z.object({
  Elements: z.array(
    z.object({ ValidationErrors: z.array(z.object({ Message: z.string() })).nullish() }),
  ),
});

/** What is wrong with what was sent, in the vendor's words; empty when it does not say. */
export function messagesOf(answer: SourceAnswer): string[] {
  const problem = validationProblem.safeParse(answer.json());
  if (!problem.success) return [];
  return problem.data.Elements.flatMap(({ ValidationErrors }) =>
    (ValidationErrors ?? []).map(({ Message }) => Message),
  );
}

/** A key that is too long is replaced by its digest: as unique, and always the same. */
export function fitKey(key: string): string {
  if (key.length <= MAX_KEY_CHARACTERS) return key;
  return createHash("sha256").update(key).digest("hex");
}
