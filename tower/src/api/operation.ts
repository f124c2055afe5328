/** An operation of ours, with the types of its answer and variables: see generated/operations.ts. */
export type Operation<Result, Variables> = {
  readonly name: string;
  readonly text: string;
  /** There for its types only. */
  readonly __types?: (variables: Variables) => Result;
};
