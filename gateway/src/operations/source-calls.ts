import type { GraphQLField } from "graphql";

/**
 * What fields may take from the sources at most, by `Type.field`. It stands beside the schema and not in it: what a field
 * takes is how it is served today and no part of the contract.
 */
export type SourceCallTable = Readonly<Record<string, SourceCallsOfField>>;

export type SourceCallsOfField = {
  /** Calls for one batch of objects. */
  readonly calls: number;
  /** Objects whose field is read by one batch; `null`: each object's is a batch of its own. */
  readonly batch: number | null;
};

/** What the schema does not say of how much an operation may ask for. */
export type WorstCaseTable = {
  /** What `first` may be at most, */
  readonly largestPage: number;
  /** and of fields, by `Type.field`, that have another limit. */
  readonly pages: Readonly<Record<string, number>>;
  readonly sourceCalls: SourceCallTable;
};

/** For a graph of which nothing is known but its schema. */
export const NOTHING_TOLD: WorstCaseTable = { largestPage: 100, pages: {}, sourceCalls: {} };

/** @param objects that have the field */
export function sourceCallsOf(
  sourceCalls: SourceCallTable,
  typeName: string,
  { name }: GraphQLField<unknown, unknown>,
  objects: number,
): number {
  const told = sourceCalls[`${typeName}.${name}`];
  if (told === undefined) return 0;
  return told.calls * (told.batch === null ? objects : Math.ceil(objects / told.batch));
}
