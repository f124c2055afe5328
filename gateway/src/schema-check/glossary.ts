import { z } from "zod";

/** What the API is for, in the words of the business: see schema/glossary.yaml. */
export type Glossary = {
  /** Every root field belongs to one of them; by name. */
  readonly capabilities: Readonly<Record<string, Capability>>;
  /** In lower camel case; no name of the schema contains one. */
  readonly sourceWords: readonly string[];
  /** What a rule would refuse and is meant as it is. */
  readonly exceptions: readonly LintException[];
};

export type Capability = {
  readonly summary: string;
  /** Root fields: `Query.order`. */
  readonly fields: readonly string[];
};

export type LintException = {
  readonly rule: string;
  readonly places: readonly string[];
  readonly why: string;
};

/** @throws {z.ZodError} it does not have that shape */
export function parseGlossary(value: unknown): Glossary {
  return glossary.parse(value);
}

const glossary = z.strictObject({
  capabilities: z.record(
    z.string(),
    z.strictObject({
      summary: z.string().min(1),
      fields: z.array(z.string().regex(/^(Query|Mutation|Subscription)\.\w+$/)),
    }),
  ),
  sourceWords: z.array(z.string().regex(/^[a-z][A-Za-z0-9]*$/)),
  exceptions: z.array(
    z.strictObject({
      rule: z.string(),
      places: z.array(z.string()).min(1),
      why: z.string().min(1),
    }),
  ),
});
